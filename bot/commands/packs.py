"""`/packs`: what one has and what can be bought; buying, paying, letting go and renewing."""

from typing import Final

from sqlalchemy.orm import Session

from bot.commands import bookings, pack_why, paying, shelves
from bot.commands import mentors as browsing
from bot.router import Routes
from bot.screens import packs as screens
from bot.screens import shop
from bot.visit import Visit
from core.booking import checkout
from core.chat import Command, CommandOption, FieldOption, Screen, Text, _
from core.people import mentors
from core.people.mentors import Mentor
from core.prepaid import packs, products, selling, shelf, waits
from core.prepaid.packs import Pack, PackState
from core.prepaid.products import Product
from core.prepaid.selling import COPIED

routes = Routes()
WHY: Final = "why"
routes.commands.append(
    Command(
        "packs",
        _("Your packs of sessions, and packs to buy"),
        (
            CommandOption(
                "what",
                _("What you would like to see"),
                choices=(FieldOption(WHY, _("why: every step of a pack's sessions")),),
            ),
        ),
    )
)
CURRENT: Final = (PackState.HELD, PackState.ACTIVE)
OVER: Final = (PackState.USED, PackState.EXPIRED, PackState.REFUNDED)
SHOWN: Final = 4
"""Of each kind, where there is little room."""


@routes.read("packs")
def overview(session: Session, visit: Visit) -> Screen:
    if visit.answer("what") == WHY:
        return pack_why.mine(session, visit)
    person_id = visit.arrival.person_id
    mine = packs.of_student(session, person_id, *CURRENT) + shelves.in_grace(session, person_id)
    places = [shelves.place(session, wait, now=visit.now) for wait in waits.of_student(session, person_id)]
    offers = shelves.offers(session, visit)
    return shop.overview(
        [shelves.owned(session, visit, pack) for pack in mine[:SHOWN]],
        places[:SHOWN],
        offers[:SHOWN],
        more=len(offers) > SHOWN,
    )


@routes.read("packs.sale")
def on_sale(session: Session, visit: Visit) -> Screen:
    offers = shelves.offers(session, visit)
    pages = max(1, -(-len(offers) // shop.PAGE))
    page = min(visit.number(0), pages - 1)
    return shop.on_sale(offers[page * shop.PAGE : (page + 1) * shop.PAGE], page, pages)


@routes.read("packs.past")
def past(session: Session, visit: Visit) -> Screen:
    over = packs.of_student(session, visit.arrival.person_id, *OVER)
    latest = sorted(over, key=lambda pack: pack.id, reverse=True)[: 2 * SHOWN]
    return shop.past([shelves.owned(session, visit, pack) for pack in latest])


@routes.read("packs.mentor")
def of_mentor(session: Session, visit: Visit) -> Screen:
    return selling_of(session, visit, browsing.of_slug(session, visit))


@routes.read("pack.offer")
def offer(session: Session, visit: Visit) -> Screen:
    return shop.offer(shelves.offer(session, visit, shelves.product(session, visit)))


@routes.read("pack.show")
def show(session: Session, visit: Visit) -> Screen:
    return screens.card(shelves.owned(session, visit, _own(session, visit)))


@routes.workflow("pack.buy")
async def buy(visit: Visit) -> Screen:
    """The tap that reserves the seat."""
    return await pay_step(visit, await visit.desk.db.write(_buy, visit))


@routes.workflow("pack.renew")
async def renew(visit: Visit) -> Screen:
    """The same once more in one tap; what has changed since is shown first."""
    short = await visit.desk.db.write(_renew, visit)
    return await pay_step(visit, short) if short else await visit.desk.db.read(_shown_anew, visit)


@routes.workflow("pack.pay")
async def pay(visit: Visit) -> Screen:
    way = visit.arg(1) if visit.incoming.route.args[1:] else ""
    return await pay_step(visit, await visit.desk.db.read(_short_of_own, visit), way=way)


@routes.workflow("pack.paid")
async def paid(visit: Visit) -> Screen:
    """“I have paid”: the provider is asked at once."""
    desk, short = visit.desk, await visit.desk.db.read(_short_of_own, visit)
    await checkout.ask_now(desk.db, desk.till, f"pack:{short}", visit.arrival.person_id, now=visit.now)
    return await desk.db.read(_after_asking, visit)


@routes.write("pack.drop")
def drop(session: Session, visit: Visit) -> Screen:
    pack = _own(session, visit)
    selling.release(session, pack, visit.person(session), now=visit.now)
    return screens.card(shelves.owned(session, visit, pack), news=_("Your reservation is let go."))


async def pay_step(visit: Visit, short: str, *, way: str = "") -> Screen:
    """The card with the way to pay; where the provider is down, the card says so and the seat stays reserved."""
    desk, news = visit.desk, None
    if await desk.db.read(_is_held, short):
        news = await paying.get_link(visit, f"pack:{short}", bookings.describer(desk), way=way)
    return await desk.db.read(_card, visit, short, news)


def take(session: Session, visit: Visit, product: Product, mentor: Mentor, revision: int) -> str:
    """Reserves a pack for the actor; its short id."""
    person = visit.person(session)
    return selling.hold(session, product, mentor, person, revision=revision, now=visit.now).short


def selling_of(session: Session, visit: Visit, mentor: Mentor, *, news: Text | None = None) -> Screen:
    """What can be bought of one mentor."""
    found = shelf.on_sale(session, mentor.community_id, mentor_id=mentor.id)
    offers = [shelves.offer(session, visit, each, only=mentor) for each in found]
    return shop.of_mentor(mentor.name, offers, news=news)


def _buy(session: Session, visit: Visit) -> str:
    mentor = shelves.mentor(session, visit, visit.arg(1))
    return take(session, visit, shelves.product(session, visit), mentor, visit.number(2))


def _renew(session: Session, visit: Visit) -> str:
    """Empty where it is not sold any more as it was."""
    pack = _own(session, visit)
    product, mentor = products.find(session, pack.product_id), mentors.find(session, pack.mentor_id)
    is_same = all(getattr(pack, name) == getattr(product, name) for name in COPIED)
    if not is_same or not shelf.is_offered(session, product, mentor):
        return ""
    return take(session, visit, product, mentor, product.revision)


def _shown_anew(session: Session, visit: Visit) -> Screen:
    pack = _own(session, visit)
    product, mentor = products.find(session, pack.product_id), mentors.find(session, pack.mentor_id)
    if shelf.is_offered(session, product, mentor):
        changed = _("This pack has changed since you bought it. This is how it is sold now.")
        return shop.offer(shelves.offer(session, visit, product, only=mentor), news=changed)
    gone = _("The pack that you had is not sold any more. This is what there is now.")
    return selling_of(session, visit, mentor, news=gone)


def _own(session: Session, visit: Visit) -> Pack:
    pack = packs.by_short(session, visit.arg(0))
    packs.require_student(pack, visit.person(session))
    return pack


def _short_of_own(session: Session, visit: Visit) -> str:
    return _own(session, visit).short


def _card(session: Session, visit: Visit, short: str, news: Text | None) -> Screen:
    pack = packs.by_short(session, short)
    packs.require_student(pack, visit.person(session))
    if pack.state is PackState.ACTIVE and news is None:
        news = _("The pack is yours.")
    return screens.card(shelves.owned(session, visit, pack), news=news)


def _after_asking(session: Session, visit: Visit) -> Screen:
    pack = _own(session, visit)
    waiting = pack.state is PackState.HELD
    news = _("The provider has not seen your payment yet. I keep asking.") if waiting else None
    return screens.card(shelves.owned(session, visit, pack), news=news)


def _is_held(session: Session, short: str) -> bool:
    return packs.by_short(session, short).state is PackState.HELD
