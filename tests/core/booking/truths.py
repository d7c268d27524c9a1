"""What must be true of every history: asked of the rows, whoever wrote them."""

from collections import Counter
from datetime import datetime
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import diary
from core.booking.life import BUSY, MOVES, Booking, BookingState
from core.messages.outbox import Notice
from core.payments import ledger, payments, refunds
from core.payments.payments import Payment, PaymentState
from core.payments.refunds import Refund, RefundState
from tests.bank import Bank


def nobody_is_in_two_places(session: Session) -> None:
    """Neither a mentor nor a student, in either role, buffers included."""
    busy = session.scalars(select(Booking).where(Booking.state.in_(BUSY)))
    for one, other in combinations(busy, 2):
        if {one.mentor_person_id, one.student_id} & {other.mentor_person_id, other.student_id}:
            assert one.busy_until <= other.busy_from or other.busy_until <= one.busy_from


def states_follow_the_table(session: Session, before: dict[int, BookingState]) -> None:
    """One rule may make several moves, so every step is on some path of the table."""
    for booking in session.scalars(select(Booking)):
        was = before.get(booking.id, BookingState.HELD)
        assert booking.state in reachable(was), (was, booking.state)
        before[booking.id] = booking.state


def reachable(state: BookingState) -> set[BookingState]:
    seen, fresh = {state}, {state}
    while fresh:
        fresh = {move.target for move in MOVES if move.source in fresh} - seen
        seen |= fresh
    return seen


def a_student_has_one_live_hold(session: Session, now: datetime) -> None:
    """Besides those that slow money is on its way for."""
    paying = select(Payment.booking_id).where(Payment.state == PaymentState.PROCESSING)
    waiting = session.scalars(select(Booking).where(Booking.id.not_in(paying)))
    holders = [booking.student_id for booking in waiting if booking.is_live_hold(now)]
    assert len(holders) == len(set(holders))


def money_is_accounted_for(session: Session, bank: Bank) -> None:
    """What was paid is held or went back, and no more went back than came."""
    assert set(ledger.sums(session).values()) <= {0}
    held = 0
    for payment in session.scalars(select(Payment)):
        given = select(Refund).where(Refund.payment_id == payment.id, Refund.state == RefundState.SUCCEEDED)
        assert refunds.promised(session, payment) <= payment.amount
        if payment.paid_at is not None:
            went_back = sum(refund.amount for refund in session.scalars(given))
            held += payment.amount - went_back - payment.refunded_elsewhere
    assert ledger.balance(session, "provider:bank", "USD").amount == held >= 0
    assert bank.returned <= bank.received


def each_notice_is_planned_once(session: Session) -> None:
    keys = [(n.person_id, n.kind, n.subject_id, n.revision) for n in session.scalars(select(Notice))]
    assert len(keys) == len(set(keys))


def nothing_is_lost(session: Session, bank: Bank) -> None:
    """In the end whoever paid has a session or their money, and nobody paid for one session twice."""
    kept: Counter[int] = Counter()
    for page in (page for page in bank.pages.values() if page.paid_at):
        payment = payments.by_token(session, page.ask.payment)
        booking = diary.find(session, payment.booking_id)
        assert payment.paid_at is not None
        if refunds.promised(session, payment) < payment.amount:
            assert booking.state in (BookingState.CONFIRMED, BookingState.COMPLETED)
            kept[booking.id] += 1
    assert set(kept.values()) <= {1}
    assert ledger.balance(session, "provider:bank", "USD").amount == bank.received - bank.returned
