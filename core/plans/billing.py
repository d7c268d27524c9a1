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
from core.plans import givebacks, looking, orders, returning, subscriptions
from core.plans.counter import Counter
from core.plans.orders import Describe
from core.plans.subscriptions import Subscription, SubscriptionState
from core.ports import (
    ProviderDown,
    ProviderRefused,
    Store,
    SubscriptionLook,
)


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
    await _asked(looking.refresh(db, counter, subscription.id, now=now))
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
    paid ends at once, and nobody is asked for that month any more. Raises `Refusal` where the provider does not
    answer; then it is asked again by itself."""
    subscription = await db.write(orders.ending, short, person_id, ends, now=now)
    if not subscription.is_free:
        try:
            await _end(db, counter, subscription, now=now)
        except (ProviderDown, ProviderRefused):
            raise Refusal("plan.end_down") from None
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
    elif subscription.wants_end is not None:
        await _end(db, counter, subscription, now=now)
    elif subscription.link is None and subscription.ref is None:
        await _send_ask(db, counter, subscription, now=now)
    else:
        await looking.refresh(db, counter, subscription.id, now=now)


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
        await looking.take_in(db, counter, subscription, look, now=now)


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
    await looking.take_in(db, counter, subscription, look, now=now)


async def _end(db: Store, counter: Counter, subscription: Subscription, *, now: datetime) -> None:
    """Asks that it ends, or goes on. Whether its month is paid is asked before, and one that is refused may be over."""
    if subscription.state is SubscriptionState.PAST_DUE:
        await looking.refresh(db, counter, subscription.id, now=now)
        subscription = await db.read(subscriptions.find, subscription.id)
    if subscription.wants_end is None:
        return
    try:
        look = await _ask_to_end(counter, subscription)
    except ProviderRefused:
        await looking.refresh(db, counter, subscription.id, now=now)
        if (await db.read(subscriptions.find, subscription.id)).wants_end is not None:
            await db.write(orders.end_refused, subscription.id, now=now)
            raise
    else:
        await looking.take_in(db, counter, subscription, look, now=now)


async def _ask_to_end(counter: Counter, subscription: Subscription) -> SubscriptionLook:
    provider, ref = counter.of(subscription.provider), subscription.ref or ""
    ends, key = subscription.wants_end is True, orders.ending_key(subscription)
    if ends and subscription.state is SubscriptionState.PAST_DUE:
        return await provider.stop(ref, key=key)
    return await provider.end(ref, ends=ends, key=key)


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
        await looking.take_in(db, counter, subscription, look, now=now)
        subscription = await db.read(subscriptions.find, subscription.id)
        if subscription.state is not SubscriptionState.LAPSED:
            raise Conflict("plan.paid_already", name=subscription.name)


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
