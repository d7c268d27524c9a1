"""What must be true of packs, seats and the line at every moment: asked of the rows, whoever wrote them."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking.life import BUSY, Booking
from core.payments import funding
from core.people.mentors import Mentor
from core.prepaid import credits, packs, seats
from core.prepaid.credits import CreditEntry, CreditKind
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import Seat, SeatState
from core.prepaid.waits import SeatWait, WaitState
from core.prepaid.warning import WARNED_BEFORE

OPEN = (PackState.ACTIVE, PackState.USED, PackState.EXPIRED, PackState.REFUNDED)
ODD = (CreditKind.ADJUSTED, CreditKind.REFUNDED)
"""What changes how much one of the sessions is worth, or takes money out with them."""


def sessions_add_up(session: Session) -> None:
    """The balance is the sum of all entries, never below zero, and each continues the one before."""
    for pack in session.scalars(select(Pack)):
        balance = 0
        for number, line in enumerate(credits.lines(session, pack.id), 1):
            assert (line.number, line.found) == (number, balance)
            balance += line.amount
            assert line.balance == balance >= 0
        assert credits.left(session, pack.id) == balance


def each_booking_has_its_session(session: Session) -> None:
    """Whatever a pack pays for has one session taken for it, and one that is to come has it still."""
    for booking in session.scalars(select(Booking).where(Booking.pack_id.is_not(None))):
        assert credits.of_booking(session, booking.id, CreditKind.RESERVED) is not None
        if booking.state in BUSY:
            ended = select(CreditEntry.id).where(CreditEntry.booking_id == booking.id)
            closed = ended.where(CreditEntry.kind.in_((CreditKind.CAPTURED, CreditKind.RELEASED)))
            assert session.scalar(closed) is None, booking.state


def money_is_worth_what_is_left(session: Session) -> None:
    """To a cent a session; a pack that is over keeps nothing."""
    for pack in session.scalars(select(Pack).where(Pack.state.in_(OPEN))):
        left, kept = credits.left(session, pack.id), funding.left(session, pack).amount
        if not left and not credits.reserved(session, pack.id):
            assert kept == 0, (pack.state, kept)
        if not any(line.kind in ODD for line in credits.lines(session, pack.id)):
            assert abs(kept - pack.amount * left / pack.sessions) <= pack.sessions, (pack.state, kept, left)


def a_state_says_what_is_left(session: Session) -> None:
    for pack in session.scalars(select(Pack).where(Pack.state.in_(OPEN))):
        something = credits.left(session, pack.id) + credits.reserved(session, pack.id)
        assert (pack.state is PackState.ACTIVE) <= bool(something)
        assert credits.left(session, pack.id) == 0 or pack.state is PackState.ACTIVE, pack.state


def no_seat_is_held_twice_or_lost(session: Session, most: dict[int, int]) -> None:
    """Each number is one student's, there are no more than there were to be, and none is free while somebody waits.

    `most` is the highest number of seats that each mentor had so far.
    """
    for mentor in session.scalars(select(Mentor)):
        taken = seats.of_mentor(session, mentor.id)
        numbers = [seat.number for seat in taken]
        assert len(numbers) == len(set(numbers)) == len({seat.student_id for seat in taken})
        assert all(1 <= number <= most[mentor.id] for number in numbers)
        assert len(numbers) <= most[mentor.id]
        waiting = select(SeatWait.id).where(
            SeatWait.mentor_id == mentor.id, SeatWait.state == WaitState.WAITING
        )
        if mentor.is_bookable and session.scalars(waiting).first() is not None:
            assert seats.free(session, mentor) == 0


def a_seat_follows_its_packs(session: Session, longest: timedelta) -> None:
    """An active seat has something to book or booked, and whoever has that has an active seat; no grace is longer
    than it may be or than its warning, and a reservation is somebody's who pays or is offered it.
    """
    for seat in session.scalars(select(Seat).where(Seat.state != SeatState.RELEASED)):
        sold = packs.of_pair(session, seat.mentor_id, seat.student_id, *OPEN)
        something = [p for p in sold if p.state is PackState.ACTIVE or credits.reserved(session, p.id)]
        assert (seat.state is SeatState.ACTIVE) == bool(something), (seat.state, [p.state for p in sold])
        if seat.state is SeatState.GRACE:
            assert seat.until is not None
            latest = seat.since + longest
            assert seat.since < seat.until <= max(latest, (seat.warned_at or latest) + WARNED_BEFORE)
    for pack in session.scalars(select(Pack).where(Pack.state == PackState.ACTIVE)):
        own = seats.of(session, pack.mentor_id, pack.student_id)
        assert own is not None, "a pack with sessions has its seat"
        assert own.state is SeatState.ACTIVE


def nothing_is_overdue(session: Session, now: datetime) -> None:
    """When the job has run, no reservation and no grace has outlived its time but for who is paying."""
    for seat in session.scalars(select(Seat).where(Seat.state != SeatState.RELEASED)):
        if seat.is_over(now):
            assert packs.of_pair(session, seat.mentor_id, seat.student_id, PackState.HELD)
    for pack in session.scalars(select(Pack).where(Pack.state == PackState.ACTIVE)):
        assert pack.expires_at is not None
        assert pack.expires_at > now


def the_line_keeps_its_order(session: Session) -> None:
    """Nobody is offered a seat while somebody waits who asked before."""
    waits = session.scalars(select(SeatWait).order_by(SeatWait.id)).all()
    for mentor_id in {wait.mentor_id for wait in waits}:
        states = [wait.state for wait in waits if wait.mentor_id == mentor_id]
        in_line = [state for state in states if state in (WaitState.WAITING, WaitState.OFFERED)]
        assert in_line == sorted(in_line), in_line  # "offered" stands before "waiting"
