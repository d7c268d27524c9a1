"""What a provider says of a subscription, taken in: it began, was renewed, is owed, was changed, has ended.

Each verb is one transaction and harmless when repeated. A month's minutes are there once the month is paid; while a
bill is open the month before goes on, for the length of the community's grace.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from core.people import communities
from core.plans import bills, givebacks, plans, subscribing, subscriptions, wishing
from core.plans.bills import Bill
from core.plans.givebacks import Why
from core.plans.plans import Plan, Terms
from core.plans.subscriptions import RUNNING, Subscription, SubscriptionState
from core.ports import SubscriptionLook, SubscriptionStatus

DOUBLE, ALIEN = "double", "alien_plan"
"""Problems: another plan was running when it was paid; it was made into one that is none of its community's."""


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
    if _is_another(subscription, look):
        return Taken.IN
    subscribing.meet(subscription, ref=look.ref, link=look.link, url=look.pay_url)
    session.flush()
    where = (subscription.id, subscription.community_id, subscription.provider)
    bills.post(session, *where, look.invoices, now=now)
    taken = _apply(session, subscription, look, now=now)
    wishing.forget_end(subscription)
    _give_back(session, subscription, now=now)
    subscribing.schedule(subscription, now=now)
    session.flush()
    return taken


def _is_another(subscription: Subscription, look: SubscriptionLook) -> bool:
    """One that bears our name and is not the one that was begun here, such as a copy made at the dashboard."""
    return bool(subscription.ref and look.ref) and subscription.ref != look.ref


def _apply(session: Session, subscription: Subscription, look: SubscriptionLook, *, now: datetime) -> Taken:
    match look.status:
        case SubscriptionStatus.ACTIVE:
            return _runs(session, subscription, look, now=now)
        case SubscriptionStatus.PAST_DUE:
            return _is_owed(session, subscription, look, now=now)
        case SubscriptionStatus.ENDED if subscription.state in RUNNING:
            subscribing.end(session, subscription, at=look.ended_at, now=now)
        case SubscriptionStatus.EXPIRED | SubscriptionStatus.ENDED:
            if subscription.state is SubscriptionState.PENDING:
                subscribing.lapse(session, subscription, now=now, reason=subscription.problem or "unpaid")
    return Taken.IN


def _is_owed(session: Session, subscription: Subscription, look: SubscriptionLook, *, now: datetime) -> Taken:
    """A bill is open. Its first month was paid, even where nobody heard of that."""
    if subscription.state not in RUNNING and look.invoices:
        taken = _runs(session, subscription, look, now=now)
        if taken is not Taken.IN:
            return taken
    if subscription.state is SubscriptionState.ACTIVE:
        grace = communities.find(session, subscription.community_id).policy.grace
        subscribing.fall_due(session, subscription, now + grace, now=now)
    if subscription.state in RUNNING:
        _changes(session, subscription, look, now=now)
        subscribing.reprice(subscription, look.price)
        subscribing.will_end(session, subscription, look.ends_at_period_end, now=now)
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
    _changes(session, subscription, look, now=now)
    subscribing.reprice(subscription, look.price)
    subscribing.will_end(session, subscription, look.ends_at_period_end, now=now)
    return Taken.IN


def _begins(
    session: Session, subscription: Subscription, start: datetime, end: datetime, *, now: datetime
) -> Taken:
    """The first month is paid. A plan for nothing makes place for it; two that are paid cannot be."""
    other = subscriptions.running(session, subscription.community_id, subscription.person_id)
    if subscription.problem == DOUBLE:
        return Taken.UNWANTED
    if other is not None and not other.is_free:
        subscribing.flag(session, subscription, DOUBLE, now=now)
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
        subscribing.settle(session, subscription, now=now)


def _changes(session: Session, subscription: Subscription, look: SubscriptionLook, *, now: datetime) -> None:
    """Another plan than we knew: the one that was wished for as it was then, another one as it is now. One that is
    none of this community's changes nothing, and staff is told."""
    short = look.plan
    if not short or short == plans.find(session, subscription.plan_id).short:
        return
    wanted = plans.known(session, short)
    if wanted is None or wanted.community_id != subscription.community_id:
        subscribing.flag(session, subscription, ALIEN, now=now)
        return
    subscribing.become(session, subscription, wanted, _terms(subscription, wanted), now=now)


def _terms(subscription: Subscription, wanted: Plan) -> Terms:
    if subscription.wish.get("plan") == wanted.short:
        return Terms.from_json(subscription.wish["terms"])
    return wanted.terms


def _give_back(session: Session, subscription: Subscription, *, now: datetime) -> None:
    """Nobody keeps money that was paid for a plan that does not run: a second one, or one that had ended."""
    for bill in bills.of(session, subscription.id):
        if (why := _why_back(subscription, bill)) is not None:
            givebacks.want(session, bill, why, now=now)


def _why_back(subscription: Subscription, bill: Bill) -> Why | None:
    if subscription.started_at is None:
        if subscription.problem == DOUBLE:
            return Why.DOUBLE
        return Why.ENDED if subscription.state is SubscriptionState.LAPSED else None
    is_late = subscription.ended_at is not None and bill.paid_at > subscription.ended_at
    return Why.ENDED if is_late else None
