"""News of a plan: begun, renewed, changed, not paid and what follows, ended; and for staff what needs an eye."""

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
from core.plans import renewals, wishing
from core.plans.subscriptions import Subscription, SubscriptionState


def started(subscription: Subscription) -> Screen:
    return _running(_("Your plan has begun"), _("{name} is yours now.", name=subscription.name), subscription)


def renewed(subscription: Subscription) -> Screen:
    text = _("{name} goes on for another month.", name=subscription.name)
    return _running(_("Your plan was renewed"), text, subscription)


def changed(subscription: Subscription) -> Screen:
    return _running(
        _("Your plan was changed"), _("You have {name} now.", name=subscription.name), subscription
    )


def not_changed(subscription: Subscription) -> Screen:
    """The provider answered late, and said no."""
    said = _(
        "The payment provider did not make the change, so you keep {name}. Perhaps your card was declined.",
        name=subscription.name,
    )
    return Screen(
        _("Your plan was not changed"),
        (Paragraph(said),),
        (Button(_("Plans"), to("plans"), Style.PRIMARY),),
        subject=subscription.subject,
        tone=Tone.BAD,
    )


def settled(subscription: Subscription) -> Screen:
    text = _("What was due for {name} is paid. Everything is as it was.", name=subscription.name)
    return _running(_("Your plan is paid"), text, subscription)


def goes_on(subscription: Subscription) -> Screen:
    text = _("{name} does not end after this month: it is renewed again.", name=subscription.name)
    return _running(_("Your plan goes on"), text, subscription)


def will_end(subscription: Subscription, community: str = "") -> Screen:
    """It is not renewed any more, whoever decided that. `community`: which one they have left."""
    parts: list[Part] = [
        *_left(community),
        Paragraph(_("{name} is not renewed any more.", name=subscription.name)),
    ]
    if subscription.state is SubscriptionState.ACTIVE and subscription.period_end is not None:
        until = When(subscription.period_end, WhenStyle.DATE)
        parts.append(Paragraph(_("You keep all of it until {until}.", until=until)))
    return Screen(
        _("Your plan will end"),
        tuple(parts),
        (Button(_("Keep my plan"), to("plan.keep", subscription.short)), Button(_("Plans"), to("plans"))),
        subject=subscription.subject,
        tone=Tone.WAITING,
    )


def paused(subscription: Subscription) -> Screen:
    """The grace is over and nobody has paid."""
    said = _(
        "{name} is still not paid, so nothing is included any more, and no discount counts. "
        "Sessions that you booked with it stay as they are.",
        name=subscription.name,
    )
    back = _("Once you pay, everything is back at once. Until then you can also end it.")
    return Screen(
        _("Nothing is included in your plan now"),
        (Paragraph(said), Paragraph(back)),
        (
            *_pay(subscription),
            Button(_("End my plan"), to("plan.end", subscription.short)),
            Button(_("Plans"), to("plans"), Style.PRIMARY),
        ),
        subject=subscription.subject,
        tone=Tone.BAD,
    )


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
    return Screen(
        _("Your plan was not paid"),
        tuple(parts),
        (*_pay(subscription), Button(_("Plans"), to("plans"), Style.PRIMARY)),
        subject=subscription.subject,
        tone=Tone.BAD,
    )


def ended(subscription: Subscription, community: str = "") -> Screen:
    return Screen(
        _("Your plan has ended"),
        (
            *_left(community),
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
    """For staff: somebody paid for two plans at once, a hand at the dashboard made a plan into an unknown one, or the
    provider will not let it end."""
    said = Paragraph(_trouble(subscription, person))
    return Screen(_("A plan needs your eye"), (said,), subject=subscription.subject, tone=Tone.BAD)


def _trouble(subscription: Subscription, person: str) -> Text:
    match subscription.problem:
        case renewals.DOUBLE:
            return _(
                "{person} has paid for {name} although another plan was running. I have stopped it, and the money goes "
                "back by itself.",
                person=person,
                name=subscription.name,
            )
        case wishing.END_REFUSED:
            return _(
                "{person} wants {name} to end, or to go on after all, and the payment provider refuses it. I ask again "
                "every hour; you can do it in the provider's own dashboard.",
                person=person,
                name=subscription.name,
            )
        case _:
            return _alien(subscription, person)


def _alien(subscription: Subscription, person: str) -> Text:
    return _(
        "{name} of {person} was made into a plan that is none of this community, in the payment provider's own "
        "dashboard. Here nothing has changed.",
        person=person,
        name=subscription.name,
    )


def _left(community: str) -> tuple[Paragraph, ...]:
    if not community:
        return ()
    said = _(
        "You have left {community}, so you are not charged for your plan there again.", community=community
    )
    return (Paragraph(said),)


def _pay(subscription: Subscription) -> tuple[Link, ...]:
    if not subscription.url:
        return ()
    return (Link(_("Pay {price}", price=subscription.price), subscription.url),)


def _running(title: Text, text: Text, subscription: Subscription) -> Screen:
    facts = []
    if subscription.minutes:
        facts.append(Fact(_("Included"), plans.minutes_left(subscription.minutes, subscription.minutes)))
    if subscription.amount:
        facts.append(Fact(_("Price"), _("{price} a month", price=subscription.price)))
    if subscription.period_end is not None:
        facts.append(Fact(_("Renews on"), When(subscription.period_end, WhenStyle.DATE)))
    return Screen(
        title,
        (Paragraph(text), Facts(tuple(facts))),
        (Button(_("Find a mentor"), to("mentors"), Style.PRIMARY), Button(_("Plans"), to("plans"))),
        subject=subscription.subject,
        tone=Tone.GOOD,
    )
