"""Free times: one pure function that lists, holds and moves are all decided by.

It also says why a time was left out, so that "why is there nothing?" has an answer.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.policy import Policy

ONE_DAY = timedelta(days=1)
MINUTES = tuple(timedelta(minutes=minute) for minute in range(24 * 60 + 1))
NOTHING = timedelta()
MISSING = timedelta(hours=1)
"""What a clock leaves out in spring, at most: a minute of that hour comes after those that follow it."""


class Reason(StrEnum):
    """Why a start is not free; the first that applies, in this order."""

    VACATION = "vacation"
    NOTICE = "notice"
    HORIZON = "horizon"
    DAY_LIMIT = "day_limit"
    BUSY = "busy"
    CLOSED = "closed"
    PACK_ENDS = "pack_ends"


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
    priority: timedelta = NOTHING,
    most: int | None = None,
) -> Free:
    """The starts inside `window` that a session of `minutes` can be booked at.

    `busy` are spans that are taken, buffers included; `sessions` the mentor's own starts, for the day limit;
    `priority` is how much further than others the one who asks may book. Looks no further than the first `most`.
    """
    gate = _gate(hours, busy, policy, minutes, now, sessions, priority)
    times: list[datetime] = []
    reasons: Counter[Reason] = Counter()
    for start, day in _starts(hours, minutes, policy.grid_minutes, window):
        reason = gate.why_not(start, day)
        if reason is not None:
            reasons[reason] += 1
            continue
        times.append(start)
        if len(times) == most:
            break
    return Free(tuple(times), reasons)


@dataclass(frozen=True, slots=True)
class Gate:
    """What a start has to pass, worked out once for all of them. `taken` are starts and ends, not overlapping."""

    earliest: datetime
    latest: datetime
    vacations: tuple[tuple[date, date], ...]
    taken: tuple[list[datetime], list[datetime]]
    before: timedelta
    after: timedelta
    full: frozenset[date]

    def why_not(self, start: datetime, day: date) -> Reason | None:
        """Why a start on a day of the mentor's calendar is not free."""
        if self.vacations and any(first <= day <= last for first, last in self.vacations):
            return Reason.VACATION
        if start < self.earliest:
            return Reason.NOTICE
        if start > self.latest:
            return Reason.HORIZON
        if day in self.full:
            return Reason.DAY_LIMIT
        return Reason.BUSY if self._is_taken(start - self.before, start + self.after) else None

    def _is_taken(self, since: datetime, until: datetime) -> bool:
        starts, ends = self.taken
        begun = bisect_left(starts, until)
        return begun > 0 and ends[begun - 1] > since


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A wall-clock minute of a day as an instant: what does not exist shifts forward, of two the first."""
    midnight = datetime.combine(day, time(0))
    return (midnight + timedelta(minutes=minute)).replace(tzinfo=zone, fold=0).astimezone(UTC)


def day_window(day: date, zone: ZoneInfo) -> Span:
    """All of a calendar day in a zone (23 to 25 hours)."""
    return Span(instant(day, 0, zone), instant(day + ONE_DAY, 0, zone))


def _gate(
    hours: Hours,
    busy: Sequence[Span],
    policy: Policy,
    minutes: int,
    now: datetime,
    sessions: Sequence[datetime],
    priority: timedelta,
) -> Gate:
    return Gate(
        earliest=now + policy.notice,
        latest=now + policy.horizon + priority,
        vacations=hours.vacations,
        taken=_merged(busy),
        before=hours.buffer_before,
        after=timedelta(minutes=minutes) + hours.buffer_after,
        full=_full_days(hours, sessions),
    )


def _starts(hours: Hours, minutes: int, grid: int, window: Span) -> list[tuple[datetime, date]]:
    """Every start that open hours allow, once each, in order, with its day of the mentor's calendar."""
    length, step = timedelta(minutes=minutes), timedelta(minutes=grid)
    found: dict[datetime, date] = {}
    for day, ranges in _open_days(hours, window):
        wall_clock = _wall_clock(day, hours.zone)
        for from_minute, until_minute in ranges:
            begin, end = wall_clock(from_minute) - MISSING, wall_clock(until_minute)
            if window.starts_at < end and begin < window.ends_at:
                starts = map(wall_clock, range(from_minute, until_minute, grid))
                found |= dict.fromkeys([start for start in starts if start + length <= end], day)
    for single in hours.singles:
        start = single.starts_at
        while start + length <= single.ends_at:
            found[start] = start.astimezone(hours.zone).date()
            start += step
    within = sorted(start for start in found if window.starts_at <= start < window.ends_at)
    return [(start, found[start]) for start in within]


def _open_days(hours: Hours, window: Span) -> Iterator[tuple[date, list[tuple[int, int]]]]:
    """Days of the mentor's calendar around the window with their ranges; a date's own replace the week's."""
    weekly: dict[int, list[tuple[int, int]]] = {}
    dated: dict[date, list[tuple[int, int]]] = {}
    for week in hours.weekly:
        weekly.setdefault(week.weekday, []).append((week.from_minute, week.until_minute))
    for own in hours.dated:
        dated.setdefault(own.day, []).append((own.from_minute, own.until_minute))
    day = window.starts_at.astimezone(hours.zone).date() - ONE_DAY
    last = window.ends_at.astimezone(hours.zone).date()
    while day <= last:
        yield day, dated.get(day) or weekly.get(day.weekday(), [])
        day += ONE_DAY


def _wall_clock(day: date, zone: ZoneInfo) -> Callable[[int], datetime]:
    """A day's minutes as instants; on the many days that have 24 hours by plain addition."""
    midnight = instant(day, 0, zone)
    if instant(day + ONE_DAY, 0, zone) - midnight != ONE_DAY:
        return lambda minute: instant(day, minute, zone)
    return lambda minute: midnight + MINUTES[minute]


def _full_days(hours: Hours, sessions: Sequence[datetime]) -> frozenset[date]:
    if not hours.day_limit:
        return frozenset()
    per_day = Counter(start.astimezone(hours.zone).date() for start in sessions)
    return frozenset(day for day, count in per_day.items() if count >= hours.day_limit)


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
