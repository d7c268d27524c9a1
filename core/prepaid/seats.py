"""A mentor's seats, and who has them. The only writer of seats.

A seat that is not released has a number from 1 to the mentor's number of seats that nobody else has, and a student
has one with a mentor at most: the database refuses anything else, so no seat is held by two.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, String, select, text, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from core import history
from core.db import Base, Id
from core.errors import Conflict, NotFound
from core.people import mentors
from core.people.mentors import Mentor
from core.prepaid import packs, warning

OFFER: Final = timedelta(hours=12)
"""How long a seat is offered to the first in line; nights are in it."""
TAKEN: Final = "state <> 'released'"


class SeatState(StrEnum):
    """`reserved`: while somebody pays, or is offered it; `grace`: nothing is left to book, and it is still kept."""

    RESERVED = "reserved"
    ACTIVE = "active"
    GRACE = "grace"
    RELEASED = "released"


HELD: Final = (SeatState.RESERVED, SeatState.GRACE, SeatState.ACTIVE)
"""Somebody has it; what lasts longer stands later."""
JOINED: Final = "joined"


class Seat(Base):
    """`since` is when it came into its state, `until` when a reservation or the grace ends. `warned_at`: the end of
    this grace was announced.
    """

    __tablename__ = "seats"
    __table_args__ = (
        Index(
            "ix_seats_number",
            *("mentor_id", "number"),
            unique=True,
            sqlite_where=text(TAKEN),
            postgresql_where=text(TAKEN),
        ),
        Index(
            "ix_seats_holder",
            *("mentor_id", "student_id"),
            unique=True,
            sqlite_where=text(TAKEN),
            postgresql_where=text(TAKEN),
        ),
        Index("ix_seats_state_until", "state", "until"),
    )

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[int]
    state: Mapped[SeatState]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(40))

    def is_over(self, now: datetime) -> bool:
        """Its reservation or grace has ended, written down already or not. No grace ends before that was announced."""
        is_kept = self.state is SeatState.GRACE and self.warned_at is None
        return self.until is not None and self.until <= now and not is_kept


# --- verbs ------------------------------------------------------------------------------------


def take(session: Session, mentor: Mentor, student_id: int, *, until: datetime, now: datetime) -> Seat:
    """The student's own seat where there is one, else the lowest number that is free, reserved until then.

    Raises `Conflict` where none is free, and where the time of their own is over: it is the next one's.
    """
    alone(session, mentor)
    own = of(session, mentor.id, student_id)
    if own is None:
        return _reserve(session, mentor, student_id, until=until, now=now)
    lock(session, own)
    if own.is_over(now):
        raise Conflict("seat.over", name=mentor.name)
    if own.state is SeatState.RESERVED:
        own.until = max(own.until or until, until)
        session.flush()
    return own


def activate(session: Session, seat: Seat, *, now: datetime) -> bool:
    """There is something to book; whether that was news. Raises `Conflict` where the seat is gone."""
    if lock(session, seat).state is SeatState.ACTIVE:
        return False
    _change(session, seat, SeatState.RESERVED, SeatState.GRACE, to=SeatState.ACTIVE, now=now)
    return True


def begin_grace(session: Session, seat: Seat, *, until: datetime, now: datetime) -> bool:
    """Nothing is left to book: it is kept until then. Whether that was news."""
    if lock(session, seat).state is SeatState.GRACE:
        return False
    _change(session, seat, SeatState.ACTIVE, to=SeatState.GRACE, until=until, now=now)
    return True


def warn(session: Session, seat: Seat, *, now: datetime, actor_id: int | None = None) -> bool:
    """The end of its grace is announced, once; whether that was news. Late, it leaves the time that it should have."""
    if lock(session, seat).state is not SeatState.GRACE or seat.warned_at is not None:
        return False
    assert seat.until is not None
    seat.warned_at, seat.until = now, warning.kept_until(seat.until, now=now)
    session.flush()
    _record(session, "seat.warned", seat, now=now, actor_id=actor_id)
    return True


def release(session: Session, seat: Seat, reason: str, *, now: datetime, actor_id: int | None = None) -> bool:
    """It is free for somebody else; whether that was news."""
    if lock(session, seat).state is SeatState.RELEASED:
        return False
    seat.released_at = now
    _change(session, seat, *HELD, to=SeatState.RELEASED, now=now, reason=reason, actor_id=actor_id)
    return True


def alone(session: Session, mentor: Mentor) -> None:
    """Nobody else gives out a seat of this mentor until the transaction ends."""
    session.refresh(mentor, with_for_update={"key_share": True})


def lock(session: Session, seat: Seat) -> Seat:
    """Nobody else changes it until the transaction ends, and what is read of it now is true."""
    session.refresh(seat, with_for_update=True)
    return seat


def reassign(session: Session, gone: int, kept: int) -> None:
    """Where both have a seat with one mentor the one that lasts longer stays, and both packs are on it.

    Nobody keeps a seat with themselves.
    """
    other = aliased(Seat)
    twice = select(Seat, other).where(
        Seat.student_id == gone,
        other.student_id == kept,
        other.mentor_id == Seat.mentor_id,
        Seat.state != SeatState.RELEASED,
        other.state != SeatState.RELEASED,
    )
    for pair in session.execute(twice).all():
        shorter, longer = sorted(pair, key=_lasts)
        shorter.state, shorter.reason = SeatState.RELEASED, JOINED
        packs.reseat(session, shorter.id, longer.id)
    session.flush()
    mine = select(Mentor.id).where(Mentor.person_id.in_((gone, kept)))
    own = update(Seat).where(Seat.student_id.in_((gone, kept)), Seat.mentor_id.in_(mine))
    session.execute(own.values(state=SeatState.RELEASED, reason=JOINED))
    session.execute(update(Seat).where(Seat.student_id == gone).values(student_id=kept))


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, seat_id: int) -> Seat:
    seat = session.get(Seat, seat_id)
    if seat is None:
        raise NotFound("seat.unknown")
    return seat


def of(session: Session, mentor_id: int, student_id: int) -> Seat | None:
    """The seat that a student has with a mentor."""
    pair = (Seat.mentor_id == mentor_id, Seat.student_id == student_id)
    return session.scalar(select(Seat).where(*pair, Seat.state != SeatState.RELEASED))


def of_mentor(session: Session, mentor_id: int) -> list[Seat]:
    """All seats of a mentor that somebody has, by number."""
    taken = select(Seat).where(Seat.mentor_id == mentor_id, Seat.state != SeatState.RELEASED)
    return list(session.scalars(taken.order_by(Seat.number)))


def free(session: Session, mentor: Mentor) -> int:
    """How many can be taken; none where more are held than there are to be."""
    return max(0, mentor.seats - len(of_mentor(session, mentor.id)))


# --- private ----------------------------------------------------------------------------------


def _reserve(session: Session, mentor: Mentor, student_id: int, *, until: datetime, now: datetime) -> Seat:
    taken = {seat.number for seat in of_mentor(session, mentor.id)}
    if len(taken) >= mentor.seats:
        raise Conflict("seat.none", name=mentor.name)
    seat = Seat(
        mentor_id=mentor.id,
        student_id=student_id,
        number=next(number for number in range(1, mentor.seats + 1) if number not in taken),
        state=SeatState.RESERVED,
        since=now,
        until=until,
        reason="",
    )
    session.add(seat)
    session.flush()
    _record(session, "seat.reserved", seat, now=now)
    return seat


def _change(
    session: Session,
    seat: Seat,
    *sources: SeatState,
    to: SeatState,
    now: datetime,
    until: datetime | None = None,
    reason: str = "",
    actor_id: int | None = None,
) -> None:
    """Brings a locked seat from one of some states to another. Raises `Conflict` where it is in none of them."""
    was = seat.state
    if was not in sources:
        raise Conflict(f"seat.is_{was}")
    seat.state, seat.since, seat.until, seat.warned_at, seat.reason = to, now, until, None, reason
    session.flush()
    _record(session, f"seat.{to}", seat, now=now, actor_id=actor_id, was=was, reason=reason)


def _record(
    session: Session, event: str, seat: Seat, *, now: datetime, actor_id: int | None = None, **facts: object
) -> None:
    community_id = mentors.find(session, seat.mentor_id).community_id
    history.record(session, event, seat.id, now=now, actor_id=actor_id, community_id=community_id, **facts)


def _lasts(seat: Seat) -> tuple[int, datetime, int]:
    """Orders seats by how long they last; of two alike the older stays."""
    return HELD.index(seat.state), seat.until or seat.since, -seat.id
