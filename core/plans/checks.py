"""When a subscription is looked at next, whether or not its provider says anything by itself."""

from datetime import datetime, timedelta
from typing import Final

from core.plans import wishing
from core.plans.subscriptions import RUNNING, Subscription, SubscriptionState

UNPAID: Final = tuple(timedelta(minutes=each) for each in (1, 3, 10, 25))
AGAIN: Final = timedelta(hours=1)
"""How often a provider is asked about what it should have said by now."""
OWED: Final = timedelta(hours=6)
EDGE: Final = timedelta(minutes=1)
"""So long after the end of a month its provider is asked, and so long before a grace is over."""
DAY: Final = timedelta(days=1)
BEFORE_BILL: Final = timedelta(hours=2)
AFTERWARDS: Final = timedelta(days=60)
"""So long after its end a bill that was open can still be paid at its page, and then the money goes back."""


def after(subscription: Subscription, *, now: datetime) -> datetime | None:
    """`None` where nothing happens to it any more."""
    match subscription.state:
        case SubscriptionState.PENDING:
            return _unpaid(subscription.created_at, now)
        case SubscriptionState.ACTIVE | SubscriptionState.PAST_DUE if subscription.is_wished:
            return now + (AGAIN if subscription.problem == wishing.END_REFUSED else UNPAID[0])
        case SubscriptionState.ACTIVE:
            assert subscription.period_end is not None
            return max(subscription.period_end + EDGE, now + AGAIN)
        case SubscriptionState.PAST_DUE:
            return _owed(subscription.grace_until, now)
        case _:
            return None if subscription.is_free else _over(subscription.ended_at, now)


def _unpaid(created_at: datetime, now: datetime) -> datetime:
    age = now - created_at
    return next((created_at + check for check in UNPAID if check > age), now + AGAIN)


def _owed(grace_until: datetime | None, now: datetime) -> datetime:
    """Just before the grace is over it is asked once more: who has paid must not hear that nothing is included."""
    last = grace_until - EDGE if grace_until is not None else now
    return min(last, now + OWED) if last > now else now + OWED


def is_billed(subscription: Subscription) -> bool:
    """Whether another month of it will be asked for, as things stand."""
    is_running = subscription.state in RUNNING and not subscription.is_free
    return is_running and not subscription.ends_at_period_end


def presence(subscription: Subscription, *, now: datetime) -> datetime | None:
    """When it is looked next whether its holder is still in the community: at once where nobody looks yet, or where a
    bill is open."""
    if not is_billed(subscription):
        return None
    return now if subscription.state is SubscriptionState.PAST_DUE else subscription.presence_at or now


def next_presence(subscription: Subscription, *, now: datetime) -> datetime:
    """Once a day, and shortly before the next month is asked for."""
    assert subscription.period_end is not None
    last = subscription.period_end - BEFORE_BILL
    return min(now + DAY, last) if last > now else now + DAY


def _over(ended_at: datetime | None, now: datetime) -> datetime | None:
    """More and more seldom, but once a day."""
    if ended_at is None or now - ended_at >= AFTERWARDS:
        return None
    return now + min(max(now - ended_at, AGAIN), DAY)
