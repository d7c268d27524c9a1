"""What our own join links lead to: the video room, or a page that says when it is open."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.screens import outcomes as screens
from bot.visit import Desk, reader_away
from core.booking import attendance, diary, meetings
from core.booking.life import Booking, Who
from core.chat import Reply
from core.people import communities, people
from core.people.people import Person


class Joining:
    """Implements `core.ports.JoinPages`. The link is signed for one side of a booking, so it is the only key."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def open(self, short: str, side: str, *, is_person: bool) -> str | Reply:
        now = self.desk.clock.now()
        found, is_news = await self.desk.db.read(_room, self.desk, short, side, now)
        if is_person and is_news:
            await self.desk.db.write(_came, short, side, now)
        return found


def address(desk: Desk, booking: Booking, person: Person, *, now: datetime) -> str:
    """Where one of the two joins: our own address, which notes that they came, or the room where we have none.

    Nothing while the room is closed to them.
    """
    room = meetings.join_link(desk.rooms, booking, person, now=now)
    if not room or desk.joins is None or not desk.joins.is_open:
        return room
    side = Who.MENTOR if person.id == booking.mentor_person_id else Who.STUDENT
    return desk.joins.link(booking.short, side)


def _room(session: Session, desk: Desk, short: str, side: str, now: datetime) -> tuple[str | Reply, bool]:
    """The room or why not, and whether it is news that this side comes."""
    booking = diary.by_short(session, short)
    person = _person(session, booking, side)
    room = meetings.join_link(desk.rooms, booking, person, now=now)
    if not room:
        community = communities.find(session, booking.community_id)
        reader = reader_away(session, person, community, desk.catalogue.languages, now)
        return Reply(screens.closed(booking, now), reader), False
    seen = attendance.seen_at(booking, mentor=side == Who.MENTOR)
    return room, seen is None and attendance.is_open(booking, now)


def _came(session: Session, short: str, side: str, now: datetime) -> None:
    """The session may have been moved or called off since we looked: then nobody came to it."""
    booking = diary.by_short(session, short)
    if attendance.is_open(booking, now):
        attendance.check_in(session, booking, _person(session, booking, side), now=now)


def _person(session: Session, booking: Booking, side: str) -> Person:
    return people.find(session, booking.mentor_person_id if side == Who.MENTOR else booking.student_id)
