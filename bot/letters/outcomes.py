"""Letters about who came and about disputes: the booking's card for the two, the case for staff."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from bot.commands import disputes as cases
from bot.letters import bookings
from bot.letters.writing import Due, Writer, Writers
from bot.screens import disputes as case_screens
from bot.screens import outcomes as screens
from bot.screens.view import View
from core.booking import diary
from core.chat import Screen


def for_staff(session: Session, due: Due) -> Screen:
    return case_screens.case(cases.case_of(session, diary.find(session, due.notice.subject_id), now=due.now))


def _card(screen: Callable[[View], Screen]) -> Writer:
    def write(session: Session, due: Due) -> Screen:
        return screen(bookings.view(session, due, due.notice.subject_id))

    return write


WRITERS: Final[Writers] = {
    "one_waits": _card(screens.waiting),
    "outcome": _card(screens.proposed),
    "outcome_stands": _card(screens.stands),
    "dispute_opened": _card(screens.objected),
    "dispute_stated": _card(screens.stated),
    "dispute_resolved": _card(screens.resolved),
    "dispute": for_staff,
}
