"""Monthly plans that a community offers, and who subscribes to one. The only writer of plans and subscriptions."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id
from core.money import Money


class Plan(Base):
    """`minutes` are included each month, `discount` is in basis points of further sessions, `priority_hours` is how
    long before others its members may book a time that comes within the horizon.
    """

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
    is_active: Mapped[bool]
    created_at: Mapped[datetime]

    @property
    def price(self) -> Money:
        return Money(self.amount, self.currency)


class SubscriptionState(StrEnum):
    """`past_due`: a renewal was not paid, and the provider tries again for a while."""

    PENDING = "pending"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    ENDED = "ended"
    LAPSED = "lapsed"


class Subscription(Base):
    """`ref` is the provider's id of the subscription; `ends_at_period_end`: it will not be renewed."""

    __tablename__ = "subscriptions"

    id: Mapped[Id]
    short: Mapped[str] = mapped_column(String(10), unique=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[SubscriptionState]
    provider: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str | None] = mapped_column(String(100), index=True)
    period_start: Mapped[datetime | None]
    period_end: Mapped[datetime | None]
    ends_at_period_end: Mapped[bool]
    created_at: Mapped[datetime]
