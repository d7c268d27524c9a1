"""Letters about requests are the booking's card, with the news on top."""

from typing import Final

from sqlalchemy.orm import Session

from bot.letters import bookings
from bot.letters.writing import Due, Writers
from bot.screens import bookings as cards
from bot.screens import requests
from core.chat import Screen

KINDS: Final = ("requested", "unanswered", "accepted", "unpaid", "declined", "withdrawn", "request_lapsed")


def card(session: Session, due: Due) -> Screen:
    view = bookings.view(session, due, due.notice.subject_id)
    return cards.card(view, news=requests.news(due.notice.kind, view))


WRITERS: Final[Writers] = dict.fromkeys(KINDS, card)
