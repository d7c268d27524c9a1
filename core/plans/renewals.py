"""What a provider says of a subscription, taken in: it began, was renewed, is owed, was changed, has ended.

Each verb is one transaction and harmless when repeated. A month's minutes are there once the month is paid; while a
bill is open the month before goes on, for the length of the community's grace.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from core.people import communities
from core.plans import bills, plans, subscribing, subscriptions
from core.plans.plans import Terms
from core.plans.subscriptions import RUNNING, Subscription, SubscriptionState
from core.ports import SubscriptionLook, SubscriptionStatus


class Taken(StrEnum):
    """`stale`: something newer was taken in meanwhile; `unwanted`: it must not go on at its provider."""

    IN = "in"
    STALE = "stale"
    UNWANTED = "unwanted"


def take_in(
    session: Session, subscription_id: int, look: SubscriptionLook, *, seen: int, now: datetime
) -> Taken:
    """`seen` is how much had been taken in when the provider was asked."""
    subscription = subscriptions.lock(session, subscriptions.find(session, subscription_id))
    if subscription.looks != seen:
        return Taken.STALE
    subscribing.meet(subscription, ref=look.ref, link=look.link, url=look.pay_url)
    session.flush()
    where = (subscription.id, subscription.community_id, subscription.provider)
    bills.post(session, *where, look.invoices, now=now)
    taken = _apply(session, subscription, look, now=now)
    subscribing.schedule(subscription, now=now)
    session.flush()
    return taken


def _apply(session: Session, subscription: Subscription, look: SubscriptionLook, *, now: datetime) -> Taken:
    state = subscription.state
    if look.status is SubscriptionStatus.ACTIVE:
        return _runs(session, subscription, look, now=now)
    if look.status is SubscriptionStatus.PAST_DUE and state is SubscriptionState.ACTIVE:
        grace = communities.find(session, subscription.community_id).policy.grace
        subscribing.fall_due(session, subscription, now + grace, now=now)
    elif look.status is SubscriptionStatus.ENDED and state in RUNNING:
        subscribing.end(session, subscription, now=now)
    elif (
        look.status in (SubscriptionStatus.EXPIRED, SubscriptionStatus.ENDED)
        and state is SubscriptionState.PENDING
    ):
        subscribing.lapse(session, subscription, now=now, reason="unpaid")
    return Taken.IN


def _runs(session: Session, subscription: Subscription, look: SubscriptionLook, *, now: datetime) -> Taken:
    if look.period_start is None or look.period_end is None:
        return Taken.IN
    if subscription.state is SubscriptionState.ENDED:
        return Taken.UNWANTED
    if subscription.state not in RUNNING:
        return _begins(session, subscription, look.period_start, look.period_end, now=now)
    if look.is_paid:
        _is_paid_until(session, subscription, look.period_start, look.period_end, now=now)
    _changes(session, subscription, look.plan, now=now)
    subscribing.will_end(session, subscription, look.ends_at_period_end, now=now)
    return Taken.IN


def _begins(
    session: Session, subscription: Subscription, start: datetime, end: datetime, *, now: datetime
) -> Taken:
    """The first month is paid. A plan for nothing makes place for it; two that are paid cannot be."""
    other = subscriptions.running(session, subscription.community_id, subscription.person_id)
    if other is not None and not other.is_free:
        subscribing.flag(session, subscription, "double", now=now)
        return Taken.UNWANTED
    if other is not None:
        subscribing.end(session, subscriptions.lock(session, other), now=now, reason="replaced")
    subscribing.activate(session, subscription, start, end, now=now)
    return Taken.IN


def _is_paid_until(
    session: Session, subscription: Subscription, start: datetime, end: datetime, *, now: datetime
) -> None:
    if subscription.period_start is None or start > subscription.period_start:
        subscribing.renew(session, subscription, start, end, now=now)
    elif subscription.state is SubscriptionState.PAST_DUE:
        subscribing.settle(session, subscription)


def _changes(session: Session, subscription: Subscription, short: str, *, now: datetime) -> None:
    """Another plan than we knew: the one that was wished for as it was then, another one as it is now."""
    plan = plans.find(session, subscription.plan_id)
    if short and short != plan.short:
        wanted = plans.by_short(session, short)
        wished = subscription.wish.get("plan") == short
        terms = Terms.from_json(subscription.wish["terms"]) if wished else wanted.terms
        subscribing.become(session, subscription, wanted, terms, now=now)
