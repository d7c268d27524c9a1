"""Money given back. The only writer of refunds; the sum of a payment's refunds never exceeds it.

The row comes first and its id is the idempotency key, so a refund is made once however often it is tried.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.db import Base, Id
from core.errors import Conflict
from core.money import Money
from core.payments import ledger, payments
from core.payments.payments import Payment
from core.ports import RefundStatus

FIRST_RETRY: Final = timedelta(minutes=1)
LONGEST_RETRY: Final = timedelta(hours=6)
MOST_ATTEMPTS: Final = 30
DUE = text("try_at IS NOT NULL")


class RefundState(StrEnum):
    WANTED = "wanted"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Refund(Base):
    """`reason` is unique per payment: one reason gives money back once."""

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("payment_id", "reason"),
        Index("ix_refunds_due", "try_at", sqlite_where=DUE, postgresql_where=DUE),
    )

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    reason: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[RefundState]
    ref: Mapped[str | None] = mapped_column(String(100))
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    try_at: Mapped[datetime | None]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def key(self) -> str:
        return f"refund:{self.id}:{self.reason}"


def want(
    session: Session,
    payment: Payment,
    amount: Money,
    reason: str,
    *,
    now: datetime,
    actor_id: int | None = None,
) -> Refund:
    """Decides to give money back; deciding twice for one reason decides once."""
    known = session.scalar(select(Refund).where(Refund.payment_id == payment.id, Refund.reason == reason))
    if known is not None:
        return known
    if amount.amount <= 0 or amount.amount > payment.amount - promised(session, payment):
        raise Conflict("refund.too_much")
    refund = Refund(
        payment_id=payment.id,
        reason=reason,
        amount=amount.amount,
        currency=amount.currency,
        state=RefundState.WANTED,
        attempts=0,
        created_at=now,
        try_at=now,
    )
    session.add(refund)
    _record(session, "refund.wanted", refund, payment, now=now, actor_id=actor_id)
    return refund


def answered(
    session: Session, refund: Refund, payment: Payment, ref: str, status: RefundStatus, *, now: datetime
) -> None:
    """The provider took the refund on. Money that went back is posted once."""
    if refund.state in (RefundState.SUCCEEDED, RefundState.FAILED):
        return
    refund.ref = ref
    if status is RefundStatus.FAILED:
        failed(session, refund, payment, now=now)
    elif status is RefundStatus.PENDING:
        refund.state, refund.try_at = RefundState.PENDING, now + LONGEST_RETRY
    else:
        refund.state, refund.try_at = RefundState.SUCCEEDED, None
        ledger.post_refund(session, payment, refund.money, key=f"refund:{refund.id}", now=now)
        _record(session, "refund.succeeded", refund, payment, now=now)


def failed(session: Session, refund: Refund, payment: Payment, *, now: datetime) -> None:
    """The provider will not do it: staff is told."""
    refund.state, refund.try_at = RefundState.FAILED, None
    _record(session, "refund.failed", refund, payment, now=now)


def postpone(session: Session, refund: Refund, payment: Payment, *, now: datetime) -> None:
    """The provider did not answer: tried again, each time later."""
    refund.attempts += 1
    if refund.attempts >= MOST_ATTEMPTS:
        failed(session, refund, payment, now=now)
    else:
        refund.try_at = now + min(FIRST_RETRY * 2 ** (refund.attempts - 1), LONGEST_RETRY)


def take_in(session: Session, payment: Payment, total: Money, *, now: datetime) -> Money:
    """Takes in how much the provider says went back in all; what of it nobody here decided."""
    elsewhere = Money(max(0, total.amount - promised(session, payment)), payment.currency)
    if elsewhere:
        payments.count_elsewhere(payment, elsewhere)
        key = f"elsewhere:{payment.id}:{payment.refunded_elsewhere}"
        ledger.post_refund(session, payment, elsewhere, key=key, now=now)
        history.record(
            session,
            "payment.refunded",
            payment.id,
            now=now,
            community_id=payment.community_id,
            amount=elsewhere.amount,
        )
    return elsewhere


def find(session: Session, refund_id: int) -> Refund:
    return session.get_one(Refund, refund_id)


def of_payment(session: Session, payment_id: int) -> list[Refund]:
    return list(session.scalars(select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.id)))


def promised(session: Session, payment: Payment) -> int:
    """Minor units of a payment that went back or are on their way."""
    ours = session.scalar(
        select(func.coalesce(func.sum(Refund.amount), 0)).where(
            Refund.payment_id == payment.id, Refund.state != RefundState.FAILED
        )
    )
    return int(ours or 0) + payment.refunded_elsewhere


def on_its_way(session: Session, payment: Payment) -> int:
    """Minor units of a payment that are to go back and have not gone yet."""
    waiting = (RefundState.WANTED, RefundState.PENDING)
    asked = select(func.coalesce(func.sum(Refund.amount), 0))
    return int(session.scalar(asked.where(Refund.payment_id == payment.id, Refund.state.in_(waiting))) or 0)


def overdue(session: Session, *, now: datetime) -> list[Refund]:
    return list(session.scalars(select(Refund).where(Refund.try_at <= now).order_by(Refund.try_at).limit(50)))


def next_try(session: Session) -> datetime | None:
    return session.scalar(
        select(Refund.try_at).where(Refund.try_at.is_not(None)).order_by(Refund.try_at).limit(1)
    )


def _record(
    session: Session,
    event: str,
    refund: Refund,
    payment: Payment,
    *,
    now: datetime,
    actor_id: int | None = None,
) -> None:
    session.flush()
    history.record(
        session,
        event,
        payment.id,
        now=now,
        actor_id=actor_id,
        community_id=payment.community_id,
        refund=refund.id,
        amount=refund.amount,
    )
