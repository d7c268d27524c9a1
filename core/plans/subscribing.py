"""A subscription's life: begun, running, renewed, owed, changed, ended.

Every change of state is compare-and-set on the states it may come from, and written down with it.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from core import history
from core.db import short_id
from core.errors import Conflict
from core.money import Money
from core.plans import checks, minutes, months, subscriptions
from core.plans.plans import Plan, Terms
from core.plans.subscriptions import OPEN, RUNNING, Subscription, SubscriptionState


def begin(session: Session, plan: Plan, person_id: int, provider: str, *, now: datetime) -> Subscription:
    """Writes down that somebody subscribes, before a provider hears of it."""
    subscription = Subscription(
        short=short_id(),
        plan_id=plan.id,
        community_id=plan.community_id,
        person_id=person_id,
        state=SubscriptionState.PENDING,
        provider=provider,
        url="",
        ask={},
        wish={},
        wishes=0,
        endings=0,
        looks=0,
        ends_at_period_end=False,
        created_at=now,
        problem="",
    )
    _copy(subscription, plan.terms)
    session.add(subscription)
    session.flush()
    return subscription


def activate(
    session: Session, subscription: Subscription, start: datetime, end: datetime, *, now: datetime
) -> None:
    """It runs, and the first month's minutes are there."""
    _change(
        *(session, subscription, SubscriptionState.PENDING, SubscriptionState.LAPSED),
        to=SubscriptionState.ACTIVE,
        started_at=start,
        period_start=start,
        period_end=end,
        ended_at=None,
        problem="",
    )
    minutes.begin_month(session, subscription.id, subscription.minutes, now=now)
    record(session, "plan.started", subscription, now=now)


def renew(
    session: Session, subscription: Subscription, start: datetime, end: datetime, *, now: datetime
) -> None:
    """The next month is paid."""
    _change(
        *(session, subscription, *RUNNING),
        to=SubscriptionState.ACTIVE,
        period_start=start,
        period_end=end,
        grace_until=None,
    )
    minutes.begin_month(session, subscription.id, subscription.minutes, now=now)
    record(session, "plan.renewed", subscription, now=now)


def settle(session: Session, subscription: Subscription, *, now: datetime) -> None:
    """What was due within the month is paid."""
    _change(session, subscription, SubscriptionState.PAST_DUE, to=SubscriptionState.ACTIVE, grace_until=None)
    record(session, "plan.settled", subscription, now=now)


def fall_due(session: Session, subscription: Subscription, until: datetime, *, now: datetime) -> None:
    """A bill was not paid. Nothing is taken away until the grace is over."""
    _change(session, subscription, SubscriptionState.ACTIVE, to=SubscriptionState.PAST_DUE, grace_until=until)
    record(session, "plan.payment_failed", subscription, now=now)


def become(session: Session, subscription: Subscription, plan: Plan, terms: Terms, *, now: datetime) -> None:
    """Another plan, from now on; its minutes count for the rest of this month, as its price does."""
    before, more = subscription.name, terms.minutes - subscription.minutes
    subscription.plan_id, subscription.wish = plan.id, {}
    _copy(subscription, terms)
    session.flush()
    by = months.of_the_rest(more, subscription.period_start, subscription.period_end, now=now)
    minutes.change(session, subscription.id, by, most=terms.minutes, now=now)
    record(session, "plan.changed", subscription, now=now, before=before)


def reprice(subscription: Subscription, price: Money | None) -> None:
    """What a month costs is what its provider will ask for, also where a hand at the dashboard changed that."""
    if price is not None and price.currency == subscription.currency:
        subscription.amount = price.amount


def will_end(session: Session, subscription: Subscription, ends: bool, *, now: datetime) -> None:
    """It is not renewed any more after this month, or it is after all."""
    if subscription.ends_at_period_end is ends:
        return
    subscription.ends_at_period_end = ends
    session.flush()
    record(session, "plan.ending" if ends else "plan.kept", subscription, now=now)


def end(
    session: Session,
    subscription: Subscription,
    *,
    at: datetime | None = None,
    now: datetime,
    reason: str = "",
) -> None:
    """Nothing is included any more; what it had left lapses. `at`: when it ended, where that was heard of later."""
    _change(
        *(session, subscription, *RUNNING),
        to=SubscriptionState.ENDED,
        ended_at=at or now,
        check_at=None,
        presence_at=None,
        problem=reason,
        wish={},
        wants_end=None,
    )
    minutes.lapse(session, subscription.id, now=now)
    record(session, "plan.ended", subscription, now=now)


def lapse(session: Session, subscription: Subscription, *, now: datetime, reason: str = "") -> None:
    """Nobody paid the first month, and nobody can any more."""
    _change(
        *(session, subscription, SubscriptionState.PENDING),
        to=SubscriptionState.LAPSED,
        ended_at=now,
        check_at=None,
        problem=reason,
    )
    record(session, "plan.lapsed", subscription, now=now)


def roll(session: Session, subscription: Subscription, *, now: datetime) -> None:
    """A plan for nothing begins its next month by the clock, or ends where that was wished."""
    assert subscription.period_end is not None
    assert subscription.started_at is not None
    if subscription.ends_at_period_end:
        end(session, subscription, now=now)
        return
    start = subscription.period_end
    while (following := months.after(subscription.started_at, start)) <= now:
        start = following
    renew(session, subscription, start, following, now=now)
    subscription.check_at = following


def schedule(subscription: Subscription, *, now: datetime) -> None:
    subscription.check_at = checks.after(subscription, now=now)
    subscription.presence_at = checks.presence(subscription, now=now)


def meet(subscription: Subscription, *, ref: str, link: str, url: str) -> None:
    """The provider has answered once more: what it calls it, and where its next step is paid."""
    subscription.looks += 1
    subscription.ref, subscription.link = ref or subscription.ref, link or subscription.link
    subscription.url = url


def flag(session: Session, subscription: Subscription, problem: str, *, now: datetime) -> None:
    """Something about its money does not fit, and staff is told once."""
    if subscription.problem != problem:
        subscription.problem = problem
        session.flush()
        record(session, "plan.flagged", subscription, now=now, problem=problem)


def reassign(session: Session, gone: int, kept: int) -> None:
    """The plans of a person who is joined to another are the other's. Where both run one in a community, one of them
    is for nothing (joining refuses two that are paid): it ends."""
    for community_id in subscriptions.shared(session, gone, kept):
        both = sorted(
            (subscriptions.of(session, community_id, each, *OPEN) for each in (gone, kept)),
            key=lambda rows: (any(row.provider for row in rows), rows[0].person_id == kept),
        )
        for row in both[0]:
            _drop(session, row)
    session.execute(update(Subscription).where(Subscription.person_id == gone).values(person_id=kept))


def record(session: Session, event: str, subscription: Subscription, *, now: datetime, **facts: str) -> None:
    history.record(
        session,
        event,
        subscription.id,
        now=now,
        actor_id=None,
        community_id=subscription.community_id,
        plan=subscription.name,
        **facts,
    )


def _copy(subscription: Subscription, terms: Terms) -> None:
    subscription.name, subscription.minutes, subscription.discount = terms.name, terms.minutes, terms.discount
    subscription.amount, subscription.currency = terms.price.amount, terms.price.currency
    subscription.priority_hours, subscription.least = terms.priority_hours, terms.least


def _change(
    session: Session,
    subscription: Subscription,
    *sources: SubscriptionState,
    to: SubscriptionState,
    **columns: object,
) -> None:
    """Compare-and-set on the state. Raises `Conflict` where it is in none of the sources."""
    session.flush()
    changed = session.execute(
        update(Subscription)
        .where(Subscription.id == subscription.id, Subscription.state.in_(sources))
        .values(state=to, **columns)
        .execution_options(synchronize_session=False)
    )
    session.refresh(subscription)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(f"plan.is_{subscription.state}")


def _drop(session: Session, subscription: Subscription) -> None:
    """One of two that have become the same person's."""
    is_unpaid = subscription.state is SubscriptionState.PENDING
    subscription.state = SubscriptionState.LAPSED if is_unpaid else SubscriptionState.ENDED
    subscription.check_at, subscription.problem = None, "joined"
    session.flush()
