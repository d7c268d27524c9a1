"""Disputes for staff: what waits, one case, and the decision."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot import reading
from bot.commands import duty
from bot.router import Routes
from bot.screens import disputes as screens
from bot.screens.disputes import Case
from bot.visit import Visit
from core.booking import diary, disputes, prepaying
from core.booking.life import Booking
from core.chat import Screen, _
from core.desk import register
from core.discovery import reviews
from core.errors import Forbidden, Invalid, NotFound
from core.money import Money
from core.payments import funding

routes = Routes()


@routes.read("desk.disputes")
def queue(session: Session, visit: Visit) -> Screen:
    community = duty.community(session, visit)
    waiting = disputes.open_in(session, community.id)[: screens.MOST]
    return screens.queue(
        [case_of(session, diary.find(session, each.booking_id), now=visit.now) for each in waiting]
    )


@routes.read("desk.dispute")
def show(session: Session, visit: Visit) -> Screen:
    return screens.case(case_of(session, duty.booking(session, visit), now=visit.now))


@routes.read("desk.resolve_form")
def resolve_form(session: Session, visit: Visit) -> Screen:
    booking = duty.booking(session, visit)
    disputes.require_open(session, booking)
    if visit.arrival.person_id in (booking.student_id, booking.mentor_person_id):
        raise Forbidden("dispute.own")
    return screens.resolve_form(case_of(session, booking, now=visit.now))


@routes.write("desk.resolve", form="desk.resolve_form")
def resolve(session: Session, visit: Visit) -> Screen:
    booking = duty.booking(session, visit)
    case = case_of(session, booking, now=visit.now)
    disputes.resolve(
        session,
        case.dispute,
        visit.person(session),
        refund=_refund(visit, case),
        note=visit.answer("note"),
        outcome=visit.answer("outcome"),
        now=visit.now,
    )
    reviews.void(session, booking, now=visit.now)
    news = _("It is decided, and both are told.")
    return screens.case(case_of(session, booking, now=visit.now), news=news)


def case_of(session: Session, booking: Booking, *, now: datetime) -> Case:
    """A booking's dispute. Raises `NotFound` where nobody has objected."""
    dispute = disputes.of_booking(session, booking.id)
    if dispute is None:
        raise NotFound("dispute.none")
    return Case(
        *(dispute, register.entry(session, booking), funding.left(session, booking)),
        is_session=prepaying.can_return(session, booking, now=now),
        is_back=booking.pack_id is not None and prepaying.came_back(session, booking).sessions > 0,
    )


def _refund(visit: Visit, case: Case) -> Money:
    booking = case.entry.booking
    match visit.answer("refund"):
        case "full":
            return case.left
        case "part":
            return reading.amount(visit.answer("amount"), booking.currency, visit.reader.locale)
        case "none":
            return Money(0, booking.currency)
        case other:
            raise Invalid("setup.choice", value=other)
