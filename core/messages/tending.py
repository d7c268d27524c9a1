"""The work on rooms that are threads: opened, kept up to date, closed. Every step may be repeated, and none is taken
inside a transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session

from core.booking import diary
from core.booking.life import AFTER, JOIN_OPENS, Booking, BookingState
from core.chat import Reader, Screen
from core.messages import threads
from core.messages.rooms import Room
from core.messages.threads import RoomThread
from core.people import communities, mentors, people
from core.ports import ChatPlatform, Store, Threads, Undeliverable

LONGEST_NAME: Final = 100
A_NAME: Final = 44


class Stage(StrEnum):
    """How far the session is, as the thread shows it. A new stage is a new message, the rest edits the old one."""

    COMING = "coming"
    JOINING = "joining"
    OVER = "over"
    OFF = "off"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Posting:
    """What a thread shows to both."""

    screen: Screen
    reader: Reader


Compose = Callable[[Session, Booking, Stage, datetime], Posting]


@dataclass(frozen=True, slots=True)
class Task:
    """What there is to do about a thread now, and when to look again."""

    id: int
    platform: str
    channel: str
    thread: str
    name: str
    accounts: Sequence[str]
    posting: Posting
    shown: str
    digest: str
    is_news: bool
    rings: bool
    closes: bool
    again: datetime | None


async def keep(
    db: Store, doors: Mapping[str, ChatPlatform], compose: Compose, *, now: datetime
) -> datetime | None:
    """Opens, updates and closes what is due; when the next is."""
    while due := await db.keep(threads.claim, now=now):
        for row_id in due:
            task = await db.read(plan, compose, row_id, now=now)
            if task is None:
                await db.keep(threads.rest, row_id)
            else:
                await _tend(db, doors, task, now)
    return await db.read(threads.next_due)


async def _tend(db: Store, doors: Mapping[str, ChatPlatform], task: Task, now: datetime) -> None:
    try:
        await _bring_about(db, _door(doors, task.platform), task)
    except Undeliverable as error:
        failed = threads.give_up if error.permanent else threads.retry
        await db.write(failed, task.id, str(error), now=now)
    else:
        await db.keep(threads.done, task.id, task.shown, task.digest, task.again)


async def _bring_about(db: Store, door: Threads, task: Task) -> None:
    thread, key = task.thread, f"room:{task.id}"
    if not thread:
        thread = await door.open_thread(task.channel, task.name, task.accounts, key=key)
        await db.write(threads.opened, task.id, task.platform, thread)
    if task.is_news:
        posting, key = task.posting, f"{key}:{task.digest}"
        await door.post(thread, posting.screen, posting.reader, key=key, rings=task.rings)
    if task.closes:
        await door.close_thread(thread)


def _door(doors: Mapping[str, ChatPlatform], platform: str) -> Threads:
    door = doors.get(platform)
    if not isinstance(door, Threads):
        raise Undeliverable("the door is not open", permanent=False)
    return door


def plan(session: Session, compose: Compose, row_id: int, *, now: datetime) -> Task | None:
    """What to do about a thread; nothing where there never was one and none is wanted any more."""
    row = session.get_one(RoomThread, row_id)
    room = session.get_one(Room, row.room_id)
    booking = diary.find(session, room.booking_id)
    community = communities.find(session, booking.community_id)
    accounts = threads.accounts(session, booking, community)
    if not room.thread and (not room.is_open(now) or not accounts):
        return None
    stage = stage_of(booking, room, now)
    posting = compose(session, booking, stage, now)
    shown, seen = f"{booking.revision}:{stage}", digest(posting)
    return Task(
        id=row.id,
        platform=community.platform,
        channel=row.channel,
        thread=room.thread or "",
        name=_name(session, booking),
        accounts=accounts,
        posting=posting,
        shown=shown,
        digest=seen,
        is_news=seen != row.digest,
        rings=shown != row.shown,
        closes=not room.is_open(now),
        again=_next_change(booking, room, now),
    )


def stage_of(booking: Booking, room: Room, now: datetime) -> Stage:
    if booking.state not in (BookingState.CONFIRMED, *AFTER):
        return Stage.OFF
    if not room.is_open(now):
        return Stage.CLOSED
    if booking.state in AFTER or now >= booking.ends_at:
        return Stage.OVER
    return Stage.JOINING if now >= booking.starts_at - JOIN_OPENS else Stage.COMING


def _name(session: Session, booking: Booking) -> str:
    """Both names, and the end of the code: two sessions of the same two people are two threads."""
    student, mentor = people.find(session, booking.student_id), mentors.find(session, booking.mentor_id)
    mark = booking.code.rpartition("-")[2]
    return f"{mentor.name[:A_NAME].strip()} · {student.name[:A_NAME].strip()} · {mark}"[:LONGEST_NAME]


def digest(posting: Posting) -> str:
    """The same for the same words."""
    return sha256(repr(posting).encode()).hexdigest()[:32]


def _next_change(booking: Booking, room: Room, now: datetime) -> datetime | None:
    if not room.is_open(now):
        return None
    moments = (booking.starts_at - JOIN_OPENS, booking.ends_at, room.closes_at)
    return min((moment for moment in moments if moment > now), default=None)
