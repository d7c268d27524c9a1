"""One amount asked from one person at one provider. The only writer of payments.

A row is written before the provider is called, and its exact ask is kept, so that a lost answer is asked for
again with the same idempotency key and the same words.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, ForeignKey, Index, String, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import dues, history
from core.db import Base, Id, short_id
from core.dues import Due
from core.errors import NotFound
from core.money import Money
from core.payments import asks, checks
from core.payments.purposes import Purpose
from core.ports import Ask, LinkState, LinkStatus

LATE_REFUND_AFTER: Final = timedelta(hours=24)


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


def intend(
    session: Session,
    purpose: Purpose,
    *,
    person_id: int,
    community_id: int,
    provider: str,
    money: Money,
    now: datetime,
) -> Payment:
    """Writes down that an amount will be asked for, before anybody is asked."""
    payment = Payment(
        token=short_id(26),
        booking_id=purpose.booking_id,
        pack_id=purpose.pack_id,
        person_id=person_id,
        community_id=community_id,
        provider=provider,
        amount=money.amount,
        currency=money.currency,
        state=PaymentState.INTENDED,
        ask={},
        attempt=1,
        created_at=now,
        check_at=now + checks.FIRST,
    )
    session.add(payment)
    session.flush()
    return payment


def write_ask(payment: Payment, ask: Ask) -> None:
    """Keeps what is asked to the letter: one attempt, one ask, one idempotency key."""
    payment.ask = asks.kept(ask)


def ask_of(payment: Payment) -> Ask:
    """What was asked, to the letter, as often as it takes."""
    key = f"pay:{payment.token}:{payment.attempt}"
    return asks.again(payment.ask, key=key, payment=payment.token, amount=payment.money)


def opened(session: Session, payment: Payment, link: LinkState) -> None:
    """The provider answered with a link."""
    payment.ref = link.ref
    payment.url = link.url
    if payment.state is PaymentState.INTENDED:
        payment.state = PaymentState.OPEN


def close(payment: Payment, *, now: datetime) -> None:
    """Nobody will pay by it any more: what was opened at the provider is closed there as soon as possible."""
    if payment.state is PaymentState.INTENDED and not payment.ask:
        payment.state, payment.check_at = PaymentState.EXPIRED, None
    elif payment.is_live:
        payment.state, payment.check_at, payment.closing_at = PaymentState.CLOSING, now, now


def close_all(session: Session, purpose: Purpose, *, now: datetime) -> None:
    """Has every link closed that somebody could still pay something by."""
    for payment in of(session, purpose):
        close(payment, now=now)


def refused(session: Session, payment: Payment, problem: str, *, now: datetime) -> None:
    """The provider will not open this link.

    A repeated ask can be refused only for its age, because its expiry has come too near: then the first one
    never arrived, and a new attempt may ask anew.
    """
    if payment.state not in UNSETTLED:
        return
    if payment.ref is None and payment.ask and _is_aged(payment, now):
        payment.ask, payment.attempt = {}, payment.attempt + 1
        close_unopened(payment)
        return
    payment.state, payment.problem, payment.check_at = PaymentState.FAILED, problem[:60], None
    _record(session, "payment.refused", payment, now=now, problem=problem[:200])


def close_unopened(payment: Payment) -> None:
    """A link that was to be closed and never came to be is closed."""
    if payment.state is PaymentState.CLOSING:
        payment.state, payment.check_at = PaymentState.EXPIRED, None


def advance(
    session: Session, payment: Payment, state: PaymentState, link: LinkState, *, now: datetime
) -> bool:
    """Takes in what the provider says; whether that was news. Compare-and-set: twice counts once."""
    moved = session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.state == payment.state, Payment.state != state)
        .values(state=state, ref=link.ref or payment.ref, charge=link.charge or payment.charge)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        return False
    session.refresh(payment)
    if state is PaymentState.PAID:
        payment.paid_at = link.paid_at or now
    payment.check_at = now + checks.RECHECK if state is PaymentState.PROCESSING else None
    _record(session, f"payment.{state}", payment, now=now)
    return True


def postpone_if_open(payment: Payment, *, now: datetime) -> None:
    """The provider had no news: a link that is still open is asked about again."""
    if payment.state in UNSETTLED:
        payment.check_at = checks.after(payment.created_at, payment.closing_at, now=now)


def flag(session: Session, payment: Payment, problem: str, *, now: datetime) -> None:
    """Something about the money does not fit: nothing is done with it, and staff is told once."""
    postpone_if_open(payment, now=now)
    if payment.problem != problem:
        payment.problem = problem[:60]
        _record(session, "payment.flagged", payment, now=now, problem=problem)


def wait_late(session: Session, payment: Payment, *, now: datetime) -> None:
    """Money that found its time gone: the person chooses, and after a day it goes back by itself."""
    payment.late_until = now + LATE_REFUND_AFTER
    _record(session, "payment.late", payment, now=now)


def count_elsewhere(payment: Payment, amount: Money) -> None:
    """Some of the money went back at the provider's own dashboard."""
    payment.refunded_elsewhere += amount.amount


def place_late(payment: Payment) -> None:
    """Late money has found its place."""
    payment.late_until = None


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


def reassign(session: Session, gone: int, kept: int) -> None:
    """What was asked of a person who is joined to another is the other's; no amount changes."""
    session.execute(update(Payment).where(Payment.person_id == gone).values(person_id=kept))


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


def _is_aged(payment: Payment, now: datetime) -> bool:
    return ask_of(payment).expires_at < now + checks.PROVIDER_MINIMUM


def _record(session: Session, event: str, payment: Payment, *, now: datetime, **facts: object) -> None:
    session.flush()
    history.record(
        session, event, payment.id, now=now, actor_id=None, community_id=payment.community_id, **facts
    )


_CHECKS: Final = (Payment.check_at.is_not(None), Payment.state.in_(UNSETTLED))
DUES: Final = (
    Due(select(func.min(Payment.check_at)).where(*_CHECKS)),
    Due(select(func.min(Payment.late_until)).where(Payment.late_until.is_not(None))),
)
