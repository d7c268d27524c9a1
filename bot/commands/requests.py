"""A mentor's requests: the queue, yes, no; and whether there are requests at all."""

from sqlalchemy.orm import Session

from bot.commands import bookings, mentoring
from bot.router import Routes
from bot.screens import requests as screens
from bot.visit import Visit
from core.booking import diary, requests
from core.booking.life import Booking, BookingState
from core.chat import Screen, _
from core.errors import NotFound
from core.people import mentors, people

routes = Routes()


@routes.read("mentoring.requests")
def queue(session: Session, visit: Visit) -> Screen:
    mentor = mentoring.own(session, visit)
    waiting = requests.waiting(session, mentor.id, now=visit.now)
    return screens.queue(mentor, [(b, people.find(session, b.student_id).name) for b in waiting])


@routes.write("mentoring.ask_first")
def ask_first(session: Session, visit: Visit) -> Screen:
    mentor, wish = mentoring.own(session, visit), visit.arg(0)
    if wish not in ("yes", "no"):
        raise NotFound("route.unknown")
    mentors.ask_first(session, mentor, visit.person(session), asks=wish == "yes", now=visit.now)
    return queue(session, visit)


@routes.write("request.accept")
def accept(session: Session, visit: Visit) -> Screen:
    booking = diary.by_short(session, visit.arg(0))
    requests.accept(session, booking, visit.person(session), now=visit.now)
    name = people.find(session, booking.student_id).name
    if booking.state is BookingState.CONFIRMED:
        return bookings.card(session, visit, booking, news=_("It is settled. I have told {name}.", name=name))
    return bookings.card(session, visit, booking, news=_("I have asked {name} to pay.", name=name))


@routes.read("request.decline_form")
def decline_form(session: Session, visit: Visit) -> Screen:
    booking = _open(session, visit)
    return screens.decline_form(booking, people.find(session, booking.student_id).name)


@routes.write("request.decline", form="request.decline_form")
def decline(session: Session, visit: Visit) -> Screen:
    booking = diary.by_short(session, visit.arg(0))
    requests.decline(session, booking, visit.person(session), visit.answer("reason"), now=visit.now)
    return bookings.card(session, visit, booking)


def _open(session: Session, visit: Visit) -> Booking:
    """A request that the actor can still answer."""
    booking = diary.by_short(session, visit.arg(0))
    requests.require_open(booking, visit.person(session), now=visit.now)
    return booking
