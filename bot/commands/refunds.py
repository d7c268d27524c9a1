"""What staff does about refunds that failed: try again, or credit instead."""

from sqlalchemy.orm import Session

from bot.router import Routes
from bot.screens import refunds as screens
from bot.visit import Visit
from core.booking import mending
from core.booking.life import Booking
from core.chat import Screen, Text, _
from core.payments.refunds import Refund
from core.people import people

routes = Routes()


@routes.read("refund.show")
def show(session: Session, visit: Visit) -> Screen:
    refund, booking = _asked(session, visit)
    return _screen(session, refund, booking)


@routes.write("refund.retry")
def retry(session: Session, visit: Visit) -> Screen:
    refund, booking = _asked(session, visit)
    mending.try_again(session, refund, visit.person(session), now=visit.now)
    return _screen(session, refund, booking, news=_("I am trying it again."))


@routes.write("refund.credit")
def give_credit(session: Session, visit: Visit) -> Screen:
    refund, booking = _asked(session, visit)
    mending.credit_instead(session, refund, visit.person(session), now=visit.now)
    return _screen(session, refund, booking)


def _asked(session: Session, visit: Visit) -> tuple[Refund, Booking]:
    """The refund of a route, for staff of its own community."""
    return mending.failed_one(session, visit.number(0), visit.person(session), now=visit.now)


def _screen(session: Session, refund: Refund, booking: Booking, *, news: Text | None = None) -> Screen:
    student = people.find(session, booking.student_id).name
    return screens.failed(refund, booking.code, student, news=news)
