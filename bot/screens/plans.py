"""Monthly plans: what there is, what one has, and what choosing, changing and ending would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.chat import (
    Button,
    Card,
    Control,
    Fact,
    Facts,
    Link,
    Note,
    Paragraph,
    Part,
    Percent,
    Screen,
    Style,
    Text,
    Tone,
    When,
    WhenStyle,
    _,
    _n,
    to,
)
from core.plans.plans import Plan, Terms
from core.plans.subscriptions import Subscription, SubscriptionState

CELLS: Final = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands: what runs and what waits for its first payment, and the minutes that are left."""

    now: datetime
    running: Subscription | None = None
    pending: Subscription | None = None
    left: int = 0


def overview(standing: Standing, offered: Sequence[Plan], *, is_staff: bool) -> Screen:
    """What one has, then what there is."""
    running, pending = standing.running, standing.pending
    parts: list[Part] = [*(_running(standing) if running else ()), *(_pending(pending) if pending else ())]
    if not running and not pending and offered:
        parts.append(Paragraph(_("You have no plan. Choose one, and end it whenever you like.")))
    if not offered and not running:
        parts.append(Paragraph(_("There are no plans here yet.")))
    parts += [_card(plan, running) for plan in offered if not _is_own(plan, running, pending)]
    controls: list[Control] = [
        *(_ways_of_pending(pending) if pending else ()),
        *(_ways_of_running(running) if running else ()),
    ]
    if is_staff:
        controls.append(Button(_("Manage plans"), to("plans.admin")))
    return Screen(_("Plans"), tuple(parts), tuple(controls), subject="plans", tone=_tone(standing))


def choose(plan: Plan) -> Screen:
    """One plan, before anybody is asked for money."""
    note = (
        _(
            "It renews every month until you end it or leave this community. "
            "What is left of its minutes lapses each month."
        )
        if plan.price
        else _("It costs nothing, and goes on every month until you end it.")
    )
    label = _("Subscribe for {price} a month", price=plan.price) if plan.price else _("Choose")
    return Screen(
        _("{name}", name=plan.name),
        (*_told(plan.terms), Note(note)),
        (Button(label, to("plan.start", plan.short), Style.PRIMARY), Button(_("All plans"), to("plans"))),
        subject="plans",
    )


def change(plan: Plan, running: Subscription) -> Screen:
    """Another plan for the one that runs, before it is changed."""
    explained = _(
        "It counts at once instead of {before}. What it costs more for the rest of this month is charged now; "
        "what it costs less lowers your next bill. Its minutes count for that rest too; those you have used stay used.",
        before=running.name,
    )
    return Screen(
        _("Change to {name}", name=plan.name),
        (*_told(plan.terms), Paragraph(explained)),
        (
            Button(_("Change to {name}", name=plan.name), to("plan.change", plan.short), Style.PRIMARY),
            Button(_("Leave it"), to("plans")),
        ),
        subject="plans",
        tone=Tone.WAITING,
    )


def ending(subscription: Subscription) -> Screen:
    """Before a plan is ended. One whose month is not paid ends at once."""
    said = (
        _("This month is not paid, so it ends at once, and you are not charged again.")
        if subscription.state is SubscriptionState.PAST_DUE
        else _(
            "You keep all of it until {until}. It is not renewed then, and you are not charged again.",
            until=_day(subscription.period_end),
        )
    )
    return Screen(
        _("End {name}", name=subscription.name),
        (Paragraph(said),),
        (
            Button(_("End it"), to("plan.stop", subscription.short), Style.DANGER),
            Button(_("Leave it"), to("plans")),
        ),
        subject="plans",
        tone=Tone.WAITING,
    )


def terms(plan: Terms) -> list[Text]:
    """What a plan costs and gives, a line each."""
    price = _("{price} a month", price=plan.price) if plan.price else _("Costs nothing")
    found = [price]
    if plan.minutes:
        found.append(_n("{n} minute a month is included", "{n} minutes a month are included", plan.minutes))
    if plan.discount:
        found.append(_("{share} off further sessions", share=Percent(plan.discount)))
    if plan.priority_hours:
        found.append(
            _n(
                "New times open {n} hour earlier than for others",
                "New times open {n} hours earlier than for others",
                plan.priority_hours,
            )
        )
    return found


def minutes_left(left: int, total: int) -> Text:
    """As a bar and in numbers; more may be left than a month brings, where a session was called off."""
    full = min(CELLS, -(-CELLS * left // total)) if total else 0
    bar = "▰" * full + "▱" * (CELLS - full)
    return _n(
        "{bar} {left} of {n} minute left", "{bar} {left} of {n} minutes left", total, bar=bar, left=left
    )


def _running(standing: Standing) -> tuple[Part, ...]:
    running = standing.running
    assert running is not None
    price = _("{price} a month", price=running.price) if running.amount else _("Costs nothing")
    facts = [Fact(_("Your plan"), running.name), Fact(_("Price"), price)]
    if running.minutes or standing.left:
        facts.append(Fact(_("Included"), minutes_left(standing.left, running.minutes)))
    if running.discount:
        facts.append(Fact(_("Further sessions"), _("{share} less", share=Percent(running.discount))))
    until = _("Ends on") if running.ends_at_period_end else _("Renews on")
    if running.state is SubscriptionState.ACTIVE:
        facts.append(Fact(until, _day(running.period_end)))
    return (Facts(tuple(facts)), *_owed(running, standing.now))


def _owed(running: Subscription, now: datetime) -> tuple[Part, ...]:
    if running.state is not SubscriptionState.PAST_DUE:
        return ()
    if running.has_benefits(now) and running.grace_until is not None:
        until = When(running.grace_until, WhenStyle.COUNTDOWN)
        return (
            Paragraph(
                _(
                    "This month's payment did not work. You keep everything as it is until then: {until}.",
                    until=until,
                )
            ),
        )
    return (Paragraph(_("This month's payment did not work, so nothing is included until it is paid.")),)


def _pending(pending: Subscription) -> tuple[Part, ...]:
    return (Paragraph(_("{name} waits for its first payment.", name=pending.name)),)


def _card(plan: Plan, running: Subscription | None) -> Card:
    """From what is paid for one comes to what costs nothing by ending it, and the way to that stands below."""
    changes = running is not None and not running.is_free
    label = _("Change to it") if changes else _("Choose")
    way = Button(label, to("plan.to" if changes else "plan.choose", plan.short))
    is_end = changes and not plan.price
    return Card(_("{name}", name=plan.name), tuple(terms(plan.terms)), None if is_end else way)


def _ways_of_pending(pending: Subscription) -> tuple[Control, ...]:
    found: list[Control] = []
    if pending.url:
        found.append(Link(_("Pay {price}", price=pending.price), pending.url))
    else:
        found.append(Button(_("Get the pay link"), to("plan.pay", pending.short), Style.PRIMARY))
    found.append(Button(_("I have paid"), to("plan.paid", pending.short)))
    found.append(Button(_("Never mind"), to("plan.drop", pending.short)))
    return tuple(found)


def _ways_of_running(running: Subscription) -> tuple[Control, ...]:
    found: list[Control] = []
    if running.state is SubscriptionState.PAST_DUE:
        if running.url:
            found.append(Link(_("Pay {price}", price=running.price), running.url))
        found.append(Button(_("I have paid"), to("plan.paid", running.short)))
    elif running.url:
        found.append(Link(_("Payment page"), running.url))
    if running.ends_at_period_end:
        found.append(Button(_("Keep my plan"), to("plan.keep", running.short), Style.PRIMARY))
    else:
        found.append(Button(_("End my plan"), to("plan.end", running.short)))
    return tuple(found)


def _told(plan: Terms) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(line) for line in terms(plan))


def _is_own(plan: Plan, running: Subscription | None, pending: Subscription | None) -> bool:
    return plan.id in {each.plan_id for each in (running, pending) if each is not None}


def _tone(standing: Standing) -> Tone:
    if standing.running is not None:
        is_owed = standing.running.state is SubscriptionState.PAST_DUE
        return Tone.BAD if is_owed else Tone.GOOD
    return Tone.WAITING if standing.pending is not None else Tone.NEUTRAL


def _day(at: datetime | None) -> When:
    assert at is not None
    return When(at, WhenStyle.DATE)
