"""Money of a plan that goes back by itself: nobody keeps what was paid for a plan that does not run. The only writer.

The row comes first; its id and amount are the idempotency key, so a bill goes back once, however often it is tried.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.db import Base, Id
from core.dues import Due
from core.money import Money
from core.payments.refunds import RefundState
from core.plans.bills import Bill
from core.ports import RefundStatus

FIRST_RETRY: Final = timedelta(minutes=1)
LONGEST_RETRY: Final = timedelta(hours=6)
MOST_ATTEMPTS: Final = 30
DUE = text("try_at IS NOT NULL")
DONE: Final = (RefundState.SUCCEEDED, RefundState.FAILED)


class Why(StrEnum):
    """Another plan was running when its first month was paid; or it had ended when the bill was paid, or heard of."""

    DOUBLE = "double"
    ENDED = "ended"


class GiveBack(Base):
    """One a bill, of what of it had not gone back yet."""

    __tablename__ = "plan_refunds"
    __table_args__ = (Index("ix_plan_refunds_due", "try_at", sqlite_where=DUE, postgresql_where=DUE),)

    id: Mapped[Id]
    bill_id: Mapped[int] = mapped_column(ForeignKey("plan_bills.id"), unique=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    reason: Mapped[Why]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[RefundState]
    ref: Mapped[str] = mapped_column(String(100))
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    try_at: Mapped[datetime | None]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def key(self) -> str:
        return f"plan-refund:{self.id}:{self.reason}:{self.amount}"


# --- verbs; whoever calls them has locked the subscription, or the row ------------------------------


def want(session: Session, bill: Bill, reason: Why, *, now: datetime) -> None:
    """Decides that what is left of a bill goes back; deciding it twice decides it once."""
    rest = bill.amount - bill.returned
    if rest <= 0 or of_bill(session, bill.id) is not None:
        return
    session.add(
        GiveBack(
            bill_id=bill.id,
            subscription_id=bill.subscription_id,
            community_id=bill.community_id,
            reason=reason,
            amount=rest,
            currency=bill.currency,
            state=RefundState.WANTED,
            ref="",
            attempts=0,
            created_at=now,
            try_at=now,
        )
    )
    session.flush()


def answered(session: Session, back: GiveBack, ref: str, status: RefundStatus, *, now: datetime) -> None:
    """The provider says how far it is. Its person hears of it once, as soon as it is on its way."""
    if back.state is RefundState.FAILED:
        return
    is_news, back.ref = back.state is RefundState.WANTED, ref or back.ref
    match status:
        case RefundStatus.FAILED:
            failed(session, back, now=now)
            return
        case RefundStatus.PENDING if back.state is not RefundState.SUCCEEDED:
            back.state, back.try_at = RefundState.PENDING, now + LONGEST_RETRY
        case _:
            back.state, back.try_at = RefundState.SUCCEEDED, None
    if is_news:
        _record(session, "plan.refunded", back, now=now)


def failed(session: Session, back: GiveBack, *, now: datetime) -> None:
    """The provider will not do it, or its bank sent it back: staff is told."""
    back.state, back.try_at = RefundState.FAILED, None
    _record(session, "plan.refund_failed", back, now=now)


def shrink(session: Session, back: GiveBack, rest: Money, *, now: datetime) -> None:
    """Some of it went back at the dashboard meanwhile, so the provider refused: the rest is asked for anew."""
    if back.state is RefundState.WANTED:
        back.amount, back.try_at = rest.amount, now
        session.flush()


def postpone(session: Session, back: GiveBack, *, now: datetime) -> None:
    """The provider did not answer: tried again, each time later. One that it has taken on is asked for for ever."""
    back.attempts += 1
    if back.attempts >= MOST_ATTEMPTS and back.state is RefundState.WANTED:
        failed(session, back, now=now)
    else:
        back.try_at = now + min(FIRST_RETRY * 2 ** min(back.attempts - 1, 10), LONGEST_RETRY)


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, back_id: int) -> GiveBack:
    return session.get_one(GiveBack, back_id)


def locked(session: Session, back_id: int) -> GiveBack:
    return session.get_one(GiveBack, back_id, with_for_update=True, populate_existing=True)


def of_bill(session: Session, bill_id: int) -> GiveBack | None:
    return session.scalar(select(GiveBack).where(GiveBack.bill_id == bill_id))


def overdue(session: Session, *, now: datetime) -> Sequence[GiveBack]:
    found = select(GiveBack).where(GiveBack.try_at <= now).order_by(GiveBack.try_at, GiveBack.id).limit(50)
    return session.scalars(found).all()


def _record(session: Session, event: str, back: GiveBack, *, now: datetime) -> None:
    session.flush()
    history.record(
        session,
        event,
        back.subscription_id,
        now=now,
        community_id=back.community_id,
        refund=back.id,
        amount=back.amount,
    )


DUES: Final = (Due(select(func.min(GiveBack.try_at)).where(GiveBack.try_at.is_not(None))),)
