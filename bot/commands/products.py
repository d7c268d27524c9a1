"""Putting packs on sale: staff with any of the community's mentors, a mentor with themselves."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot import reading
from bot.commands import shelves
from bot.router import Routes
from bot.screens import products as screens
from bot.screens.products import MOST_CHOICES, PAGE, Typed, Ware
from bot.visit import Visit
from core.booking import ways
from core.chat import Screen, Text, _
from core.money import Money
from core.people import communities, memberships, mentors
from core.people.communities import Community
from core.people.mentors import Mentor
from core.prepaid import products, shelf
from core.prepaid.products import Product
from core.prepaid.terms import Terms

routes = Routes()


@routes.read("products")
def listing(session: Session, visit: Visit) -> Screen:
    found = _mine(session, visit)
    pages = max(1, -(-len(found) // PAGE))
    page = min(visit.number(0) if visit.incoming.route.args else 0, pages - 1)
    wares = [_ware(session, visit, each) for each in found[page * PAGE : (page + 1) * PAGE]]
    return screens.listing(wares, page, pages)


@routes.read("product.show")
def show(session: Session, visit: Visit) -> Screen:
    return _shown(session, visit, _changeable(session, visit))


@routes.read("product.new_form")
def new_form(session: Session, visit: Visit) -> Screen:
    _sellers(session, visit)
    return screens.form(Typed())


@routes.write("product.new", form="product.new_form")
def new(session: Session, visit: Visit) -> Screen:
    """A mentor's own is on sale at once; staff chooses with whom it is."""
    community = visit.community(session)
    product = products.define(
        *(session, community, visit.person(session)),
        _terms(visit, community),
        _sellers(session, visit),
        lowest=_lowest(session, visit, community),
        now=visit.now,
    )
    if _is_staff(session, visit, community.id):
        return _choice(session, visit, product, 0)
    return _shown(session, visit, product, news=_("The pack is on sale."))


@routes.read("product.edit_form")
def edit_form(session: Session, visit: Visit) -> Screen:
    product = _changeable(session, visit)
    typed = Typed(
        name=product.name,
        sessions=str(product.sessions),
        minutes=str(product.minutes),
        price=reading.typed(product.price, visit.reader.locale),
        days=str(product.validity_days),
    )
    return screens.form(typed, short=product.short)


@routes.write("product.edit", form="product.edit_form")
def edit(session: Session, visit: Visit) -> Screen:
    product, person = _changeable(session, visit), visit.person(session)
    community = communities.find(session, product.community_id)
    lowest = _lowest(session, visit, community)
    products.revise(session, product, person, _terms(visit, community), lowest=lowest, now=visit.now)
    return _shown(session, visit, product, news=_("The pack is changed, for everybody who buys it now."))


@routes.write("product.retire")
def retire(session: Session, visit: Visit) -> Screen:
    product = _changeable(session, visit)
    products.retire(session, product, visit.person(session), now=visit.now)
    return _shown(session, visit, product, news=_("The pack is off sale. Packs that were bought stay."))


@routes.write("product.restore")
def restore(session: Session, visit: Visit) -> Screen:
    product = _changeable(session, visit)
    products.restore(session, product, visit.person(session), now=visit.now)
    return _shown(session, visit, product, news=_("The pack is on sale again."))


@routes.read("product.mentors")
def sellers(session: Session, visit: Visit) -> Screen:
    product = _changeable(session, visit)
    memberships.require_staff(session, product.community_id, visit.person(session), now=visit.now)
    return _choice(session, visit, product, visit.number(1) if visit.incoming.route.args[1:] else 0)


@routes.write("product.mentor")
def toggle(session: Session, visit: Visit) -> Screen:
    product, mentor = _changeable(session, visit), shelves.mentor(session, visit, visit.arg(1))
    products.toggle_mentor(session, product, visit.person(session), mentor, now=visit.now)
    return _choice(session, visit, product, visit.number(2))


def _terms(visit: Visit, community: Community) -> Terms:
    return Terms(
        name=visit.answer("name"),
        sessions=reading.whole(visit.answer("sessions")),
        minutes=reading.whole(visit.answer("minutes")),
        price=reading.amount(visit.answer("price"), community.policy.currency, visit.reader.locale),
        validity_days=reading.whole(visit.answer("days")),
    )


def _lowest(session: Session, visit: Visit, community: Community) -> Money | None:
    return ways.lowest(visit.desk.till.providers, community, community.policy.currency)


def _mine(session: Session, visit: Visit) -> list[Product]:
    """All of the community's for its staff, a mentor's own for the mentor."""
    community = visit.community(session)
    if _is_staff(session, visit, community.id):
        return products.of_community(session, community.id)
    return shelf.of_own(session, products.require_seller(session, community.id, visit.person(session)))


def _sellers(session: Session, visit: Visit) -> list[Mentor]:
    """With whom a new pack begins: a mentor's with themselves, the staff's with nobody yet."""
    community = visit.community(session)
    if _is_staff(session, visit, community.id):
        memberships.require_staff(session, community.id, visit.person(session), now=visit.now)
        return []
    return [products.require_seller(session, community.id, visit.person(session))]


def _is_staff(session: Session, visit: Visit, community_id: int) -> bool:
    return memberships.is_staff(session, community_id, visit.arrival.person_id)


def _changeable(session: Session, visit: Visit) -> Product:
    product = shelves.product(session, visit)
    products.require_may_change(session, product, visit.person(session), now=visit.now)
    return product


def _ware(session: Session, visit: Visit, product: Product) -> Ware:
    names = tuple(mentor.name for mentor in products.all_mentors(session, product))
    return Ware(product, names, _is_staff(session, visit, product.community_id))


def _shown(session: Session, visit: Visit, product: Product, *, news: Text | None = None) -> Screen:
    return screens.shown(_ware(session, visit, product), news=news)


def _choice(session: Session, visit: Visit, product: Product, page: int) -> Screen:
    chosen = {mentor.id for mentor in products.all_mentors(session, product)}
    approved = mentors.approved(session, product.community_id)
    pages = max(1, -(-len(approved) // MOST_CHOICES))
    page = min(page, pages - 1)
    found = _page(approved, page)
    marked = [(mentor, mentor.id in chosen) for mentor in found]
    return screens.choice(_ware(session, visit, product), marked, page, pages)


def _page(found: Sequence[Mentor], page: int) -> Sequence[Mentor]:
    return found[page * MOST_CHOICES : (page + 1) * MOST_CHOICES]
