"""When a subscription is looked at next, whether or not its provider says anything by itself."""

from datetime import datetime, timedelta
from typing import Final

from core.plans.subscriptions import Subscription, SubscriptionState

UNPAID: Final = tuple(timedelta(minutes=each) for each in (1, 3, 10, 25))
AGAIN: Final = timedelta(hours=1)
"""How often a provider is asked about what it should have said by now."""
OWED: Final = timedelta(hours=6)
EDGE: Final = timedelta(minutes=1)
"""So long after the end of a month its provider is asked, and so long before a grace is over."""


def after(subscription: Subscription, *, now: datetime) -> datetime | None:
    """`None` where nothing happens to it any more."""
    match subscription.state:
        case SubscriptionState.PENDING:
            return _unpaid(subscription.created_at, now)
        case SubscriptionState.ACTIVE | SubscriptionState.PAST_DUE if subscription.wish:
            return now + UNPAID[0]
        case SubscriptionState.ACTIVE:
            assert subscription.period_end is not None
            return max(subscription.period_end + EDGE, now + AGAIN)
        case SubscriptionState.PAST_DUE:
            return _owed(subscription.grace_until, now)
        case _:
            return None


def _unpaid(created_at: datetime, now: datetime) -> datetime:
    age = now - created_at
    return next((created_at + check for check in UNPAID if check > age), now + AGAIN)


def _owed(grace_until: datetime | None, now: datetime) -> datetime:
    """Just before the grace is over it is asked once more: who has paid must not hear that nothing is included."""
    last = grace_until - EDGE if grace_until is not None else now
    return min(last, now + OWED) if last > now else now + OWED
