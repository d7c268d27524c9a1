"""Free times, in sentences."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.policy import Policy
from core.schedule import times
from core.schedule.times import DatedRange, Free, Hours, Reason, Span, WeeklyRange, day_window, instant

NEW_YORK, BERLIN, LONDON = (ZoneInfo(f) for f in ("America/New_York", "Europe/Berlin", "Europe/London"))
LORD_HOWE, UTC_ZONE = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
TUESDAY = date(2026, 11, 24)
OPEN = Policy(notice_minutes=0, horizon_days=365)


def week(from_minute: int, until_minute: int, **changes: object) -> Hours:
    """Open every day between two minutes of the day, in UTC and without buffers."""
    weekly = tuple(WeeklyRange(day, from_minute, until_minute) for day in range(7))
    plain: dict[str, object] = {"zone": UTC_ZONE, "weekly": weekly, "buffer_after": timedelta(0)}
    return Hours(**{**plain, **changes})  # type: ignore[arg-type]


def free_on(
    hours: Hours,
    day: date = TUESDAY,
    minutes: int = 60,
    *,
    busy: Sequence[Span] = (),
    policy: Policy = OPEN,
    now: datetime = NOW,
    sessions: Sequence[datetime] = (),
) -> Free:
    return times.free(hours, busy, policy, minutes, day_window(day, hours.zone), now, sessions=sessions)


def at(hour: int, minute: int = 0, day: date = TUESDAY, zone: ZoneInfo = UTC_ZONE) -> datetime:
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def clocks(found: Free, zone: ZoneInfo = UTC_ZONE) -> list[str]:
    return [f"{start.astimezone(zone):%H:%M}" for start in found.times]


def test_times_stand_on_the_grid_and_end_before_the_mentor_closes() -> None:
    assert clocks(free_on(week(600, 735))) == ["10:00", "10:30", "11:00"]
    assert clocks(free_on(week(600, 735), minutes=90)) == ["10:00", "10:30"]
    assert clocks(free_on(week(615, 700), minutes=30)) == ["10:15", "10:45"]


def test_the_grid_is_the_communitys() -> None:
    quarter = Policy(notice_minutes=0, grid_minutes=15)
    assert clocks(free_on(week(600, 675), policy=quarter)) == ["10:00", "10:15"]


def test_a_day_without_hours_is_closed() -> None:
    found = free_on(Hours(zone=UTC_ZONE))
    assert (found.times, found.why_not) == ((), Reason.CLOSED)


def test_a_taken_time_and_its_buffers_are_left_out() -> None:
    hours = week(600, 840, buffer_before=timedelta(minutes=15), buffer_after=timedelta(minutes=10))
    booked = hours.busy(at(12), 60)
    assert booked == Span(at(11, 45), at(13, 10))
    found = free_on(hours, busy=[booked], minutes=30)
    assert clocks(found) == ["10:00", "10:30", "11:00", "13:30"]
    assert found.reasons == {Reason.BUSY: 4}


def test_sessions_may_touch_where_there_is_no_buffer() -> None:
    assert clocks(free_on(week(600, 780), busy=[Span(at(11), at(12))])) == ["10:00", "12:00"]


def test_the_day_limit_counts_the_mentors_sessions_of_that_day_in_the_mentors_zone() -> None:
    hours = week(600, 720, zone=NEW_YORK, day_limit=2)
    evening_before = at(23, day=date(2026, 11, 23), zone=NEW_YORK)  # Tuesday in UTC, Monday in New York
    morning, noon = at(8, zone=NEW_YORK), at(13, zone=NEW_YORK)
    assert free_on(hours, sessions=[morning, evening_before]).times
    full = free_on(hours, sessions=[morning, noon])
    assert (full.times, full.why_not) == ((), Reason.DAY_LIMIT)


def test_vacation_includes_its_first_and_last_day() -> None:
    hours = week(600, 660, vacations=((TUESDAY, date(2026, 11, 25)),))
    days = [date(2026, 11, day) for day in (23, 24, 25, 26)]
    assert [len(free_on(hours, day).times) for day in days] == [1, 0, 0, 1]
    assert free_on(hours, TUESDAY).why_not is Reason.VACATION


def test_a_dated_override_replaces_the_week_and_an_empty_one_closes_the_day() -> None:
    hours = week(600, 720, dated=(DatedRange(TUESDAY, 900, 960), DatedRange(date(2026, 11, 25), 0, 0)))
    assert clocks(free_on(hours, TUESDAY)) == ["15:00"]
    assert free_on(hours, date(2026, 11, 25)).times == ()
    assert clocks(free_on(hours, date(2026, 11, 26))) == ["10:00", "10:30", "11:00"]


def test_a_single_slot_opens_whatever_the_week_says_and_even_on_a_closed_date() -> None:
    single = Span(at(20, 10), at(21, 40))
    hours = week(0, 0, weekly=(), singles=(single,), dated=(DatedRange(TUESDAY, 0, 0),))
    assert clocks(free_on(hours)) == ["20:10", "20:40"]


def test_a_single_slot_on_a_vacation_day_stays_closed() -> None:
    hours = week(0, 0, weekly=(), singles=(Span(at(20), at(21)),), vacations=((TUESDAY, TUESDAY),))
    assert free_on(hours).why_not is Reason.VACATION


def test_a_time_found_twice_is_offered_once() -> None:
    hours = week(600, 720, singles=(Span(at(10, 30), at(11, 30)),))
    assert clocks(free_on(hours)) == ["10:00", "10:30", "11:00"]


def test_notice_is_counted_to_the_second() -> None:
    policy = Policy(notice_minutes=120)
    exactly = free_on(week(600, 720), policy=policy, now=at(8, 30))
    assert clocks(exactly) == ["10:30", "11:00"]
    assert exactly.reasons == {Reason.NOTICE: 1}
    late = free_on(week(600, 720), policy=policy, now=at(8, 30) + timedelta(seconds=1))
    assert clocks(late) == ["11:00"]


def test_nothing_is_offered_beyond_the_horizon() -> None:
    policy = Policy(notice_minutes=0, horizon_days=1)
    found = free_on(week(0, 1440), policy=policy)
    assert found.times[-1] == NOW + timedelta(days=1)
    assert found.reasons[Reason.HORIZON] > 0


def test_the_reason_that_left_out_most_is_told() -> None:
    hours = week(600, 840)
    mostly_busy = free_on(hours, busy=[Span(at(11), at(14))], policy=Policy(notice_minutes=60), now=at(9, 30))
    assert mostly_busy.reasons == {Reason.NOTICE: 1, Reason.BUSY: 6}
    assert mostly_busy.why_not is Reason.BUSY


def test_a_mentor_open_around_midnight_is_found_on_both_days() -> None:
    weekly = (WeeklyRange(1, 1380, 1440), WeeklyRange(2, 0, 60))
    hours = week(0, 0, weekly=weekly)
    assert clocks(free_on(hours, TUESDAY)) == ["23:00"]
    assert clocks(free_on(hours, date(2026, 11, 25))) == ["00:00"]


def test_a_readers_day_finds_the_mentors_hours_across_zones() -> None:
    tokyo, honolulu = ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Honolulu")
    hours = week(540, 600, zone=tokyo)
    found = times.free(hours, (), OPEN, 60, day_window(TUESDAY, honolulu), NOW)
    assert [start.astimezone(honolulu).strftime("%d %H:%M") for start in found.times] == ["24 14:00"]


# --- clocks that change -----------------------------------------------------------------------

SPRING, AUTUMN = date(2027, 3, 14), date(2026, 11, 1)  # in New York


def test_a_time_that_does_not_exist_shifts_forward() -> None:
    assert instant(SPRING, 150, NEW_YORK) == at(3, 30, SPRING, NEW_YORK)


def test_of_two_times_of_one_name_the_first_is_meant() -> None:
    first = instant(AUTUMN, 90, NEW_YORK)
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert first.astimezone(NEW_YORK).fold == 0


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (SPRING, NEW_YORK, 23),
        (AUTUMN, NEW_YORK, 25),
        (TUESDAY, NEW_YORK, 24),
        (date(2026, 10, 4), LORD_HOWE, 23.5),
        (date(2026, 4, 5), LORD_HOWE, 24.5),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(day: date, zone: ZoneInfo, hours: float) -> None:
    window = day_window(day, zone)
    assert window.ends_at - window.starts_at == timedelta(hours=hours)


def test_each_time_that_is_offered_is_found_by_itself_too_on_the_night_with_the_missing_hour() -> None:
    hours, now = week(150, 300, zone=NEW_YORK), at(0, day=date(2027, 3, 1))
    found = free_on(hours, SPRING, now=now).times
    assert at(3, 0, SPRING, NEW_YORK) in found
    for start in found:
        moment = Span(start, start + timedelta(minutes=1))
        assert times.free(hours, (), OPEN, 60, moment, now).times == (start,)


def test_the_missing_hour_is_neither_offered_nor_lost_from_a_session() -> None:
    hours = week(60, 240, zone=NEW_YORK)
    found = free_on(hours, SPRING, now=at(0, day=date(2027, 3, 1)))
    assert clocks(found, NEW_YORK) == ["01:00", "01:30", "03:00"]
    for start in found.times:
        assert (start + timedelta(hours=1)) <= at(4, 0, SPRING, NEW_YORK)


def test_an_hour_that_is_all_missing_offers_nothing() -> None:
    assert free_on(week(120, 180, zone=NEW_YORK), SPRING, 30, now=at(0, day=date(2027, 3, 1))).times == ()


def test_the_hour_that_comes_twice_is_offered_once() -> None:
    found = free_on(week(60, 120, zone=NEW_YORK), AUTUMN, 30, now=at(0, day=date(2026, 10, 30)))
    assert clocks(found, NEW_YORK) == ["01:00", "01:30"]
    assert [start.astimezone(NEW_YORK).fold for start in found.times] == [0, 0]


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (NEW_YORK, date(2027, 3, 13), SPRING),
        (NEW_YORK, date(2026, 10, 31), AUTUMN),
        (BERLIN, date(2027, 3, 27), date(2027, 3, 28)),
        (LONDON, date(2026, 10, 24), date(2026, 10, 25)),
    ],
)
def test_a_weekly_rule_keeps_its_wall_clock_over_a_change_of_clocks(
    zone: ZoneInfo, before: date, after: date
) -> None:
    hours = week(600, 660, zone=zone)
    booked_on = datetime.combine(before - timedelta(days=5), time(12), UTC)
    old, new = (free_on(hours, day, now=booked_on) for day in (before, after))
    assert clocks(old, zone) == clocks(new, zone) == ["10:00"]
    assert new.times[0] - old.times[0] != timedelta(days=1)
