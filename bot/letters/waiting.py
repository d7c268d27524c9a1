"""Letters of the waitlist, and the morning's agenda."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from bot.commands import waitlist as commands
from bot.commands.bookings import view_of
from bot.letters.writing import Due, Writers
from bot.screens import preferences as settings
from bot.screens import waitlist as screens
from core.booking import diary, waiting
from core.chat import Screen
from core.messages import manners
from core.messages.news import waiting as news
from core.people import people


def offer(session: Session, due: Due) -> Screen:
    entry = waiting.find(session, due.notice.subject_id)
    assert entry.offered_id is not None
    offered = diary.find(session, entry.offered_id)
    return screens.offer(commands.standing(session, entry, now=due.now), offered)


def silent(session: Session, due: Due) -> Screen:
    entry = waiting.find(session, due.notice.subject_id)
    return screens.silent(commands.standing(session, entry, now=due.now))


def agenda(session: Session, due: Due) -> Screen:
    person = people.find(session, due.notice.person_id)
    sessions = news.today(session, due.notice, now=due.now)
    views = [view_of(session, due.desk, booking, person, now=due.now) for booking in sessions]
    return settings.agenda(date.fromordinal(due.notice.subject_id), views)


WRITERS: Final[Writers] = {manners.OFFER: offer, "waitlist_silent": silent, manners.AGENDA: agenda}
