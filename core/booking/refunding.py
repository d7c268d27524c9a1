"""Making the refunds that were decided, as short transactions around calls to a provider.

A refund is asked for with one key until somebody answers; then its end is asked for by the provider's own id of it.
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from core.booking import settling
from core.payments import payments, refunds
from core.payments.payments import Payment
from core.payments.refunds import Refund, RefundState
from core.ports import PaymentProvider, ProviderDown, ProviderRefused, RefundStatus, Store

OPEN = (RefundState.WANTED, RefundState.PENDING)


class Providers(Protocol):
    def of(self, name: str) -> PaymentProvider:
        """The provider of a payment. Raises `ProviderDown` where it is not configured any more."""
        ...


async def make_due(db: Store, providers: Providers, *, now: datetime) -> datetime | None:
    """Makes or asks about the refunds that it is time for; when the next one is."""
    for refund in await db.read(refunds.overdue, now=now):
        payment = await db.read(payments.find, refund.payment_id)
        await _make(db, providers, refund, payment, now=now)
    return await db.read(refunds.next_try)


async def hear(db: Store, providers: Providers, payment: Payment, *, now: datetime) -> None:
    """What became of our own refunds of a payment: asked before the provider is asked how much went back in all.

    A webhook may speak of a refund that nobody has answered for yet.
    """
    for refund in await db.read(refunds.not_failed, payment.id):
        if refund.ref is None:
            await _make(db, providers, refund, payment, now=now)
        else:
            ref, status = await _ask(providers, refund, payment)
            await db.write(_answered, refund.id, ref, status, now=now)


async def _make(db: Store, providers: Providers, refund: Refund, payment: Payment, *, now: datetime) -> None:
    try:
        ref, status = await _ask(providers, refund, payment)
    except ProviderDown:
        await db.write(_postpone, refund.id, now=now)
    except ProviderRefused:
        await _explain_refusal(db, providers, refund, payment, now=now)
    else:
        await db.write(_answered, refund.id, ref, status, now=now)


async def _ask(providers: Providers, refund: Refund, payment: Payment) -> tuple[str, RefundStatus]:
    provider, charge = providers.of(payment.provider), payment.charge or ""
    return await provider.refund(charge, refund.money, key=refund.key, ref=refund.ref or "")


async def _explain_refusal(
    db: Store, providers: Providers, refund: Refund, payment: Payment, *, now: datetime
) -> None:
    """A refund is refused where the money went back at the provider's own dashboard: so that is looked at."""
    try:
        link = await providers.of(payment.provider).look_up(payment.ref or "")
    except (ProviderDown, ProviderRefused):
        await db.write(_postpone, refund.id, now=now)
    else:
        await db.write(_fail, refund.id, now=now)
        await db.write(settling.settle, payment.provider, link, now=now)


def _answered(session: Session, refund_id: int, ref: str, status: RefundStatus, *, now: datetime) -> None:
    refund, payment = refunds.locked(session, refund_id)
    refunds.answered(session, refund, payment, ref, status, now=now)


def _postpone(session: Session, refund_id: int, *, now: datetime) -> None:
    refund, payment = refunds.locked(session, refund_id)
    if refund.state in OPEN:
        refunds.postpone(session, refund, payment, now=now)


def _fail(session: Session, refund_id: int, *, now: datetime) -> None:
    refund, payment = refunds.locked(session, refund_id)
    if refund.state in OPEN:
        refunds.failed(session, refund, payment, now=now)
