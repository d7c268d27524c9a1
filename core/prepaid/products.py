"""What packs a community sells: so many sessions of one length with one of some mentors, for one price.

The only writer of products. A sold pack is a copy, so a change touches nothing that was bought or is being paid.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.db import Base, Id, short_id
from core.errors import Conflict, Forbidden, NotFound
from core.money import Money
from core.people import communities, memberships, mentors
from core.people.communities import Community
from core.people.mentors import Mentor, MentorState
from core.people.people import Person
from core.prepaid import terms
from core.prepaid.terms import Terms

MOST_ON_SALE: Final = 25


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

    @property
    def each(self) -> Money:
        """What one of its sessions comes to."""
        return self.price.scaled(1, self.sessions)


class ProductMentor(Base):
    """With whom its sessions may be: the student chooses one of them when buying."""

    __tablename__ = "product_mentors"
    __table_args__ = (UniqueConstraint("product_id", "mentor_id"),)

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"), index=True)


# --- verbs ------------------------------------------------------------------------------------


def define(
    session: Session,
    community: Community,
    actor: Person,
    said: Terms,
    found: Sequence[Mentor],
    *,
    lowest: Money | None,
    now: datetime,
) -> Product:
    """Puts a pack on sale, by staff with any of the community's mentors, by a mentor with themselves alone.

    Without a mentor nobody can buy it yet.
    """
    _require_may_define(session, community, actor, found, now=now)
    terms.checked(said, currency=community.policy.currency, lowest=lowest)
    _require_room(session, community.id)
    product = Product(
        short=short_id(),
        community_id=community.id,
        is_active=True,
        revision=1,
        created_by=actor.id,
        created_at=now,
    )
    _write(product, said)
    session.add(product)
    session.flush()
    session.add_all(ProductMentor(product_id=product.id, mentor_id=mentor.id) for mentor in found)
    session.flush()
    _record(session, "product.defined", product, actor, now=now)
    return product


def revise(
    session: Session, product: Product, actor: Person, said: Terms, *, lowest: Money | None, now: datetime
) -> None:
    """Changes what is sold from now on. Who saw it before is shown the change before they buy."""
    require_may_change(session, product, actor, now=now)
    currency = communities.find(session, product.community_id).policy.currency
    terms.checked(said, currency=currency, lowest=lowest)
    session.refresh(product, with_for_update=True)
    _write(product, said)
    product.revision += 1
    session.flush()
    _record(session, "product.revised", product, actor, now=now)


def toggle_mentor(
    session: Session, product: Product, actor: Person, mentor: Mentor, *, now: datetime
) -> None:
    """Staff lets a mentor's sessions be bought with it, or no longer. Packs that were sold stay."""
    memberships.require_staff(session, product.community_id, actor, now=now)
    _require_mentors(product.community_id, [mentor])
    pair = (ProductMentor.product_id == product.id, ProductMentor.mentor_id == mentor.id)
    if session.scalar(select(ProductMentor.id).where(*pair)) is None:
        session.add(ProductMentor(product_id=product.id, mentor_id=mentor.id))
    else:
        session.execute(delete(ProductMentor).where(*pair))
    session.flush()
    _record(session, "product.revised", product, actor, now=now, mentor=mentor.id)


def retire(session: Session, product: Product, actor: Person, *, now: datetime) -> None:
    """Nobody can buy it any more; what was bought or is being paid goes on."""
    require_may_change(session, product, actor, now=now)
    if product.is_active:
        product.is_active = False
        session.flush()
        _record(session, "product.retired", product, actor, now=now)


def restore(session: Session, product: Product, actor: Person, *, now: datetime) -> None:
    """Sells it again, at the terms that it had."""
    require_may_change(session, product, actor, now=now)
    if not product.is_active:
        _require_room(session, product.community_id)
        product.is_active = True
        session.flush()
        _record(session, "product.restored", product, actor, now=now)


def reassign(session: Session, gone: int, kept: int) -> None:
    """What a person who is joined to another defined, the other did."""
    session.execute(update(Product).where(Product.created_by == gone).values(created_by=kept))


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, product_id: int) -> Product:
    return session.get_one(Product, product_id)


def by_short(session: Session, short: str) -> Product:
    product = session.scalar(select(Product).where(Product.short == short))
    if product is None:
        raise NotFound("product.unknown")
    return product


def of_community(session: Session, community_id: int) -> list[Product]:
    """All of a community's, those on sale first, then the newest first."""
    found = select(Product).where(Product.community_id == community_id)
    return list(session.scalars(found.order_by(Product.is_active.desc(), Product.id.desc())))


def all_mentors(session: Session, product: Product) -> list[Mentor]:
    """Everybody who was chosen for it, by name."""
    chosen = select(Mentor).join(ProductMentor, ProductMentor.mentor_id == Mentor.id)
    return list(session.scalars(chosen.where(ProductMentor.product_id == product.id).order_by(Mentor.name)))


def require_may_change(session: Session, product: Product, actor: Person, *, now: datetime) -> None:
    """Staff of its community, or the one mentor whom it is with. For whoever has no part in it it does not exist."""
    if memberships.is_staff(session, product.community_id, actor.id):
        memberships.require_staff(session, product.community_id, actor, now=now)
        return
    sellers = [mentor.person_id for mentor in all_mentors(session, product)]
    if actor.id not in sellers:
        raise NotFound("product.unknown")
    if len(sellers) > 1:
        raise Forbidden("product.forbidden")


def require_seller(session: Session, community_id: int, actor: Person) -> Mentor:
    """The actor as a mentor who may sell their own sessions."""
    own = mentors.of_person(session, community_id, actor.id)
    if own is None or own.state is not MentorState.APPROVED:
        raise Forbidden("product.forbidden")
    return own


# --- private ----------------------------------------------------------------------------------


def _require_may_define(
    session: Session, community: Community, actor: Person, found: Iterable[Mentor], *, now: datetime
) -> None:
    _require_mentors(community.id, found)
    if memberships.is_staff(session, community.id, actor.id):
        memberships.require_staff(session, community.id, actor, now=now)
        return
    own = require_seller(session, community.id, actor)
    if [mentor.id for mentor in found] != [own.id]:
        raise Forbidden("product.forbidden")


def _require_mentors(community_id: int, found: Iterable[Mentor]) -> None:
    for mentor in found:
        if mentor.community_id != community_id or mentor.state is not MentorState.APPROVED:
            raise NotFound("mentor.unknown", slug=mentor.slug)


def _require_room(session: Session, community_id: int) -> None:
    selling = select(func.count()).where(Product.community_id == community_id, Product.is_active)
    if (session.scalar(selling) or 0) >= MOST_ON_SALE:
        raise Conflict("product.many", most=MOST_ON_SALE)


def _write(product: Product, said: Terms) -> None:
    product.name, product.sessions, product.minutes = said.name.strip(), said.sessions, said.minutes
    product.amount, product.currency = said.price.amount, said.price.currency
    product.validity_days = said.validity_days


def _record(
    session: Session, event: str, product: Product, actor: Person, *, now: datetime, **facts: object
) -> None:
    history.record(
        session,
        event,
        product.id,
        now=now,
        actor_id=actor.id,
        community_id=product.community_id,
        revision=product.revision,
        **facts,
    )
