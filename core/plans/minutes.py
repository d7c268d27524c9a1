"""A plan's included minutes, counted in a ledger that is only added to. The only writer of its entries.

Each entry continues the one before, and the database itself keeps that, as it does for the sessions of a pack: the
balance is never below zero. An entry's key makes writing it again harmless.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id
from core.errors import Conflict
from core.prepaid.credits import CHAIN


class MinuteKind(StrEnum):
    """`captured` takes nothing more: the session that they were reserved for took place."""

    GRANTED = "granted"
    RESERVED = "reserved"
    CAPTURED = "captured"
    RELEASED = "released"
    CHANGED = "changed"
    LAPSED = "lapsed"


class MinuteEntry(Base):
    """`number` counts a subscription's entries from 1; `found` + `amount` = `balance`, in minutes."""

    __tablename__ = "minute_entries"
    __table_args__ = (
        UniqueConstraint("subscription_id", "number"),
        UniqueConstraint("subscription_id", "number", "balance"),
        ForeignKeyConstraint(
            ["subscription_id", "previous", "found"],
            ["minute_entries.subscription_id", "minute_entries.number", "minute_entries.balance"],
            name="fk_minute_entries_chain",
        ),
        CheckConstraint("balance >= 0", name="never_below_zero"),
        CheckConstraint("found + amount = balance", name="adds_up"),
        CheckConstraint(CHAIN, name="chain"),
    )

    id: Mapped[Id]
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"))
    number: Mapped[int]
    previous: Mapped[int | None]
    found: Mapped[int]
    amount: Mapped[int]
    balance: Mapped[int]
    kind: Mapped[MinuteKind]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    at: Mapped[datetime]


# --- verbs; whoever calls them has locked the subscription ----------------------------------------


def begin_month(session: Session, subscription_id: int, minutes: int, *, now: datetime) -> None:
    """What is left of the month before lapses, and the new one's minutes are there."""
    lapse(session, subscription_id, now=now)
    if minutes:
        _add(session, subscription_id, MinuteKind.GRANTED, minutes, now=now)


def lapse(session: Session, subscription_id: int, *, now: datetime) -> None:
    rest = left(session, subscription_id)
    if rest:
        _add(session, subscription_id, MinuteKind.LAPSED, -rest, now=now)


def change(session: Session, subscription_id: int, by: int, *, now: datetime) -> None:
    """Another plan has more or fewer minutes a month; what is used stays used."""
    by = max(by, -left(session, subscription_id))
    if by:
        _add(session, subscription_id, MinuteKind.CHANGED, by, now=now)


def reserve(session: Session, subscription_id: int, booking_id: int, minutes: int, *, now: datetime) -> None:
    """Raises `Conflict` where not as many are left."""
    key = f"reserved:{booking_id}"
    _add(session, subscription_id, MinuteKind.RESERVED, -minutes, now=now, booking_id=booking_id, key=key)


def capture(session: Session, subscription_id: int, booking_id: int, *, now: datetime) -> None:
    key = f"captured:{booking_id}"
    if not _knows(session, key):
        _add(session, subscription_id, MinuteKind.CAPTURED, 0, now=now, booking_id=booking_id, key=key)


def release(
    session: Session, subscription_id: int, booking_id: int, minutes: int, reason: str, *, now: datetime
) -> None:
    """They come back to the present month, once for each reason."""
    key = _released(booking_id, reason)
    if not _knows(session, key):
        _add(session, subscription_id, MinuteKind.RELEASED, minutes, now=now, booking_id=booking_id, key=key)


# --- reads ------------------------------------------------------------------------------------


def left(session: Session, subscription_id: int) -> int:
    return _last(session, subscription_id)[1]


def lines(session: Session, subscription_id: int) -> Sequence[MinuteEntry]:
    """All entries of a subscription, the oldest first."""
    entries = select(MinuteEntry).where(MinuteEntry.subscription_id == subscription_id)
    return session.scalars(entries.order_by(MinuteEntry.number)).all()


def used(session: Session, booking_id: int) -> int:
    """What a booking took, and did not give back."""
    total = select(func.coalesce(func.sum(MinuteEntry.amount), 0)).where(MinuteEntry.booking_id == booking_id)
    return -(session.scalar(total) or 0)


def was_released(session: Session, booking_id: int, reason: str) -> bool:
    return _knows(session, _released(booking_id, reason))


def _released(booking_id: int, reason: str) -> str:
    return f"released:{booking_id}:{reason}"


def _knows(session: Session, key: str) -> bool:
    return session.scalar(select(MinuteEntry.id).where(MinuteEntry.key == key)) is not None


def _add(
    session: Session,
    subscription_id: int,
    kind: MinuteKind,
    amount: int,
    *,
    now: datetime,
    booking_id: int | None = None,
    key: str = "",
) -> None:
    previous, found = _last(session, subscription_id)
    if found + amount < 0:
        raise Conflict("plan.used_up", left=found)
    session.add(
        MinuteEntry(
            subscription_id=subscription_id,
            number=previous + 1,
            previous=previous or None,
            found=found,
            amount=amount,
            balance=found + amount,
            kind=kind,
            booking_id=booking_id,
            key=key or f"{kind}:{subscription_id}:{previous + 1}",
            at=now,
        )
    )
    session.flush()


def _last(session: Session, subscription_id: int) -> tuple[int, int]:
    """The number and the balance of a subscription's last entry."""
    last = (
        select(MinuteEntry.number, MinuteEntry.balance)
        .where(MinuteEntry.subscription_id == subscription_id)
        .order_by(MinuteEntry.number.desc())
        .limit(1)
    )
    row = session.execute(last).one_or_none()
    return (row.number, row.balance) if row else (0, 0)
