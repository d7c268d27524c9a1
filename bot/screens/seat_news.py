"""Every notice of a seat: in grace, about to go, gone, kept for who waits."""

from dataclasses import dataclass
from datetime import datetime

from bot.screens import pack_news
from core.chat import Button, Note, Paragraph, Screen, Style, Text, Tone, When, WhenStyle, _, to
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import Seat


@dataclass(frozen=True, slots=True)
class SeatView:
    """A seat as one of its two reads of it. `pack` is the one to renew, if there is one."""

    seat: Seat
    mentor: str
    student: str
    pack: Pack | None = None
    is_mentor: bool = False


def grace(view: SeatView) -> Screen:
    """Nothing is left to book, and the seat is still theirs."""
    until = view.seat.until or view.seat.since
    countdown = When(until, WhenStyle.COUNTDOWN)
    if view.pack is not None and view.pack.state is not PackState.USED:
        # Sessions of a pack that has ended or was given back were not used; its own letter says what it was.
        kept = _unless_renewed(view, countdown)
    else:
        kept = _(
            "Your sessions with {name} are used up. I keep your seat: it goes to the next in line {until}.",
            name=view.mentor,
            until=countdown,
        )
    return _kept(_("Your seat is kept for now"), view, kept, until)


def warning(view: SeatView) -> Screen:
    """It is about to go; for both."""
    until = view.seat.until or view.seat.since
    countdown = When(until, WhenStyle.COUNTDOWN)
    if view.is_mentor:
        text = _(
            "{name} has not renewed. Their seat is released {until}.", name=view.student, until=countdown
        )
        parts = (Paragraph(text), Note(_("If you would like them to stay, write to them.")))
        return Screen(
            _("A seat is about to be free"), parts, (_desk(),), subject=_subject(view), tone=Tone.WAITING
        )
    return _kept(_("Last call for your seat"), view, _unless_renewed(view, countdown), until)


def released(view: SeatView) -> Screen:
    """It is free for somebody else; for both."""
    if view.is_mentor:
        text = _("{name} has no seat with you any more. It goes to the next in line.", name=view.student)
        return Screen(_("A seat is free"), (Paragraph(text),), (_desk(),), subject=_subject(view))
    parts = (
        Paragraph(_("Your seat with {name} is not kept any more.", name=view.mentor)),
        Note(_("You can get a pack again while there is a free seat, or wait for one.")),
    )
    controls = (Button(_("See the packs"), to("packs"), Style.PRIMARY),)
    return Screen(_("Your seat is released"), parts, controls, subject=_subject(view), tone=Tone.BAD)


def offered(mentor: str, wait_id: int, until: datetime) -> Screen:
    """A seat is kept for the first in line: take it, or let it go."""
    parts = (
        Paragraph(_("A seat with {name} is free, and it is kept for you alone.", name=mentor)),
        Paragraph(_("The offer ends {until}.", until=When(until, WhenStyle.COUNTDOWN))),
        Note(_("Without an answer it goes to the next in line.")),
    )
    controls = (
        Button(_("Take the seat"), to("seat.claim", wait_id), Style.SUCCESS),
        Button(_("No, thanks"), to("seat.pass", wait_id)),
    )
    return Screen(_("A seat for you"), parts, controls, subject=f"seat_wait:{wait_id}", tone=Tone.GOOD)


def silent(mentor: str, wait_id: int) -> Screen:
    text = _("The seat with {name} was kept for you and has gone to the next in line.", name=mentor)
    note = Note(_("You are not in line any more. You can wait again if you like."))
    controls = (Button(_("See the packs"), to("packs")),)
    return Screen(_("The offer is over"), (Paragraph(text), note), controls, subject=f"seat_wait:{wait_id}")


def line_over(mentor: str, wait_id: int) -> Screen:
    text = _("{name} does not mentor here any more, so nobody waits for a seat there.", name=mentor)
    controls = (Button(_("See the packs"), to("packs")),)
    return Screen(_("The line has ended"), (Paragraph(text),), controls, subject=f"seat_wait:{wait_id}")


def _unless_renewed(view: SeatView, countdown: When) -> Text:
    return _(
        "Your seat with {name} goes to the next in line {until}, unless you renew.",
        name=view.mentor,
        until=countdown,
    )


def _kept(title: Text, view: SeatView, text: Text, until: datetime) -> Screen:
    parts = (Paragraph(text), Note(_("Until {time} a renewal keeps the same seat.", time=When(until))))
    renew = pack_news.renew(view.pack, Style.PRIMARY) if view.pack else None
    controls = (*((renew,) if renew else ()), Button(_("Your packs"), to("packs")))
    return Screen(title, parts, controls, subject=_subject(view), tone=Tone.WAITING)


def _subject(view: SeatView) -> str:
    """What is said of a seat takes the place of what was said before."""
    return f"seat:{view.seat.id}"


def _desk() -> Button:
    return Button(_("Packs and seats"), to("packs-admin"))
