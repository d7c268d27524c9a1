"""Who gets a time: the statements that take one only where nothing busy of either person overlaps.

A person has one diary, whether they learn or mentor, here or in another community. On SQLite the statements
run in an immediate transaction; on PostgreSQL both people are locked before, and an exclusion constraint stands
behind, whose refusal counts like a row count of nought.
"""

from sqlalchemy import ColumnElement, Executable, exists, insert, literal, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from core.booking.life import BUSY, Booking
from core.people.people import Person
from core.schedule.times import Span


def alone(session: Session, *person_ids: int) -> None:
    """Waits until nobody else takes a time of these people. SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        locked = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
        session.execute(locked.with_for_update(key_share=True))


def overlap(mentor_person_id: int, student_id: int, busy: Span) -> ColumnElement[bool]:
    """Whether anything busy of the mentor or the student stands in this span, in either role."""
    other = aliased(Booking)
    return exists(
        select(literal(1)).where(
            other.state.in_(BUSY),
            other.busy_from < busy.ends_at,
            other.busy_until > busy.starts_at,
            or_(
                other.mentor_person_id == mentor_person_id,
                other.mentor_person_id == student_id,
                other.student_id == mentor_person_id,
                other.student_id == student_id,
            ),
        )
    )


def insert_where_free(
    session: Session, row: dict[str, object], mentor_person_id: int, student_id: int, busy: Span
) -> bool:
    """The one statement that reserves; its row count decides."""
    columns = Booking.__table__.c
    values = select(*(literal(value, columns[name].type).label(name) for name, value in row.items()))
    free = values.where(~overlap(mentor_person_id, student_id, busy))
    return decided(session, insert(Booking).from_select(list(row), free))


def decided(session: Session, statement: Executable) -> bool:
    """Whether a statement that takes a time took it."""
    try:
        with session.begin_nested():
            return rows(session, statement) == 1
    except IntegrityError:
        return False


def rows(session: Session, statement: Executable) -> int:
    """How many rows a statement changed."""
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
