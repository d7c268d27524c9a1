"""What is offered beside a plan that runs: nothing that would only be refused."""

from datetime import timedelta

from bot.screens import plans
from bot.screens.plans import Standing
from core.chat import Card
from core.plans.plans import Plan
from core.plans.subscriptions import Subscription, SubscriptionState
from tests.bot.sitters import NOW


def plan(number: int, amount: int) -> Plan:
    return Plan(
        id=number,
        short=f"P{number}",
        name=f"Plan {number}",
        amount=amount,
        currency="EUR",
        minutes=60,
        discount=0,
        priority_hours=0,
        least=50,
    )


def test_from_a_paid_plan_a_free_one_is_reached_by_ending_it_and_not_by_a_change() -> None:
    running = Subscription(
        short="S1",
        plan_id=9,
        state=SubscriptionState.ACTIVE,
        name="Pro",
        amount=2_900,
        currency="EUR",
        minutes=60,
        discount=0,
        provider="stripe",
        url="",
        ends_at_period_end=False,
        period_end=NOW + timedelta(days=30),
    )
    screen = plans.overview(Standing(NOW, running), [plan(1, 0), plan(2, 7_900)], is_staff=False)
    free, dear = (part for part in screen.parts if isinstance(part, Card))
    assert free.button is None
    assert dear.button is not None
    assert any(str(getattr(control, "route", "")) == "plan.end:S1" for control in screen.controls)
