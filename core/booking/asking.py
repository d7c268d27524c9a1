"""Asking a provider about one payment and taking in what it says. Nothing here calls out inside a transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.booking import settling, wares
from core.booking.till import Till
from core.payments import paying, payments
from core.payments.payments import Payment, PaymentState
from core.ports import (
    LinkState,
    LinkStatus,
    PaymentProvider,
    ProviderRefused,
    Store,
)


async def finish(db: Store, till: Till, payment: Payment, *, now: datetime) -> None:
    """Finishes whatever was begun with a payment: opens, looks up or closes its link."""
    provider = till.of(payment.provider)
    if not payment.ask:
        await db.write(postpone, payment.id, now=now)
        return
    ref = payment.ref
    if ref is None:
        first = await provider.open_link(payments.ask_of(payment))
        await db.write(opened, payment.id, first)
        ref = first.ref
    link = await (_closed(provider, ref) if payment.state is PaymentState.CLOSING else provider.look_up(ref))
    await take_in(db, till, payment.provider, link, now=now)


async def _closed(provider: PaymentProvider, ref: str) -> LinkState:
    """Closes a link, unless its payer was faster. One that the provider has forgotten is closed."""
    try:
        link = await provider.look_up(ref)
    except ProviderRefused:
        return await provider.expire(ref)
    return await provider.expire(ref) if link.status is LinkStatus.OPEN else link


async def take_in(db: Store, till: Till, name: str, link: LinkState, *, now: datetime) -> None:
    """What a provider says is taken in. Money that its payer has approved is taken first, while it is wanted: what
    is not wanted any more or not as we asked for it is never taken, and what is none of ours is left alone.
    """
    if link.status is LinkStatus.APPROVED and not await db.read(settling.is_misfit, name, link):
        provider, key = till.of(name), await db.read(_capture_key, name, link)
        if key is None:
            return
        link = await (provider.capture(link.ref, key=key) if key else provider.expire(link.ref))
    await db.write(settling.settle, name, link, now=now)


def _capture_key(session: Session, provider: str, link: LinkState) -> str | None:
    """The idempotency key to take approved money with; empty where nobody waits for it any more, or its student pays
    in another way by now; `None` where no payment is ours.
    """
    payment = payments.by_link(session, provider, link)
    if payment is None:
        return None
    is_latest = payment == payments.latest(session, payment.purpose)
    if payment.state not in payments.UNSETTLED or not is_latest:
        return ""
    return f"capture:{payment.token}:{payment.attempt}" if wares.is_held(wares.of(session, payment)) else ""


def opened(session: Session, payment_id: int, link: LinkState) -> None:
    paying.opened(session, payments.locked(session, payment_id), link)


def refuse(session: Session, payment_id: int, problem: str, *, now: datetime) -> bool:
    """Takes in that a link was refused; whether it may be asked for anew."""
    payment = payments.locked(session, payment_id)
    paying.refused(session, payment, problem, now=now)
    return payment.is_live


def flag(session: Session, payment_id: int, problem: str, *, now: datetime) -> None:
    paying.flag(session, payments.find(session, payment_id), problem[:60], now=now)


def postpone(session: Session, payment_id: int, *, now: datetime) -> None:
    paying.postpone_if_open(payments.locked(session, payment_id), now=now)
