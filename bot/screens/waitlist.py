"""The waitlist: where one stands, what is held for one just now, and how it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.screens import prepaid
from core.booking.life import Booking
from core.booking.waitlist import MOST_SILENCES
from core.chat import (
    Button,
    Card,
    Choice,
    Fact,
    Facts,
    Note,
    Option,
    Paragraph,
    Part,
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

MINE: Final = Button(_("My waitlist"), to("waitlist"))


@dataclass(frozen=True, slots=True)
class Standing:
    """One entry as its person sees it. `offered` is what is held for them, `booking` what should be earlier."""

    entry_id: int
    mentor: str
    slug: str
    minutes: int
    place: int
    day: date | None = None
    booking: Booking | None = None
    offered: Booking | None = None
    is_bookable: bool = True


def listing(standings: Sequence[Standing]) -> Screen:
    """Where somebody waits, each with a way out of it."""
    find = Button(_("Find a mentor"), to("mentors"), Style.PRIMARY)
    if not standings:
        empty = _("You wait for nobody. Where a mentor has no free time, I can tell you when there is one.")
        return Screen(_("Your waitlist"), (Paragraph(empty),), (find,))
    offers = tuple(_take(each) for each in standings if each.offered is not None)
    return Screen(_("Your waitlist"), tuple(_card(each) for each in standings), (*offers[:4], find))


def lengths(mentor: str, slug: str, minutes: Sequence[int]) -> Screen:
    """How long the session should be that is waited for."""
    options = tuple(
        Option(_("{length}", length=timedelta(minutes=each)), to("waitlist.join", slug, each))
        for each in minutes
    )
    back = Button(_("Profile"), to("mentor.show", slug))
    ask = Paragraph(_("How long should the session be?"))
    choice = (Choice(_("Duration"), options),) if options else ()
    return Screen(_("Wait for {name}", name=mentor), (ask,), (*choice, back))


def joined(standing: Standing) -> Screen:
    """You are in line, and what happens next."""
    parts: list[Part] = [Paragraph(_place(standing)), Paragraph(_what(standing))]
    if not standing.is_bookable:
        parts.append(Note(_no_bookings(standing)))
    parts.append(Note(_how_it_goes()))
    title = _("In line for {name}", name=standing.mentor)
    return Screen(title, tuple(parts), (_leave(standing), MINE), tone=Tone.WAITING)


def offer(standing: Standing, offered: Booking) -> Screen:
    """A time is held for the first in line: take it, or let it go."""
    until = When(offered.hold_until or offered.starts_at, WhenStyle.COUNTDOWN)
    facts = [
        Fact(_("When"), When(offered.starts_at)),
        Fact(_("Length"), timedelta(minutes=offered.minutes)),
    ]
    if standing.booking is None:
        facts.append(Fact(_("Price"), prepaid.price(offered)))
    parts: tuple[Part, ...] = (
        Paragraph(_("It is held for you alone. The offer ends {until}.", until=until)),
        Facts(tuple(facts)),
        *_moves(standing),
        Note(_how_it_goes()),
    )
    controls = (
        Button(_("Take it"), to("waitlist.claim", offered.short), Style.SUCCESS),
        Button(_("No, thanks"), to("waitlist.pass", offered.short)),
        _leave(standing),
    )
    title = _("{name} has a free time", name=standing.mentor)
    return Screen(title, parts, controls, subject=offered.subject, tone=Tone.WAITING)


def passed(standing: Standing) -> Screen:
    """No, thanks."""
    parts = (
        Paragraph(_("The time goes to the next in line, and I do not offer it to you again.")),
        Note(_("You keep your place for other times.")),
    )
    return Screen(_("Passed on"), parts, (_leave(standing), MINE))


def left(mentor: str) -> Screen:
    return Screen(
        _("Off the waitlist"), (Paragraph(_("You do not wait for {name} any more.", name=mentor)),), (MINE,)
    )


def silent(standing: Standing) -> Screen:
    """Too many offers had no answer."""
    text = _n(
        "{n} time was held for you and you did not answer, so I took you off {name}'s waitlist.",
        "{n} times were held for you and you did not answer, so I took you off {name}'s waitlist.",
        MOST_SILENCES,
        name=standing.mentor,
    )
    return Screen(_("Off the waitlist"), (Paragraph(text),), (_again(standing),), tone=Tone.BAD)


def wait_button(slug: str, minutes: int | None = None, day: date | None = None) -> Button:
    """Where there is nothing free: the way into the line."""
    label = _("Tell me when there is a free time")
    if minutes is None:
        return Button(label, to("waitlist.lengths", slug), Style.PRIMARY)
    if day is None:
        return Button(label, to("waitlist.join", slug, minutes), Style.PRIMARY)
    return Button(_("Wait for this day"), to("waitlist.join", slug, minutes, f"{day:%Y%m%d}"), Style.PRIMARY)


def _card(standing: Standing) -> Card:
    lines = [_what(standing), _place(standing)]
    if standing.offered is not None:
        until: datetime = standing.offered.hold_until or standing.offered.starts_at
        lines.append(
            _(
                "{time} is held for you until {until}.",
                time=When(standing.offered.starts_at),
                until=When(until),
            )
        )
    if not standing.is_bookable:
        lines.append(_no_bookings(standing))
    return Card(_("{name}", name=standing.mentor), tuple(lines), _leave(standing))


def _what(standing: Standing) -> Text:
    length = timedelta(minutes=standing.minutes)
    if standing.booking is not None:
        return _("A time before {time}", time=When(standing.booking.starts_at))
    if standing.day is not None:
        return _("{length} on {day}", length=length, day=standing.day)
    return _("{length}, any time", length=length)


def _place(standing: Standing) -> Text:
    if standing.place == 1:
        return _("You are first in line.")
    return _n("{n} person is before you.", "{n} people are before you.", standing.place - 1)


def _no_bookings(standing: Standing) -> Text:
    return _("{name} takes no bookings at the moment. You keep your place.", name=standing.mentor)


def _how_it_goes() -> Text:
    return _(
        "When a time becomes free I hold it for you, for up to an hour. Without an answer it goes to the next in line, "
        "and after three offers without an answer you leave the line."
    )


def _moves(standing: Standing) -> tuple[Part, ...]:
    if standing.booking is None:
        return ()
    return (
        Paragraph(
            _(
                "Your session of {time} moves there. Nothing is paid again, and it does not count as a move.",
                time=When(standing.booking.starts_at),
            )
        ),
    )


def _take(standing: Standing) -> Button:
    assert standing.offered is not None
    label = _("Take the time with {name}", name=standing.mentor)
    return Button(label, to("waitlist.claim", standing.offered.short), Style.SUCCESS)


def _leave(standing: Standing) -> Button:
    return Button(_("Leave the line"), to("waitlist.leave", standing.entry_id))


def _again(standing: Standing) -> Button:
    label = _("Get in line again")
    if standing.booking is not None:
        return Button(label, to("waitlist.earlier", standing.booking.short), Style.PRIMARY)
    day = (f"{standing.day:%Y%m%d}",) if standing.day else ()
    return Button(label, to("waitlist.join", standing.slug, standing.minutes, *day), Style.PRIMARY)
