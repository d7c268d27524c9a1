"""The whole story of a booking, page by page, in words that a host understands."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.screens import telling
from bot.screens.bookings import STATES
from core.booking.life import Booking
from core.chat import (
    Button,
    Code,
    Control,
    Fact,
    Facts,
    File,
    Note,
    Paragraph,
    Part,
    Screen,
    Text,
    When,
    _,
    _n,
    to,
)
from core.desk.audit import Line
from core.desk.register import Entry

PAGE: Final = 10


def story(entry: Entry, lines: Sequence[Line], page: int, file: File | None = None) -> Screen:
    """One page of it, the oldest first; with a file where all of it was asked for."""
    booking = entry.booking
    page = max(0, min(page, (len(lines) - 1) // PAGE))
    shown = lines[page * PAGE : (page + 1) * PAGE]
    parts: list[Part] = [_who(entry), *(Paragraph(line(each, booking.currency)) for each in shown)]
    parts.append(Note(_n("{n} line in all.", "{n} lines in all.", len(lines))))
    controls: list[Control] = []
    if page:
        controls.append(Button(_("Earlier"), to("audit.page", booking.short, page - 1)))
    if (page + 1) * PAGE < len(lines):
        controls.append(Button(_("Later"), to("audit.page", booking.short, page + 1)))
    controls.append(Button(_("All of it as a file"), to("audit.file", booking.short)))
    controls.append(Button(_("The booking"), to("desk.booking", booking.short)))
    return Screen(
        _("The story of {code}", code=Code(booking.code)),
        tuple(parts),
        tuple(controls),
        files=(file,) if file else (),
        subject=f"audit:{booking.short}",
    )


def line(each: Line, currency: str) -> Text:
    """One line: when, and what happened."""
    return _("{time} · {what}", time=When(each.at), what=telling.sentence(each, currency))


def alt(booking: Booking) -> Text:
    return _("The story of {code}", code=Code(booking.code))


def _who(entry: Entry) -> Facts:
    booking = entry.booking
    return Facts(
        (
            Fact(_("Mentor"), entry.mentor),
            Fact(_("Student"), entry.student),
            Fact(_("When"), When(booking.starts_at)),
            Fact(_("Length"), timedelta(minutes=booking.minutes)),
            Fact(_("State"), STATES[booking.state]),
        )
    )
