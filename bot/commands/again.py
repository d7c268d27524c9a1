"""Book again: from a past booking to the next time of the same weekday and clock."""

from sqlalchemy.orm import Session

from bot.router import Routes
from bot.screens import again as screens
from bot.visit import Visit
from core.booking import again, diary
from core.chat import Screen

routes = Routes()


@routes.read("again")
def offer(session: Session, visit: Visit) -> Screen:
    booking = diary.by_short(session, visit.arg(0))
    return screens.offer(again.again(session, booking, visit.person(session), visit.zone, now=visit.now))
