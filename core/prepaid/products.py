"""What packs a community sells: so many sessions of one length with one of some mentors, for one price.

The only writer of products. A sold pack is a copy, so a change touches nothing that was bought or is being paid.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id
from core.money import Money


class Product(Base):
    """`validity_days` count from the payment. `revision` counts changes: who buys says which one they saw."""

    __tablename__ = "products"

    id: Mapped[Id]
    short: Mapped[str] = mapped_column(String(10), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    sessions: Mapped[int]
    minutes: Mapped[int]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    validity_days: Mapped[int]
    is_active: Mapped[bool]
    revision: Mapped[int]
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]

    @property
    def price(self) -> Money:
        return Money(self.amount, self.currency)


class ProductMentor(Base):
    """With whom its sessions may be: the student chooses one of them when buying."""

    __tablename__ = "product_mentors"
    __table_args__ = (UniqueConstraint("product_id", "mentor_id"),)

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"), index=True)
