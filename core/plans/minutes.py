"""A plan's included minutes, counted in a ledger that is only added to. The only writer of its entries.

Each entry continues the one before, and the database itself keeps that, as it does for the sessions of a pack: the
balance is never below zero. An entry's key makes writing it again harmless.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import chain
from core.db import Base, Id
from core.errors import Conflict


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
    __table_args__ = chain.constraints("minute_entries", "subscription_id")

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
    """What is left of the month before lapses, and the new one's minutes are there. An entry begins each month, also
    of a plan that includes none."""
    lapse(session, subscription_id, now=now)
    _add(session, subscription_id, MinuteKind.GRANTED, minutes, now=now)


def lapse(session: Session, subscription_id: int, *, now: datetime) -> None:
    rest = left(session, subscription_id)
    if rest:
        _add(session, subscription_id, MinuteKind.LAPSED, -rest, now=now)


def change(session: Session, subscription_id: int, by: int, *, most: int, now: datetime) -> None:
    """Another plan for the rest of the month: so many more or fewer, and with what is used never more than `most`. What
    is used stays used, however often the plan is changed."""
    before = left(session, subscription_id)
    by = min(by, max(most - spent(session, subscription_id) - before, 0)) if by > 0 else max(by, -before)
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
    return chain.left(session, MinuteEntry.subscription_id, subscription_id)


def spent(session: Session, subscription_id: int) -> int:
    """What bookings took this month and did not give back; below zero where more of a month before came back."""
    begun = select(func.max(MinuteEntry.number)).where(
        MinuteEntry.subscription_id == subscription_id, MinuteEntry.kind == MinuteKind.GRANTED
    )
    total = select(func.coalesce(func.sum(MinuteEntry.amount), 0)).where(
        MinuteEntry.subscription_id == subscription_id,
        MinuteEntry.kind.in_((MinuteKind.RESERVED, MinuteKind.RELEASED)),
        MinuteEntry.number > begun.scalar_subquery(),
    )
    return -int(session.scalar(total) or 0)


def lines(session: Session, subscription_id: int) -> Sequence[MinuteEntry]:
    """All entries of a subscription, the oldest first."""
    entries = select(MinuteEntry).where(MinuteEntry.subscription_id == subscription_id)
    return session.scalars(entries.order_by(MinuteEntry.number)).all()


def used(session: Session, booking_id: int) -> int:
    """What a booking took, and did not give back."""
    total = select(func.coalesce(func.sum(MinuteEntry.amount), 0)).where(MinuteEntry.booking_id == booking_id)
    return -int(session.scalar(total) or 0)


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
    step = chain.step(session, MinuteEntry.subscription_id, subscription_id, amount)
    if step.balance < 0:
        raise Conflict("plan.used_up", left=step.found)
    said = {"booking_id": booking_id, "key": key or f"{kind}:{subscription_id}:{step.number}"}
    session.add(MinuteEntry(subscription_id=subscription_id, kind=kind, at=now, **step.columns, **said))
    session.flush()
