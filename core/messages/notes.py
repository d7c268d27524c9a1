"""What stays of a session: the mentor's notes, and the action items that both tick off. The only writer of both.

They belong to the booking, not to its room: they are written and read long after the room has closed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, String, Text, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.booking.life import AFTER, Booking, BookingState
from core.db import Base, Id
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.people.people import Person

LONGEST: Final = 2_000
LONGEST_ITEM: Final = 200
MOST_ITEMS: Final = 20
MOST_NOTES: Final = 20
WRITTEN_IN: Final = (BookingState.CONFIRMED, *AFTER)


class SessionNote(Base):
    __tablename__ = "session_notes"

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ActionItem(Base):
    """`done_at` and `done_by` say who ticked it off last; both empty while it is open."""

    __tablename__ = "action_items"

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    text: Mapped[str] = mapped_column(String(LONGEST_ITEM))
    added_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


def check_mentor(booking: Booking, actor: Person) -> None:
    """Only the mentor writes, and only about a session that was paid for. Raises a refusal."""
    if actor.id not in (booking.student_id, booking.mentor_person_id):
        raise NotFound("booking.unknown")
    if actor.id != booking.mentor_person_id:
        raise Forbidden("note.mentor")
    if booking.state not in WRITTEN_IN:
        raise Conflict(f"booking.is_{booking.state}")


def write(session: Session, booking: Booking, actor: Person, words: str, *, now: datetime) -> SessionNote:
    """The mentor writes a note. Raises `Invalid`, and nothing is written."""
    check_mentor(booking, actor)
    words = words.strip()
    if not words:
        raise Invalid("text.empty", field="note")
    if len(words) > LONGEST:
        raise Invalid("text.long", field="note", longest=LONGEST)
    if len(of_booking(session, booking.id)) >= MOST_NOTES:
        raise Invalid("note.many", most=MOST_NOTES)
    note = SessionNote(booking_id=booking.id, author_id=actor.id, text=words, at=now)
    session.add(note)
    _record(session, booking, actor, now=now)
    return note


def add_items(
    session: Session, booking: Booking, actor: Person, texts: Sequence[str], *, now: datetime
) -> None:
    """The mentor adds things to do, all of them or, where one cannot be, none. Raises `Invalid`."""
    check_mentor(booking, actor)
    wanted = [line.strip() for line in texts if line.strip()]
    if not wanted:
        raise Invalid("text.empty", field="items")
    if any(len(line) > LONGEST_ITEM for line in wanted):
        raise Invalid("note.item_long", longest=LONGEST_ITEM)
    if len(items_of(session, booking.id)) + len(wanted) > MOST_ITEMS:
        raise Invalid("list.long", field="items", most=MOST_ITEMS)
    session.add_all(ActionItem(booking_id=booking.id, text=line, added_at=now) for line in wanted)
    session.flush()
    _record(session, booking, actor, now=now)


def tick(
    session: Session, booking: Booking, actor: Person, item_id: int, *, done: bool, now: datetime
) -> ActionItem:
    """One of the two says that an item is done, or not done after all. Said twice it stays as it was."""
    if actor.id not in (booking.student_id, booking.mentor_person_id):
        raise NotFound("booking.unknown")
    item = session.get(ActionItem, item_id)
    if item is None or item.booking_id != booking.id:
        raise NotFound("note.item_gone")
    if item.is_done != done:
        item.done_at, item.done_by = (now, actor.id) if done else (None, None)
    return item


def of_booking(session: Session, booking_id: int) -> list[SessionNote]:
    query = select(SessionNote).where(SessionNote.booking_id == booking_id)
    return list(session.scalars(query.order_by(SessionNote.id)))


def items_of(session: Session, booking_id: int) -> list[ActionItem]:
    query = select(ActionItem).where(ActionItem.booking_id == booking_id)
    return list(session.scalars(query.order_by(ActionItem.id)))


def sessions_of(session: Session, person_id: int) -> list[Booking]:
    """A person's sessions that notes are about, the latest first."""
    theirs = or_(Booking.student_id == person_id, Booking.mentor_person_id == person_id)
    query = select(Booking).where(theirs, Booking.state.in_(WRITTEN_IN))
    return list(session.scalars(query.order_by(Booking.starts_at.desc(), Booking.id.desc()).limit(10)))


def counts(session: Session, booking_id: int) -> tuple[int, int, int]:
    """How many notes there are, how many items, and how many of those are done."""
    notes = select(func.count()).where(SessionNote.booking_id == booking_id)
    items = select(func.count(), func.count(ActionItem.done_at)).where(ActionItem.booking_id == booking_id)
    count, done = session.execute(items).one()
    return session.scalar(notes) or 0, count, done


def reassign(session: Session, gone: int, kept: int) -> None:
    session.execute(update(SessionNote).where(SessionNote.author_id == gone).values(author_id=kept))
    session.execute(update(ActionItem).where(ActionItem.done_by == gone).values(done_by=kept))


def _record(session: Session, booking: Booking, actor: Person, *, now: datetime) -> None:
    history.record(
        session,
        "booking.noted",
        booking.id,
        now=now,
        actor_id=actor.id,
        community_id=booking.community_id,
        revision=booking.revision,
    )
