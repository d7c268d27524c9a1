"""What can be bought just now, and with whom: only what its mentors can give and the community takes money for."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.people import communities
from core.people.mentors import Mentor, MentorState
from core.prepaid import products
from core.prepaid.products import Product, ProductMentor


def on_sale(session: Session, community_id: int, *, mentor_id: int | None = None) -> list[Product]:
    """What a student can buy in a community, or of one mentor there, the cheapest first.

    Nothing is sold in a currency that is not taken any more, or with nobody to have the sessions with.
    """
    currency = communities.find(session, community_id).policy.currency
    offered = _offered(mentor_id).where(
        Product.community_id == community_id, Product.is_active, Product.currency == currency
    )
    return list(session.scalars(offered.order_by(Product.amount, Product.id)))


def mentors_of(session: Session, product: Product) -> list[Mentor]:
    """Those who can be chosen by who buys it: approved, and not paused."""
    return [mentor for mentor in products.all_mentors(session, product) if mentor.is_bookable]


def is_offered(session: Session, product: Product, mentor: Mentor) -> bool:
    return product in on_sale(session, product.community_id, mentor_id=mentor.id)


def of_own(session: Session, mentor: Mentor) -> list[Product]:
    """Those that a mentor may change: with themselves and nobody else."""
    mine = select(ProductMentor.product_id).where(ProductMentor.mentor_id == mentor.id)
    found = products.of_community(session, mentor.community_id)
    ids = set(session.scalars(mine))
    return [each for each in found if each.id in ids and len(products.all_mentors(session, each)) == 1]


def _offered(mentor_id: int | None) -> Select[Product]:
    chosen = (
        select(ProductMentor.product_id)
        .join(Mentor, Mentor.id == ProductMentor.mentor_id)
        .where(Mentor.state == MentorState.APPROVED, Mentor.paused_at.is_(None))
    )
    if mentor_id is not None:
        chosen = chosen.where(Mentor.id == mentor_id)
    return select(Product).where(Product.id.in_(chosen))
