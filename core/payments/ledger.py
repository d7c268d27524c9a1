"""The books: double entry, postings of one entry sum to zero, nothing is changed or deleted.

Accounts: `provider:<name>` is money that lies at a provider (positive), `held:<booking>` what is owed to
somebody until the session is done (negative). An entry's key makes posting it again harmless.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id
from core.money import Money
from core.payments.payments import Payment


class Entry(Base):
    __tablename__ = "ledger_entries"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    at: Mapped[datetime]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)


class Posting(Base):
    """Minor units; positive is what the account gained."""

    __tablename__ = "ledger_postings"

    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"), index=True)
    account: Mapped[str] = mapped_column(String(60), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))


def post_capture(session: Session, payment: Payment, *, now: datetime) -> None:
    """A person's money arrived and is kept for the session."""
    _post(
        session,
        payment,
        _provider(payment),
        _held(payment),
        payment.money,
        key=f"capture:{payment.id}",
        now=now,
    )


def post_refund(session: Session, payment: Payment, amount: Money, *, key: str, now: datetime) -> None:
    """Money that was kept went back."""
    _post(session, payment, _held(payment), _provider(payment), amount, key=key, now=now)


def balance(session: Session, account: str, currency: str) -> Money:
    total = session.scalar(
        select(func.coalesce(func.sum(Posting.amount), 0)).where(
            Posting.account == account, Posting.currency == currency
        )
    )
    return Money(int(total or 0), currency)


def sums(session: Session) -> dict[str, int]:
    """The sum of all postings by currency: zero, each of them, always."""
    rows = session.execute(select(Posting.currency, func.sum(Posting.amount)).group_by(Posting.currency))
    return {currency: int(total) for currency, total in rows}


def _post(
    session: Session, payment: Payment, gains: str, loses: str, amount: Money, *, key: str, now: datetime
) -> None:
    if session.scalar(select(Entry.id).where(Entry.key == key)) is not None:
        return
    entry = Entry(key=key, at=now, payment_id=payment.id)
    session.add(entry)
    session.flush()
    for account, value in ((gains, amount), (loses, -amount)):
        session.add(Posting(entry_id=entry.id, account=account, amount=value.amount, currency=value.currency))
    session.flush()


def _provider(payment: Payment) -> str:
    return f"provider:{payment.provider}"


def _held(payment: Payment) -> str:
    return f"held:{payment.booking_id}"
