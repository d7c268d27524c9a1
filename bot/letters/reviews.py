"""Letters about reviews. Those that ask for one are the session's card; the others show the review itself."""

from typing import Final

from sqlalchemy.orm import Session

from bot.commands.reviews import case_of, reading
from bot.letters import bookings
from bot.letters.writing import Due, Writers
from bot.screens import praised, reported
from bot.screens.reviews import Reading
from core.chat import Screen
from core.discovery import written
from core.history import History
from core.people import people


def asked(session: Session, due: Due) -> Screen:
    view = bookings.view(session, due, due.notice.subject_id)
    return praised.asked(view, again=due.notice.kind == "review_again")


def published(session: Session, due: Due) -> Screen:
    return praised.published(_reading(session, due), own=_is_own(session, due))


def replied(session: Session, due: Due) -> Screen:
    return praised.replied(_reading(session, due))


def report(session: Session, due: Due) -> Screen:
    review = written.find(session, due.notice.subject_id)
    return reported.case(case_of(session, review, people.find(session, due.notice.person_id)))


def decided(session: Session, due: Due) -> Screen:
    """The revision is the row of history that tells of it."""
    hidden = bool(session.get_one(History, due.notice.revision).facts["hidden"])
    return praised.decided(_reading(session, due), hidden=hidden, own=_is_own(session, due))


def _reading(session: Session, due: Due) -> Reading:
    review = written.find(session, due.notice.subject_id)
    return reading(session, review, people.find(session, due.notice.person_id))


def _is_own(session: Session, due: Due) -> bool:
    review = written.find(session, due.notice.subject_id)
    return written.author_id(session, review) == due.notice.person_id


WRITERS: Final[Writers] = {
    "review": asked,
    "review_again": asked,
    "review_out": published,
    "review_reply": replied,
    "review_reported": report,
    "review_decided": decided,
}
