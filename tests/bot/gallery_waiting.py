"""Samples of the waitlist's screens, and of what a person hears of."""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.screens import preferences, waitlist
from bot.screens.waitlist import Standing
from core.booking.life import BookingState
from core.chat import Screen
from core.messages.preferences import Topic, Wishes
from core.messages.quiet import Quiet
from core.people.mentors import DURATIONS
from tests.bot.sitters import DAY, Sitter, filled
from tests.bot.walls import alike, hangs


def _standings(sitter: Sitter) -> list[Standing]:
    """Any time, a day, earlier; with an offer and without, of a mentor who takes nobody too."""
    slug = filled("slug-", 33)
    plain = Standing(entry_id=10**11, mentor=sitter.name, slug=slug, minutes=90, place=1)
    held, mine = sitter.booking(), sitter.booking(BookingState.CONFIRMED)
    return [
        plain,
        replace(plain, place=2, day=DAY, is_bookable=False),
        replace(plain, place=sitter.many + 3, booking=mine),
        replace(plain, offered=held),
        replace(plain, booking=mine, offered=held),
        replace(plain, day=DAY, offered=held, is_bookable=False),
    ]


@hangs(waitlist.listing)
def _listing(sitter: Sitter) -> Iterator[Screen]:
    yield waitlist.listing([])
    yield waitlist.listing([*_standings(sitter), *_standings(sitter)][:10])


@hangs(waitlist.offer)
def _offer(sitter: Sitter) -> Iterator[Screen]:
    for standing in _standings(sitter):
        for minutes in (0, 60):
            yield waitlist.offer(standing, sitter.booking(included=minutes))


for _screen in (waitlist.joined, waitlist.passed, waitlist.silent):
    alike(_screen, *(lambda s, number=number: (_standings(s)[number],) for number in range(6)))
alike(waitlist.left, lambda s: (s.name,))
alike(
    waitlist.lengths,
    lambda s: (s.name, filled("slug-", 33), DURATIONS),
    lambda s: (s.name, filled("slug-", 33), ()),
)


def _wishes(sitter: Sitter) -> list[Wishes]:
    zone = ZoneInfo(sitter.zone)
    return [
        Wishes(Quiet(22 * 60, 8 * 60, zone), frozenset(), None),
        Wishes(Quiet(0, 0, zone), frozenset(Topic), 450),
    ]


@hangs(preferences.overview)
def _overview(sitter: Sitter) -> Iterator[Screen]:
    for wishes in _wishes(sitter):
        yield preferences.overview(wishes, zone=sitter.zone)


for _form in (preferences.quiet_form, preferences.agenda_form):
    alike(_form, lambda s: (_wishes(s)[0],), lambda s: (_wishes(s)[1],))


@hangs(preferences.agenda)
def _agenda(sitter: Sitter) -> Iterator[Screen]:
    yield preferences.agenda(DAY, [sitter.view(BookingState.CONFIRMED)] * max(1, min(sitter.many, 24)))
