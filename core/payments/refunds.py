"""Money given back. The only writer of refunds; the sum of a payment's refunds never exceeds it.

The row comes first and its id is the idempotency key, so a refund is made once however often it is tried. A provider
may say of a refund that it is pending, then that it succeeded, and even then that it failed.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import dues, history
from core.db import Base, Id
from core.dues import Due
from core.errors import Conflict, NotFound
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


class Mended(StrEnum):
    """What became of a refund that failed: a new one, credit, or the host's own hand at the dashboard."""

    NOT_YET = ""
    AGAIN = "again"
    CREDIT = "credit"
    ELSEWHERE = "elsewhere"


class Refund(Base):
    """`reason` is unique per payment: one reason gives money back once. Until a failed one is mended, it owes."""

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
    mended: Mapped[Mended] = mapped_column(default=Mended.NOT_YET, server_default=Mended.NOT_YET)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def key(self) -> str:
        return f"refund:{self.id}:{self.reason}"

    @property
    def was_unanswered(self) -> bool:
        """Nobody knows whether it was made."""
        return self.ref is None and self.attempts >= MOST_ATTEMPTS


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
    session.flush()
    payment = payments.locked(session, payment.id)
    if (before := of_reason(session, payment.id, reason)) is not None:
        return before
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
        mended=Mended.NOT_YET,
    )
    session.add(refund)
    _record(session, "refund.wanted", refund, payment, now=now, actor_id=actor_id)
    return refund


def answered(
    session: Session, refund: Refund, payment: Payment, ref: str, status: RefundStatus, *, now: datetime
) -> None:
    """The provider says how far a refund is. Money that went back is posted once."""
    if refund.state is RefundState.FAILED:
        return
    refund.ref = ref
    if status is RefundStatus.FAILED:
        failed(session, refund, payment, now=now)
    elif status is RefundStatus.PENDING and refund.state is not RefundState.SUCCEEDED:
        _wait(session, refund, payment, now=now)
    elif refund.state is not RefundState.SUCCEEDED:
        refund.state, refund.try_at = RefundState.SUCCEEDED, None
        ledger.post_refund(session, payment, refund.money, key=f"refund:{refund.id}", now=now)
        _record(session, "refund.succeeded", refund, payment, now=now)


def _wait(session: Session, refund: Refund, payment: Payment, *, now: datetime) -> None:
    is_news = refund.state is not RefundState.PENDING
    refund.state, refund.try_at = RefundState.PENDING, now + LONGEST_RETRY
    if is_news:
        _record(session, "refund.pending", refund, payment, now=now)


def failed(session: Session, refund: Refund, payment: Payment, *, now: datetime) -> None:
    """The provider will not do it, or its bank sent the money back: staff is told."""
    if refund.state is RefundState.SUCCEEDED:
        ledger.post_refund(session, payment, -refund.money, key=f"refund:{refund.id}:failed", now=now)
    refund.state, refund.try_at = RefundState.FAILED, None
    _record(session, "refund.failed", refund, payment, now=now)


def postpone(session: Session, refund: Refund, payment: Payment, *, now: datetime) -> None:
    """The provider did not answer: tried again, each time later. One that it has taken on is asked for for ever."""
    refund.attempts += 1
    if refund.attempts >= MOST_ATTEMPTS and refund.state is RefundState.WANTED:
        failed(session, refund, payment, now=now)
    else:
        refund.try_at = now + min(FIRST_RETRY * 2 ** min(refund.attempts - 1, 10), LONGEST_RETRY)


def ask_again(
    session: Session, refund: Refund, payment: Payment, *, now: datetime, actor_id: int | None
) -> None:
    """A refund that nobody answered for is asked for again, with the key that it always had."""
    refund.state, refund.attempts, refund.try_at = RefundState.WANTED, 0, now
    _record(session, "refund.wanted", refund, payment, now=now, actor_id=actor_id)


def mend(refund: Refund, how: Mended) -> None:
    """A failed refund owes nothing any more."""
    refund.mended = how


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, refund_id: int) -> Refund:
    return session.get_one(Refund, refund_id)


def known(session: Session, refund_id: int) -> Refund:
    """A refund that somebody names. Raises `NotFound`."""
    refund = session.get(Refund, refund_id)
    if refund is None:
        raise NotFound("refund.unknown")
    return refund


def locked(session: Session, refund_id: int) -> tuple[Refund, Payment]:
    """The refund and its payment as they are, and nobody else changes them until the transaction ends."""
    payment = payments.locked(session, find(session, refund_id).payment_id)
    return session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True), payment


def of_payment(session: Session, payment_id: int) -> list[Refund]:
    return list(session.scalars(select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.id)))


def of_reason(session: Session, payment_id: int, reason: str) -> Refund | None:
    return session.scalar(select(Refund).where(Refund.payment_id == payment_id, Refund.reason == reason))


def not_failed(session: Session, payment_id: int) -> list[Refund]:
    """Those whose provider may have news."""
    return [refund for refund in of_payment(session, payment_id) if refund.state is not RefundState.FAILED]


def failed_in(session: Session, community_id: int) -> list[Refund]:
    """What failed in a community and nobody has mended, the oldest first."""
    return list(
        session.scalars(
            select(Refund)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(Payment.community_id == community_id, *_FAILED)
            .order_by(Refund.id)
        )
    )


def promised(session: Session, payment: Payment) -> int:
    """Minor units of a payment that went back or are on their way."""
    return _sum(session, payment, Refund.state != RefundState.FAILED) + payment.refunded_elsewhere


def on_its_way(session: Session, payment: Payment) -> int:
    """Minor units of a payment that are to go back and have not gone yet."""
    return _sum(session, payment, Refund.state.in_((RefundState.WANTED, RefundState.PENDING)))


def owed(session: Session, payment: Payment) -> int:
    """Minor units of a payment that failed to go back and that nobody has mended."""
    return min(_sum(session, payment, *_FAILED), payment.amount - promised(session, payment))


def overdue(session: Session, *, now: datetime) -> list[Refund]:
    found = select(Refund).where(Refund.try_at <= now).order_by(Refund.try_at, Refund.id)
    return list(session.scalars(found.limit(50)))


def next_try(session: Session) -> datetime | None:
    return dues.first(session, DUES)


def to_mend(session: Session, payment: Payment) -> list[Refund]:
    """Those of a payment that failed and still owe, the oldest first."""
    failed = select(Refund).where(Refund.payment_id == payment.id, *_FAILED).order_by(Refund.id)
    return list(session.scalars(failed))


def made(session: Session, payment: Payment) -> int:
    """Minor units that the provider itself has told us of."""
    return _sum(session, payment, Refund.state.in_((RefundState.PENDING, RefundState.SUCCEEDED)))


def _sum(session: Session, payment: Payment, *which: ColumnElement[bool]) -> int:
    total = select(func.coalesce(func.sum(Refund.amount), 0)).where(Refund.payment_id == payment.id, *which)
    return int(session.scalar(total) or 0)


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


_FAILED: Final = (Refund.state == RefundState.FAILED, Refund.mended == Mended.NOT_YET)


DUES: Final = (Due(select(func.min(Refund.try_at)).where(Refund.try_at.is_not(None))),)
