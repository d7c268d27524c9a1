"""What is held for a person until they pay: a booking or a pack. What paying needs to know of either."""

from datetime import datetime
from typing import TypeAlias

from sqlalchemy.orm import Session

from core.booking import bookings, diary, moves, waitlist
from core.booking.life import Booking, BookingState, Who
from core.errors import Conflict, NotFound
from core.payments.payments import Payment
from core.payments.purposes import Purpose
from core.people.people import Person
from core.prepaid import packs, selling
from core.prepaid.packs import Pack, PackState

Ware: TypeAlias = Booking | Pack


def find(session: Session, purpose: Purpose) -> Ware:
    if purpose.pack_id is not None:
        return packs.find(session, purpose.pack_id)
    if purpose.booking_id is None:
        raise NotFound("payment.unknown")
    return diary.find(session, purpose.booking_id)


def of(session: Session, payment: Payment) -> Ware:
    """What a payment is for."""
    return find(session, payment.purpose)


def by_subject(session: Session, subject: str) -> Ware:
    """By its kind and short id: `booking:K7Q2M9AB`, `pack:M2Q7K9ABCD`."""
    kind, _, short = subject.partition(":")
    return packs.by_short(session, short) if kind == "pack" else diary.by_short(session, short)


def lock(session: Session, ware: Ware) -> Ware:
    """Nobody else changes it until the transaction ends, and what is read of it now is true."""
    return packs.lock(session, ware) if isinstance(ware, Pack) else bookings.lock(session, ware)


def require_student(ware: Ware, actor: Person) -> None:
    if isinstance(ware, Pack):
        packs.require_student(ware, actor)
    else:
        bookings.require_student(ware, actor)


def require_live_hold(ware: Ware, *, now: datetime) -> None:
    """Raises `Conflict` where the time to pay is over, whether or not somebody has written that down already."""
    if isinstance(ware, Pack):
        selling.require_live_hold(ware, now=now)
    else:
        bookings.require_live_hold(ware, now=now)


def require_payable(ware: Ware, *, now: datetime) -> None:
    """A live hold whose terms are agreed to; who buys a pack agrees by buying."""
    require_live_hold(ware, now=now)
    if isinstance(ware, Booking) and not ware.is_ready_to_pay:
        raise Conflict("booking.not_agreed")


def confirm(session: Session, ware: Ware, student_id: int, *, now: datetime) -> None:
    """Credit pays for all of it."""
    if isinstance(ware, Pack):
        selling.activate(session, ware, now=now)
    else:
        bookings.confirm(session, ware, Who.STUDENT, now=now, actor_id=student_id)


def lapse(session: Session, ware: Ware, *, now: datetime) -> None:
    """The time to pay is over."""
    if isinstance(ware, Pack):
        selling.lapse(session, ware, now=now, reason="unpaid")
    else:
        moves.lapse(session, ware, Who.CLOCK, now=now)


def is_held(ware: Ware) -> bool:
    """Whether it still waits to be paid."""
    return ware.state in (BookingState.HELD, PackState.HELD)


def mark_link(session: Session, ware: Ware) -> None:
    """From now on the hold ends only when the provider says so."""
    if isinstance(ware, Pack):
        packs.mark_link(session, ware)
    else:
        bookings.mark_link(session, ware)


def serve(session: Session, ware: Ware, *, now: datetime) -> None:
    """What it kept and keeps no more is offered to who waits for it."""
    if isinstance(ware, Pack):
        selling.serve(session, ware, now=now)
    elif ware.state in moves.ENDED:
        waitlist.serve(session, ware.mentor_id, now=now)
