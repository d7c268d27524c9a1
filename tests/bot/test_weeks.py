"""The week beside the choice of a day and of a time: nothing of it is past, and it holds what the choice holds."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from bot.screens import book
from bot.visit import moment
from core.chat import Button, Choice, Route, Screen
from core.schedule.times import Reason
from tests.bot.frontdesk import ANA, FrontDesk
from tests.bot.sitters import ORDINARY

TODAY: Final = date(2026, 11, 21)
SLUG: Final = ORDINARY.mentor().slug


def open_on(*days: int) -> dict[date, list[datetime]]:
    """Two free times a day, so many days from now."""
    starts = [datetime(2026, 11, 21, 9, tzinfo=UTC) + timedelta(days=day) for day in days]
    return {start.date(): [start, start + timedelta(minutes=30)] for start in starts}


def times_of(day: int, free: Mapping[date, Sequence[datetime]]) -> Screen:
    return book.clock_times(
        ORDINARY.mentor(),
        60,
        TODAY + timedelta(days=day),
        free,
        why_not=Reason.BUSY,
        today=TODAY,
        zone="UTC",
        has_zone=True,
    )


def days_of(free: Mapping[date, Sequence[datetime]], page: int = 0) -> Screen:
    return book.days(
        ORDINARY.mentor(), 60, free, page, why_not=Reason.BUSY, today=TODAY, zone="UTC", has_zone=True
    )


def ways(screen: Screen) -> dict[str, Route]:
    return {each.label.msgid: each.route for each in screen.controls if isinstance(each, Button)}


def options(screen: Screen) -> list[Route]:
    choices = [each for each in screen.controls if isinstance(each, Choice)]
    return [option.route for choice in choices for option in choice.options]


def test_weeks_are_counted_from_today() -> None:
    for day, first in ((0, 0), (6, 0), (7, 7), (15, 14)):
        shown = times_of(day, open_on(day)).week
        assert shown
        assert (shown.first, shown.day) == (TODAY + timedelta(days=first), TODAY + timedelta(days=day))


def test_the_week_of_a_day_holds_its_seven_days_and_no_other() -> None:
    shown = times_of(2, open_on(0, 2, 6, 7, 20)).week
    assert shown
    assert [time.at.date().day for time in shown.times] == [21, 21, 23, 23, 27, 27]


def test_taking_a_time_of_the_week_is_taking_it_from_the_choice() -> None:
    screen = times_of(2, open_on(2))
    assert screen.week
    assert [time.route for time in screen.week.times] == options(screen)
    assert [time.at for time in screen.week.times] == [moment(route.args[2]) for route in options(screen)]


def test_another_week_is_the_nearest_that_has_free_times() -> None:
    free = open_on(1, 5, 22, 23, 43)
    assert ways(times_of(22, free))["Earlier week"] == Route("book.times", (SLUG, "60", "20261122"))
    assert ways(times_of(22, free))["Later week"] == Route("book.times", (SLUG, "60", "20270103"))
    assert "Earlier week" not in ways(times_of(1, free))
    assert "Later week" not in ways(times_of(43, free))


def test_a_day_without_times_still_shows_what_its_week_has() -> None:
    screen = times_of(3, open_on(5))
    assert screen.week
    assert [time.at.date().day for time in screen.week.times] == [26, 26]
    assert times_of(3, open_on(30)).week is None
    assert ways(times_of(3, open_on(30)))["Later week"].args[2] == "20261221"


def test_the_choice_of_a_day_shows_the_week_of_its_first() -> None:
    free = open_on(*range(3, 40))
    for page, first in ((0, 0), (1, 21)):
        shown = days_of(free, page).week
        assert shown
        assert (shown.first, shown.day) == (TODAY + timedelta(days=first), None)
    assert days_of({}).week is None


@pytest.mark.anyio
async def test_the_week_at_the_desk_is_in_the_readers_zone(quick_desk: FrontDesk) -> None:
    screen = await quick_desk.hear(ANA, f"book.times:{quick_desk.ben.slug}:60:20261126")
    assert screen.week
    assert screen.week.day == date(2026, 11, 26)
    assert {time.route for time in screen.week.times} >= set(options(screen))
    assert screen.week.first <= date(2026, 11, 26) < screen.week.first + timedelta(days=7)
