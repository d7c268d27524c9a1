"""Asking a provider how a subscription stands, and taking in what it says.

No older answer overtakes a newer one, and what must not go on there is stopped.
"""

from datetime import datetime
from typing import Final

from core.plans import renewals, subscriptions
from core.plans.counter import Counter
from core.plans.renewals import Taken
from core.plans.subscriptions import Subscription
from core.ports import Store, SubscriptionLook

TURNS: Final = 3


async def refresh(db: Store, counter: Counter, subscription_id: int, *, ref: str = "", now: datetime) -> None:
    """Asks the provider how things stand; an answer that something newer has overtaken is asked for again. `ref` is
    its id where we do not know it yet."""
    for _turn in range(TURNS):
        subscription = await db.read(subscriptions.find, subscription_id)
        known = subscription.ref or ref or subscription.link
        if known is None:
            return
        look = await counter.of(subscription.provider).look_up(known)
        if await _try_in(db, counter, subscription, look, now=now) is not Taken.STALE:
            return


async def take_in(
    db: Store, counter: Counter, subscription: Subscription, look: SubscriptionLook, *, now: datetime
) -> None:
    if await _try_in(db, counter, subscription, look, now=now) is Taken.STALE:
        await refresh(db, counter, subscription.id, now=now)


async def _try_in(
    db: Store, counter: Counter, subscription: Subscription, look: SubscriptionLook, *, now: datetime
) -> Taken:
    taken = await db.write(renewals.take_in, subscription.id, look, seen=subscription.looks, now=now)
    if taken is Taken.UNWANTED:
        key = f"plan:{subscription.short}:stop"
        over = await counter.of(subscription.provider).stop(look.ref, key=key)
        return await db.write(renewals.take_in, subscription.id, over, seen=subscription.looks + 1, now=now)
    return taken
