"""Carrying what is said in a room to the other one's chats, each message of an author after the one before.

Where the two share a thread they write there by themselves; what one says to the bot all the same is carried too.
A message is claimed with a lease, so that a worker that dies leaves it to the next; the chat that had it first gets
its edits too. Where there is no way left the message is lost, and history says so.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from core import dues, history
from core.booking import diary
from core.chat import Reader, Screen
from core.dues import Due
from core.messages import conversations, dispatch, rooms, threads
from core.messages.conversations import RoomMessage
from core.messages.rooms import Room
from core.people import mailing, people
from core.ports import ChatPlatform, Rung, RungKind, Store, Undeliverable

LEASE: Final = timedelta(minutes=2)
FIRST_RETRY: Final = timedelta(seconds=10)
LONGEST_RETRY: Final = timedelta(minutes=10)
MOST_ATTEMPTS: Final = 12
_EARLIER: Final = aliased(RoomMessage)
IS_BEHIND: Final = exists().where(
    _EARLIER.room_id == RoomMessage.room_id,
    _EARLIER.author_id == RoomMessage.author_id,
    _EARLIER.id < RoomMessage.id,
    _EARLIER.try_at.is_not(None),
)
"""Something that the same author said there before is still on its way."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message made ready for the other one's chat."""

    screen: Screen
    reader: Reader
    rings: bool


Wrap = Callable[[Session, RoomMessage, datetime], Bubble]


@dataclass(frozen=True, slots=True)
class Load:
    bubble: Bubble
    rungs: Sequence[Rung]


async def carry_due(
    db: Store, platforms: Mapping[str, ChatPlatform], wrap: Wrap, *, now: datetime
) -> datetime | None:
    """Closes what is to be closed and carries what was said; when there is something to do again."""
    await db.write(close_due, now=now)
    while claimed := await db.write(claim, now=now):
        outcomes = await asyncio.gather(
            *(_carry(db, platforms, wrap, message, now) for message in claimed), return_exceptions=True
        )
        broken = [outcome for outcome in outcomes if outcome is not None]
        if broken:
            raise broken[0]  # the others were carried; the broken one comes again when its lease is over
    return await db.read(next_due)


# --- verbs ------------------------------------------------------------------------------------


def claim(session: Session, *, now: datetime, most: int = 50) -> list[RoomMessage]:
    """What is next of each author in each room, for the time of a lease."""
    due = select(RoomMessage).join(Room, Room.id == RoomMessage.room_id)
    due = due.where(RoomMessage.try_at <= now, ~IS_BEHIND)
    due = due.order_by(RoomMessage.try_at, RoomMessage.id).limit(most)
    due = due.with_for_update(of=RoomMessage, skip_locked=True)
    found = list(session.scalars(due))
    for message in found:
        message.attempts, message.try_at = message.attempts + 1, now + LEASE
        if message.attempts > MOST_ATTEMPTS:
            _lose(session, message, "it broke every worker that took it", now=now)
    return [message for message in found if message.try_at is not None]


def close_due(session: Session, *, now: datetime) -> None:
    """Rooms whose time is over: nobody writes there, and the files are forgotten."""
    for room in rooms.due_to_close(session, now=now):
        rooms.close(room, now=now)
        conversations.empty(session, room)


def load(session: Session, message_id: int, wrap: Wrap, now: datetime) -> Load:
    """The message as it stands now, and the ways to the other one: where it stands first, else the room's thread,
    where there is one, and their chats, the one used last before the others."""
    message = session.get_one(RoomMessage, message_id)
    room = session.get_one(Room, message.room_id)
    other = rooms.other_of(diary.find(session, room.booking_id), message.author_id)
    chats = [
        Rung(each.platform, RungKind.DIRECT, each.account)
        for each in dispatch.in_order(people.identities(session, other))
        if each.dead_at is None and each.platform != mailing.PLATFORM
    ]
    ways = sorted(
        [*threads.ways(session, room, other), *chats], key=lambda rung: name_of(rung) != message.rung
    )
    return Load(wrap(session, message, now), ways)


def next_due(session: Session) -> datetime | None:
    """When something is to be carried or to be closed."""
    return dues.first(session, DUES)


def name_of(rung: Rung) -> str:
    return f"{rung.platform}:{rung.channel or rung.account}"


# --- private ----------------------------------------------------------------------------------


async def _carry(
    db: Store, platforms: Mapping[str, ChatPlatform], wrap: Wrap, message: RoomMessage, now: datetime
) -> None:
    """Up the ladder until it arrives; a chat that fails for now is waited for."""
    load_now = await db.read(load, message.id, wrap, now)
    problem, waits = "nowhere to write to", False
    for rung in load_now.rungs:
        try:
            await _deliver(platforms, rung, load_now.bubble, message)
        except Undeliverable as error:
            problem = problem if waits else str(error)
            waits = waits or not error.permanent
            if error.permanent:
                await dispatch.cut_off(db, rung, now=now)
            elif message.attempts < dispatch.PATIENCE:
                break
        else:
            await db.keep(_arrived, message.id, message.revision, name_of(rung), now=now)
            return
    await db.write(_retry if waits else _give_up, message.id, problem, now=now)


async def _deliver(
    platforms: Mapping[str, ChatPlatform], rung: Rung, bubble: Bubble, message: RoomMessage
) -> None:
    platform = platforms.get(rung.platform)
    if platform is None:
        raise Undeliverable("the door is not open", permanent=False)
    key = f"room:{message.id}" if not message.revision else f"room:{message.id}:{message.revision}"
    await platform.deliver(rung, bubble.screen, bubble.reader, key=key, rings=bubble.rings)


def _arrived(session: Session, message_id: int, revision: int, rung: str, *, now: datetime) -> None:
    session.get_one(RoomMessage, message_id).arrive(revision, rung, now=now)


def _retry(session: Session, message_id: int, problem: str, *, now: datetime) -> None:
    message = session.get_one(RoomMessage, message_id)
    if message.attempts >= MOST_ATTEMPTS:
        _lose(session, message, problem, now=now)
    else:
        message.wait(problem, now + min(FIRST_RETRY * 2 ** (message.attempts - 1), LONGEST_RETRY))


def _give_up(session: Session, message_id: int, problem: str, *, now: datetime) -> None:
    _lose(session, session.get_one(RoomMessage, message_id), problem, now=now)


def _lose(session: Session, message: RoomMessage, problem: str, *, now: datetime) -> None:
    """An edit that finds no way leaves what had arrived as it was."""
    message.lose(problem)
    if message.delivered_at is None:
        history.record(session, "room.lost", message.id, now=now, actor_id=message.author_id)


_WAITING: Final = (
    select(func.min(RoomMessage.try_at))
    .join(Room, Room.id == RoomMessage.room_id)
    .where(RoomMessage.try_at.is_not(None), ~IS_BEHIND)
)
DUES: Final = (Due(_WAITING), *rooms.DUES)
