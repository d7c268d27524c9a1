"""What staff does about refunds that failed: try again, or credit instead."""

from sqlalchemy.orm import Session

from bot.router import Routes
from bot.screens import refunds as screens
from bot.visit import Visit
from core.booking import mending
from core.booking.wares import Ware
from core.chat import Screen, Text, _
from core.payments.refunds import Refund
from core.people import people

routes = Routes()


@routes.read("refund.show")
def show(session: Session, visit: Visit) -> Screen:
    refund, ware = _asked(session, visit)
    return _screen(session, refund, ware)


@routes.write("refund.retry")
def retry(session: Session, visit: Visit) -> Screen:
    refund, ware = _asked(session, visit)
    mending.try_again(session, refund, visit.person(session), now=visit.now)
    return _screen(session, refund, ware, news=_("I am trying it again."))


@routes.write("refund.credit")
def give_credit(session: Session, visit: Visit) -> Screen:
    refund, ware = _asked(session, visit)
    mending.credit_instead(session, refund, visit.person(session), now=visit.now)
    return _screen(session, refund, ware)


def _asked(session: Session, visit: Visit) -> tuple[Refund, Ware]:
    """The refund of a route, for staff of its own community."""
    return mending.failed_one(session, visit.number(0), visit.person(session), now=visit.now)


def _screen(session: Session, refund: Refund, ware: Ware, *, news: Text | None = None) -> Screen:
    student = people.find(session, ware.student_id).name
    return screens.failed(refund, ware.code, student, news=news)
