"""A booking's room: where its two people write to each other. The only writer of rooms and of who is in which.

There is one room a booking. It opens when the booking is confirmed, follows it when it is moved, closes some days
after the end, or with a booking that is called off; a closed room is still read. Who belongs there is the booking's
to say: its student and its mentor, nobody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.booking import diary
from core.booking.life import AFTER, Booking, BookingState
from core.db import Base, Id
from core.dues import Due
from core.errors import NotFound
from core.people import mentors, people

OPEN = text("closed_at IS NULL")


class RoomKind(StrEnum):
    """`relay`: the bot carries messages between two chats. `thread`: both are in one thread of a platform."""

    RELAY = "relay"
    THREAD = "thread"


class Room(Base):
    """`platform` and `thread` say which thread it is, where it is one; `closes_at` is when nobody writes any more."""

    __tablename__ = "rooms"
    __table_args__ = (
        UniqueConstraint("platform", "thread"),
        Index("ix_rooms_open", "closes_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), unique=True)
    kind: Mapped[RoomKind]
    platform: Mapped[str | None] = mapped_column(String(16))
    thread: Mapped[str | None] = mapped_column(String(80))
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        return self.closed_at is None and now < self.closes_at


class Presence(Base):
    """The room that a person's plain words go to on one platform; one they have left gets none by itself."""

    __tablename__ = "room_presences"
    __table_args__ = (UniqueConstraint("person_id", "platform"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    platform: Mapped[str] = mapped_column(String(16))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    is_in: Mapped[bool]
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where plain words go: to `room`, which the person has `chosen` or which is their only one; else to one of
    `others`, if they say to which."""

    room: Room | None
    is_chosen: bool
    others: Sequence[Room]


# --- its life ---------------------------------------------------------------------------------


def open_for(session: Session, booking: Booking, *, now: datetime) -> Room:
    """The booking's room, made or opened again."""
    room = of_booking(session, booking.id)
    if room is None:
        room = Room(booking_id=booking.id, kind=RoomKind.RELAY, opened_at=now)
        session.add(room)
    room.closes_at, room.closed_at = _closing_of(booking), None
    session.flush()
    return room


def follow(session: Session, booking: Booking, *, now: datetime) -> None:
    """The booking was moved."""
    room = of_booking(session, booking.id)
    if room is not None and room.closed_at is None:
        room.closes_at = _closing_of(booking)


def end_with(session: Session, booking: Booking, *, now: datetime) -> None:
    """The booking was called off: nobody writes from now on."""
    room = of_booking(session, booking.id)
    if room is not None and room.is_open(now):
        room.closes_at = now


def become_thread(room: Room, platform: str, thread: str) -> None:
    room.kind, room.platform, room.thread = RoomKind.THREAD, platform, thread


def become_relay(room: Room) -> None:
    """The thread is gone; the bot carries the messages."""
    room.kind, room.platform, room.thread = RoomKind.RELAY, None, None


def due_to_close(session: Session, *, now: datetime) -> list[Room]:
    due = (
        select(Room).where(Room.closed_at.is_(None), Room.closes_at <= now).order_by(Room.closes_at, Room.id)
    )
    return list(session.scalars(due.limit(100).with_for_update(skip_locked=True)))


def close(room: Room, *, now: datetime) -> None:
    room.closed_at = now


# --- who is where -----------------------------------------------------------------------------


def enter(session: Session, room: Room, person_id: int, platform: str, *, now: datetime) -> None:
    """From now on the person's plain words on this platform go there."""
    _be(session, room, person_id, platform, is_in=True, now=now)


def leave(session: Session, room: Room, person_id: int, platform: str, *, now: datetime) -> None:
    """The person's plain words go there no more, until they come back."""
    _be(session, room, person_id, platform, is_in=False, now=now)


def whereabouts(session: Session, person_id: int, platform: str, *, now: datetime) -> Whereabouts:
    """The room that somebody is in by what they chose, or because it is the only one."""
    open_now = open_of(session, person_id, now=now)
    presence = _presence(session, person_id, platform)
    own = next((room for room in open_now if presence and room.id == presence.room_id), None)
    if own is not None and presence is not None and presence.is_in:
        return Whereabouts(own, True, ())
    others = [room for room in open_now if room is not own]
    return Whereabouts(others[0], False, ()) if len(others) == 1 else Whereabouts(None, False, others)


# --- reads ------------------------------------------------------------------------------------


def of_booking(session: Session, booking_id: int) -> Room | None:
    return session.scalar(select(Room).where(Room.booking_id == booking_id))


def at_thread(session: Session, platform: str, thread: str) -> Room | None:
    return session.scalar(select(Room).where(Room.platform == platform, Room.thread == thread))


def of_party(session: Session, short: str, person_id: int, *, now: datetime) -> tuple[Room, Booking]:
    """The room of a booking that is the person's own. Raises `NotFound` for all others.

    A booking that was confirmed before there were rooms gets its room here.
    """
    booking = diary.by_short(session, short)
    if person_id not in pair_of(booking):
        raise NotFound("booking.unknown")
    room = of_booking(session, booking.id)
    if room is None and booking.state not in (BookingState.CONFIRMED, *AFTER):
        raise NotFound("room.none")
    return room or open_for(session, booking, now=now), booking


def open_of(session: Session, person_id: int, *, now: datetime) -> list[Room]:
    """The rooms that a person can write in, the next session first."""
    theirs = or_(Booking.student_id == person_id, Booking.mentor_person_id == person_id)
    query = select(Room).join(Booking, Booking.id == Room.booking_id)
    query = query.where(theirs, Room.closed_at.is_(None), Room.closes_at > now)
    return list(session.scalars(query.order_by(Booking.starts_at, Room.id).limit(25)))


def pair_of(booking: Booking) -> tuple[int, int]:
    return booking.student_id, booking.mentor_person_id


def name_of(session: Session, booking: Booking, person_id: int) -> str:
    """What the other one knows this person by: a name, and nothing of their accounts."""
    if person_id == booking.mentor_person_id:
        return mentors.find(session, booking.mentor_id).name
    return people.find(session, person_id).name


def other_of(booking: Booking, person_id: int) -> int:
    """The one of the two who is not this person."""
    return booking.mentor_person_id if person_id == booking.student_id else booking.student_id


def reassign(session: Session, gone: int, kept: int) -> None:
    """On a platform where both were somewhere, the kept person stays where they are."""
    places = select(Presence.platform).where(Presence.person_id == kept).scalar_subquery()
    session.execute(delete(Presence).where(Presence.person_id == gone, Presence.platform.in_(places)))
    session.execute(update(Presence).where(Presence.person_id == gone).values(person_id=kept))


# --- private ----------------------------------------------------------------------------------


def _closing_of(booking: Booking) -> datetime:
    return booking.ends_at + timedelta(days=booking.policy.room_days)


def _presence(session: Session, person_id: int, platform: str) -> Presence | None:
    return session.scalar(
        select(Presence).where(Presence.person_id == person_id, Presence.platform == platform)
    )


def _be(session: Session, room: Room, person_id: int, platform: str, *, is_in: bool, now: datetime) -> None:
    presence = _presence(session, person_id, platform)
    if presence is None:
        presence = Presence(person_id=person_id, platform=platform)
        session.add(presence)
    presence.room_id, presence.is_in, presence.at = room.id, is_in, now
    session.flush()


DUES: Final = (Due(select(func.min(Room.closes_at)).where(Room.closed_at.is_(None))),)
"""When the next room is to be closed."""
