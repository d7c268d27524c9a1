"""What the sandbox bank remembers: its pay links and the money it gave back.

The rules are Stripe's: a key opens one link and gives money back once, only an open link can be paid or
closed, an open link past its end counts as expired, and no more is given back than was paid. A move is one
conditional update, so that of two hands at once one wins.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Select, String, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id
from core.money import Money
from core.ports import Ask, LinkState, LinkStatus, ProviderRefused

SHORTEST: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=24)


class SandboxLink(Base):
    __tablename__ = "sandbox_links"

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    payment: Mapped[str] = mapped_column(String(200))
    booking_code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(250))
    description: Mapped[str] = mapped_column(String(1000))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    return_url: Mapped[str] = mapped_column(String(2000))
    cancel_url: Mapped[str] = mapped_column(String(2000))
    expires_at: Mapped[datetime]
    status: Mapped[LinkStatus]
    charge: Mapped[str | None] = mapped_column(String(40), unique=True)
    paid_at: Mapped[datetime | None]
    refunded: Mapped[int] = mapped_column(default=0)

    def status_at(self, now: datetime) -> LinkStatus:
        is_over = self.status is LinkStatus.OPEN and self.expires_at <= now
        return LinkStatus.EXPIRED if is_over else self.status

    def state(self, url: str, now: datetime) -> LinkState:
        is_paid = self.status is LinkStatus.PAID
        return LinkState(
            ref=self.ref,
            status=self.status_at(now),
            url=url if self.status_at(now) is LinkStatus.OPEN else "",
            amount=Money(self.amount, self.currency),
            charge=self.charge or "",
            paid_at=self.paid_at,
            payment=self.payment,
            refunded=Money(self.refunded, self.currency) if is_paid else None,
        )


class SandboxRefund(Base):
    __tablename__ = "sandbox_refunds"

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)
    charge: Mapped[str] = mapped_column(String(40), index=True)
    amount: Mapped[int]


@dataclass(frozen=True, slots=True)
class Move:
    """One way a link changes: from where, to where, and whether its end matters."""

    name: str
    origin: frozenset[LinkStatus]
    target: LinkStatus
    in_time: bool = True


PAY: Final = Move("paid", frozenset({LinkStatus.OPEN}), LinkStatus.PAID)
PAY_LATE: Final = Move(
    "paid", frozenset({LinkStatus.OPEN, LinkStatus.EXPIRED}), LinkStatus.PAID, in_time=False
)
FAIL: Final = Move("failed", frozenset({LinkStatus.OPEN}), LinkStatus.FAILED)
EXPIRE: Final = Move("expired", frozenset({LinkStatus.OPEN}), LinkStatus.EXPIRED, in_time=False)


Row = TypeVar("Row", SandboxLink, SandboxRefund)


def open(session: Session, ask: Ask, *, now: datetime) -> SandboxLink:
    """The link of this key, made where there is none. Raises `ProviderRefused` for an ask that cannot be."""
    by_key = select(SandboxLink).where(SandboxLink.key == ask.key)
    link = session.scalar(by_key) or _first(session, _new(ask, now), by_key)
    if link.digest != _digest(ask):
        raise ProviderRefused("sandbox: this key was used for another ask")
    return link


def find(session: Session, ref: str) -> SandboxLink:
    link = session.scalar(select(SandboxLink).where(SandboxLink.ref == ref))
    if link is None:
        raise ProviderRefused(f"sandbox: there is no link {ref}")
    return link


def move(session: Session, ref: str, move: Move, *, now: datetime) -> tuple[SandboxLink, bool]:
    """Makes the move where the link allows it; the link as it then is, and whether it moved."""
    where: list[ColumnElement[bool]] = [SandboxLink.ref == ref, SandboxLink.status.in_(move.origin)]
    if move.in_time:
        where.append(SandboxLink.expires_at > now)
    values: dict[str, object] = {"status": move.target}
    if move.target is LinkStatus.PAID:
        values |= {"charge": _token("sbp"), "paid_at": now}
    statement = update(SandboxLink).where(*where).values(values).returning(SandboxLink.id)
    moved = session.scalar(statement.execution_options(synchronize_session=False)) is not None
    return find(session, ref), moved


def refund(session: Session, charge: str, amount: Money, *, key: str) -> str:
    """The id of the refund with this key, made where there is none. Raises `ProviderRefused`."""
    by_key = select(SandboxRefund).where(SandboxRefund.key == key)
    wanted = SandboxRefund(ref=_token("sbr"), key=key, charge=charge, amount=amount.amount)
    given = session.scalar(by_key) or _first(session, wanted, by_key)
    if given is wanted:
        _take_back(session, charge, amount)
    if (given.charge, given.amount) != (charge, amount.amount):
        raise ProviderRefused("sandbox: this key was used for another refund")
    return given.ref


def _first(session: Session, row: Row, by_key: Select[Row]) -> Row:
    """The row once it is written, or the one that was written first."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return session.scalars(by_key).one()
    return row


def _take_back(session: Session, charge: str, amount: Money) -> None:
    has_enough = SandboxLink.amount - SandboxLink.refunded >= amount.amount
    statement = (
        update(SandboxLink)
        .where(SandboxLink.charge == charge, SandboxLink.currency == amount.currency, has_enough)
        .values(refunded=SandboxLink.refunded + amount.amount)
        .returning(SandboxLink.id)
        .execution_options(synchronize_session=False)
    )
    if amount.amount <= 0 or session.scalar(statement) is None:
        raise ProviderRefused(f"sandbox: {amount.decimal} {amount.currency} cannot be given back of {charge}")


def _new(ask: Ask, now: datetime) -> SandboxLink:
    if ask.amount.amount <= 0:
        raise ProviderRefused("sandbox: the amount must be positive")
    if not SHORTEST <= ask.expires_at - now <= LONGEST:
        raise ProviderRefused("sandbox: a link lives for 30 minutes to 24 hours")
    return SandboxLink(
        ref=_token("sbl"),
        key=ask.key,
        digest=_digest(ask),
        payment=ask.payment,
        booking_code=ask.booking_code,
        title=ask.title[:250],
        description=ask.description[:1000],
        amount=ask.amount.amount,
        currency=ask.amount.currency,
        return_url=ask.return_url,
        cancel_url=ask.cancel_url,
        expires_at=ask.expires_at,
        status=LinkStatus.OPEN,
    )


def _digest(ask: Ask) -> str:
    return hashlib.sha256(repr(ask).encode()).hexdigest()


def _token(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"
