"""Waiting for a mentor's seat: where one stands, what is kept for one, and how it goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.chat import (
    Button,
    Card,
    Note,
    Paragraph,
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

MINE: Final = Button(_("Your packs"), to("packs"))


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a mentor's line. `until` is how long a seat is kept for it just now."""

    wait_id: int
    mentor: str
    slug: str
    number: int
    until: datetime | None = None


def joined(place: Place) -> Screen:
    """You are in line, and what happens next."""
    if place.until is not None:
        return offered(place, place.until)
    how = _(
        "When a seat is free I keep it for you for 12 hours and tell you. "
        "Without an answer it goes to the next in line."
    )
    return Screen(
        _("In line for a seat with {name}", name=place.mentor),
        (Paragraph(_ahead(place)), Note(how)),
        (_leave(place), MINE),
        subject=_subject(place),
        tone=Tone.WAITING,
    )


def offered(place: Place, until: datetime) -> Screen:
    """A seat is kept for them just now."""
    return Screen(
        _("A seat with {name} is kept for you", name=place.mentor),
        (Paragraph(_kept(until)), Note(_("Take it by choosing a pack. You pay after that."))),
        (_take(place), Button(_("No, thanks"), to("seat.pass", place.wait_id)), MINE),
        subject=_subject(place),
        tone=Tone.GOOD,
    )


def left(mentor: str) -> Screen:
    text = Paragraph(_("You do not wait for a seat with {name} any more.", name=mentor))
    return Screen(_("Out of the line"), (text,), (MINE,))


def passed(mentor: str) -> Screen:
    """No, thanks."""
    parts = (
        Paragraph(_("The seat with {name} goes to the next in line.", name=mentor)),
        Note(_("You are out of the line. You can get in line again whenever you like.")),
    )
    return Screen(_("Passed on"), parts, (MINE,))


def line(place: Place) -> Card:
    """One of the lines that somebody stands in."""
    text = _ahead(place) if place.until is None else _kept(place.until)
    button = _leave(place) if place.until is None else _take(place)
    return Card(_("A seat with {name}", name=place.mentor), (text,), button)


def _ahead(place: Place) -> Text:
    if place.number == 1:
        return _("You are first in line.")
    return _n("{n} person is before you.", "{n} people are before you.", place.number - 1)


def _kept(until: datetime) -> Text:
    return _("It is kept for you alone. The offer ends {until}.", until=When(until, WhenStyle.COUNTDOWN))


def _take(place: Place) -> Button:
    return Button(_("Take the seat"), to("seat.claim", place.wait_id), Style.SUCCESS)


def _leave(place: Place) -> Button:
    return Button(_("Leave the line"), to("seat.leave", place.wait_id))


def _subject(place: Place) -> str:
    return f"seat_wait:{place.wait_id}"
