"""What is carried to the other one's chats, and letters from a room: a message that found no way, notes."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.commands.bookings import view_of
from bot.letters.writing import Due, Writers
from bot.screens import notes as note_screens
from bot.screens import relay
from bot.screens.notes import Sheet
from bot.visit import Desk, reader_away
from core.booking import diary
from core.chat import File, Screen, _
from core.messages import enclosures, notes, preferences, rooms
from core.messages.carrying import Bubble
from core.messages.conversations import RoomMessage
from core.messages.parcels import Parcel
from core.messages.preferences import Topic
from core.messages.rooms import Room
from core.people import communities, people


class Bubbles:
    """Implements `core.messages.carrying.Wrap`. At night, and for who wants it so, a message comes without a sound."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __call__(self, session: Session, message: RoomMessage, now: datetime) -> Bubble:
        booking = diary.find(session, session.get_one(Room, message.room_id).booking_id)
        other = people.find(session, rooms.other_of(booking, message.author_id))
        community = communities.find(session, booking.community_id)
        reader = reader_away(session, other, community, self.desk.catalogue.languages, now)
        view = view_of(session, self.desk, booking, other, now=now)
        files = tuple(_file(parcel) for parcel in enclosures.parcels_of(session, message.id))
        wishes = preferences.of(session, other.id)
        is_wanted = Topic.ROOM not in wishes.off and wishes.quiet.end(now) is None
        is_new = message.delivered_at is None
        return Bubble(relay.bubble(view, message, files), reader, rings=is_new and is_wanted)


def lost(session: Session, due: Due) -> Screen:
    message = session.get_one(RoomMessage, due.notice.subject_id)
    booking = diary.find(session, session.get_one(Room, message.room_id).booking_id)
    author = people.find(session, message.author_id)
    return relay.lost(view_of(session, due.desk, booking, author, now=due.now), message)


def noted(session: Session, due: Due) -> Screen:
    booking, student = diary.find(session, due.notice.subject_id), people.find(session, due.notice.person_id)
    view = view_of(session, due.desk, booking, student, now=due.now)
    written = notes.of_booking(session, booking.id)
    sheet = Sheet(view, written, notes.items_of(session, booking.id), max(len(written) - 1, 0))
    return replace(note_screens.sheet(sheet, news=note_screens.news()), subject=f"notes:{booking.short}")


def _file(parcel: Parcel) -> File:
    return File(parcel.name, parcel.content, parcel.media_type, _("{name}", name=parcel.name))


WRITERS: Final[Writers] = {"undelivered": lost, "room_notes": noted}
