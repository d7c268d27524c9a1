"""Giving a plan's money back, as short transactions around calls to its provider, and keeping the books with it.

Whatever is told, the provider is asked how much of a bill went back in all, and the books follow that.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from core.money import Money
from core.plans import bills, givebacks
from core.plans.bills import Bill
from core.plans.counter import Counter
from core.plans.givebacks import DONE, GiveBack
from core.ports import ProviderDown, ProviderRefused, RefundStatus, Store, SubscriptionProvider


async def make_due(db: Store, counter: Counter, *, now: datetime) -> None:
    """Makes or asks about what it is time for."""
    for back in await db.read(givebacks.overdue, now=now):
        try:
            bill = await db.read(bills.find, back.bill_id)
            await _make(db, counter.of(bill.provider), back, bill, now=now)
        except (ProviderDown, ProviderRefused):
            await db.write(_postpone, back.id, now=now)


async def hear(db: Store, counter: Counter, bill: Bill, *, now: datetime) -> None:
    """Money of a bill moved at its provider: by our own hand, or at the dashboard."""
    provider, back = counter.of(bill.provider), await db.read(givebacks.of_bill, bill.id)
    if back is not None and (back.ref or back.state not in DONE):
        await _make(db, provider, back, bill, now=now)
    else:
        await _book(db, provider, bill, now=now)


async def _make(
    db: Store, provider: SubscriptionProvider, back: GiveBack, bill: Bill, *, now: datetime
) -> None:
    """Asks for it with one key until somebody answers, then for its end. One that is refused may have been made at
    the dashboard."""
    try:
        ref, status = await _refund(provider, back, bill)
    except ProviderRefused:
        rest = bill.money - await _book(db, provider, bill, now=now)
        if not back.ref and 0 < rest.amount < back.amount:
            await db.write(_shrink, back.id, rest, now=now)
            return
        ref, status = "", RefundStatus.FAILED if rest.amount > 0 else RefundStatus.SUCCEEDED
    else:
        await _book(db, provider, bill, now=now)
    await db.write(_answered, back.id, ref, status, now=now)


async def _refund(provider: SubscriptionProvider, back: GiveBack, bill: Bill) -> tuple[str, RefundStatus]:
    if not bill.charge:
        raise ProviderDown("the charge of this bill is not known yet")
    return await provider.refund(bill.charge, back.money, key=back.key, ref=back.ref)


async def _book(db: Store, provider: SubscriptionProvider, bill: Bill, *, now: datetime) -> Money:
    total = await provider.returned(bill.charge) if bill.charge else Money(0, bill.currency)
    await db.write(bills.went_back, bill.id, total, now=now)
    return total


def _answered(session: Session, back_id: int, ref: str, status: RefundStatus, *, now: datetime) -> None:
    givebacks.answered(session, givebacks.locked(session, back_id), ref, status, now=now)


def _shrink(session: Session, back_id: int, rest: Money, *, now: datetime) -> None:
    givebacks.shrink(session, givebacks.locked(session, back_id), rest, now=now)


def _postpone(session: Session, back_id: int, *, now: datetime) -> None:
    back = givebacks.locked(session, back_id)
    if back.state not in DONE:
        givebacks.postpone(session, back, now=now)
