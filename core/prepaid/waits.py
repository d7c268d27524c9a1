"""A place in the line for a mentor's seat: its row and its states. The only writer of places.

The order is that of the rows' ids: who asked first is served first, and nothing changes their place.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, delete, func, select, text, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from core import history
from core.db import Base, Id
from core.errors import NotFound
from core.people import mentors
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid.products import Product
from core.prepaid.seats import Seat

KEPT: Final = timedelta(days=120)
OPEN: Final = "state IN ('waiting', 'offered')"


class WaitState(StrEnum):
    """`served`: they bought a pack; `silent`: the offer had no answer; `over`: the mentor has left."""

    WAITING = "waiting"
    OFFERED = "offered"
    SERVED = "served"
    LEFT = "left"
    SILENT = "silent"
    OVER = "over"


class SeatWait(Base):
    """`product_id` is the pack that they wanted, if it was one. `seat_id` is kept for them until `until`."""

    __tablename__ = "seat_waits"
    __table_args__ = (
        Index(
            "ix_seat_waits_one_a_pair",
            *("student_id", "mentor_id"),
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_seat_waits_line", "mentor_id", "state", "id"),
        Index("ix_seat_waits_state_until", "state", "until"),
    )

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    state: Mapped[WaitState]
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seats.id"))
    until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        return self.state in (WaitState.WAITING, WaitState.OFFERED)

    def is_offered(self, now: datetime) -> bool:
        return self.state is WaitState.OFFERED and self.until is not None and self.until > now


IS_OPEN: Final = SeatWait.state.in_((WaitState.WAITING, WaitState.OFFERED))


# --- verbs ------------------------------------------------------------------------------------


def enter(
    session: Session, mentor: Mentor, student: Person, product: Product | None, *, now: datetime
) -> SeatWait:
    """At the end of the line."""
    wait = SeatWait(
        mentor_id=mentor.id,
        student_id=student.id,
        product_id=product.id if product else None,
        state=WaitState.WAITING,
        created_at=now,
    )
    session.add(wait)
    session.flush()
    _record(session, "seat_wait.joined", wait, now=now)
    return wait


def keep_for(session: Session, wait: SeatWait, seat: Seat, *, until: datetime, now: datetime) -> None:
    """A seat is kept for it."""
    wait.state, wait.seat_id, wait.until = WaitState.OFFERED, seat.id, until
    session.flush()
    _record(session, "seat_wait.offered", wait, now=now)


def close(session: Session, wait: SeatWait, state: WaitState, *, now: datetime) -> None:
    """Ends a place."""
    wait.state, wait.closed_at = state, now
    session.flush()
    _record(session, f"seat_wait.{state}", wait, now=now)


def reassign(session: Session, gone: int, kept: int) -> None:
    """Where both wait for the same mentor, what is offered stays, else the earlier place; nobody waits for themselves.

    An offer that nobody can take any more ends by itself.
    """
    other = aliased(SeatWait)
    twice = select(SeatWait, other).where(
        SeatWait.student_id == gone,
        other.student_id == kept,
        other.mentor_id == SeatWait.mentor_id,
        IS_OPEN,
        other.state.in_((WaitState.WAITING, WaitState.OFFERED)),
    )
    for old, own in session.execute(twice).all():
        max(old, own, key=lambda wait: (wait.state is WaitState.WAITING, wait.id)).state = WaitState.LEFT
    session.flush()
    mine = select(Mentor.id).where(Mentor.person_id.in_((gone, kept)))
    both = (SeatWait.student_id.in_((gone, kept)), SeatWait.mentor_id.in_(mine))
    waits = update(SeatWait).where(*both, SeatWait.state == WaitState.WAITING)
    session.execute(waits.values(state=WaitState.LEFT))
    session.execute(update(SeatWait).where(SeatWait.student_id == gone).values(student_id=kept))


def purge(session: Session, *, now: datetime) -> None:
    session.execute(delete(SeatWait).where(~IS_OPEN, SeatWait.created_at < now - KEPT))


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, wait_id: int) -> SeatWait:
    wait = session.get(SeatWait, wait_id)
    if wait is None:
        raise NotFound("seat.unknown")
    return wait


def of_pair(session: Session, mentor_id: int, student_id: int) -> SeatWait | None:
    """The one open place of a student in a mentor's line."""
    pair = (SeatWait.mentor_id == mentor_id, SeatWait.student_id == student_id)
    return session.scalar(select(SeatWait).where(IS_OPEN, *pair))


def of_student(session: Session, student_id: int) -> list[SeatWait]:
    """Where a person waits, the oldest first."""
    mine = select(SeatWait).where(IS_OPEN, SeatWait.student_id == student_id)
    return list(session.scalars(mine.order_by(SeatWait.id)))


def place(session: Session, wait: SeatWait) -> int:
    """The place in the mentor's line, from 1."""
    before = (SeatWait.mentor_id == wait.mentor_id, SeatWait.id < wait.id)
    ahead = select(func.count()).where(SeatWait.state == WaitState.WAITING, *before)
    return (session.scalar(ahead) or 0) + 1


def line(session: Session, mentor_id: int) -> Sequence[SeatWait]:
    """Everybody who waits, in order, and nobody else serves them until the transaction ends."""
    waits = select(SeatWait).where(SeatWait.mentor_id == mentor_id, SeatWait.state == WaitState.WAITING)
    return session.scalars(waits.order_by(SeatWait.id).with_for_update()).all()


def everybody(session: Session, mentor_id: int) -> Sequence[SeatWait]:
    """Who waits and who is offered a seat just now."""
    waits = select(SeatWait).where(SeatWait.mentor_id == mentor_id, SeatWait.closed_at.is_(None))
    return session.scalars(waits.order_by(SeatWait.id).with_for_update()).all()


def _record(session: Session, event: str, wait: SeatWait, *, now: datetime) -> None:
    community_id = mentors.find(session, wait.mentor_id).community_id
    history.record(session, event, wait.id, now=now, community_id=community_id, actor_id=wait.student_id)
