"""Other times that a mentor proposes: put together by the mentor, answered by the student."""

from collections.abc import Sequence
from datetime import datetime

from bot.screens import times
from bot.visit import stamp
from core.booking.life import Booking, BookingState
from core.booking.proposals import LONGEST_NOTE, MOST_TIMES, Proposal
from core.chat import (
    Button,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Paragraph,
    Part,
    Screen,
    Series,
    Style,
    Text,
    Tone,
    When,
    WhenStyle,
    _,
    to,
)


def gathered(booking: Booking, other: str, picked: Sequence[datetime], joined: str) -> Screen:
    """The times so far; up to three, then they are sent."""
    items = tuple(_("{time}", time=When(time)) for time in picked)
    more = Button(_("Add another time"), to("propose.days", booking.short, 0, joined))
    controls: list[Control] = [
        Button(_("Send to {name}", name=other), to("propose.note", booking.short, joined), Style.PRIMARY)
    ]
    if len(picked) < MOST_TIMES:
        controls.append(more)
    controls.append(Button(_("Start over"), to("propose.form", booking.short)))
    parts = (Facts((Fact(_("Now"), When(booking.starts_at)), Fact(_("Proposed"), Series(items)))),)
    title = _("Other times for {name}", name=other)
    return Screen(title, parts, tuple(controls), subject=booking.subject, tone=Tone.WAITING)


def note_form(booking: Booking, other: str, joined: str) -> Screen:
    title = _("Other times for {name}", name=other)
    hint = _("{name} will read it", name=other)
    field = Field(
        "note", _("A few words"), FieldKind.LONG, hint=hint, required=False, max_length=LONGEST_NOTE
    )
    form = Form(
        title,
        (field,),
        submit=to("propose.send", booking.short, joined),
        reopen=to("propose.note", booking.short, joined),
    )
    return Screen(title, form=form, subject=booking.subject)


def shown(booking: Booking, other: str, proposal: Proposal, *, is_mentor: bool) -> Screen:
    """The proposal that waits for an answer, as one of the two sees it."""
    items = tuple(_("{time}", time=When(time)) for time in proposal.starts)
    facts = [Fact(_("Now"), When(booking.starts_at)), Fact(_("Proposed"), Series(items))]
    if proposal.note:
        facts.append(Fact(_("Note"), proposal.note))
    parts: list[Part] = [Facts(tuple(facts))]
    until = When(proposal.open_until, WhenStyle.COUNTDOWN)
    card = Button(_("Booking"), to("booking.show", booking.short))
    if is_mentor:
        parts.append(
            Note(_("{name} has not answered yet. The proposal ends {until}.", name=other, until=until))
        )
        title = _("You proposed other times")
        return Screen(title, tuple(parts), (card,), subject=booking.subject, tone=Tone.WAITING)
    parts.insert(0, Paragraph(_why(booking, other)))
    parts.append(
        Note(_("Until you answer everything stays as it is. The proposal ends {until}.", until=until))
    )
    title = _("{name} proposes another time", name=other)
    return Screen(
        title, tuple(parts), _answers(booking, proposal), subject=booking.subject, tone=Tone.WAITING
    )


def _why(booking: Booking, other: str) -> Text:
    if booking.state is BookingState.CONFIRMED:
        return _("{name} cannot keep the time and proposes another.", name=other)
    return _("{name} cannot take the time that you asked for and proposes another.", name=other)


def _answers(booking: Booking, proposal: Proposal) -> tuple[Control, ...]:
    short = booking.short
    take = times.leading(
        _("Take one of them"), proposal.starts, lambda start: to("proposal.take", short, stamp(start))
    )
    refuse = Button(_("Leave it as it is"), to("proposal.refuse", short))
    if booking.state is not BookingState.CONFIRMED:
        return (take, refuse)
    red = _("Cancel and get all back") if booking.price else _("Cancel the session")
    return (take, refuse, Button(red, to("proposal.refund", short), Style.DANGER))
