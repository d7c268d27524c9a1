"""Subscribing, changing, ending: short transactions around calls to a provider, which renews by itself.

What is wanted is written down before anybody is asked, with its key. Webhooks only make it faster: whatever they say,
the provider is asked, and `keep_time` asks without them. A plan for nothing has no provider; the clock renews it.
"""

from collections.abc import Awaitable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core import dues
from core.errors import Conflict, Refusal
from core.plans import givebacks, orders, renewals, returning, subscriptions
from core.plans.counter import Counter
from core.plans.orders import Describe
from core.plans.renewals import Taken
from core.plans.subscriptions import RUNNING, Subscription, SubscriptionState
from core.ports import (
    ProviderDown,
    ProviderRefused,
    Store,
    SubscriptionLook,
)

TURNS: Final = 3


async def subscribe(
    db: Store, counter: Counter, short: str, person_id: int, describe: Describe, *, now: datetime
) -> Subscription:
    """Subscribes to a plan: one for nothing runs at once, another one has a `url` to pay at. Raises `Refusal`."""
    await _drop_other(db, counter, short, person_id, now=now)
    name = counter.provider.name if counter.provider else ""
    subscription = await db.write(orders.begin, short, person_id, name, now=now)
    if subscription.is_free or subscription.url:
        return subscription
    return await _open(db, counter, subscription, describe, now=now)


async def look_again(
    db: Store, counter: Counter, short: str, person_id: int, *, now: datetime
) -> Subscription:
    """ "I have paid": asks the provider at once."""
    subscription = await db.read(orders.own, short, person_id)
    await _asked(refresh(db, counter, subscription.id, now=now))
    return await db.read(orders.own, short, person_id)


async def change(
    db: Store,
    counter: Counter,
    short: str,
    plan_short: str,
    person_id: int,
    describe: Describe,
    *,
    now: datetime,
) -> Subscription:
    """Turns what runs into another plan at once. Raises `Refusal`, and nothing is changed so far: where the provider
    does not answer it is asked again by itself.
    """
    subscription = await db.write(orders.wish, short, plan_short, person_id, counter.page, describe, now=now)
    try:
        await _make_wish(db, counter, subscription, is_told=True, now=now)
    except ProviderDown:
        raise Refusal("plan.change_down") from None
    except ProviderRefused:
        raise Refusal("plan.change_refused") from None
    return await db.read(subscriptions.find, subscription.id)


async def end(
    db: Store, counter: Counter, short: str, person_id: int, *, ends: bool, now: datetime
) -> Subscription:
    """It is not renewed any more after this month; or, while it still runs, it is after all. One whose month is not
    paid ends at once, and nobody is asked for that month any more."""
    subscription = await db.write(orders.ending, short, person_id, ends, now=now)
    if subscription.state is SubscriptionState.PAST_DUE:
        subscription = await look_again(db, counter, short, person_id, now=now)
    if subscription.state in RUNNING and not subscription.is_free:
        await _asked(_end(db, counter, subscription, ends=ends, now=now))
    return await db.read(orders.own, short, person_id)


async def give_up(db: Store, counter: Counter, short: str, person_id: int, *, now: datetime) -> Subscription:
    """The person would rather not pay the first month: its page is closed."""
    subscription = await db.read(orders.own, short, person_id)
    if subscription.state is SubscriptionState.PENDING:
        await _asked(_close(db, counter, subscription, now=now))
    return await db.read(orders.own, short, person_id)


async def keep_time(db: Store, counter: Counter, *, now: datetime) -> datetime | None:
    """Renews what costs nothing, and asks about what should have moved by now; when to look again."""
    for subscription in await db.read(subscriptions.overdue, now=now):
        try:
            await _look_after(db, counter, subscription, now=now)
        except (ProviderDown, ProviderRefused):
            await db.write(orders.postpone, subscription.id, now=now)
    await returning.make_due(db, counter, now=now)
    return await db.read(_next_due)


async def _look_after(db: Store, counter: Counter, subscription: Subscription, *, now: datetime) -> None:
    if subscription.is_free:
        await db.write(orders.roll, subscription.id, now=now)
    elif not subscription.ask:
        await db.write(orders.lapse, subscription.id, "unasked", now=now)
    elif subscription.wish:
        await _make_wish(db, counter, subscription, is_told=False, now=now)
    elif subscription.link is None and subscription.ref is None:
        await _send_ask(db, counter, subscription, now=now)
    else:
        await refresh(db, counter, subscription.id, now=now)


async def _drop_other(db: Store, counter: Counter, short: str, person_id: int, *, now: datetime) -> None:
    """Two pages that both could be paid are never open: the one for another plan is closed before."""
    other = await db.read(orders.other_pending, short, person_id)
    if other is not None:
        await _asked(_close(db, counter, other, now=now))


async def _open(
    db: Store, counter: Counter, subscription: Subscription, describe: Describe, *, now: datetime
) -> Subscription:
    await db.write(orders.write_ask, subscription.id, counter.page, describe, now=now)
    subscription = await db.read(subscriptions.find, subscription.id)
    try:
        await _send_ask(db, counter, subscription, now=now)
    except ProviderDown:
        raise Refusal("plan.down") from None
    subscription = await db.read(subscriptions.find, subscription.id)
    if subscription.state is SubscriptionState.LAPSED:
        raise Refusal("plan.refused")
    return subscription


async def _send_ask(db: Store, counter: Counter, subscription: Subscription, *, now: datetime) -> None:
    """What the provider will never do is over; an answer that was lost is asked for again with the same key."""
    try:
        look = await counter.of(subscription.provider).open(orders.opening(subscription))
    except ProviderRefused as refused:
        await db.write(orders.lapse, subscription.id, str(refused)[:60], now=now)
    else:
        await take_in(db, counter, subscription, look, now=now)


async def _make_wish(
    db: Store, counter: Counter, subscription: Subscription, *, is_told: bool, now: datetime
) -> None:
    """Asks for the other plan. A wish that is refused, such as by the bank, is no wish any more."""
    provider = counter.of(subscription.provider)
    try:
        look = await provider.change(subscription.ref or "", orders.changing(subscription, now=now))
    except ProviderRefused:
        await db.write(orders.unwish, subscription.id, is_told=is_told, now=now)
        raise
    await take_in(db, counter, subscription, look, now=now)


async def _end(db: Store, counter: Counter, subscription: Subscription, *, ends: bool, now: datetime) -> None:
    provider, ref = counter.of(subscription.provider), subscription.ref or ""
    key = f"plan:{subscription.short}:{'end' if ends else 'keep'}:{subscription.looks}"
    if ends and subscription.state is SubscriptionState.PAST_DUE:
        look = await provider.stop(ref, key=key)
    else:
        look = await provider.end(ref, ends=ends, key=key)
    await take_in(db, counter, subscription, look, now=now)


async def _close(db: Store, counter: Counter, subscription: Subscription, *, now: datetime) -> None:
    """Closes the page for the first month. Raises `Conflict` where it was paid meanwhile."""
    if subscription.link is None:
        if subscription.ask:
            await _send_ask(db, counter, subscription, now=now)
        else:
            await db.write(orders.lapse, subscription.id, "unasked", now=now)
        subscription = await db.read(subscriptions.find, subscription.id)
    if subscription.link is not None and subscription.state is SubscriptionState.PENDING:
        look = await counter.of(subscription.provider).close(subscription.link)
        await take_in(db, counter, subscription, look, now=now)
        subscription = await db.read(subscriptions.find, subscription.id)
        if subscription.state is not SubscriptionState.LAPSED:
            raise Conflict("plan.paid_already", name=subscription.name)


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


def _next_due(session: Session) -> datetime | None:
    return dues.first(session, DUES)


async def _asked(call: Awaitable[None]) -> None:
    """A call to a provider on somebody's behalf, who hears it where there is no answer."""
    try:
        await call
    except (ProviderDown, ProviderRefused):
        raise Refusal("plan.down") from None


DUES: Final = (*subscriptions.DUES, *givebacks.DUES)
"""When `keep_time` has something to do."""
