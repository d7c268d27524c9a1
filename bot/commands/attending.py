""" "I'm here", and what follows when something was wrong: the objection and the other side's view."""

from sqlalchemy.orm import Session

from bot.commands import bookings as cards
from bot.router import Routes
from bot.screens import bookings as card_screens
from bot.screens import objections
from bot.screens import outcomes as screens
from bot.screens.view import View
from bot.visit import Visit
from core.booking import attendance, bookings, diary, disputes
from core.booking.life import Booking, Who
from core.chat import Screen, _
from core.errors import Conflict, Forbidden

routes = Routes()


@routes.write("booking.here")
def here(session: Session, visit: Visit) -> Screen:
    booking = _own(session, visit)
    attendance.check_in(session, booking, visit.person(session), now=visit.now)
    return screens.here(_view(session, visit, booking))


@routes.read("dispute.form")
def object_form(session: Session, visit: Visit) -> Screen:
    booking = _own(session, visit)
    disputes.require_objectable(session, booking, now=visit.now)
    return objections.object_form(_view(session, visit, booking))


@routes.write("dispute.open", form="dispute.form")
def object(session: Session, visit: Visit) -> Screen:
    booking = _own(session, visit)
    disputes.object(session, booking, visit.person(session), visit.answer("objection"), now=visit.now)
    news = _("The staff has it now. I tell you what they decide.")
    return card_screens.card(_view(session, visit, booking), news=news)


@routes.read("dispute.state_form")
def state_form(session: Session, visit: Visit) -> Screen:
    booking = _own(session, visit)
    dispute = disputes.require_open(session, booking)
    if (dispute.by is Who.MENTOR) is (visit.arrival.person_id == booking.mentor_person_id):
        raise Forbidden("dispute.yours")
    if dispute.stated_at is not None:
        raise Conflict("dispute.stated")
    return objections.state_form(_view(session, visit, booking))


@routes.write("dispute.state", form="dispute.state_form")
def state(session: Session, visit: Visit) -> Screen:
    booking = _own(session, visit)
    disputes.state(session, booking, visit.person(session), visit.answer("statement"), now=visit.now)
    news = _("Thank you. The staff reads it before they decide.")
    return card_screens.card(_view(session, visit, booking), news=news)


def _own(session: Session, visit: Visit) -> Booking:
    booking = diary.by_short(session, visit.arg(0))
    bookings.require_party(booking, visit.person(session))
    return booking


def _view(session: Session, visit: Visit, booking: Booking) -> View:
    return cards.view_of(session, visit.desk, booking, visit.person(session), now=visit.now)
