"""What was paid for a booking, by whatever way, and how it is given back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.errors import Conflict
from core.money import Money
from core.payments import ledger, payments, refunds, wallet
from core.payments.payments import Payment, PaymentState


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Where money went: back by the way it was paid, and into the person's wallet."""

    refunded: Money
    credited: Money


def left(session: Session, booking: Booking) -> Money:
    """What of the money paid for a booking is still here and promised to nobody."""
    held = -ledger.balance(session, ledger.held(booking.id), booking.currency)
    return held - Money(_on_its_way(session, booking), booking.currency)


def give_back(
    session: Session,
    booking: Booking,
    amount: Money,
    reason: str,
    *,
    now: datetime,
    actor_id: int | None = None,
    as_credit: bool = False,
) -> GivenBack:
    """Gives part or all of it back: to where it was paid from first, else as credit. One reason gives once.

    Raises `Conflict` where there is not as much left.
    """
    if amount.amount > left(session, booking).amount or amount.amount < 0:
        raise Conflict("refund.too_much")
    rest = amount
    refunded = Money(0, amount.currency)
    for payment in () if as_credit else _paid(session, booking):
        part = min(rest, Money(payment.amount - refunds.promised(session, payment), payment.currency))
        if part:
            refunds.want(session, payment, part, reason, now=now, actor_id=actor_id)
            rest, refunded = rest - part, refunded + part
    if rest:
        key = f"credit:{booking.id}:{reason}"
        wallet.credit(session, booking.student_id, booking.id, rest, key=key, now=now)
    return GivenBack(refunded, rest)


def _paid(session: Session, booking: Booking) -> list[Payment]:
    return [p for p in payments.of_booking(session, booking.id) if p.state is PaymentState.PAID]


def _on_its_way(session: Session, booking: Booking) -> int:
    return sum(refunds.on_its_way(session, payment) for payment in _paid(session, booking))
