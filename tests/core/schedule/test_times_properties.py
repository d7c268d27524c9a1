"""Free times against a naive oracle that walks every minute, over random weeks and changes of clocks."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.policy import Policy
from core.schedule import times
from core.schedule.times import DatedRange, Hours, Span, WeeklyRange

ZONES = [ZoneInfo(f) for f in ("UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")]
CHANGES = [date(2026, 11, 1), date(2027, 3, 14), date(2026, 10, 4), date(2027, 4, 4), date(2026, 7, 1)]
MINUTE, GRID = timedelta(minutes=1), 30
QUARTERS = st.integers(0, 96).map(lambda quarter: quarter * 15)


@st.composite
def day_ranges(draw: st.DrawFn) -> tuple[int, int]:
    start, end = sorted((draw(QUARTERS), draw(QUARTERS)))
    return start, end


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Hours, date]:
    """Somebody's hours, and a day around which they are looked at."""
    day = draw(st.sampled_from(CHANGES)) + timedelta(days=draw(st.integers(-1, 1)))
    midnight = datetime.combine(day, time(0), UTC)
    ranges = st.tuples(st.integers(0, 6), day_ranges())
    weekly = tuple(WeeklyRange(weekday, *span) for weekday, span in draw(st.lists(ranges, max_size=14)))
    dated = draw(st.lists(st.tuples(st.integers(-1, 1), day_ranges()), max_size=2))
    singles = draw(st.lists(st.tuples(st.integers(-600, 1500), st.integers(1, 400)), max_size=2))
    vacation = draw(st.none() | st.integers(-1, 1))
    away = () if vacation is None else ((day + timedelta(days=vacation),) * 2,)
    hours = Hours(
        zone=draw(st.sampled_from(ZONES)),
        weekly=weekly,
        dated=tuple(DatedRange(day + timedelta(days=shift), *span) for shift, span in dated),
        singles=tuple(
            Span(midnight + start * MINUTE, midnight + (start + length) * MINUTE) for start, length in singles
        ),
        vacations=away,
        buffer_before=draw(st.sampled_from((0, 15))) * MINUTE,
        buffer_after=draw(st.sampled_from((0, 10))) * MINUTE,
        day_limit=draw(st.sampled_from((0, 0, 1, 2))),
    )
    return hours, day


spans = st.lists(st.tuples(st.integers(-300, 1700), st.integers(1, 200)), max_size=5)
offsets = st.lists(st.integers(-300, 1700), max_size=3)


@settings(max_examples=150, deadline=None)
@given(weeks(), spans, offsets, st.sampled_from((30, 60, 90)), st.integers(-2000, 900))
@example((Hours(ZONES[1], (WeeklyRange(6, 60, 240),)), date(2026, 11, 1)), [], [], 30, -2000)
@example((Hours(ZONES[1], (WeeklyRange(6, 60, 240),)), date(2027, 3, 14)), [], [], 30, -2000)
def test_free_times_are_those_that_somebody_walking_every_minute_would_find(
    given_week: tuple[Hours, date],
    taken: list[tuple[int, int]],
    booked: list[int],
    minutes: int,
    now_offset: int,
) -> None:
    hours, day = given_week
    midnight = datetime.combine(day, time(0), UTC)
    busy = [Span(midnight + start * MINUTE, midnight + (start + length) * MINUTE) for start, length in taken]
    sessions = [midnight + offset * MINUTE for offset in booked]
    policy = Policy(notice_minutes=60, horizon_days=1, grid_minutes=GRID)
    window = times.day_window(day, hours.zone)
    now = midnight + now_offset * MINUTE
    found = times.free(hours, busy, policy, minutes, window, now, sessions=sessions).times

    assert list(found) == sorted(set(found))
    for start in found:
        mine = hours.busy(start, minutes)
        assert not any(mine.starts_at < span.ends_at and span.starts_at < mine.ends_at for span in busy)
        assert now + policy.notice <= start <= now + policy.horizon
    assert list(found) == oracle(hours, busy, sessions, minutes, window, now, policy)


def oracle(
    hours: Hours,
    busy: list[Span],
    sessions: list[datetime],
    minutes: int,
    window: Span,
    now: datetime,
    policy: Policy,
) -> list[datetime]:
    """Walks the minutes of the window one by one and asks everything of each."""
    found = []
    starts = open_starts(hours, minutes, window)
    moment = window.starts_at
    while moment < window.ends_at:
        day = moment.astimezone(hours.zone).date()
        that_day = Counter(session.astimezone(hours.zone).date() for session in sessions)[day]
        free = (
            moment in starts
            and now + policy.notice <= moment <= now + policy.horizon
            and not any(first <= day <= last for first, last in hours.vacations)
            and not (hours.day_limit and that_day >= hours.day_limit)
            and not any(
                moment - hours.buffer_before < span.ends_at
                and span.starts_at < moment + minutes * MINUTE + hours.buffer_after
                for span in busy
            )
        )
        if free:
            found.append(moment)
        moment += MINUTE
    return found


def open_starts(hours: Hours, minutes: int, window: Span) -> set[datetime]:
    """Starts by the rules: a wall clock names the first instant that shows it, or what it shifts to."""
    starts: set[datetime] = set()
    day = window.starts_at.astimezone(hours.zone).date() - timedelta(days=1)
    while day <= window.ends_at.astimezone(hours.zone).date():
        dated = [(r.from_minute, r.until_minute) for r in hours.dated if r.day == day]
        weekly = [(r.from_minute, r.until_minute) for r in hours.weekly if r.weekday == day.weekday()]
        for from_minute, until_minute in dated or weekly:
            end = shown(day, until_minute, hours.zone)
            for minute in range(from_minute, until_minute, GRID):
                start = shown(day, minute, hours.zone)
                if start + minutes * MINUTE <= end:
                    starts.add(start)
        day += timedelta(days=1)
    for single in hours.singles:
        start = single.starts_at
        while start + minutes * MINUTE <= single.ends_at:
            starts.add(start)
            start += GRID * MINUTE
    return starts


def shown(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """When a clock on the wall shows this: searched among the instants, not computed."""
    wall = datetime.combine(day, time(0)) + minute * MINUTE
    near = wall.replace(tzinfo=UTC)
    for quarter in range(-56, 57):
        instant = near + quarter * 15 * MINUTE
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
    gaps = (near + quarter * 15 * MINUTE for quarter in range(-56, 57))
    after = next(instant for instant in gaps if instant.astimezone(zone).replace(tzinfo=None) > wall)
    before_gap = (after - 15 * MINUTE).astimezone(zone).utcoffset()
    assert before_gap is not None
    return (wall - before_gap).replace(tzinfo=UTC)
