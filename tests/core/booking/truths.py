"""What must be true of every history: asked of the rows, whoever wrote them."""

from collections import Counter
from datetime import datetime
from itertools import combinations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.booking.life import BUSY, MOVES, Booking, BookingState, Origin
from core.messages.outbox import Notice
from core.payments import funding, ledger, payments, refunds
from core.payments.ledger import Posting
from core.payments.payments import Payment, PaymentState
from core.payments.refunds import RefundState
from core.prepaid import credits
from core.prepaid.credits import CreditEntry, CreditKind
from core.prepaid.packs import Pack
from tests.bank import Bank

WENT_BACK = (RefundState.SUCCEEDED,)
WITH_MONEY = (
    *(
        BookingState.CONFIRMED,
        BookingState.COMPLETED,
        BookingState.STUDENT_NO_SHOW,
        BookingState.MENTOR_NO_SHOW,
    ),
    BookingState.DISPUTED,
)
NEVER_HELD = (BookingState.EXPIRED, BookingState.DECLINED)
OVER = (BookingState.CANCELED, BookingState.COMPLETED, BookingState.SETTLED, BookingState.REFUNDED)


def sessions_of_packs_are_accounted_for(session: Session) -> None:
    """Each booking of a pack has taken one session, which is still kept for it, used up, or back."""
    for pack in session.scalars(select(Pack)):
        lines = credits.lines(session, pack.id)
        assert sum(line.amount for line in lines) == credits.left(session, pack.id) >= 0
        assert credits.money(session, pack).amount >= 0
    for booking in session.scalars(select(Booking).where(Booking.pack_id.is_not(None))):
        asked = select(CreditEntry.kind).where(CreditEntry.booking_id == booking.id)
        kinds = set(session.scalars(asked))
        assert CreditKind.RESERVED in kinds
        if booking.state in NEVER_HELD:
            assert kinds == {CreditKind.RESERVED, CreditKind.RELEASED}
        if booking.state in OVER:
            assert kinds & {CreditKind.CAPTURED, CreditKind.RELEASED}, booking.state
        if CreditKind.RELEASED in kinds:
            assert not ledger.balance(session, ledger.held(booking.id), booking.currency)


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
    """Besides those that slow money is on its way for, that the mentor accepted, and that the line was offered."""
    paying = select(Payment.booking_id).where(Payment.state == PaymentState.PROCESSING)
    waiting = session.scalars(select(Booking).where(Booking.id.not_in(paying)))
    taps = [booking for booking in waiting if booking.origin is Origin.TAP and booking.accepted_at is None]
    holders = [booking.student_id for booking in taps if booking.is_live_hold(now)]
    assert len(holders) == len(set(holders))


def money_is_accounted_for(session: Session, bank: Bank) -> None:
    """What was paid is kept for sessions and in packs, earned, the house's, in wallets, or went back: to the minor
    unit."""
    assert set(ledger.sums(session).values()) <= {0}
    kept = _kept(session)
    for currency in {page.ask.amount.currency for page in bank.pages.values()}:
        paid, back = _paid_and_back(session, currency)
        given = ledger.balance(session, "provider:gift", currency).amount
        assert kept[currency] + back == paid + given, currency
        assert ledger.balance(session, "provider:bank", currency).amount == paid - back >= 0
        assert bank.returned_in(currency) <= bank.received_in(currency)


def _kept(session: Session) -> Counter[str]:
    """By currency, what is owed to somebody. Nobody but the house, which stands in for losses, owes us anything."""
    rows = session.execute(
        select(Posting.account, Posting.currency, -func.sum(Posting.amount)).group_by(
            Posting.account, Posting.currency
        )
    )
    kept: Counter[str] = Counter()
    for account, currency, amount in rows:
        if not account.startswith("provider:"):
            assert amount >= 0 or account.startswith("house:"), (account, amount)
            kept[currency] += amount
    return kept


def _paid_and_back(session: Session, currency: str) -> tuple[int, int]:
    """By the rows of payments and refunds, not by the books."""
    paid = back = 0
    for payment in session.scalars(select(Payment).where(Payment.currency == currency)):
        assert refunds.promised(session, payment) <= payment.amount
        given = [each.amount for each in refunds.of_payment(session, payment.id) if each.state in WENT_BACK]
        back += sum(given) + payment.refunded_elsewhere
        paid += payment.amount if payment.paid_at is not None else 0
    return paid, back


def each_notice_is_planned_once(session: Session) -> None:
    keys = [(n.person_id, n.kind, n.subject_id, n.revision) for n in session.scalars(select(Notice))]
    assert len(keys) == len(set(keys))


def nothing_is_lost(session: Session, bank: Bank) -> None:
    """In the end whoever paid has a session or their money, nobody paid for one twice, and no credit hangs.

    What a refund that failed still owes is in staff's hands.
    """
    for booking in session.scalars(select(Booking)):
        owed = sum(refunds.owed(session, payment) for payment in payments.of_booking(session, booking.id))
        free = -ledger.balance(session, ledger.held(booking.id), booking.currency).amount - owed
        shared = funding.settled(session, booking).both.amount
        assert free >= 0, (booking.state, free)
        assert free + shared <= booking.amount, (booking.state, free, shared, booking.amount)
        if booking.state not in WITH_MONEY:
            assert free == 0, (booking.state, booking.closed_reason, free)
        if booking.state in NEVER_HELD:
            assert shared == 0
    for currency in {page.ask.amount.currency for page in bank.pages.values()}:
        at_bank = bank.received_in(currency) - bank.returned_in(currency)
        assert ledger.balance(session, "provider:bank", currency).amount == at_bank
