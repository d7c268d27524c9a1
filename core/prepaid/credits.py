"""A pack's sessions, counted in a ledger that is only added to. The only writer of its entries.

Each entry continues the one before, and the database itself keeps that: what it found is what the other left, what
it leaves is what it found and its own amount, and is never below zero. A booking has one entry of a kind at most.
With each session its share of the pack's money goes to the booking, and comes back with it.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from core import chain
from core.db import Base, Id
from core.errors import Conflict
from core.money import Money
from core.payments import ledger
from core.payments.ledger import Kind
from core.payments.purposes import Purpose
from core.prepaid import packs
from core.prepaid.packs import Pack


class CreditKind(StrEnum):
    """`captured` takes nothing more: the session that was reserved took place."""

    BOUGHT = "bought"
    RESERVED = "reserved"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    ADJUSTED = "adjusted"


class CreditEntry(Base):
    """`number` counts a pack's entries from 1; `found` + `amount` = `balance`, in sessions."""

    __tablename__ = "credit_entries"
    __table_args__ = (
        *chain.constraints("credit_entries", "pack_id"),
        UniqueConstraint("booking_id", "kind"),
    )

    id: Mapped[Id]
    pack_id: Mapped[int] = mapped_column(ForeignKey("packs.id"))
    number: Mapped[int]
    previous: Mapped[int | None]
    found: Mapped[int]
    amount: Mapped[int]
    balance: Mapped[int]
    kind: Mapped[CreditKind]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


# --- verbs ------------------------------------------------------------------------------------


def buy(session: Session, pack: Pack, *, now: datetime) -> None:
    """All its sessions, when it is paid."""
    if not left(session, pack.id) and not lines(session, pack.id):
        _add(session, pack, CreditKind.BOUGHT, pack.sessions, now=now)


def reserve(session: Session, pack: Pack, booking_id: int, *, now: datetime) -> Money:
    """Takes one session for a booking, and its share of the pack's money; what it is worth.

    Raises `Conflict` where none is left.
    """
    packs.lock(session, pack)
    value = worth(session, pack)
    _add(session, pack, CreditKind.RESERVED, -1, booking_id=booking_id, now=now)
    _move_money(session, pack, booking_id, value, now=now)
    return value


def mark_low(session: Session, pack: Pack, *, now: datetime) -> None:
    """What was reserved is certain: where one session is left to book, that is said once."""
    if left(session, pack.id) == 1:
        packs.record_once(session, "pack.low", pack, now=now)


def capture(session: Session, pack: Pack, booking_id: int, *, now: datetime) -> bool:
    """The session took place; whether that was news."""
    packs.lock(session, pack)
    if of_booking(session, booking_id, CreditKind.CAPTURED) is not None:
        return False
    _add(session, pack, CreditKind.CAPTURED, 0, booking_id=booking_id, now=now)
    if left(session, pack.id) + reserved(session, pack.id) == 1:
        packs.record_once(session, "pack.renewal_due", pack, now=now)
    return True


def release(session: Session, pack: Pack, booking_id: int, value: Money, *, now: datetime) -> bool:
    """The session comes back to the pack with the money that is kept for it; whether that was news."""
    packs.lock(session, pack)
    if of_booking(session, booking_id, CreditKind.RELEASED) is not None:
        return False
    _add(session, pack, CreditKind.RELEASED, 1, booking_id=booking_id, now=now)
    _move_money(session, pack, booking_id, -value, now=now)
    return True


def take_out(
    session: Session,
    pack: Pack,
    kind: CreditKind,
    sessions: int,
    *,
    now: datetime,
    actor_id: int | None = None,
    note: str = "",
) -> None:
    """Sessions that expire or are refunded leave the pack. Raises `Conflict` where there are not as many."""
    packs.lock(session, pack)
    _add(session, pack, kind, -sessions, now=now, actor_id=actor_id, note=note)


def adjust(session: Session, pack: Pack, by: int, actor_id: int, note: str, *, now: datetime) -> None:
    """Staff adds or takes sessions, and says why. Raises `Conflict` where there are not as many."""
    packs.lock(session, pack)
    _add(session, pack, CreditKind.ADJUSTED, by, now=now, actor_id=actor_id, note=note)


def reassign(session: Session, gone: int, kept: int) -> None:
    """What a person adjusted was done by the one they are joined to."""
    session.execute(update(CreditEntry).where(CreditEntry.actor_id == gone).values(actor_id=kept))


# --- reads ------------------------------------------------------------------------------------


def left(session: Session, pack_id: int) -> int:
    """Sessions that may still be booked."""
    return chain.left(session, CreditEntry.pack_id, pack_id)


def reserved(session: Session, pack_id: int) -> int:
    """Sessions that are booked, and neither done nor given back."""
    ended = aliased(CreditEntry)
    is_over = ended.kind.in_((CreditKind.CAPTURED, CreditKind.RELEASED))
    is_open = ~select(ended.id).where(ended.booking_id == CreditEntry.booking_id, is_over).exists()
    taken = (CreditEntry.pack_id == pack_id, CreditEntry.kind == CreditKind.RESERVED)
    return session.scalar(select(func.count()).where(*taken, is_open)) or 0


def worth(session: Session, pack: Pack) -> Money:
    """What one of the sessions that are left is worth: an even share of what the pack still keeps."""
    sessions = left(session, pack.id)
    kept = money(session, pack)
    return kept.scaled(1, sessions) if sessions else kept - kept


def money(session: Session, pack: Pack) -> Money:
    """What the pack keeps for the sessions that are left."""
    return -ledger.balance(session, pack.purpose.account, pack.currency)


def lines(session: Session, pack_id: int) -> Sequence[CreditEntry]:
    """All entries of a pack, the oldest first."""
    entries = select(CreditEntry).where(CreditEntry.pack_id == pack_id).order_by(CreditEntry.number)
    return session.scalars(entries).all()


def of_booking(session: Session, booking_id: int, kind: CreditKind) -> CreditEntry | None:
    return session.scalar(
        select(CreditEntry).where(CreditEntry.booking_id == booking_id, CreditEntry.kind == kind)
    )


def _add(
    session: Session,
    pack: Pack,
    kind: CreditKind,
    amount: int,
    *,
    now: datetime,
    booking_id: int | None = None,
    actor_id: int | None = None,
    note: str = "",
) -> None:
    step = chain.step(session, CreditEntry.pack_id, pack.id, amount)
    if step.balance < 0:
        raise Conflict("pack.empty", left=step.found)
    said = {"booking_id": booking_id, "actor_id": actor_id, "note": note}
    session.add(CreditEntry(pack_id=pack.id, kind=kind, at=now, **step.columns, **said))
    session.flush()


def _move_money(session: Session, pack: Pack, booking_id: int, value: Money, *, now: datetime) -> None:
    about = Purpose(booking_id)
    moves = {pack.purpose.account: value, about.account: -value}
    key = ledger.numbered(session, Kind.PACK, about)
    ledger.post(session, Kind.PACK, moves, key=key, purpose=about, now=now)
