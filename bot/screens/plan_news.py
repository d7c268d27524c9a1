"""News of a plan: it has begun, was renewed, was not paid, has ended; and for staff what needs an eye."""

from bot.screens import plans
from core.chat import (
    Button,
    Fact,
    Facts,
    Link,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    Tone,
    When,
    WhenStyle,
    _,
    to,
)
from core.plans.subscriptions import Subscription


def started(subscription: Subscription) -> Screen:
    return _running(_("Your plan has begun"), _("{name} is yours now.", name=subscription.name), subscription)


def renewed(subscription: Subscription) -> Screen:
    text = _("{name} goes on for another month.", name=subscription.name)
    return _running(_("Your plan was renewed"), text, subscription)


def payment_failed(subscription: Subscription) -> Screen:
    """What was not paid, until when nothing changes, and the way to pay."""
    parts: list[Part] = [
        Paragraph(
            _(
                "This month's payment of {price} for {name} did not work.",
                price=subscription.price,
                name=subscription.name,
            )
        )
    ]
    if subscription.grace_until is not None:
        until = When(subscription.grace_until, WhenStyle.COUNTDOWN)
        parts.append(
            Paragraph(
                _("You keep everything as it is until then: {until}. After that it stops.", until=until)
            )
        )
    ways = (Link(_("Pay {price}", price=subscription.price), subscription.url),) if subscription.url else ()
    return Screen(
        _("Your plan was not paid"),
        tuple(parts),
        (*ways, Button(_("Plans"), to("plans"), Style.PRIMARY)),
        subject=subscription.subject,
        tone=Tone.BAD,
    )


def ended(subscription: Subscription) -> Screen:
    return Screen(
        _("Your plan has ended"),
        (
            Paragraph(
                _(
                    "{name} has ended. Sessions that you booked with it stay as they are.",
                    name=subscription.name,
                )
            ),
        ),
        (Button(_("Plans"), to("plans"), Style.PRIMARY),),
        subject=subscription.subject,
    )


def trouble(subscription: Subscription, person: str) -> Screen:
    """For staff: somebody paid for two plans at once."""
    return Screen(
        _("A plan needs your eye"),
        (
            Paragraph(
                _(
                    "{person} has paid for {name} although another plan was running. I have stopped it. "
                    "Give the money back in the payment provider's own dashboard.",
                    person=person,
                    name=subscription.name,
                )
            ),
        ),
        subject=subscription.subject,
        tone=Tone.BAD,
    )


def _running(title: Text, text: Text, subscription: Subscription) -> Screen:
    facts = []
    if subscription.minutes:
        facts.append(Fact(_("Included"), plans.minutes_left(subscription.minutes, subscription.minutes)))
    if subscription.amount:
        facts.append(Fact(_("Price"), _("{price} a month", price=subscription.price)))
    if subscription.period_end is not None:
        facts.append(Fact(_("Renews on"), When(subscription.period_end, WhenStyle.DAY)))
    return Screen(
        title,
        (Paragraph(text), Facts(tuple(facts))),
        (Button(_("Find a mentor"), to("mentors"), Style.PRIMARY), Button(_("Plans"), to("plans"))),
        subject=subscription.subject,
        tone=Tone.GOOD,
    )
