"""Two wall clocks, and the days on which one of them jumps."""

from datetime import UTC, date, datetime

import pytest

from core.schedule import clocks
from core.schedule.clocks import Change, Zones


def utc(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "other", "at", "said"),
    [
        ("Europe/Berlin", "Asia/Kolkata", utc(11, 24), True),
        ("Europe/Berlin", "Europe/Paris", utc(11, 24), False),
        ("Europe/London", "UTC", utc(1, 5), False),
        ("Europe/London", "UTC", utc(7, 5), True),
        ("Europe/Berlin", "America/New_York", utc(3, 20), True),
    ],
)
def test_clocks_differ_by_what_they_show_at_that_moment(
    zone: str, other: str, at: datetime, said: bool
) -> None:
    assert clocks.differ(zone, other, at) is said


def test_a_moment_may_fall_on_two_days() -> None:
    assert clocks.on_other_days("America/New_York", "Asia/Kolkata", utc(11, 24, 22))
    assert not clocks.on_other_days("Europe/Berlin", "Asia/Kolkata", utc(11, 24, 9))


@pytest.mark.parametrize(
    ("zone", "since", "until", "on"),
    [
        ("Europe/Berlin", utc(3, 1), utc(4, 2), date(2026, 3, 29)),
        ("Europe/Berlin", utc(3, 28, 23), utc(3, 29, 1), date(2026, 3, 29)),
        ("Europe/Berlin", utc(10, 20), utc(11, 2), date(2026, 10, 25)),
        ("America/New_York", utc(3, 1), utc(4, 2), date(2026, 3, 8)),
        ("America/New_York", utc(10, 30), utc(11, 24), date(2026, 11, 1)),
        ("Australia/Lord_Howe", utc(9, 20), utc(10, 20), date(2026, 10, 4)),
        ("America/Santiago", utc(9, 1), utc(9, 20), date(2026, 9, 6)),
        ("Pacific/Auckland", utc(9, 20), utc(10, 1), date(2026, 9, 27)),
    ],
)
def test_a_change_of_the_clocks_has_its_date_in_the_zone_itself(
    zone: str, since: datetime, until: datetime, on: date
) -> None:
    assert clocks.change(zone, since, until) == Change(zone, on)


@pytest.mark.parametrize(
    ("zone", "since", "until"),
    [
        ("Asia/Kolkata", utc(1, 1), utc(12, 31)),
        ("Europe/Berlin", utc(3, 29, 1), utc(4, 20)),
        ("Europe/Berlin", utc(3, 1), utc(3, 29, 0)),
        ("Europe/Berlin", utc(3, 1), utc(11, 1)),
    ],
)
def test_clocks_that_show_the_same_in_the_end_have_not_changed(
    zone: str, since: datetime, until: datetime
) -> None:
    assert clocks.change(zone, since, until) is None


def test_who_never_said_a_zone_reads_in_the_communitys() -> None:
    assert Zones("", "Asia/Kolkata", "Europe/Berlin").read_in == "Europe/Berlin"
    assert Zones("Asia/Tokyo", "", "Europe/Berlin").read_in == "Asia/Tokyo"
