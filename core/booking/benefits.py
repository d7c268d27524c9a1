"""What a student's plan does before they book: it opens times earlier, pays with its minutes, or lowers the price.

The community carries a discount: the mentor earns what they would of the full price.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking.bookings import Wish
from core.money import Money, chargeable
from core.plans import minutes, subscriptions
from core.plans.subscriptions import Subscription

WHOLE: Final = 10_000


def lowered(price: Money, discount: int, commission: int, least: int = 0) -> tuple[Money, int]:
    """A price with a discount, and the commission of it that leaves the mentor what the full price would, or a
    hundredth of a percent more. No discount goes beyond the commission, which is all that the community has to give;
    nor below `least` (minor units), which is all that can be asked for.
    """
    floor = min(price, Money(least, price.currency))
    less = max(chargeable(price - price.share(min(discount, commission))), floor)
    house = less - (price - price.share(commission))
    return less, max(house.amount, 0) * WHOLE // less.amount if less.amount > 0 else 0


def applied(session: Session, wish: Wish, *, with_minutes: bool = True, now: datetime) -> Wish:
    """What somebody wants to reserve, as their plan has it. What is for nothing needs no plan."""
    if not wish.price:
        return wish
    community_id, student_id = wish.mentor.community_id, wish.student.id
    plan = subscriptions.benefiting(session, community_id, student_id, now=now)
    if plan is None:
        return wish
    length = (wish.span.ends_at - wish.span.starts_at) // timedelta(minutes=1)
    if with_minutes and length <= minutes.left(session, subscriptions.lock(session, plan).id):
        return replace(wish, subscription_id=plan.id, included=length)
    return _discounted(wish, plan)


def _discounted(wish: Wish, plan: Subscription) -> Wish:
    price, commission = lowered(wish.price, plan.discount, wish.policy.commission, plan.least)
    if price == wish.price:
        return wish
    policy = replace(wish.policy, commission=commission)
    return replace(wish, price=price, policy=policy, subscription_id=plan.id)
