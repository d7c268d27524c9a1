"""Rooms that are threads: which booking gets one, and when to look at it again. The only writer of room threads.

A confirmed booking whose two people are both members of its community gets a private thread in the sessions
channel, where there is one. Where it cannot be, or is no more, the room is a relay again and its people are told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import ForeignKey, Index, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import dues, history
from core.booking import diary
from core.booking.life import Booking
from core.db import Base, Id
from core.dues import Due
from core.messages import rooms
from core.messages.rooms import Room, RoomKind
from core.people import communities, memberships, people
from core.people.communities import Community
from core.ports import Rung, RungKind

LEASE: Final = timedelta(minutes=2)
FIRST_RETRY: Final = timedelta(seconds=20)
LONGEST_RETRY: Final = timedelta(minutes=15)
MOST_ATTEMPTS: Final = 12
AT_ONCE: Final = 50
WAITING = text("try_at IS NOT NULL")


class RoomThread(Base):
    """`try_at` is when to look at it next, or a lease; nothing once it is closed, lost or not wanted. `shown` and
    `digest` say what stands in the thread."""

    __tablename__ = "room_threads"
    __table_args__ = (
        Index("ix_room_threads_waiting", "try_at", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: Mapped[Id]
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), unique=True)
    channel: Mapped[str] = mapped_column(String(64))
    try_at: Mapped[datetime | None]
    attempts: Mapped[int]
    shown: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(32))
    problem: Mapped[str] = mapped_column(String(200))


# --- what is due ------------------------------------------------------------------------------


def want(session: Session, booking: Booking, *, now: datetime) -> None:
    """The booking is confirmed: it gets a thread where both of its people can be in one. One that was closed with
    a cancellation is not opened again: there is another."""
    community = communities.find(session, booking.community_id)
    if not community.sessions_channel or not accounts(session, booking, community):
        return
    room = rooms.open_for(session, booking, now=now)
    row = _of(session, room)
    if row is not None and row.try_at is not None:
        touch(session, booking.id, now=now)
        return
    if room.kind is RoomKind.THREAD:
        rooms.become_relay(room)
    row = row or RoomThread(room_id=room.id)
    row.channel, row.try_at, row.attempts = community.sessions_channel, now, 0
    row.shown = row.digest = row.problem = ""
    session.add(row)
    session.flush()


def touch(session: Session, booking_id: int, *, now: datetime) -> None:
    """Something that the thread shows has changed."""
    room = rooms.of_booking(session, booking_id)
    row = _of(session, room) if room is not None else None
    if row is not None and row.try_at is not None:
        row.try_at, row.attempts = now, 0


def lost(session: Session, platform: str, thread: str, *, now: datetime) -> None:
    """The platform says that the thread is gone."""
    room = rooms.at_thread(session, platform, thread)
    row = _of(session, room) if room is not None else None
    if row is not None:
        give_up(session, row.id, "the thread is gone", now=now)


def claim(session: Session, *, now: datetime) -> list[int]:
    """Takes what is due for the time of a lease."""
    due = select(RoomThread).where(RoomThread.try_at <= now).order_by(RoomThread.try_at, RoomThread.id)
    due = due.limit(AT_ONCE)
    rows = list(session.scalars(due.with_for_update(skip_locked=True)))
    for row in rows:
        row.try_at, row.attempts = now + LEASE, row.attempts + 1
    return [row.id for row in rows]


def next_due(session: Session) -> datetime | None:
    return dues.first(session, DUES)


# --- how it went ------------------------------------------------------------------------------


def opened(session: Session, row_id: int, platform: str, thread: str) -> None:
    row = session.get_one(RoomThread, row_id)
    rooms.become_thread(session.get_one(Room, row.room_id), platform, thread)


def done(session: Session, row_id: int, shown: str, digest: str, again: datetime | None) -> None:
    """A change that was made meanwhile is not forgotten: it has set another time to look."""
    row = session.get_one(RoomThread, row_id)
    row.shown, row.digest, row.problem = shown, digest, ""
    if row.attempts:
        row.try_at, row.attempts = again, 0


def rest(session: Session, row_id: int) -> None:
    """There is nothing to do about it any more."""
    session.get_one(RoomThread, row_id).try_at = None


def retry(session: Session, row_id: int, problem: str, *, now: datetime) -> None:
    """It may work later. A thread that does not come about for hours is not waited for any more."""
    row = session.get_one(RoomThread, row_id)
    row.problem = problem[:200]
    if row.attempts >= MOST_ATTEMPTS and not session.get_one(Room, row.room_id).thread:
        row.try_at = None
    else:
        row.try_at = now + min(FIRST_RETRY * 4 ** max(0, min(row.attempts, 6) - 1), LONGEST_RETRY)


def give_up(session: Session, row_id: int, problem: str, *, now: datetime) -> None:
    """The bot carries the messages from here on; who was in the thread is told."""
    row = session.get_one(RoomThread, row_id)
    room = session.get_one(Room, row.room_id)
    row.try_at, row.problem = None, problem[:200]
    if not room.thread:
        return
    rooms.become_relay(room)
    if room.is_open(now):
        booking = diary.find(session, room.booking_id)
        history.record(
            session,
            "room.thread_lost",
            booking.id,
            now=now,
            community_id=booking.community_id,
            reason=problem[:200],
        )


# --- reads ------------------------------------------------------------------------------------


def open_at(session: Session, booking_id: int, *, now: datetime) -> Room | None:
    """The booking's room, while it is a thread that can be written in."""
    room = rooms.of_booking(session, booking_id)
    is_there = room is not None and room.kind is RoomKind.THREAD and room.is_open(now)
    return room if is_there else None


def ways(session: Session, room: Room, person_id: int) -> list[Rung]:
    """Through the room's thread to one of its two people; none where it is no thread."""
    if not room.thread or not room.platform:
        return []
    own = (i.account for i in people.identities(session, person_id) if i.platform == room.platform)
    return [Rung(room.platform, RungKind.THREAD, account, room.thread) for account in islice(own, 1)]


def accounts(session: Session, booking: Booking, community: Community) -> Sequence[str]:
    """Both people's accounts on the community's platform; none where one of them is not there."""
    found = []
    for person_id in (booking.student_id, booking.mentor_person_id):
        own = [i.account for i in people.identities(session, person_id) if i.platform == community.platform]
        if own and memberships.is_member(session, community.id, person_id):
            found.append(own[0])
    return found if len(found) == 2 else []


def _of(session: Session, room: Room) -> RoomThread | None:
    return session.scalar(select(RoomThread).where(RoomThread.room_id == room.id))


DUES: Final = (Due(select(func.min(RoomThread.try_at)).where(RoomThread.try_at.is_not(None))),)
