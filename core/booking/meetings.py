"""The way into the video room: for the two of a confirmed session, from 10 min before."""

from datetime import datetime

from core.booking.life import Booking, join_window
from core.people.people import Person
from core.ports import MeetingRooms


def join_link(rooms: MeetingRooms, booking: Booking, person: Person, *, now: datetime) -> str:
    """The link for one of the two, or nothing while the room is closed to them.

    The mentor's own link goes before the community's rooms. The room's name is 160 random bits.
    """
    if not booking.can_join(now) or person.id not in (booking.student_id, booking.mentor_person_id):
        return ""
    if booking.meeting_url:
        return booking.meeting_url
    opens, closes = join_window(booking.starts_at, booking.ends_at)
    is_mentor = person.id == booking.mentor_person_id
    return rooms.join_link(booking.room, name=person.name, moderator=is_mentor, opens=opens, closes=closes)
