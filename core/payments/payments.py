"""One amount asked from one person at one provider: the row, its states, and where it is found.

A row is written before the provider is called, and its exact ask is kept, so that a lost answer is asked for
again with the same idempotency key and the same words. `paying` is the only writer.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, ForeignKey, Index, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import dues
from core.db import Base, Id
from core.dues import Due
from core.errors import NotFound
from core.money import Money
from core.payments import asks
from core.payments.purposes import Purpose
from core.ports import Ask, LinkState, LinkStatus


class PaymentState(StrEnum):
    """`closing`: nobody wants it any more, but the provider has not said that its link is closed."""

    INTENDED = "intended"
    OPEN = "open"
    PROCESSING = "processing"
    CLOSING = "closing"
    PAID = "paid"
    EXPIRED = "expired"
    FAILED = "failed"


UNSETTLED: Final = (PaymentState.INTENDED, PaymentState.OPEN, PaymentState.PROCESSING, PaymentState.CLOSING)
STATE_OF: Final = {
    LinkStatus.PROCESSING: PaymentState.PROCESSING,
    LinkStatus.PAID: PaymentState.PAID,
    LinkStatus.EXPIRED: PaymentState.EXPIRED,
    LinkStatus.FAILED: PaymentState.FAILED,
}


class Payment(Base):
    """`token` is in our own pay link, `ref` is the provider's id of its link, `charge` of the money.

    `refunded_elsewhere` (minor units) went back without us, at the provider's own dashboard.
    `late_until` is set while money waits that found its time gone; then it is refunded by itself.
    """

    __tablename__ = "payments"
    __table_args__ = (
        Index(
            "ix_payments_due",
            "check_at",
            sqlite_where=text("check_at IS NOT NULL"),
            postgresql_where=text("check_at IS NOT NULL"),
        ),
        Index("ix_payments_ref", "provider", "ref"),
        Index("ix_payments_person_id", "person_id", "id"),
        Index("ix_payments_charge", "provider", "charge"),
    )

    id: Mapped[Id]
    token: Mapped[str] = mapped_column(String(26), unique=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("packs.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    provider: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[PaymentState]
    ask: Mapped[dict[str, object]]
    attempt: Mapped[int]
    ref: Mapped[str | None] = mapped_column(String(100))
    url: Mapped[str | None] = mapped_column(String(2_000))
    charge: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    check_at: Mapped[datetime | None]
    closing_at: Mapped[datetime | None]
    late_until: Mapped[datetime | None]
    refunded_elsewhere: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(60), default="")

    @property
    def purpose(self) -> Purpose:
        return Purpose(self.booking_id, self.pack_id)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def is_live(self) -> bool:
        """Whether a person may still pay by it."""
        return self.state in (PaymentState.INTENDED, PaymentState.OPEN)


def ask_of(payment: Payment) -> Ask:
    """What was asked, to the letter, as often as it takes."""
    key = f"pay:{payment.token}:{payment.attempt}"
    return asks.again(payment.ask, key=key, payment=payment.token, amount=payment.money)


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, payment_id: int) -> Payment:
    payment = session.get(Payment, payment_id)
    if payment is None:
        raise NotFound("payment.unknown")
    return payment


def locked(session: Session, payment_id: int) -> Payment:
    """The payment as it is, and nobody else changes it until the transaction ends."""
    return session.get_one(Payment, payment_id, with_for_update=True, populate_existing=True)


def by_token(session: Session, token: str) -> Payment:
    payment = session.scalar(select(Payment).where(Payment.token == token))
    if payment is None:
        raise NotFound("payment.unknown")
    return payment


def by_link(session: Session, provider: str, link: LinkState) -> Payment | None:
    """The payment of a link, by the provider's id or, before that was stored, by ours in its metadata."""
    by_ref = session.scalar(select(Payment).where(Payment.provider == provider, Payment.ref == link.ref))
    if by_ref is not None or not link.payment:
        return by_ref
    return session.scalar(select(Payment).where(Payment.provider == provider, Payment.token == link.payment))


def last_provider(session: Session, person_id: int) -> str:
    """Where this person was last asked to pay; empty where they never were."""
    found = select(Payment.provider).where(Payment.person_id == person_id).order_by(Payment.id.desc())
    return session.scalar(found.limit(1)) or ""


def by_charge(session: Session, provider: str, charge: str) -> Payment | None:
    return session.scalar(select(Payment).where(Payment.provider == provider, Payment.charge == charge))


def of(session: Session, purpose: Purpose) -> list[Payment]:
    """All payments for something, the newest first."""
    return list(session.scalars(select(Payment).where(_is_for(purpose)).order_by(Payment.id.desc())))


def of_booking(session: Session, booking_id: int) -> list[Payment]:
    """All payments of a booking, the newest first."""
    return of(session, Purpose(booking_id))


def is_arriving(session: Session, purpose: Purpose) -> bool:
    """Whether a slow payment is on its way: then nobody lets go what it is for."""
    return any(payment.state is PaymentState.PROCESSING for payment in of(session, purpose))


def may_still_come(session: Session, purpose: Purpose) -> bool:
    """Whether money may arrive for something, or has arrived late and waits for a word."""
    found = of(session, purpose)
    return any(payment.state in UNSETTLED or payment.late_until is not None for payment in found)


def latest(session: Session, purpose: Purpose) -> Payment | None:
    return next(iter(of(session, purpose)), None)


def overdue(session: Session, *, now: datetime, most: int = 50) -> list[Payment]:
    """Unsettled payments that it is time to ask the provider about."""
    return list(
        session.scalars(
            select(Payment)
            .where(Payment.check_at <= now, Payment.state.in_(UNSETTLED))
            .order_by(Payment.check_at, Payment.id)
            .limit(most)
        )
    )


def overdue_late(session: Session, *, now: datetime) -> list[Payment]:
    """Late money whose day of choice is over."""
    return list(
        session.scalars(select(Payment).where(Payment.late_until <= now).order_by(Payment.id).limit(50))
    )


def next_check(session: Session) -> datetime | None:
    """When the next of the two above is due."""
    return dues.first(session, DUES)


def _is_for(purpose: Purpose) -> ColumnElement[bool]:
    if purpose.booking_id is not None:
        return Payment.booking_id == purpose.booking_id
    return Payment.pack_id == purpose.pack_id


_CHECKS: Final = (Payment.check_at.is_not(None), Payment.state.in_(UNSETTLED))
DUES: Final = (
    Due(select(func.min(Payment.check_at)).where(*_CHECKS)),
    Due(select(func.min(Payment.late_until)).where(Payment.late_until.is_not(None))),
)
