"""What a payment's news do to a pack: it is sold, it lapses, it comes back to life, its money went back.

Each verb is part of one transaction and harmless when repeated; `core.booking.settling` calls them.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.payments import refunds
from core.payments.payments import Payment, PaymentState
from core.prepaid import credits, packs
from core.prepaid.packs import UNSOLD, Pack, PackState

SLOW_PAYMENT = timedelta(days=3)


def require_live_hold(pack: Pack, *, now: datetime) -> None:
    if not pack.is_live_hold(now):
        state = PackState.LAPSED if pack.state is PackState.HELD else pack.state
        raise Conflict(f"pack.is_{state}")


def activate(session: Session, pack: Pack, *, now: datetime) -> None:
    """It is paid: its sessions can be booked from now on, until its validity is over."""
    until = now + timedelta(days=pack.validity_days)
    packs.change(
        *(session, pack, PackState.HELD, *UNSOLD),
        to=PackState.ACTIVE,
        event="pack.bought",
        now=now,
        paid_at=now,
        expires_at=until,
    )
    credits.buy(session, pack, now=now)


def lapse(session: Session, pack: Pack, *, now: datetime, reason: str) -> None:
    """It was not paid in time, or not at all."""
    packs.change(
        *(session, pack, PackState.HELD),
        to=PackState.LAPSED,
        event="pack.lapsed",
        now=now,
        reason=reason,
        closed_at=now,
    )


def hear(session: Session, pack: Pack, payment: Payment, *, now: datetime) -> None:
    """A payment for it has moved on; money that has arrived is in the books already."""
    match payment.state:
        case PaymentState.PAID:
            _place(session, pack, payment, now=now)
        case PaymentState.PROCESSING:
            if pack.state is PackState.HELD:
                packs.extend_hold(session, pack, now + SLOW_PAYMENT)
        case PaymentState.FAILED:
            if pack.state is PackState.HELD:
                lapse(session, pack, now=now, reason="payment_failed")
        case PaymentState.EXPIRED:
            if pack.state is PackState.HELD and not pack.is_live_hold(now):
                lapse(session, pack, now=now, reason="unpaid")


def went_back(session: Session, pack: Pack, payment: Payment, *, now: datetime) -> None:
    """All of its money went back at the provider's dashboard."""


def lapsed(session: Session, *, now: datetime) -> list[Pack]:
    """Holds whose time is up."""
    found = select(Pack).where(Pack.state == PackState.HELD, Pack.hold_until <= now)
    return list(session.scalars(found.order_by(Pack.id)))


def has_lapsed(session: Session, *, now: datetime) -> bool:
    return bool(lapsed(session, now=now))


def next_due(session: Session, *, now: datetime) -> datetime | None:
    """When the next hold ends; one that has ended and waits is the payments' to wake."""
    waits = (Pack.state == PackState.HELD, Pack.hold_until > now)
    return session.scalar(select(func.min(Pack.hold_until)).where(*waits))


def serve(session: Session, pack: Pack, *, now: datetime) -> None:
    """The seat that it kept and keeps no more is offered to the first in line."""


def _place(session: Session, pack: Pack, payment: Payment, *, now: datetime) -> None:
    if pack.state is PackState.HELD:
        activate(session, pack, now=now)
    elif pack.state in UNSOLD:
        refunds.want(session, payment, payment.money, "late", now=now)
    else:
        refunds.want(session, payment, payment.money, "double", now=now)
