"""Mentors' open hours as `times.free` wants them, for any number of mentors at once. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from core.schedule.availability import MentorHours, OpenRange, SingleSlot, Vacation
from core.schedule.times import DatedRange, Hours, Span, WeeklyRange

Ranges: TypeAlias = dict[int, tuple[list[WeeklyRange], list[DatedRange]]]
CLOSED: Final = Hours(zone=ZoneInfo("UTC"))


def hours(session: Session, mentor_id: int, *, now: datetime) -> Hours:
    """All open hours of a mentor from yesterday on."""
    return hours_of(session, [mentor_id], now=now)[mentor_id]


def hours_of(session: Session, mentor_ids: Sequence[int], *, now: datetime) -> dict[int, Hours]:
    """The same of many mentors; one who never opened any is closed."""
    found = dict.fromkeys(mentor_ids, CLOSED)
    ranges, singles = _ranges(session, mentor_ids, now=now), _singles(session, mentor_ids, now=now)
    vacations = _vacations(session, mentor_ids)
    for frame in session.scalars(_FRAMES, {"mentors": mentor_ids}):
        weekly, dated = ranges[frame.mentor_id]
        found[frame.mentor_id] = Hours(
            zone=ZoneInfo(frame.zone),
            weekly=tuple(weekly),
            dated=tuple(dated),
            singles=tuple(singles[frame.mentor_id]),
            vacations=tuple(vacations[frame.mentor_id]),
            buffer_before=timedelta(minutes=frame.buffer_before),
            buffer_after=timedelta(minutes=frame.buffer_after),
            day_limit=frame.day_limit,
        )
    return found


def single_slots(session: Session, mentor_id: int, *, now: datetime) -> list[SingleSlot]:
    """Those that have not ended, in order."""
    return list(
        session.scalars(
            select(SingleSlot)
            .where(SingleSlot.mentor_id == mentor_id, SingleSlot.ends_at > now)
            .order_by(SingleSlot.starts_at)
        )
    )


def is_away(session: Session, mentor_id: int) -> bool:
    """Whether a vacation is entered, present or planned."""
    return bool(_vacations(session, [mentor_id]))


def _ranges(session: Session, mentor_ids: Sequence[int], *, now: datetime) -> Ranges:
    since = now.date() - timedelta(days=2)
    found: Ranges = defaultdict(lambda: ([], []))
    for mentor, weekday, day, start, end in session.execute(_RANGES, {"mentors": mentor_ids}):
        weekly, dated = found[mentor]
        if weekday is not None:
            weekly.append(WeeklyRange(weekday, start, end))
        elif day is not None and day >= since:
            dated.append(DatedRange(day, start, end))
    return found


def _singles(session: Session, mentor_ids: Sequence[int], *, now: datetime) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for mentor, start, end in session.execute(_SINGLES, {"mentors": mentor_ids, "now": now}):
        found[mentor].append(Span(start, end))
    return found


def _vacations(session: Session, mentor_ids: Sequence[int]) -> dict[int, list[tuple[date, date]]]:
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for mentor, first, last in session.execute(_VACATIONS, {"mentors": mentor_ids}):
        found[mentor].append((first, last))
    return found


# --- statements of the hot path, made once ----------------------------------------------------

_MENTORS: Final[ColumnElement[Sequence[int]]] = bindparam("mentors", expanding=True)
_FRAMES: Final = select(MentorHours).where(MentorHours.mentor_id.in_(_MENTORS))
_RANGES: Final = (
    select(
        OpenRange.mentor_id, OpenRange.weekday, OpenRange.day, OpenRange.from_minute, OpenRange.until_minute
    )
    .where(OpenRange.mentor_id.in_(_MENTORS))
    .order_by(OpenRange.from_minute)
)
_SINGLES: Final = (
    select(SingleSlot.mentor_id, SingleSlot.starts_at, SingleSlot.ends_at)
    .where(SingleSlot.mentor_id.in_(_MENTORS), SingleSlot.ends_at > bindparam("now"))
    .order_by(SingleSlot.starts_at)
)
_VACATIONS: Final = (
    select(Vacation.mentor_id, Vacation.first_day, Vacation.last_day)
    .where(Vacation.mentor_id.in_(_MENTORS))
    .order_by(Vacation.first_day)
)
