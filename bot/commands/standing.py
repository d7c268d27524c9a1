"""A mentor whose bookings are paused: the staff looks, and resumes them."""

from sqlalchemy.orm import Session

from bot.commands import duty
from bot.router import Routes
from bot.screens import standing as screens
from bot.visit import Visit
from core.booking import standing
from core.chat import Screen
from core.errors import Conflict

routes = Routes()


@routes.read("standing.show")
def show(session: Session, visit: Visit) -> Screen:
    mentor = duty.mentor(session, visit)
    if mentor.paused_at is None:
        raise Conflict("mentor.not_paused", name=mentor.name)
    return screens.to_decide(mentor, standing.of(session, mentor.id, now=visit.now))


@routes.write("standing.resume")
def resume(session: Session, visit: Visit) -> Screen:
    mentor = duty.mentor(session, visit)
    standing.resume(session, mentor, visit.person(session), now=visit.now)
    return screens.opened(mentor)
