"""What providers tell of plans by themselves: which one an event is about, and then the provider is asked."""

from datetime import datetime

from core.payments.inbox import InboxEvent
from core.plans import bills, looking, returning, subscriptions
from core.plans.counter import Counter, Providers
from core.ports import Store


async def hear(db: Store, providers: Providers, event: InboxEvent, *, now: datetime) -> bool:
    """Whether an event is about a plan; then its provider is asked how things stand."""
    counter = Counter(providers, "")
    ref = event.subscription or event.ref
    subscription = await db.read(subscriptions.known_as, event.provider, ref) if ref else None
    if subscription is not None:
        await looking.refresh(db, counter, subscription.id, now=now)
        return True
    if event.subscription:
        return await _hear_new(db, counter, event, now=now)
    return await _hear_charge(db, counter, event, now=now) if event.charge else False


async def _hear_new(db: Store, counter: Counter, event: InboxEvent, *, now: datetime) -> bool:
    """An event of a subscription whose id we do not know yet: it may be one of ours all the same. Once it is found it
    is asked about anew, for something newer may have been taken in since."""
    look = await counter.of(event.provider).look_up(event.subscription)
    subscription = await db.read(subscriptions.by_short, event.provider, look.subscription)
    if subscription is not None and look.ref:
        await looking.refresh(db, counter, subscription.id, ref=look.ref, now=now)
    return True


async def _hear_charge(db: Store, counter: Counter, event: InboxEvent, *, now: datetime) -> bool:
    """Some of a bill's money went back, by us or at the provider's dashboard; or it did not arrive there."""
    bill = await db.read(bills.by_charge, event.provider, event.charge)
    if bill is None:
        return False
    await returning.hear(db, counter, bill, now=now)
    return True
