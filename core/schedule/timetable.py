"""Mentors' open hours as `times.free` wants them, for any number of mentors at once. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Row,
    Select,
    String,
    bindparam,
    cast,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.expression import SQLColumnExpression

from core.db import BigInt, Instant
from core.schedule.availability import MentorHours, OpenRange, SingleSlot, Vacation
from core.schedule.times import DatedRange, Hours, Span, WeeklyRange

CLOSED: Final = Hours(zone=ZoneInfo("UTC"))


def hours(session: Session, mentor_id: int, *, now: datetime) -> Hours:
    """All open hours of a mentor from yesterday on."""
    return hours_of(session, [mentor_id], now=now)[mentor_id]


def hours_of(session: Session, mentor_ids: Sequence[int], *, now: datetime) -> dict[int, Hours]:
    """The same of many mentors; one who never opened any is closed."""
    entered: dict[int, Entered] = {mentor_id: defaultdict(list) for mentor_id in mentor_ids}
    asked = {"mentors": mentor_ids, "now": now, "since": now.date() - timedelta(days=2)}
    for row in session.execute(_ENTERED, asked):
        entered[row.mentor_id][row.kind].append(row)
    return {mentor_id: _hours(rows) for mentor_id, rows in entered.items()}


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
    return session.scalar(select(Vacation.id).where(Vacation.mentor_id == mentor_id).limit(1)) is not None


def _hours(entered: "Entered") -> Hours:
    for frame in entered["frame"]:
        return Hours(
            zone=ZoneInfo(frame.zone),
            weekly=tuple(WeeklyRange(row.number, row.low, row.high) for row in entered["weekly"]),
            dated=tuple(DatedRange(row.first_day, row.low, row.high) for row in entered["dated"]),
            singles=tuple(Span(row.starts_at, row.ends_at) for row in entered["single"]),
            vacations=tuple((row.first_day, row.last_day) for row in entered["vacation"]),
            buffer_before=timedelta(minutes=frame.low),
            buffer_after=timedelta(minutes=frame.high),
            day_limit=frame.number,
        )
    return CLOSED


# --- the statement of the hot path, made once -------------------------------------------------

Entered: TypeAlias = dict[str, list[Row[Any]]]
"""A mentor's rows of the statement by their kind."""
_MENTORS: Final[ColumnElement[Sequence[int]]] = bindparam("mentors", expanding=True)
_NOTHING: Final[dict[str, SQLColumnExpression[Any]]] = {
    **{"zone": cast(null(), String), "number": cast(null(), BigInt)},
    **{"low": cast(null(), BigInt), "high": cast(null(), BigInt)},
    **{"first_day": cast(null(), Date), "last_day": cast(null(), Date)},
    **{"starts_at": cast(null(), Instant), "ends_at": cast(null(), Instant)},
}


def _part(kind: str, mentor_id: InstrumentedAttribute[int], **said: SQLColumnExpression[Any]) -> Select[Any]:
    """One kind of what a mentor enters, as rows that all kinds can share."""
    columns: list[ColumnElement[Any]] = [value.label(name) for name, value in (_NOTHING | said).items()]
    kinds: ColumnElement[str] = literal_column(f"'{kind}'").label("kind")
    return select(mentor_id.label("mentor_id"), kinds, *columns).where(mentor_id.in_(_MENTORS))


def _entered() -> CompoundSelect[Any]:
    """All that a mentor enters in one question, for each costs a trip to the database."""
    a_range = {"low": OpenRange.from_minute, "high": OpenRange.until_minute}
    frames = _part(
        *("frame", MentorHours.mentor_id),
        zone=MentorHours.zone,
        low=MentorHours.buffer_before,
        high=MentorHours.buffer_after,
        number=MentorHours.day_limit,
    )
    weekly = _part("weekly", OpenRange.mentor_id, number=OpenRange.weekday, **a_range)
    dated = _part("dated", OpenRange.mentor_id, first_day=OpenRange.day, **a_range)
    slots = {"starts_at": SingleSlot.starts_at, "ends_at": SingleSlot.ends_at}
    singles = _part("single", SingleSlot.mentor_id, **slots)
    days = {"first_day": Vacation.first_day, "last_day": Vacation.last_day}
    vacations = _part("vacation", Vacation.mentor_id, **days)
    parts = (
        frames,
        weekly.where(OpenRange.weekday.is_not(None)),
        dated.where(OpenRange.day >= bindparam("since")),
        singles.where(SingleSlot.ends_at > bindparam("now")),
        vacations,
    )
    return union_all(*parts).order_by("low", "starts_at", "first_day")


_ENTERED: Final = _entered()
