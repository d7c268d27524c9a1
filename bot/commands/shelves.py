"""What the screens of packs show, read for the one who asks."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import pack_views, paying
from bot.screens.packs import Owned
from bot.screens.paying import NO_STEP
from bot.screens.seats import Place
from bot.screens.shop import Offer, Seller
from bot.visit import Visit
from core.errors import NotFound
from core.payments import payments
from core.people import memberships, mentors
from core.people.mentors import Mentor
from core.prepaid import entitlement, packs, products, queue, seats, shelf, waits
from core.prepaid.packs import Pack, PackState
from core.prepaid.products import Product
from core.prepaid.seats import SeatState
from core.prepaid.waits import SeatWait


def owned(session: Session, visit: Visit, pack: Pack) -> Owned:
    """A pack as its student sees it."""
    payment = payments.latest(session, pack.purpose)
    seat = seats.of(session, pack.mentor_id, pack.student_id)
    is_held = pack.state is PackState.HELD
    return Owned(
        view=pack_views.of(session, pack, pack.student_id),
        now=visit.now,
        why=() if is_held else entitlement.explain(session, pack, now=visit.now),
        kept_until=seat.until if seat and seat.state is SeatState.GRACE and not is_held else None,
        can_renew=pack.expires_at is not None and _is_sold(session, pack),
        pay=paying.step(session, visit.desk, pack, payment) if is_held else NO_STEP,
        payment=payment.state if payment else None,
        credit=paying.credit_of(session, visit.desk, pack, payment),
    )


def in_grace(session: Session, student_id: int) -> list[Pack]:
    """The last packs of seats that are only kept still, so that they can be renewed."""
    over = packs.of_student(session, student_id, PackState.USED, PackState.EXPIRED, PackState.REFUNDED)
    latest = {pack.mentor_id: pack for pack in sorted(over, key=lambda pack: pack.id)}
    active = {pack.mentor_id for pack in packs.of_student(session, student_id, PackState.ACTIVE)}
    return [
        pack
        for mentor_id, pack in latest.items()
        if mentor_id not in active and _is_in_grace(session, mentor_id, student_id)
    ]


def offers(session: Session, visit: Visit) -> list[Offer]:
    """What the actor can buy in the community that is spoken in; nobody is offered their own sessions."""
    found = shelf.on_sale(session, visit.community(session).id)
    shown = (offer(session, visit, each) for each in found)
    return [each for each in shown if each.sellers]


def offer(session: Session, visit: Visit, shown: Product, *, only: Mentor | None = None) -> Offer:
    """A pack, with those whom the actor can buy it of, or with one of them."""
    person_id = visit.arrival.person_id
    found = [only] if only is not None else shelf.mentors_of(session, shown)
    sellers = (_seller(session, each, person_id) for each in found if each.person_id != person_id)
    return Offer(shown, tuple(sellers))


def place(session: Session, wait: SeatWait, *, now: datetime) -> Place:
    mentor = mentors.find(session, wait.mentor_id)
    is_offered = queue.offer(session, wait, now=now) is not None
    return Place(
        wait_id=wait.id,
        mentor=mentor.name,
        slug=mentor.slug,
        number=waits.place(session, wait),
        until=wait.until if is_offered else None,
    )


def product(session: Session, visit: Visit, number: int = 0) -> Product:
    """The product of a route, of a community that the actor belongs to."""
    found = products.by_short(session, visit.arg(number))
    if not memberships.is_member(session, found.community_id, visit.arrival.person_id):
        raise NotFound("product.unknown")
    return found


def mentor(session: Session, visit: Visit, slug: str) -> Mentor:
    """A mentor of a community that the actor belongs to."""
    found = mentors.by_slug(session, slug)
    if not memberships.is_member(session, found.community_id, visit.arrival.person_id):
        raise NotFound("mentor.unknown", slug=slug)
    return found


def _seller(session: Session, each: Mentor, person_id: int) -> Seller:
    has_own = seats.of(session, each.id, person_id) is not None
    return Seller(each.name, each.slug, seats.free(session, each), has_own)


def _is_sold(session: Session, pack: Pack) -> bool:
    found = mentors.find(session, pack.mentor_id)
    return bool(shelf.on_sale(session, pack.community_id, mentor_id=found.id))


def _is_in_grace(session: Session, mentor_id: int, student_id: int) -> bool:
    seat = seats.of(session, mentor_id, student_id)
    return seat is not None and seat.state is SeatState.GRACE
