"""Who gets a time: the statements that take one only where nothing busy of either person overlaps.

A person has one diary, whether they learn or mentor, here or in another community. On SQLite the statements
run in an immediate transaction; on PostgreSQL both people are locked before, and an exclusion constraint stands
behind, whose refusal counts like a row count of nought.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Executable, Table, and_, bindparam, exists, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.booking.life import IN_BUSY, Booking
from core.errors import NotFound
from core.people.people import Person
from core.schedule.times import Span


def alone(session: Session, *person_ids: int) -> None:
    """Waits until nobody else takes a time of these people. SQLite has one writer at a time anyway."""
    if _is_postgresql(session):
        locked = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
        found = session.scalars(locked.with_for_update(key_share=True)).all()
        if len(found) < len(set(person_ids)):
            raise NotFound("person.unknown")  # joined to another person while we waited


def overlap(mentor_person_id: int, student_id: int, busy: Span, *, but: int = 0) -> ColumnElement[bool]:
    """Whether anything busy of the mentor or the student, but for one booking, stands in this span, in either role."""
    return _overlap((mentor_person_id, student_id), busy.starts_at, busy.ends_at, but)


def insert_where_free(
    session: Session, row: dict[str, object], mentor_person_id: int, student_id: int, busy: Span
) -> Booking | None:
    """The one statement that reserves: the booking that it made, or nothing."""
    taken = {
        "mentor": mentor_person_id,
        "student": student_id,
        "since": busy.starts_at,
        "until": busy.ends_at,
    }
    session.flush()
    statement = _RESERVE[session.get_bind().dialect.name]
    return session.scalars(statement, {f"new_{name}": row.get(name) for name in _NEW} | taken).first()


def decided(session: Session, statement: Executable) -> bool:
    """Whether a statement that takes a time took it."""
    session.flush()
    try:
        with session.begin_nested() if _is_postgresql(session) else nullcontext():
            return rows(session, statement) == 1
    except IntegrityError:
        return False


def rows(session: Session, statement: Executable) -> int:
    """How many rows a statement changed."""
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _is_postgresql(session: Session) -> bool:
    """There others write at the same time, and a statement that is refused takes its transaction with it."""
    return session.get_bind().dialect.name == "postgresql"


def _overlap(person_ids: Sequence[Any], since: Any, until: Any, but: int = 0) -> ColumnElement[bool]:
    """Each role by the index of its busy rows."""
    other = _BOOKINGS.alias("other")
    roles = (other.c.mentor_person_id, other.c.student_id)
    return exists(
        select(literal(1)).where(
            other.c.busy_from < until,
            other.c.busy_until > since,
            *((other.c.id != but,) if but else ()),
            or_(*(and_(role.in_(person_ids), other.c.state.in_(IN_BUSY)) for role in roles)),
        )
    )


def _reserve(new_row: postgresql.Insert | sqlite.Insert) -> Executable:
    """Made once: putting it together takes longer than running it. What a constraint refuses makes no row either."""
    columns = _BOOKINGS.c
    new = select(*(bindparam(f"new_{name}", type_=columns[name].type) for name in _NEW))
    person_ids = (
        bindparam("mentor", type_=columns.student_id.type),
        bindparam("student", type_=columns.student_id.type),
    )
    since, until = (
        bindparam("since", type_=columns.busy_from.type),
        bindparam("until", type_=columns.busy_from.type),
    )
    reserved = new_row.from_select(_NEW, new.where(~_overlap(person_ids, since, until)))
    return select(Booking).from_statement(reserved.on_conflict_do_nothing().returning(_BOOKINGS))


_BOOKINGS: Final = cast(Table, Booking.__table__)
_NEW: Final = [column.name for column in _BOOKINGS.c if column.name != "id"]
_RESERVE: Final = {
    "sqlite": _reserve(sqlite.insert(_BOOKINGS)),
    "postgresql": _reserve(postgresql.insert(_BOOKINGS)),
}
