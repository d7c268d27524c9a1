"""The monthly plans that a community offers. The only writer of plans.

Who subscribes has a copy of what they subscribed to: what staff changes is for those who subscribe later.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history, money
from core.db import Base, Id, short_id
from core.errors import Conflict, Invalid, NotFound
from core.money import Money
from core.people import communities, memberships
from core.people.communities import Community
from core.people.people import Person

MOST: Final = 10
LONGEST_NAME: Final = 60
MOST_MINUTES: Final = 3_000
MOST_HOURS: Final = 168


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan costs a month and gives. `minutes` are included, `discount` is in basis points of further
    sessions, `priority_hours` is how long before others its members may book a time that comes within the horizon.

    `least` (minor units) is what the discount brings no price below: the smallest amount that somebody can be asked
    for here.
    """

    name: str
    price: Money
    minutes: int
    discount: int
    priority_hours: int
    least: int = 0

    def to_json(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> "Terms":
        return cls(**{**data, "price": Money(**data["price"])})


class Plan(Base):
    __tablename__ = "plans"

    id: Mapped[Id]
    short: Mapped[str] = mapped_column(String(10), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    minutes: Mapped[int]
    discount: Mapped[int]
    priority_hours: Mapped[int]
    least: Mapped[int]
    is_active: Mapped[bool]
    created_at: Mapped[datetime]

    @property
    def price(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def terms(self) -> Terms:
        return Terms(self.name, self.price, self.minutes, self.discount, self.priority_hours, self.least)


def check(terms: Terms, community: Community, *, lowest: Money | None) -> Terms:
    """The terms themselves where they can stand. Raises `Invalid` for the first that cannot.

    The community carries the discount, so it cannot be more than the commission. `lowest` is the least that can be
    asked for a month; `None` where nobody here can be asked for one.
    """
    name = terms.name.strip()
    if not name:
        raise Invalid("text.empty", field="plan")
    if len(name) > LONGEST_NAME:
        raise Invalid("text.long", field="plan", longest=LONGEST_NAME)
    policy = community.policy
    money.check_price(terms.price, currency=policy.currency, lowest=lowest)
    if terms.price and lowest is None:
        raise Invalid("plan.no_provider")
    if not 0 <= terms.minutes <= MOST_MINUTES:
        raise Invalid("plan.minutes", most=MOST_MINUTES)
    if not 0 <= terms.discount <= policy.commission:
        raise Invalid("plan.discount", most=f"{policy.commission / 100:g}")
    if not 0 <= terms.priority_hours <= MOST_HOURS:
        raise Invalid("plan.priority", most=MOST_HOURS)
    return replace(terms, name=name)


# --- verbs ------------------------------------------------------------------------------------


def define(
    session: Session,
    community: Community,
    actor: Person,
    terms: Terms,
    *,
    lowest: Money | None,
    now: datetime,
) -> Plan:
    """Puts a plan on sale. Raises `Invalid`, or `Conflict` where there are as many as there may be."""
    memberships.require_staff(session, community.id, actor, now=now)
    terms = check(terms, community, lowest=lowest)
    on_sale = select(func.count()).where(Plan.community_id == community.id, Plan.is_active)
    if (session.scalar(on_sale) or 0) >= MOST:
        raise Conflict("plan.many", most=MOST)
    plan = Plan(short=short_id(), community_id=community.id, is_active=True, created_at=now)
    _write(plan, terms)
    session.add(plan)
    session.flush()
    _record(session, "plan.defined", plan, actor, now=now)
    return plan


def revise(
    session: Session, plan: Plan, actor: Person, terms: Terms, *, lowest: Money | None, now: datetime
) -> None:
    """Changes what is on sale; who has subscribed keeps what they have."""
    community = _managed(session, plan, actor, now=now)
    _write(plan, check(terms, community, lowest=lowest))
    session.flush()
    _record(session, "plan.revised", plan, actor, now=now)


def retire(session: Session, plan: Plan, actor: Person, *, now: datetime) -> None:
    """Takes a plan off sale; who has it keeps it."""
    _managed(session, plan, actor, now=now)
    plan.is_active = False
    session.flush()
    _record(session, "plan.retired", plan, actor, now=now)


# --- reads ------------------------------------------------------------------------------------


def known(session: Session, short: str) -> Plan | None:
    return session.scalar(select(Plan).where(Plan.short == short))


def by_short(session: Session, short: str) -> Plan:
    plan = known(session, short)
    if plan is None:
        raise NotFound("plan.unknown")
    return plan


def find(session: Session, plan_id: int) -> Plan:
    return session.get_one(Plan, plan_id)


def on_sale(session: Session, community_id: int) -> list[Plan]:
    """The cheapest first."""
    found = select(Plan).where(Plan.community_id == community_id, Plan.is_active)
    return list(session.scalars(found.order_by(Plan.amount, Plan.id)))


def require_on_sale(plan: Plan) -> None:
    if not plan.is_active:
        raise Conflict("plan.retired", name=plan.name)


def _managed(session: Session, plan: Plan, actor: Person, *, now: datetime) -> Community:
    """The community of a plan, for its staff. To anybody else there is no such plan to manage."""
    if not memberships.is_staff(session, plan.community_id, actor.id):
        raise NotFound("plan.unknown")
    memberships.require_staff(session, plan.community_id, actor, now=now)
    require_on_sale(plan)
    return communities.find(session, plan.community_id)


def _write(plan: Plan, terms: Terms) -> None:
    plan.name, plan.minutes, plan.discount = terms.name, terms.minutes, terms.discount
    plan.amount, plan.currency = terms.price.amount, terms.price.currency
    plan.priority_hours, plan.least = terms.priority_hours, terms.least


def _record(session: Session, event: str, plan: Plan, actor: Person, *, now: datetime) -> None:
    history.record(session, event, plan.id, now=now, actor_id=actor.id, community_id=plan.community_id)
