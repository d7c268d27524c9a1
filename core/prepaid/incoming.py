"""What a payment's news do to a pack: it is sold, it lapses, it comes back to life, its money went back.

Each verb is part of one transaction and harmless when repeated; `core.booking.settling` calls them.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import Conflict
from core.money import Money
from core.payments import funding, payments, refunds
from core.payments.payments import Payment, PaymentState
from core.people import mentors
from core.prepaid import credits, packs, seating, selling, tenure
from core.prepaid.credits import CreditKind
from core.prepaid.packs import UNSOLD, Pack, PackState
from core.prepaid.selling import SLOW_PAYMENT


def hear(session: Session, pack: Pack, payment: Payment, *, now: datetime) -> None:
    """A payment for it has moved on; money that has arrived is in the books already."""
    match payment.state:
        case PaymentState.PAID:
            _place(session, pack, payment, now=now)
        case PaymentState.PROCESSING:
            if pack.state is PackState.HELD:
                packs.extend_hold(session, pack, now + SLOW_PAYMENT)
                seating.keep(session, pack, now=now)
        case PaymentState.FAILED:
            if pack.state is PackState.HELD:
                selling.lapse(session, pack, now=now, reason="payment_failed")
        case PaymentState.EXPIRED:
            if pack.state is PackState.HELD and not pack.is_live_hold(now):
                selling.lapse(session, pack, now=now, reason="unpaid")


def went_back(session: Session, pack: Pack, payment: Payment, *, now: datetime) -> None:
    """All of its money went back at the provider's dashboard: what is left of it goes, booked sessions stay."""
    if pack.state is not PackState.ACTIVE or _is_paid(session, pack):
        return
    sessions = credits.left(session, pack.id)
    if sessions:
        credits.take_out(session, pack, CreditKind.REFUNDED, sessions, now=now)
    packs.change(
        *(session, pack, PackState.ACTIVE),
        to=PackState.REFUNDED,
        event="pack.closed",
        now=now,
        reason="refunded",
        closed_at=now,
    )
    rest = funding.left(session, pack)
    given = funding.give_back(session, pack, rest, f"void:{payment.id}", now=now)
    packs.record(
        *(session, "pack.refunded", pack),
        now=now,
        sessions=sessions,
        amount=(payment.money + given.refunded).amount,
        credited=given.credited.amount,
        note="",
    )
    tenure.follow(session, pack.mentor_id, pack.student_id, now=now)


def _place(session: Session, pack: Pack, payment: Payment, *, now: datetime) -> None:
    """Money arrived: the pack is sold, late as it may be, or the money goes back."""
    if pack.state not in (PackState.HELD, *UNSOLD):
        _return(session, payment, "double", now=now)
    elif not _sell(session, pack, payment, now=now):
        if pack.state is PackState.HELD:
            selling.lapse(session, pack, now=now, reason="no_seat")
        _return(session, payment, "late", now=now)


def _sell(session: Session, pack: Pack, payment: Payment, *, now: datetime) -> bool:
    is_late = pack.state in UNSOLD
    is_possible = mentors.find(session, pack.mentor_id).is_bookable
    if is_late and not (is_possible and funding.can_spend_again(session, pack, payment)):
        return False
    try:
        selling.activate(session, pack, now=now)
    except Conflict as none:
        if none.key not in seating.WITHOUT:
            raise
        return False
    if is_late:
        funding.spend_again(session, pack, payment, now=now)
    return True


def _return(session: Session, payment: Payment, reason: str, *, now: datetime) -> None:
    rest = Money(payment.amount - refunds.promised(session, payment), payment.currency)
    if rest.amount > 0:
        refunds.want(session, payment, rest, reason, now=now)


def _is_paid(session: Session, pack: Pack) -> bool:
    """Whether some of the money that came for it is still here; it may have been paid twice."""
    paid = (each for each in payments.of(session, pack.purpose) if each.state is PaymentState.PAID)
    return any(refunds.promised(session, payment) < payment.amount for payment in paid)
