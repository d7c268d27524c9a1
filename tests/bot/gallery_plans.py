"""Samples of the plans' screens, for who has one and for staff."""

from collections.abc import Iterator
from datetime import timedelta

from bot.screens import plan_desk, plan_news, plan_refunds, plans
from bot.screens.plans import Standing
from core.chat import Screen
from core.plans import renewals, wishing
from core.plans.givebacks import GiveBack, Why
from core.plans.plans import Plan
from core.plans.subscriptions import Subscription, SubscriptionState
from tests.bot.sitters import NOW, START, Sitter, filled
from tests.bot.walls import alike, hangs

URL = "https://checkout.stripe.com/c/pay/cs_test_" + "a" * 300


def _plan(sitter: Sitter, number: int = 0, *, is_free: bool = False) -> Plan:
    amount = 0 if is_free else (sitter.hourly.amount or 2_900)
    return Plan(
        id=number + 1,
        short=filled("P", 10),
        community_id=1,
        name=sitter.name[:60],
        amount=amount,
        currency=sitter.hourly.currency,
        minutes=0 if is_free else 3_000,
        discount=0 if is_free else 2_000,
        priority_hours=0 if is_free else 168,
        least=50,
        is_active=True,
        created_at=NOW,
    )


def _subscription(sitter: Sitter, state: SubscriptionState, *, is_free: bool = False) -> Subscription:
    plan = _plan(sitter, 99, is_free=is_free)
    return Subscription(
        id=1,
        short=filled("S", 10),
        plan_id=plan.id,
        community_id=1,
        person_id=1,
        state=state,
        name=plan.name,
        amount=plan.amount,
        currency=plan.currency,
        minutes=plan.minutes,
        discount=plan.discount,
        priority_hours=plan.priority_hours,
        provider="" if is_free else "stripe",
        url="" if is_free or state is SubscriptionState.ACTIVE else URL,
        period_start=NOW,
        period_end=START,
        grace_until=NOW + timedelta(hours=72),
        ends_at_period_end=is_free,
        created_at=NOW,
        problem="",
    )


def _flagged(sitter: Sitter, problem: str) -> Subscription:
    found = _subscription(sitter, SubscriptionState.PENDING)
    found.problem = problem
    return found


def _standings(sitter: Sitter) -> list[Standing]:
    active = _subscription(sitter, SubscriptionState.ACTIVE)
    owed = _subscription(sitter, SubscriptionState.PAST_DUE)
    pending = _subscription(sitter, SubscriptionState.PENDING)
    free = _subscription(sitter, SubscriptionState.ACTIVE, is_free=True)
    return [
        Standing(NOW),
        Standing(NOW, active, None, 1_234),
        Standing(NOW, owed, None, 3_060),
        Standing(NOW + timedelta(days=9), owed, None, 0),
        Standing(NOW, None, pending),
        Standing(NOW, free, pending, 0),
    ]


def _offered(sitter: Sitter) -> list[Plan]:
    return [_plan(sitter, number, is_free=not number) for number in range(10)]


@hangs(plans.overview)
def _overview(sitter: Sitter) -> Iterator[Screen]:
    yield plans.overview(Standing(NOW), [], is_staff=True)
    for standing in _standings(sitter):
        yield plans.overview(standing, _offered(sitter), is_staff=True)


@hangs(plan_desk.listing)
def _listing(sitter: Sitter) -> Iterator[Screen]:
    yield plan_desk.listing([], {})
    yield plan_desk.listing(_offered(sitter), {1: sitter.many}, news=plans.minutes_left(1, 2))


alike(plans.choose, lambda s: (_plan(s),), lambda s: (_plan(s, is_free=True),))
alike(plans.change, lambda s: (_plan(s), _subscription(s, SubscriptionState.ACTIVE)))
alike(
    plans.ending,
    lambda s: (_subscription(s, SubscriptionState.ACTIVE),),
    lambda s: (_subscription(s, SubscriptionState.PAST_DUE),),
)
alike(plan_desk.plan, lambda s: (_plan(s), 0), lambda s: (_plan(s, is_free=True), s.many))


@hangs(plan_desk.form)
def _form(sitter: Sitter) -> Iterator[Screen]:
    values = {"name": sitter.name[:60], "price": "9999", "minutes": "3000", "discount": "20"}
    yield plan_desk.form({}, "EUR")
    yield plan_desk.form(values, "KWD", short=filled("P", 10))


def _back(sitter: Sitter, reason: Why) -> GiveBack:
    plan = _plan(sitter)
    return GiveBack(id=1, subscription_id=1, reason=reason, amount=plan.amount, currency=plan.currency)


alike(
    plan_refunds.refunded,
    *(lambda s, why=why: (_subscription(s, SubscriptionState.ENDED), _back(s, why)) for why in Why),
)
alike(
    plan_refunds.failed,
    lambda s: (_subscription(s, SubscriptionState.ENDED), _back(s, Why.DOUBLE), s.name),
)
alike(
    plan_news.trouble,
    lambda s: (_subscription(s, SubscriptionState.ACTIVE), s.name),
    lambda s: (_flagged(s, renewals.DOUBLE), s.name),
    lambda s: (_flagged(s, wishing.END_REFUSED), s.name),
)
for _screen in (
    *(plan_news.started, plan_news.renewed, plan_news.changed, plan_news.not_changed),
    *(plan_news.settled, plan_news.goes_on, plan_news.will_end, plan_news.ended),
):
    alike(
        _screen,
        lambda s: (_subscription(s, SubscriptionState.ACTIVE),),
        lambda s: (_subscription(s, SubscriptionState.ACTIVE, is_free=True),),
    )
for _screen in (plan_news.will_end, plan_news.ended):
    alike(_screen, lambda s: (_subscription(s, SubscriptionState.ACTIVE), s.name))
for _screen in (plan_news.payment_failed, plan_news.paused):
    alike(_screen, lambda s: (_subscription(s, SubscriptionState.PAST_DUE),))
