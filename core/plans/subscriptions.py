"""Who subscribes to which plan: the row, its states, and where it is found. `subscribing` writes what
happened to it, `wishing` what is wanted of it, `leaving` whether its holder is still there.

A person has one running subscription in a community, and one at most that waits for its first payment: the database
refuses more. What was subscribed to is copied onto it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, String, bindparam, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id
from core.dues import Due
from core.errors import NotFound
from core.money import Money
from core.people.people import Person
from core.plans.plans import Terms


class SubscriptionState(StrEnum):
    """`pending`: the first month is not paid yet; `past_due`: a renewal was not paid, and the provider tries again
    for a while; `lapsed`: nobody paid the first month in time."""

    PENDING = "pending"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    ENDED = "ended"
    LAPSED = "lapsed"


RUNNING: Final = (SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE)
OPEN: Final = (SubscriptionState.PENDING, *RUNNING)
RUNNING_SQL: Final = "state IN ('active', 'past_due')"
PENDING_SQL: Final = "state = 'pending'"


class Subscription(Base):
    """`ref` is the provider's id of the subscription, `link` of the page that leads to it; one for nothing has no
    provider and is renewed by the clock. `grace_until`: until then nothing is taken away for a renewal that failed.
    `ends_at_period_end`: it will not be renewed. `url` is where its next step is paid. `ask` and `wish` are what the
    provider was asked, to the letter: to open it, and to change it to another plan. `wants_end`: its end with the
    month is wished for, or that it goes on, and the provider has not answered; `wishes` and `endings` count both kinds
    of wish. `looks` counts what was taken in of the provider, so that an older answer never overtakes a newer one.
    `check_at` is when it is looked at next. `was_there`: whether its holder was in the community when its platform was
    last asked, `None` where they never were; `presence_at` is when it is asked next.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        *(
            Index(
                f"ix_subscriptions_{name}",
                *("community_id", "person_id"),
                unique=True,
                sqlite_where=text(where),
                postgresql_where=text(where),
            )
            for name, where in (("running", RUNNING_SQL), ("pending", PENDING_SQL))
        ),
        Index("ix_subscriptions_check_at", "check_at"),
        Index("ix_subscriptions_presence_at", "presence_at"),
        Index("ix_subscriptions_ref", "provider", "ref"),
        Index("ix_subscriptions_link", "provider", "link"),
    )

    id: Mapped[Id]
    short: Mapped[str] = mapped_column(String(10), unique=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[SubscriptionState]
    name: Mapped[str] = mapped_column(String(60))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    minutes: Mapped[int]
    discount: Mapped[int]
    priority_hours: Mapped[int]
    least: Mapped[int]
    provider: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str | None] = mapped_column(String(100))
    link: Mapped[str | None] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(2_000))
    ask: Mapped[dict[str, object]]
    wish: Mapped[dict[str, object]]
    wishes: Mapped[int]
    wants_end: Mapped[bool | None]
    endings: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int]
    started_at: Mapped[datetime | None]
    period_start: Mapped[datetime | None]
    period_end: Mapped[datetime | None]
    grace_until: Mapped[datetime | None]
    ends_at_period_end: Mapped[bool]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(60))
    check_at: Mapped[datetime | None]
    was_there: Mapped[bool | None]
    presence_at: Mapped[datetime | None]

    @property
    def price(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def terms(self) -> Terms:
        return Terms(self.name, self.price, self.minutes, self.discount, self.priority_hours, self.least)

    @property
    def subject(self) -> str:
        """What every message about it is filed under."""
        return f"plan:{self.short}"

    @property
    def is_free(self) -> bool:
        return not self.provider

    @property
    def is_wished(self) -> bool:
        """Whether something is wanted of it that its provider has not done yet."""
        return bool(self.wish) or self.wants_end is not None

    def has_benefits(self, now: datetime) -> bool:
        """While it is paid, and for a time of grace."""
        if self.state is SubscriptionState.PAST_DUE:
            return self.grace_until is not None and now < self.grace_until
        return self.state is SubscriptionState.ACTIVE


def lock(session: Session, subscription: Subscription) -> Subscription:
    """Nobody else changes it until the transaction ends, and what is read of it now is true."""
    session.refresh(subscription, with_for_update=True)
    return subscription


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, subscription_id: int) -> Subscription:
    return session.get_one(Subscription, subscription_id)


def own(session: Session, short: str, actor: Person) -> Subscription:
    """A subscription that is not the actor's does not exist for them."""
    found = session.scalar(select(Subscription).where(Subscription.short == short))
    if found is None or found.person_id != actor.id:
        raise NotFound("plan.unknown")
    return found


def running(session: Session, community_id: int, person_id: int) -> Subscription | None:
    return next(iter(of(session, community_id, person_id, *RUNNING)), None)


def pending(session: Session, community_id: int, person_id: int) -> Subscription | None:
    return next(iter(of(session, community_id, person_id, SubscriptionState.PENDING)), None)


def benefiting(session: Session, community_id: int, person_id: int, *, now: datetime) -> Subscription | None:
    """The subscription whose benefits a person has now."""
    found = session.scalar(_RUNNING, {"community": community_id, "person": person_id})
    return found if found is not None and found.has_benefits(now) else None


def known_as(session: Session, provider: str, ref: str) -> Subscription | None:
    """By the provider's id of it, or of its link."""
    named = (Subscription.ref == ref) | (Subscription.link == ref)
    return session.scalar(select(Subscription).where(Subscription.provider == provider, named))


def by_short(session: Session, provider: str, short: str) -> Subscription | None:
    """By our own id, as its provider keeps it."""
    ours = (Subscription.provider == provider, Subscription.short == short)
    return session.scalar(select(Subscription).where(*ours))


def overdue(session: Session, *, now: datetime) -> list[Subscription]:
    """Those that it is time to look at."""
    found = select(Subscription).where(Subscription.check_at <= now)
    found = found.order_by(Subscription.check_at, Subscription.id)
    return list(session.scalars(found.limit(50)))


def both_pay(session: Session, one: int, other: int) -> int | None:
    """A community where two people both pay for a plan, or are about to; they cannot be one."""
    paying = [set(_communities(session, each, is_paid=True)) for each in (one, other)]
    return min(paying[0] & paying[1], default=None)


def members(session: Session, community_id: int) -> dict[int, int]:
    """How many have each plan, by its id."""
    counted = select(Subscription.plan_id, func.count()).where(
        Subscription.community_id == community_id, Subscription.state.in_(RUNNING)
    )
    return {plan_id: count for plan_id, count in session.execute(counted.group_by(Subscription.plan_id))}


def shared(session: Session, one: int, other: int) -> set[int]:
    return set(_communities(session, one)) & set(_communities(session, other))


def _communities(session: Session, person_id: int, *, is_paid: bool = False) -> list[int]:
    found = select(Subscription.community_id).where(
        Subscription.person_id == person_id, Subscription.state.in_(OPEN)
    )
    return list(session.scalars(found.where(Subscription.provider != "") if is_paid else found))


def of(session: Session, community_id: int, person_id: int, *states: SubscriptionState) -> list[Subscription]:
    found = select(Subscription).where(
        Subscription.community_id == community_id,
        Subscription.person_id == person_id,
        Subscription.state.in_(states),
    )
    return list(session.scalars(found.order_by(Subscription.id)))


_RUNNING: Final = select(Subscription).where(
    Subscription.community_id == bindparam("community"),
    Subscription.person_id == bindparam("person"),
    text(f"subscriptions.{RUNNING_SQL}"),
)
DUES: Final = (Due(select(func.min(Subscription.check_at)).where(Subscription.check_at.is_not(None))),)
