"""What is said in a booking's room: a row before it is carried to the other one. The only writer of room messages.

The same message of a platform counts once, however often it comes; one that is edited is carried again, to where it
stands. Whoever was asked which room they mean has said it already: their words wait without a room until they
choose, for a day.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, Index, String, Text, delete, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id
from core.errors import Conflict, Invalid, NotFound
from core.messages import enclosures
from core.messages.parcels import Parcel
from core.messages.rooms import Room
from core.people import people

LONGEST: Final = 4_000
MOST_FILES: Final = 5
MOST_A_MINUTE: Final = 30
MINUTE: Final = timedelta(minutes=1)
UNDECIDED: Final = timedelta(days=1)
LATEST: Final = 10
ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
"""A mark that is meant as a letter. It counts as one letter."""
WAITING = text("try_at IS NOT NULL")


class RoomMessage(Base):
    """`text` has simple marks. `try_at` is set while it is to be carried: when next, or a lease. `revision` counts
    edits; `rung` is the chat where it arrived. `room_id` is empty until the author has said which room."""

    __tablename__ = "room_messages"
    __table_args__ = (
        Index("ix_room_messages_waiting", "try_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_room_messages_author_id_said_at", "author_id", "said_at"),
    )

    id: Mapped[Id]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(160), unique=True)
    said_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    revision: Mapped[int]
    delivered_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    try_at: Mapped[datetime | None]
    attempts: Mapped[int]
    rung: Mapped[str] = mapped_column(String(300))
    problem: Mapped[str] = mapped_column(String(200))

    @property
    def subject(self) -> str:
        """What it is filed under in a chat, so that an edit changes it in its place."""
        return f"message:{self.id}"

    @property
    def is_lost(self) -> bool:
        return self.delivered_at is None and self.try_at is None and bool(self.problem)

    def arrive(self, revision: int, rung: str, *, now: datetime) -> None:
        """It stands in a chat of the other one, as it was at this revision."""
        self.delivered_at = self.delivered_at or now
        self.rung, self.problem = rung, ""
        self.try_at = None if revision == self.revision else now

    def wait(self, problem: str, until: datetime) -> None:
        self.problem, self.try_at = problem[:200], until

    def lose(self, problem: str) -> None:
        """There is no way to the other one."""
        self.problem, self.try_at = problem[:200], None


# --- writing ----------------------------------------------------------------------------------


def check(session: Session, author_id: int, words: str, files: int, *, now: datetime) -> None:
    """Whether this can be said at all. Raises `Invalid`, or `Conflict` where it is too much at once."""
    if not words.strip() and not files:
        raise Invalid("room.empty")
    _check_length(words)
    if files > MOST_FILES:
        raise Invalid("room.files", most=MOST_FILES)
    _check_pace(session, author_id, now=now)


def say(
    session: Session,
    room: Room | None,
    author_id: int,
    words: str,
    files: Sequence[Parcel] = (),
    *,
    source: str,
    now: datetime,
    in_thread: bool = False,
) -> RoomMessage:
    """Takes a message, to be carried to the other one; said `in_thread`, both have it already.

    Raises `Invalid` for what no message is, `Conflict` in a closed room or where it is too much at once.
    """
    people.alone(session, author_id)
    known = _by_source(session, source)
    if known is not None:
        return known
    _check_open(room, now)
    check(session, author_id, words, len(files), now=now)
    message = RoomMessage(author_id=author_id, text=words, source=source, said_at=now)
    message.revision, message.attempts, message.rung, message.problem = 0, 0, "", ""
    session.add(message)
    session.flush()
    enclosures.enclose(session, message.id, files)
    if room is not None:
        _put_into(session, message, room, now=now, in_thread=in_thread)
    return message


def address(session: Session, message_id: int, author_id: int, room: Room, *, now: datetime) -> RoomMessage:
    """The author says to which room a message goes. One that has its room stays there."""
    people.alone(session, author_id)
    message = session.get(RoomMessage, message_id)
    if message is None or message.author_id != author_id:
        raise NotFound("room.gone")
    _check_open(room, now)
    if message.room_id is None:
        _put_into(session, message, room, now=now)
    return message


def edit(session: Session, author_id: int, words: str, *, source: str, now: datetime) -> RoomMessage | None:
    """Changes what was said; `None` where no message of theirs was changed by it.

    Raises as `say` does, and then it stays as it was.
    """
    people.alone(session, author_id)
    message = _by_source(session, source)
    if message is None or message.author_id != author_id or message.text == words:
        return None
    room = session.get(Room, message.room_id) if message.room_id is not None else None
    _check_open(room, now)
    check(session, author_id, words, len(enclosures.of(session, [message.id])), now=now)
    message.text, message.edited_at, message.revision = words, now, message.revision + 1
    is_carried = bool(message.rung) or message.try_at is not None
    if room is not None and is_carried and not message.is_lost:
        message.try_at, message.attempts = now, 0
    return message


def see(session: Session, room: Room, reader_id: int, *, now: datetime) -> None:
    """The reader looks into the room, or writes there: what had been delivered to them is seen."""
    session.execute(
        update(RoomMessage)
        .where(
            RoomMessage.room_id == room.id,
            RoomMessage.author_id != reader_id,
            RoomMessage.delivered_at.is_not(None),
            RoomMessage.seen_at.is_(None),
        )
        .values(seen_at=now)
    )


def empty(session: Session, room: Room) -> None:
    """Of a room that closes the files go, but for those that are still to be carried."""
    carried = select(RoomMessage.id).where(RoomMessage.room_id == room.id, RoomMessage.try_at.is_(None))
    enclosures.empty(session, carried)


def purge(session: Session, *, now: datetime) -> None:
    """Forgets what nobody said the room of, and files that were carried after their room had closed."""
    old = (RoomMessage.room_id.is_(None), RoomMessage.said_at < now - UNDECIDED)
    session.execute(delete(RoomMessage).where(*old))
    closed = select(RoomMessage.id).join(Room, Room.id == RoomMessage.room_id)
    enclosures.empty(session, closed.where(Room.closed_at < now - UNDECIDED))


def reassign(session: Session, gone: int, kept: int) -> None:
    session.execute(update(RoomMessage).where(RoomMessage.author_id == gone).values(author_id=kept))


# --- reads ------------------------------------------------------------------------------------


def latest(session: Session, room: Room, *, before: int = 0, most: int = LATEST) -> list[RoomMessage]:
    """The last messages of a room, or those before one, the oldest first."""
    query = select(RoomMessage).where(RoomMessage.room_id == room.id)
    if before:
        query = query.where(RoomMessage.id < before)
    return list(session.scalars(query.order_by(RoomMessage.id.desc()).limit(most)))[::-1]


def was_said(session: Session, source: str) -> bool:
    return _by_source(session, source) is not None


# --- private ----------------------------------------------------------------------------------


def _put_into(
    session: Session, message: RoomMessage, room: Room, *, now: datetime, in_thread: bool = False
) -> None:
    message.room_id = room.id
    message.try_at, message.delivered_at = (None, now) if in_thread else (now, None)
    see(session, room, message.author_id, now=now)


def _check_length(words: str) -> None:
    if len(ESCAPED.sub(r"\1", words)) > LONGEST:
        raise Invalid("room.long", longest=LONGEST)


def _check_open(room: Room | None, now: datetime) -> None:
    if room is not None and not room.is_open(now):
        raise Conflict("room.closed")


def _check_pace(session: Session, author_id: int, *, now: datetime) -> None:
    since = now - MINUTE
    own = (RoomMessage.author_id == author_id, RoomMessage.said_at > since - UNDECIDED)
    recent = or_(RoomMessage.said_at > since, RoomMessage.edited_at > since)
    last = func.coalesce(RoomMessage.edited_at, RoomMessage.said_at)
    count, oldest = session.execute(select(func.count(), func.min(last)).where(*own, recent)).one()
    if count >= MOST_A_MINUTE:
        raise Conflict("room.pace", most=MOST_A_MINUTE, until=oldest + MINUTE)


def _by_source(session: Session, source: str) -> RoomMessage | None:
    return session.scalar(select(RoomMessage).where(RoomMessage.source == source))
