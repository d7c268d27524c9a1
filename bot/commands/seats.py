"""Waiting for a mentor's seat, and answering what is kept for one."""

from sqlalchemy.orm import Session

from bot.commands import packs as buying
from bot.commands import shelves
from bot.router import Routes
from bot.screens import seats as screens
from bot.visit import Visit
from core.chat import Screen, When, WhenStyle, _
from core.people import mentors
from core.people.mentors import Mentor
from core.prepaid import products, queue, shelf, waits
from core.prepaid.waits import SeatWait

routes = Routes()


@routes.write("seat.join")
def join(session: Session, visit: Visit) -> Screen:
    mentor = shelves.mentor(session, visit, visit.arg(0))
    wanted = shelves.product(session, visit, 1) if visit.incoming.route.args[1:] else None
    wait = queue.join(session, mentor, visit.person(session), wanted, now=visit.now)
    return screens.joined(shelves.place(session, wait, now=visit.now))


@routes.write("seat.leave")
def leave(session: Session, visit: Visit) -> Screen:
    wait = waits.find(session, visit.number(0))
    queue.leave(session, wait, visit.person(session), now=visit.now)
    return screens.left(mentors.find(session, wait.mentor_id).name)


@routes.write("seat.pass")
def decline(session: Session, visit: Visit) -> Screen:
    wait = waits.find(session, visit.number(0))
    queue.pass_on(session, wait, visit.person(session), now=visit.now)
    return screens.passed(mentors.find(session, wait.mentor_id).name)


@routes.workflow("seat.claim")
async def claim(visit: Visit) -> Screen:
    """Goes on to buy what they waited for; where that is not sold any more, they choose."""
    short = await visit.desk.db.write(_claim, visit)
    return await buying.pay_step(visit, short) if short else await visit.desk.db.read(_choice, visit)


def _claim(session: Session, visit: Visit) -> str:
    """Empty where there is something to choose first."""
    wait, mentor = _offered(session, visit)
    wanted = products.find(session, wait.product_id) if wait.product_id is not None else None
    if wanted is None or not shelf.is_offered(session, wanted, mentor):
        return ""
    return buying.take(session, visit, wanted, mentor, wanted.revision)


def _choice(session: Session, visit: Visit) -> Screen:
    wait, mentor = _offered(session, visit)
    assert wait.until is not None
    until = When(wait.until, WhenStyle.COUNTDOWN)
    news = _("Choose a pack: the seat is kept for you, and the offer ends {until}.", until=until)
    return buying.selling_of(session, visit, mentor, news=news)


def _offered(session: Session, visit: Visit) -> tuple[SeatWait, Mentor]:
    wait = waits.find(session, visit.number(0))
    queue.require_offer(wait, visit.person(session), now=visit.now)
    return wait, mentors.find(session, wait.mentor_id)
