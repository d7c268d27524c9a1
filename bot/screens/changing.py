"""Changing a session: what can be done with it, moving it, and what its card says of that."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.screens import times
from bot.screens.view import View
from bot.visit import stamp
from core.booking.life import Booking, BookingState, Who
from core.booking.proposals import Proposal
from core.chat import (
    Button,
    Choice,
    Control,
    Fact,
    Facts,
    Note,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    Tone,
    Value,
    When,
    _,
    _n,
    to,
)


def controls(view: View) -> list[Control]:
    """On the card of a session that is still ahead."""
    booking = view.booking
    if booking.state is not BookingState.CONFIRMED or booking.starts_at <= view.now:
        return []
    return [*answers(view), Button(_("Change or cancel"), to("booking.change", booking.short))]


def answers(view: View) -> list[Control]:
    """The way to the times that are proposed, for a session or in answer to a request."""
    if view.proposal is None:
        return []
    label = _("Proposed times") if view.is_mentor else _("Answer the proposal")
    return [Button(label, to("proposal.show", view.booking.short), Style.PRIMARY)]


def words(view: View) -> list[Part]:
    """That other times are proposed, while they are."""
    if view.proposal is None:
        return []
    if view.is_mentor:
        return [Note(_("You have proposed other times. {name} has not answered yet.", name=view.other))]
    return [
        Paragraph(_("{name} would like to move it. Until you answer it stays as it is.", name=view.other))
    ]


def hub(booking: Booking, who: Who, other: str, *, refused: Text | None, proposal: Proposal | None) -> Screen:
    """Everything that can be done with a session that is ahead. `refused` is why it cannot be moved."""
    parts: list[Part] = [_facts(booking)]
    ways: list[Control] = []
    if who is Who.MENTOR:
        ways.append(Button(_("Propose other times"), to("propose.form", booking.short), Style.PRIMARY))
        parts.append(Note(_("{name} decides whether it moves.", name=other)))
    elif refused is None:
        ways.append(Button(_("Move"), to("move.days", booking.short, 0), Style.PRIMARY))
        parts += _moves_left(booking) if who is Who.STUDENT else []
    else:
        parts.append(Note(refused))
    if proposal is not None and who is not Who.STAFF:
        ways.append(Button(_("Proposed times"), to("proposal.show", booking.short)))
    ways.append(Button(_("Cancel"), to("booking.quote", booking.short), Style.DANGER))
    if who is Who.STUDENT:
        ways.append(Button(_("Tell me of earlier times"), to("waitlist.earlier", booking.short)))
    title = _("Change the session with {name}", name=other)
    return Screen(title, tuple(parts), (*ways, *back(booking, who)), subject=booking.subject)


def check(booking: Booking, who: Who, other: str, starts_at: datetime) -> Screen:
    """Before it is moved: from where, to where, and what stays."""
    anchored = _(
        "Your payment stays with it. The cancellation terms still count from {time}.",
        time=When(booking.anchor),
    )
    items = (Fact(_("From"), When(booking.starts_at)), Fact(_("To"), When(starts_at)))
    parts: list[Part] = [Facts(items)]
    if booking.price:
        parts.append(Note(anchored))
    if who is Who.STUDENT:
        left = booking.policy.moves - booking.moves - 1
        last = Note(_("This is the last time that you can move it."))
        parts.append(
            Note(_n("You can move it {n} more time.", "You can move it {n} more times.", left))
            if left
            else last
        )
    controls = (
        Button(_("Move it"), to("move.make", booking.short, stamp(starts_at)), Style.PRIMARY),
        Button(_("Other time"), to("move.days", booking.short, 0)),
        *back(booking, who),
    )
    title = _("Move the session with {name}?", name=other)
    return Screen(title, tuple(parts), controls, subject=booking.subject, tone=Tone.WAITING)


def to_move(short: str, starts: Sequence[datetime]) -> Choice:
    """Other times that a session could be moved to."""
    return times.leading(_("Move it instead"), starts, lambda start: to("move.check", short, stamp(start)))


def done(booking: Booking, other: str, news: Text) -> Screen:
    """For staff, who have no card of a booking."""
    return Screen(
        _("The session with {name} is changed", name=other),
        (Paragraph(news), _facts(booking)),
        subject=booking.subject,
        tone=Tone.GOOD,
    )


def back(booking: Booking, who: Who) -> tuple[Control, ...]:
    if who is Who.STAFF:
        return ()
    return (Button(_("Leave it as it is"), to("booking.show", booking.short)),)


def moved(view: View, before: datetime | None, *, proposed: bool) -> Text:
    """The news of a move."""
    if before is None:
        return _("Your session with {name} was moved.", name=view.other)
    facts: dict[str, Value] = {"name": view.other, "old": When(before), "new": When(view.booking.starts_at)}
    if proposed and view.is_mentor:
        return _("{name} takes the time that you proposed. It moves from {old} to {new}.", **facts)
    return _("Your session with {name} moves from {old} to {new}.", **facts)


def _facts(booking: Booking) -> Facts:
    length = timedelta(minutes=booking.minutes)
    return Facts((Fact(_("When"), When(booking.starts_at)), Fact(_("Length"), length)))


def _moves_left(booking: Booking) -> list[Part]:
    policy = booking.policy
    left = policy.moves - booking.moves
    ahead = timedelta(hours=policy.move_hours)
    often = _n(
        "You can move it {n} more time, at least {span} before it starts.",
        "You can move it {n} more times, at least {span} before it starts.",
        left,
        span=ahead,
    )
    return [Note(often)]
