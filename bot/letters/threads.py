"""What stands in a booking's thread, and letters about it."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.letters.writing import Due, Writers
from bot.screens import threads as screens
from bot.screens.threads import Together
from bot.visit import Desk, primary, reader_away
from core.booking import diary
from core.booking.life import Booking
from core.chat import Reader, Screen
from core.messages import notes, reminders, rooms
from core.messages.outbox import Notice
from core.messages.tending import Posting, Stage
from core.people import communities, mentors, people


class Cards:
    """Implements `core.messages.tending.Compose`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __call__(self, session: Session, booking: Booking, stage: Stage, now: datetime) -> Posting:
        mentor = mentors.find(session, booking.mentor_id)
        room = rooms.of_booking(session, booking.id)
        written = notes.of_booking(session, booking.id)
        together = Together(
            booking=booking,
            mentor=mentor.name,
            student=people.find(session, booking.student_id).name,
            slug=mentor.slug,
            stage=stage,
            closes_at=room.closes_at if room else booking.ends_at,
            note=written[-1].text if written else "",
            items=[item.text for item in notes.items_of(session, booking.id)],
        )
        return Posting(screens.card(together), self._reader(session, booking, now))

    def _reader(self, session: Session, booking: Booking, now: datetime) -> Reader:
        """The language that both read, else the community's."""
        community = communities.find(session, booking.community_id)
        both = [people.find(session, each) for each in (booking.student_id, booking.mentor_person_id)]
        languages = self.desk.catalogue.languages
        one, other = (reader_away(session, person, community, languages).locale for person in both)
        policy = community.policy
        language = one if primary(one) == primary(other) else policy.language
        return Reader(language, policy.zone, at=now)


def reminder(session: Session, notice: Notice) -> Screen | None:
    """A reminder for the thread; nothing for any other notice."""
    if not notice.kind.startswith(reminders.KIND):
        return None
    offset = int(notice.kind.removeprefix(reminders.KIND))
    return screens.reminder(offset, diary.find(session, notice.subject_id))


def lost(session: Session, due: Due) -> Screen:
    booking = diary.find(session, due.notice.subject_id)
    other = rooms.other_of(booking, due.notice.person_id)
    return screens.lost(booking, rooms.name_of(session, booking, other))


WRITERS: Final[Writers] = {"thread_lost": lost}
