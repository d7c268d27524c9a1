"""Letters about a booking are its card, with the news on top."""

from typing import Final

from sqlalchemy.orm import Session

from bot.commands.bookings import view_of
from bot.letters.writing import Due, Writers
from bot.screens import notices as screens
from bot.screens.view import View
from core.booking import diary
from core.chat import Screen
from core.messages import reminders
from core.people import people

KINDS: Final = ("lapsing", "confirmed", "booked", "lapsed")


def view(session: Session, due: Due, booking_id: int) -> View:
    """The booking as the notice's reader sees it."""
    booking, person = diary.find(session, booking_id), people.find(session, due.notice.person_id)
    return view_of(session, due.desk, booking, person, now=due.now)


def card(session: Session, due: Due) -> Screen:
    return screens.booking(due.notice.kind, view(session, due, due.notice.subject_id))


def reminder(session: Session, due: Due) -> Screen:
    offset = int(due.notice.kind.removeprefix(reminders.KIND))
    return screens.reminder(offset, view(session, due, due.notice.subject_id))


WRITERS: Final[Writers] = dict.fromkeys(KINDS, card)
