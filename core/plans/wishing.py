"""What somebody wants of a plan that its provider has not done yet: to begin, to change, to end or to go on.

A wish is kept until the provider has answered, and its number is in its key: asked again it comes with the same key,
and no other wish ever does.
"""

from typing import Final

from core.plans.subscriptions import RUNNING, Subscription

END_REFUSED: Final = "end_refused"
"""Staff was told that the provider says no to an end, or to going on after all."""


def begin(subscription: Subscription, ask: dict[str, object]) -> None:
    """Keeps what is asked to the letter: one subscription, one ask, one idempotency key."""
    subscription.ask = ask


def change(subscription: Subscription, wanted: dict[str, object]) -> None:
    """Keeps which other plan is wanted."""
    subscription.wish, subscription.wishes = wanted, subscription.wishes + 1


def forget_change(subscription: Subscription) -> None:
    subscription.wish = {}


def end(subscription: Subscription, *, ends: bool) -> None:
    """It is to end with its month, or to go on after all."""
    if subscription.wants_end is not ends:
        subscription.wants_end, subscription.endings = ends, subscription.endings + 1


def forget_end(subscription: Subscription) -> None:
    """What the provider says is taken in: where that is what was wished for, or it is over, nothing is wanted."""
    if subscription.state not in RUNNING or subscription.ends_at_period_end is subscription.wants_end:
        subscription.wants_end = None
        if subscription.problem == END_REFUSED:
            subscription.problem = ""
