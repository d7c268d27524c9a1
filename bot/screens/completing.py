"""`/session-completed`: which session is meant, and that it is done."""

from collections.abc import Sequence
from datetime import timedelta

from bot.screens.bookings import STATES
from core.booking.life import BookingState, Who
from core.booking.prepaying import Share
from core.chat import (
    Button,
    Choice,
    Fact,
    Facts,
    Note,
    Option,
    Paragraph,
    Part,
    Screen,
    Text,
    Tone,
    Value,
    When,
    WhenStyle,
    _,
    to,
)
from core.desk.register import Entry


def choice(entries: Sequence[Entry], reader_id: int) -> Screen:
    """Those that have begun today, the latest first."""
    title = _("Which session is done?")
    if not entries:
        nothing = Paragraph(_("No session of yours has begun today."))
        return Screen(title, (nothing,), (Button(_("Your bookings"), to("bookings")),), tone=Tone.WAITING)
    options = tuple(
        Option(label(entry, reader_id), to("session.completed", entry.booking.short), hint=_hint(entry))
        for entry in entries
    )
    return Screen(title, controls=(Choice(_("Session"), options),))


def label(entry: Entry, reader_id: int) -> Text:
    """The clock, and with whom; staff reads both names."""
    at = When(entry.booking.starts_at, WhenStyle.CLOCK)
    if entry.booking.mentor_person_id == reader_id:
        return _("{time} · {name}", time=at, name=entry.student)
    return _("{time} · {mentor} and {student}", time=at, mentor=entry.mentor, student=entry.student)


def done(entry: Entry, who: Who, share: Share | None, *, is_new: bool) -> Screen:
    """That it is completed now, or was before; with what that means for a pack."""
    booking = entry.booking
    other: Value = entry.student if who is Who.MENTOR else _both(entry)
    said_before = _("It is completed already. Nothing more was taken.")
    news = _("The session is completed.") if is_new else said_before
    length = timedelta(minutes=booking.minutes)
    facts = (Fact(_("When"), When(booking.starts_at)), Fact(_("Length"), length))
    parts: list[Part] = [Paragraph(news), Facts(facts)]
    if share is not None and not share.is_back:
        taken = _(
            "One session of the pack is used: {left} of {total} are left.", left=share.left, total=share.total
        )
        parts.append(Note(taken))
    if booking.stands_at is not None and booking.state is BookingState.COMPLETED:
        stands = When(booking.stands_at)
        parts.append(Note(_("It stands from {time} on, unless one of the two says otherwise.", time=stands)))
    title = _("{state} · {name}", state=STATES[booking.state], name=other)
    show = "booking.show" if who is Who.MENTOR else "desk.booking"
    open_it = Button(_("Open"), to(show, booking.short))
    return Screen(title, tuple(parts), (open_it,), subject=f"completed:{booking.short}", tone=Tone.GOOD)


def _hint(entry: Entry) -> Text:
    booking = entry.booking
    length = timedelta(minutes=booking.minutes)
    return _("{state} · {length}", state=STATES[booking.state], length=length)


def _both(entry: Entry) -> Text:
    return _("{mentor} and {student}", mentor=entry.mentor, student=entry.student)
