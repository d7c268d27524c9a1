"""What a profile says in numbers, exact to the row. Reads only, of many at once as of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from core.booking.life import AFTER, Booking, BookingState
from core.db import BigInt
from core.discovery.written import Review, Side
from core.history import History

ANSWERED_WITHIN: Final = timedelta(days=90)
ANSWERS: Final = ("booking.accepted", "booking.declined", "booking.proposed")
"""What a mentor does with a request."""


@dataclass(frozen=True, slots=True)
class Figures:
    """`answers_in` is the median time to a mentor's answer over 90 days, `None` where nothing was answered.

    `students` are those with a session that took place, `returning` those of them with two or more.
    """

    answers_in: timedelta | None = None
    students: int = 0
    returning: int = 0

    @property
    def repeat_basis_points(self) -> int | None:
        """The share of students who come back, to a whole percent; `None` before the first."""
        return 100 * round(100 * self.returning / self.students) if self.students else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What mentors think of a student: mean stars, and how many mentors have said so."""

    stars: float
    mentors: int


def of_many(session: Session, mentor_ids: Sequence[int], *, now: datetime) -> dict[int, Figures]:
    waits, students = _waits(session, mentor_ids, now=now), _students(session, mentor_ids)
    return {each: Figures(_median(waits[each]), *students.get(each, (0, 0))) for each in mentor_ids}


def standing(session: Session, student_id: int) -> Standing | None:
    """From the reviews that are shown; `None` while there are none."""
    stars, mentors = session.execute(_STANDING, {"student": student_id}).one()
    return Standing(float(stars), mentors) if mentors else None


def _waits(session: Session, mentor_ids: Sequence[int], *, now: datetime) -> dict[int, list[timedelta]]:
    """How long each answered request had waited."""
    asked = {"mentors": list(mentor_ids), "since": now - ANSWERED_WITHIN}
    found: dict[int, list[timedelta]] = {mentor_id: [] for mentor_id in mentor_ids}
    for mentor_id, requested, answered in session.execute(_WAITS, asked):
        found[mentor_id].append(answered - requested)
    return found


def _median(waits: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(wait.total_seconds() for wait in waits)) if waits else None


def _students(session: Session, mentor_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = session.execute(_STUDENTS, {"mentors": list(mentor_ids)})
    return {mentor_id: (students, int(returning)) for mentor_id, students, returning in rows}


# --- statements of the hot path, made once ----------------------------------------------------

_MENTORS: Final = bindparam("mentors", type_=BigInt, expanding=True)
_Answer: Final = aliased(History)
_WAITS: Final = (
    select(Booking.mentor_id, History.at, func.min(_Answer.at))
    .join(History, (History.event == "booking.requested") & (History.subject_id == Booking.id))
    .join(
        _Answer,
        _Answer.event.in_(ANSWERS)
        & (_Answer.subject_id == Booking.id)
        & (_Answer.actor_id == Booking.mentor_person_id)
        & (_Answer.at >= History.at),
    )
    .where(Booking.mentor_id.in_(_MENTORS), Booking.asks_first, History.at >= bindparam("since"))
    .group_by(Booking.mentor_id, History.id, History.at)
)
_SESSIONS: Final = (
    select(Booking.mentor_id, func.count().label("sessions"))
    .where(
        Booking.mentor_id.in_(_MENTORS),
        Booking.state.in_(AFTER),
        Booking.outcome == BookingState.COMPLETED,
    )
    .group_by(Booking.mentor_id, Booking.student_id)
    .subquery()
)
_STUDENTS: Final = select(
    _SESSIONS.c.mentor_id, func.count(), func.sum(case((_SESSIONS.c.sessions > 1, 1), else_=0))
).group_by(_SESSIONS.c.mentor_id)
_STANDING: Final = select(func.avg(Review.stars), func.count(Review.mentor_id.distinct())).where(
    Review.student_id == bindparam("student"),
    Review.side == Side.MENTOR,
    Review.published_at.is_not(None),
    Review.hidden_at.is_(None),
)
