"""A pack goes to another mentor, or its rest is given back: by staff, or by its student where the mentor left."""

from sqlalchemy.orm import Session

from bot.commands import pack_care
from bot.router import Routes
from bot.screens import pack_moves as screens
from bot.visit import Visit
from core.chat import Route, Screen, _, to
from core.errors import Conflict
from core.people import mentors, people
from core.people.mentors import Mentor
from core.prepaid import caring, credits, packs, returning, seats
from core.prepaid.packs import Pack
from core.prepaid.returning import Quote

routes = Routes()


# --- by staff ---------------------------------------------------------------------------------


@routes.read("care.others")
def others(session: Session, visit: Visit) -> Screen:
    pack = pack_care.staffed(session, visit)
    caring.require_unused(session, pack)
    return screens.others(pack, caring.takers(session, pack, of_product=False), is_staff=True)


@routes.read("care.transfer_form")
def transfer_form(session: Session, visit: Visit) -> Screen:
    pack, mentor = pack_care.staffed(session, visit), _taker(session, visit)
    caring.require_taker(session, pack, mentor)
    return screens.transfer_form(pack, mentor, _student(session, pack))


@routes.write("care.transfer", form="care.transfer_form")
def transfer(session: Session, visit: Visit) -> Screen:
    pack, mentor = pack_care.staffed(session, visit), _taker(session, visit)
    caring.transfer(session, pack, mentor, visit.person(session), visit.answer("reason"), now=visit.now)
    return pack_care.card(session, pack, is_staff=True, news=_("It is done, and all of them are told."))


@routes.read("care.ask")
def refund_form(session: Session, visit: Visit) -> Screen:
    """Staff says why before the money goes."""
    pack, args = pack_care.staffed(session, visit), visit.incoming.route.args
    _quoted(visit, pack)
    return screens.refund_form(
        pack, _student(session, pack), submit=to("care.back", *args), reopen=to("care.ask", *args)
    )


@routes.write("care.back", form="care.ask")
def refund(session: Session, visit: Visit) -> Screen:
    pack = packs.lock(session, pack_care.staffed(session, visit))
    staff, promise = visit.person(session), _quoted(visit, pack)
    given = returning.refund(session, pack, staff, promise, visit.answer("reason"), now=visit.now)
    news = screens.back(given.refunded, given.credited)
    return pack_care.card(session, pack, is_staff=True, news=news)


# --- by a student whose mentor left -----------------------------------------------------------


@routes.read("pack.others")
def choose(session: Session, visit: Visit) -> Screen:
    pack = _left_behind(session, visit)
    return screens.others(pack, caring.takers(session, pack, of_product=True), is_staff=False)


@routes.read("pack.take")
def look(session: Session, visit: Visit) -> Screen:
    pack, mentor = _left_behind(session, visit), _taker(session, visit)
    caring.require_taker(session, pack, mentor)
    return screens.take(pack, mentor, seats.free(session, mentor))


@routes.write("pack.to")
def take(session: Session, visit: Visit) -> Screen:
    pack, mentor = _left_behind(session, visit), _taker(session, visit)
    caring.transfer(session, pack, mentor, visit.person(session), "", now=visit.now)
    return screens.taken(pack, mentor)


@routes.read("pack.quote")
def quote(session: Session, visit: Visit) -> Screen:
    """For the student whose mentor left, else for staff."""
    pack = packs.by_short(session, visit.arg(0))
    if pack.student_id == visit.arrival.person_id and caring.is_left_behind(session, pack):
        return _quote(session, visit, pack, "pack.refund", is_staff=False)
    return _quote(session, visit, pack_care.staffed(session, visit), "care.ask", is_staff=True)


@routes.write("pack.refund")
def my_refund(session: Session, visit: Visit) -> Screen:
    pack = _left_behind(session, visit)
    promise = _quoted(visit, packs.lock(session, pack))
    given = returning.refund(session, pack, visit.person(session), promise, "", now=visit.now)
    return screens.refunded(pack, given.refunded, given.credited)


# --- private ----------------------------------------------------------------------------------


def _left_behind(session: Session, visit: Visit) -> Pack:
    """The actor's own pack, whose mentor has left. Raises `Conflict` where there is nothing to choose."""
    pack = packs.by_short(session, visit.arg(0))
    packs.require_student(pack, visit.person(session))
    if not caring.is_left_behind(session, pack):
        raise Conflict("pack.not_left")
    return pack


def _taker(session: Session, visit: Visit) -> Mentor:
    return mentors.by_slug(session, visit.arg(1))


def _quote(session: Session, visit: Visit, pack: Pack, name: str, *, is_staff: bool) -> Screen:
    found = returning.quoted(session, pack, now=visit.now)
    booked = credits.reserved(session, pack.id)
    return screens.quote(pack, found, booked, _signed(visit, pack, name, found), is_staff=is_staff)


def _signed(visit: Visit, pack: Pack, name: str, found: Quote) -> Route:
    return to(name, pack.short, *returning.written(visit.desk.secret, pack, visit.arrival.person_id, found))


def _quoted(visit: Visit, pack: Pack) -> Quote:
    """What the route was signed for. Raises where it was altered, or is too old."""
    parts = (visit.arg(1), visit.arg(2), visit.arg(3), visit.arg(4))
    return returning.read(visit.desk.secret, pack, visit.arrival.person_id, parts, now=visit.now)


def _student(session: Session, pack: Pack) -> str:
    return people.find(session, pack.student_id).name
