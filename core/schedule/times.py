"""Free times: one pure function that lists, holds and moves are all decided by.

It also says why a time was left out, so that "why is there nothing?" has an answer.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.policy import Policy

ONE_DAY = timedelta(days=1)


class Reason(StrEnum):
    """Why a start is not free; the first that applies, in this order."""

    VACATION = "vacation"
    NOTICE = "notice"
    HORIZON = "horizon"
    DAY_LIMIT = "day_limit"
    BUSY = "busy"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WeeklyRange:
    """Wall-clock minutes after midnight in the mentor's zone; `until_minute` may be 1,440. Monday is 0."""

    weekday: int
    from_minute: int
    until_minute: int


@dataclass(frozen=True, slots=True)
class DatedRange:
    """Replaces the weekly ranges of its date. An empty range (from = until) closes the day."""

    day: date
    from_minute: int
    until_minute: int


@dataclass(frozen=True, slots=True)
class Span:
    """Instants in UTC, the end not included."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """When a mentor is open. Vacation dates are inclusive; a day limit of 0 is none."""

    zone: ZoneInfo
    weekly: tuple[WeeklyRange, ...] = ()
    dated: tuple[DatedRange, ...] = ()
    singles: tuple[Span, ...] = ()
    vacations: tuple[tuple[date, date], ...] = ()
    buffer_before: timedelta = timedelta(0)
    buffer_after: timedelta = timedelta(minutes=10)
    day_limit: int = 0

    def busy(self, starts_at: datetime, minutes: int) -> Span:
        """What a session at this start takes of the mentor's time, buffers included."""
        ends_at = starts_at + timedelta(minutes=minutes)
        return Span(starts_at - self.buffer_before, ends_at + self.buffer_after)


@dataclass(frozen=True, slots=True)
class Free:
    """`times` in order; `reasons` count what was left out."""

    times: tuple[datetime, ...]
    reasons: Counter[Reason] = field(default_factory=Counter)

    @property
    def why_not(self) -> Reason:
        """The reason that left out most; closed where nothing was open at all."""
        return self.reasons.most_common(1)[0][0] if self.reasons else Reason.CLOSED


def free(
    hours: Hours,
    busy: Sequence[Span],
    policy: Policy,
    minutes: int,
    window: Span,
    now: datetime,
    *,
    sessions: Sequence[datetime] = (),
) -> Free:
    """The starts inside `window` that a session of `minutes` can be booked at.

    `busy` are spans that are taken, buffers included; `sessions` the mentor's own starts, for the day limit.
    """
    taken = _merged(busy)
    per_day = Counter(start.astimezone(hours.zone).date() for start in sessions)
    times: list[datetime] = []
    reasons: Counter[Reason] = Counter()
    for start in _starts(hours, minutes, policy.grid_minutes, window):
        reason = _why_not(hours, taken, per_day, policy, minutes, start, now)
        if reason is None:
            times.append(start)
        else:
            reasons[reason] += 1
    return Free(tuple(times), reasons)


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A wall-clock minute of a day as an instant: what does not exist shifts forward, of two the first."""
    midnight = datetime.combine(day, time(0))
    return (midnight + timedelta(minutes=minute)).replace(tzinfo=zone, fold=0).astimezone(UTC)


def day_window(day: date, zone: ZoneInfo) -> Span:
    """All of a calendar day in a zone (23 to 25 hours)."""
    return Span(instant(day, 0, zone), instant(day + ONE_DAY, 0, zone))


def _starts(hours: Hours, minutes: int, grid: int, window: Span) -> Iterator[datetime]:
    """Every start that open hours allow, once each, in order."""
    length = timedelta(minutes=minutes)
    found: set[datetime] = set()
    day = window.starts_at.astimezone(hours.zone).date() - ONE_DAY
    last = window.ends_at.astimezone(hours.zone).date()
    while day <= last:
        for from_minute, until_minute in _ranges(hours, day):
            end = instant(day, until_minute, hours.zone)
            for minute in range(from_minute, until_minute, grid):
                start = instant(day, minute, hours.zone)
                if start + length <= end:
                    found.add(start)
        day += ONE_DAY
    for single in hours.singles:
        start = single.starts_at
        while start + length <= single.ends_at:
            found.add(start)
            start += timedelta(minutes=grid)
    return iter(sorted(start for start in found if window.starts_at <= start < window.ends_at))


def _ranges(hours: Hours, day: date) -> list[tuple[int, int]]:
    dated = [(dated.from_minute, dated.until_minute) for dated in hours.dated if dated.day == day]
    if dated:
        return dated
    return [(w.from_minute, w.until_minute) for w in hours.weekly if w.weekday == day.weekday()]


def _why_not(
    hours: Hours,
    taken: tuple[list[datetime], list[datetime]],
    per_day: Counter[date],
    policy: Policy,
    minutes: int,
    start: datetime,
    now: datetime,
) -> Reason | None:
    day = start.astimezone(hours.zone).date()
    if any(first <= day <= last for first, last in hours.vacations):
        return Reason.VACATION
    if start < now + policy.notice:
        return Reason.NOTICE
    if start > now + policy.horizon:
        return Reason.HORIZON
    if hours.day_limit and per_day[day] >= hours.day_limit:
        return Reason.DAY_LIMIT
    if _overlaps(taken, hours.busy(start, minutes)):
        return Reason.BUSY
    return None


def _merged(spans: Sequence[Span]) -> tuple[list[datetime], list[datetime]]:
    """Starts and ends of the spans, overlapping ones made one, so that a look-up is one bisection."""
    starts: list[datetime] = []
    ends: list[datetime] = []
    for span in sorted(spans, key=lambda span: span.starts_at):
        if ends and span.starts_at <= ends[-1]:
            ends[-1] = max(ends[-1], span.ends_at)
        else:
            starts.append(span.starts_at)
            ends.append(span.ends_at)
    return starts, ends


def _overlaps(taken: tuple[list[datetime], list[datetime]], span: Span) -> bool:
    starts, ends = taken
    before_end = bisect_right(starts, span.ends_at - timedelta(microseconds=1))
    return before_end > 0 and ends[before_end - 1] > span.starts_at
