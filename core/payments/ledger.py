"""The books: double entry, postings of one entry sum to zero, nothing is changed or deleted.

Accounts: `provider:<name>` is money that lies at a provider (positive). Negative ones are owed to somebody:
`held:<booking>` until the session is done, `pack:<pack>` for sessions bought ahead, `wallet:<person>` as credit,
`earned:<mentor>` and `house:<community>` once a session is settled. An entry's key makes posting it again harmless.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, String, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id
from core.money import Money
from core.payments.payments import Payment
from core.payments.purposes import Purpose


class Kind(StrEnum):
    """What an entry is about, for the people who read their wallet."""

    CAPTURE = "capture"
    REFUND = "refund"
    SPEND = "spend"
    UNSPEND = "unspend"
    CREDIT = "credit"
    JOIN = "join"
    SETTLE = "settle"
    PACK = "pack"
    PLAN = "plan"
    PULL_BACK = "pull_back"


class Entry(Base):
    __tablename__ = "ledger_entries"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    at: Mapped[datetime]
    kind: Mapped[Kind] = mapped_column(default=Kind.CAPTURE, server_default=Kind.CAPTURE)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("packs.id"), index=True)

    @property
    def purpose(self) -> Purpose:
        return Purpose(self.booking_id, self.pack_id)


class Posting(Base):
    """Minor units; positive is what the account gained."""

    __tablename__ = "ledger_postings"

    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"), index=True)
    account: Mapped[str] = mapped_column(String(60), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))


def held(booking_id: int) -> str:
    return Purpose(booking_id).account


def wallet(person_id: int) -> str:
    return f"wallet:{person_id}"


def earned(mentor_id: int) -> str:
    return f"earned:{mentor_id}"


def house(community_id: int) -> str:
    return f"house:{community_id}"


def post_capture(session: Session, payment: Payment, *, now: datetime) -> None:
    """A person's money arrived and is kept for what it paid."""
    moves = {_provider(payment): payment.money, payment.purpose.account: -payment.money}
    _of_payment(session, payment, Kind.CAPTURE, moves, key=f"capture:{payment.id}", now=now)


def post_refund(session: Session, payment: Payment, amount: Money, *, key: str, now: datetime) -> None:
    """Money that was kept went back."""
    moves = {payment.purpose.account: amount, _provider(payment): -amount}
    _of_payment(session, payment, Kind.REFUND, moves, key=key, now=now)


def post(
    session: Session,
    kind: Kind,
    moves: Mapping[str, Money],
    *,
    key: str,
    now: datetime,
    purpose: Purpose | None = None,
    payment_id: int | None = None,
) -> bool:
    """Writes one entry, what each account gains; `False` where the key was posted before.

    Raises `ValueError` where the moves do not sum to zero.
    """
    if sum(money.amount for money in moves.values()) or len({money.currency for money in moves.values()}) > 1:
        raise ValueError(f"the entry {key} does not sum to zero")
    if session.scalar(select(Entry.id).where(Entry.key == key)) is not None:
        return False
    about = purpose or Purpose()
    entry = Entry(
        key=key, at=now, kind=kind, payment_id=payment_id, booking_id=about.booking_id, pack_id=about.pack_id
    )
    session.add(entry)
    session.flush()
    for account, money in moves.items():
        if money:
            session.add(
                Posting(entry_id=entry.id, account=account, amount=money.amount, currency=money.currency)
            )
    session.flush()
    return True


def numbered(session: Session, kind: Kind, purpose: Purpose) -> str:
    """A key for what may happen to something several times."""
    done = session.scalar(select(func.count()).where(_is_about(purpose), Entry.kind == kind))
    return f"{kind}:{purpose.name}:{done}"


def count_keys(session: Session, prefix: str) -> int:
    """How many entries have a key that begins so."""
    return session.scalar(select(func.count()).where(Entry.key.startswith(prefix, autoescape=True))) or 0


def count(session: Session, payment_id: int) -> int:
    """How many entries there are about a payment."""
    return session.scalar(select(func.count()).where(Entry.payment_id == payment_id)) or 0


def moved(session: Session, purpose: Purpose, account: str, currency: str, *kinds: Kind) -> Money:
    """What an account gained by entries of these kinds about something."""
    asked = {"booking": purpose.booking_id, "pack": purpose.pack_id, "kinds": kinds}
    moving = _OF_BOOKING if purpose.booking_id is not None else _OF_PACK
    total = session.scalar(moving, {**asked, "account": account, "currency": currency})
    return Money(int(total or 0), currency)


def gained(session: Session, account: str, key: str) -> Money | None:
    """What an account gained by one entry; `None` where there is no such entry."""
    row = session.execute(
        select(Posting.amount, Posting.currency)
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Entry.key == key, Posting.account == account)
    ).one_or_none()
    return Money(row.amount, row.currency) if row else None


def balance(session: Session, account: str, currency: str) -> Money:
    total = session.scalar(
        select(func.coalesce(func.sum(Posting.amount), 0)).where(
            Posting.account == account, Posting.currency == currency
        )
    )
    return Money(int(total or 0), currency)


def balances(session: Session, account: str) -> dict[str, Money]:
    """An account's balance by currency, those that are zero left out."""
    rows = session.execute(
        select(Posting.currency, func.sum(Posting.amount))
        .where(Posting.account == account)
        .group_by(Posting.currency)
        .order_by(Posting.currency)
    )
    return {currency: Money(int(total), currency) for currency, total in rows if total}


def sums(session: Session) -> dict[str, int]:
    """The sum of all postings by currency: zero, each of them, always."""
    rows = session.execute(select(Posting.currency, func.sum(Posting.amount)).group_by(Posting.currency))
    return {currency: int(total) for currency, total in rows}


def _of_payment(
    session: Session, payment: Payment, kind: Kind, moves: Mapping[str, Money], *, key: str, now: datetime
) -> None:
    post(session, kind, moves, key=key, now=now, purpose=payment.purpose, payment_id=payment.id)


def _is_about(purpose: Purpose) -> ColumnElement[bool]:
    if purpose.booking_id is not None:
        return Entry.booking_id == purpose.booking_id
    return Entry.pack_id == purpose.pack_id


def _provider(payment: Payment) -> str:
    return f"provider:{payment.provider}"


_MOVED = (
    select(func.coalesce(func.sum(Posting.amount), 0))
    .join(Entry, Entry.id == Posting.entry_id)
    .where(Entry.kind.in_(bindparam("kinds", expanding=True)))
    .where(Posting.account == bindparam("account"), Posting.currency == bindparam("currency"))
)
_OF_BOOKING = _MOVED.where(Entry.booking_id == bindparam("booking"))
_OF_PACK = _MOVED.where(Entry.pack_id == bindparam("pack"))
