"""What the worker does on its rounds: it reads what providers sent, ends what is over and asks about what is open.

Webhooks only make it faster: whatever they say, the provider is asked, and the healer asks without them.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core import dues
from core.booking import asking, attendance, diary, refunding, settling, waitlist
from core.booking.till import Till
from core.errors import NotFound
from core.payments import inbox, payments
from core.payments.inbox import InboxEvent
from core.plans import hearing
from core.ports import (
    ProviderDown,
    ProviderRefused,
    Store,
    WebhookEvent,
)
from core.prepaid import selling


async def take_webhook(db: Store, provider: str, event: WebhookEvent, body: bytes, *, now: datetime) -> bool:
    """Stores a verified event for later; `False` where it was stored before."""
    return await db.write(inbox.store, provider, event, body, now=now)


async def read_inbox(db: Store, till: Till, *, now: datetime) -> datetime | None:
    """Handles what providers sent; when the next event is due."""
    for event in await db.write(inbox.claim, now=now):
        try:
            await _read_event(db, till, event, now=now)
        except (ProviderDown, ProviderRefused, NotFound):
            await db.write(inbox.retry, event.id, now=now)
        else:
            await db.write(inbox.finish, event.id, now=now)
    return await db.read(inbox.next_due)


async def keep_time(db: Store, till: Till, *, now: datetime) -> datetime | None:
    """Ends holds and sessions whose time is up and asks about open payments; when to look again."""
    await db.write(settling.lapse_due, now=now)
    await db.write(_judge, now=now)
    for payment in await db.read(payments.overdue, now=now):
        try:
            await asking.finish(db, till, payment, now=now)
        except ProviderRefused as refused:
            await db.write(
                asking.refuse if payment.ref is None else asking.flag, payment.id, str(refused), now=now
            )
        except ProviderDown:
            await db.write(asking.postpone, payment.id, now=now)
    await db.write(_tidy, now=now)
    return await db.read(_next_moment, now=now)


def _judge(session: Session, *, now: datetime) -> None:
    """What became of sessions is proposed, and stands."""
    attendance.propose_due(session, now=now)
    attendance.settle_due(session, now=now)


def _tidy(session: Session, *, now: datetime) -> None:
    """What the providers' answers have freed is given on."""
    settling.lapse_due(session, now=now)
    settling.refund_overdue_late(session, now=now)
    waitlist.look(session, now=now)


def _next_moment(session: Session, *, now: datetime) -> datetime | None:
    """The next moment that is known; a lapsed hold that waits for its provider is the payments' to wake."""
    return dues.first(session, _KNOWN, now=now)


async def _read_event(db: Store, till: Till, event: InboxEvent, *, now: datetime) -> None:
    if await hearing.hear(db, till.plans, event, now=now):
        return
    ref = event.ref
    if not ref and event.charge:
        payment = await db.read(payments.by_charge, event.provider, event.charge)
        if payment is None or payment.ref is None:
            raise NotFound("payment.unknown")
        await refunding.hear(db, till, payment, now=now)
        ref = payment.ref
    if ref:
        await asking.take_in(db, till, event.provider, await till.of(event.provider).look_up(ref), now=now)


_KNOWN: Final = (*diary.DUES, *selling.DUES, *payments.DUES)
DUES: Final = (*_KNOWN, *diary.LAPSED, *selling.LAPSED, *waitlist.DUES)
"""When `keep_time` has something to do."""
