"""Money that the host gives back at the provider's own dashboard: nobody here decided it, and the books follow."""

from datetime import datetime

from sqlalchemy.orm import Session

from core import history
from core.money import Money
from core.payments import ledger, paying, refunds
from core.payments.payments import Payment
from core.payments.refunds import Mended


def take_in(session: Session, payment: Payment, total: Money, *, now: datetime) -> Money:
    """Takes in how much the provider says went back in all; what of it is new and nobody here decided.

    Negative where the host's own refund failed after all: then that money is here again.
    """
    change = Money(_change(session, payment, total.amount), payment.currency)
    if not change:
        return change
    paying.count_elsewhere(payment, change)
    key = f"elsewhere:{payment.id}:{ledger.count(session, payment.id)}"
    ledger.post_refund(session, payment, change, key=key, now=now)
    if change.amount > 0:
        _mend(session, payment, change.amount, now=now)
        _record(session, payment, change, now=now)
    else:
        paying.flag(session, payment, "refund_returned", now=now)
    return change


def _change(session: Session, payment: Payment, total: int) -> int:
    """Ours that are not made yet may be in the total already, so there is room between the least and the most."""
    least = refunds.made(session, payment) + payment.refunded_elsewhere
    most = refunds.promised(session, payment)
    if total > most:
        return total - most
    return max(min(total - least, 0), -payment.refunded_elsewhere)


def _mend(session: Session, payment: Payment, amount: int, *, now: datetime) -> None:
    """What the host gave back is first of all what failed before; what it was too little for is wanted anew."""
    for refund in refunds.to_mend(session, payment):
        if amount <= 0:
            return
        refunds.mend(refund, Mended.ELSEWHERE)
        amount -= refund.amount
        if amount < 0:
            rest = Money(-amount, payment.currency)
            refunds.want(session, payment, rest, f"rest:{refund.id}", now=now)


def _record(session: Session, payment: Payment, money: Money, *, now: datetime) -> None:
    history.record(
        session,
        "payment.refunded",
        payment.id,
        now=now,
        community_id=payment.community_id,
        amount=money.amount,
    )
