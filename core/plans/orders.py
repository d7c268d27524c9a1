"""What is wanted of a plan, written down before any provider hears of it: to begin, to change, to end.

Every verb is by the person themselves; a subscription that is not theirs does not exist for them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound, Refusal
from core.money import Money
from core.people import memberships, people
from core.plans import minutes, months, plans, subscribing, subscriptions, wishing
from core.plans.plans import Plan, Terms
from core.plans.subscriptions import Subscription, SubscriptionState
from core.ports import SubscriptionAsk

LINK_LIVES: Final = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on the provider's page, in the payer's language."""

    name: str
    description: str
    locale: str


Describe = Callable[[Session, Plan, int], Words]
"""In the words of a person, by their id."""


def begin(session: Session, short: str, person_id: int, provider: str, *, now: datetime) -> Subscription:
    """One for nothing runs at once; another one waits for its first payment. The same wish again is the same row, and
    one for nothing turns into another one: its month goes on.
    """
    plan = offered(session, short, person_id)
    people.alone(session, person_id)
    running = subscriptions.running(session, plan.community_id, person_id)
    if running is not None and running.plan_id == plan.id:
        raise Conflict("plan.have", name=plan.name)
    if running is not None and not running.is_free:
        raise Conflict("plan.running", name=running.name)
    waiting = subscriptions.pending(session, plan.community_id, person_id)
    if waiting is not None:
        return waiting
    if plan.price and not provider:
        raise Refusal("plan.no_provider")
    if running is not None and not plan.price:
        return _turned(session, subscriptions.lock(session, running), plan, now=now)
    subscription = subscribing.begin(session, plan, person_id, provider if plan.price else "", now=now)
    if subscription.is_free:
        subscribing.activate(session, subscription, now, months.after(now, now), now=now)
    subscribing.schedule(subscription, now=now)
    session.flush()
    return subscription


def other_pending(session: Session, short: str, person_id: int) -> Subscription | None:
    """One that waits for its first payment, of another plan than this."""
    plan = offered(session, short, person_id)
    waiting = subscriptions.pending(session, plan.community_id, person_id)
    return waiting if waiting is not None and waiting.plan_id != plan.id else None


def write_ask(
    session: Session, subscription_id: int, page: str, describe: Describe, *, now: datetime
) -> None:
    """Keeps what is asked to the letter, so that it can be asked again."""
    subscription = subscriptions.lock(session, subscriptions.find(session, subscription_id))
    if not subscription.ask:
        plan = plans.find(session, subscription.plan_id)
        words = describe(session, plan, subscription.person_id)
        expires = (now + LINK_LIVES).replace(microsecond=0)
        wishing.begin(
            subscription, _words(words, page) | {"plan": plan.short, "expires_at": expires.isoformat()}
        )
        session.flush()


def wish(
    session: Session,
    short: str,
    plan_short: str,
    person_id: int,
    page: str,
    describe: Describe,
    *,
    now: datetime,
) -> Subscription:
    """Another plan for what runs. The same wish again keeps its key."""
    subscription = subscriptions.lock(session, own(session, short, person_id))
    plan = offered(session, plan_short, person_id)
    if subscription.state is not SubscriptionState.ACTIVE or subscription.is_free:
        raise Conflict(f"plan.is_{subscription.state}")
    if plan.id == subscription.plan_id:
        raise Conflict("plan.have", name=plan.name)
    if plan.community_id != subscription.community_id or plan.currency != subscription.currency:
        raise NotFound("plan.unknown")
    if not plan.price:
        raise Conflict("plan.end_first", name=subscription.name)
    used = minutes.spent(session, subscription.id)
    if plan.amount < subscription.amount and plan.minutes < used:
        raise Conflict("plan.used_more", name=plan.name, used=used)
    if subscription.wish.get("plan") != plan.short:
        words = _words(describe(session, plan, person_id), page)
        wishing.change(subscription, words | {"plan": plan.short, "terms": plan.terms.to_json()})
    subscribing.schedule(subscription, now=now)
    session.flush()
    return subscription


def unwish(session: Session, subscription_id: int, *, is_told: bool, now: datetime) -> None:
    """The provider said no. Who is not there to be told hears of it in a message."""
    subscription = subscriptions.lock(session, subscriptions.find(session, subscription_id))
    if subscription.wish and not is_told:
        subscribing.record(session, "plan.not_changed", subscription, now=now)
    wishing.forget_change(subscription)
    subscribing.schedule(subscription, now=now)
    session.flush()


def ending(session: Session, short: str, person_id: int, ends: bool, *, now: datetime) -> Subscription:
    """A plan for nothing is ended, or kept, with that; of another one the provider has to be told. The same wish again
    keeps its key."""
    subscription = subscriptions.lock(session, own(session, short, person_id))
    if subscription.state not in subscriptions.RUNNING:
        raise Conflict(f"plan.is_{subscription.state}")
    if subscription.is_free:
        subscribing.will_end(session, subscription, ends, now=now)
    else:
        wishing.end(subscription, ends=ends)
    subscribing.schedule(subscription, now=now)
    session.flush()
    return subscription


def end_refused(session: Session, subscription_id: int, *, now: datetime) -> None:
    """The provider said no, which must not cost anybody another month: staff can do it in the provider's dashboard."""
    subscription = subscriptions.lock(session, subscriptions.find(session, subscription_id))
    if subscription.wants_end is not None:
        subscribing.flag(session, subscription, wishing.END_REFUSED, now=now)
        subscribing.schedule(subscription, now=now)
        session.flush()


def roll(session: Session, subscription_id: int, *, now: datetime) -> None:
    subscription = subscriptions.lock(session, subscriptions.find(session, subscription_id))
    is_due = subscription.period_end is not None and subscription.period_end <= now
    if subscription.state in subscriptions.RUNNING and is_due:
        subscribing.roll(session, subscription, now=now)
    else:
        subscribing.schedule(subscription, now=now)
    session.flush()


def postpone(session: Session, subscription_id: int, *, now: datetime) -> None:
    """The provider did not answer."""
    subscription = subscriptions.lock(session, subscriptions.find(session, subscription_id))
    subscribing.schedule(subscription, now=now)
    session.flush()


def lapse(session: Session, subscription_id: int, reason: str, *, now: datetime) -> None:
    subscription = subscriptions.lock(session, subscriptions.find(session, subscription_id))
    if subscription.state is SubscriptionState.PENDING:
        subscribing.lapse(session, subscription, now=now, reason=reason)


def own(session: Session, short: str, person_id: int) -> Subscription:
    return subscriptions.own(session, short, people.find(session, person_id))


def offered(session: Session, short: str, person_id: int) -> Plan:
    """A plan on sale in a community that the person is a member of."""
    plan = plans.by_short(session, short)
    if not memberships.is_member(session, plan.community_id, person_id):
        raise NotFound("plan.unknown")
    plans.require_on_sale(plan)
    return plan


# --- what the provider is asked, to the letter ------------------------------------------------


def opening(subscription: Subscription) -> SubscriptionAsk:
    expires_at = datetime.fromisoformat(str(subscription.ask["expires_at"]))
    key, price = f"plan:{subscription.short}", subscription.price
    return _asked(subscription.ask, key, subscription, price, expires_at)


def changing(subscription: Subscription, *, now: datetime) -> SubscriptionAsk:
    """Nothing of it expires."""
    key = f"plan:{subscription.short}:change:{subscription.wishes}"
    price = Terms.from_json(subscription.wish["terms"]).price
    return _asked(subscription.wish, key, subscription, price, now)


def ending_key(subscription: Subscription) -> str:
    """Of the wish that it ends, or goes on."""
    return f"plan:{subscription.short}:end:{subscription.endings}"


def _asked(
    words: dict[str, object],
    key: str,
    subscription: Subscription,
    price: Money,
    expires_at: datetime,
) -> SubscriptionAsk:
    said = {name: str(value) for name, value in words.items()}
    return SubscriptionAsk(
        key=key,
        subscription=subscription.short,
        plan=said["plan"],
        price=price,
        name=said["name"],
        description=said["description"],
        locale=said["locale"],
        expires_at=expires_at,
        return_url=said["page"],
        cancel_url=said["page"],
    )


def _words(words: Words, page: str) -> dict[str, object]:
    return {"name": words.name, "description": words.description, "locale": words.locale, "page": page}


def _turned(session: Session, running: Subscription, plan: Plan, *, now: datetime) -> Subscription:
    subscribing.become(session, running, plan, plan.terms, now=now)
    subscribing.will_end(session, running, False, now=now)
    session.flush()
    return running
