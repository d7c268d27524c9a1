"""Who waits for a mentor's time, in what order, and what is offered to them just now. The only writer of entries.

The order is that of the entries' ids: who asked first is served first, and nothing changes their place.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from core import history
from core.booking.life import Booking, BookingState, Origin
from core.db import Base, Id
from core.errors import Conflict, NotFound
from core.people import mentors
from core.people.mentors import Mentor

KEPT: Final = timedelta(days=120)
WAITS: Final = "state = 'waiting'"


class Wanted(StrEnum):
    """Any time, a time on one day, or one that is earlier than a booking."""

    ANY = "any"
    DAY = "day"
    EARLIER = "earlier"


class EntryState(StrEnum):
    """`served`: an offer was claimed; `silent`: too many were not answered; `over`: what they waited for is past."""

    WAITING = "waiting"
    SERVED = "served"
    LEFT = "left"
    SILENT = "silent"
    OVER = "over"


class WaitlistEntry(Base):
    """`since` and `until` bound the starts that are wanted: a day of the student's own calendar, or nothing.

    `booking_id` is the booking that an earlier time is wanted for, `offered_id` the latest that was held for them.
    `offers` counts what was offered, `silences` those that were not answered. `looked_at` is when somebody last
    looked for a time for them, `heard` the last row of history then.
    """

    __tablename__ = "waitlist_entries"
    __table_args__ = (
        Index(
            "ix_waitlist_entries_one_a_kind",
            *("student_id", "mentor_id", "wanted"),
            unique=True,
            sqlite_where=text(WAITS),
            postgresql_where=text(WAITS),
        ),
        Index(
            "ix_waitlist_entries_line",
            *("mentor_id", "id"),
            sqlite_where=text(WAITS),
            postgresql_where=text(WAITS),
        ),
    )

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    minutes: Mapped[int]
    wanted: Mapped[Wanted]
    day: Mapped[date | None]
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))
    state: Mapped[EntryState]
    offered_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    offers: Mapped[int]
    silences: Mapped[int]
    looked_at: Mapped[datetime]
    heard: Mapped[int]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    def wants(self, start: datetime) -> bool:
        return (self.since is None or start >= self.since) and (self.until is None or start < self.until)


IS_WAITING: Final = WaitlistEntry.state == EntryState.WAITING


# --- verbs ------------------------------------------------------------------------------------


def enter(
    session: Session,
    *,
    mentor_id: int,
    student_id: int,
    minutes: int,
    wanted: Wanted,
    day: date | None,
    since: datetime | None,
    until: datetime | None,
    booking_id: int | None,
    now: datetime,
) -> WaitlistEntry:
    """At the end of the line."""
    entry = WaitlistEntry(
        mentor_id=mentor_id,
        student_id=student_id,
        minutes=minutes,
        wanted=wanted,
        day=day,
        since=since,
        until=until,
        booking_id=booking_id,
        state=EntryState.WAITING,
        offers=0,
        silences=0,
        looked_at=now,
        heard=history.last(session),
        created_at=now,
    )
    session.add(entry)
    session.flush()
    record(session, "waitlist.joined", entry, now=now)
    return entry


def look_at(entry: WaitlistEntry, heard: int, *, now: datetime) -> None:
    """All that happened up to the row `heard` of history is known to it."""
    entry.looked_at, entry.heard = now, heard


def bound(entry: WaitlistEntry, until: datetime) -> None:
    """Waits no longer than until then."""
    entry.until = until


def hold_for(session: Session, entry: WaitlistEntry, booking: Booking, *, now: datetime) -> None:
    """A time is held for it."""
    entry.offered_id, entry.offers = booking.id, entry.offers + 1
    record(session, "waitlist.offered", entry, now=now)
    session.flush()


def hand_on(session: Session, gone: Booking, kept: Booking) -> None:
    """What was claimed stays the claim's own: another booking holds the same time from now on."""
    offered = update(WaitlistEntry).where(WaitlistEntry.offered_id == gone.id)
    session.execute(offered.values(offered_id=kept.id))


def pass_over(entry: WaitlistEntry, *, was_silent: bool) -> None:
    """The offer is over, and it waits on."""
    entry.offered_id = None
    entry.silences += was_silent


def close(session: Session, entry: WaitlistEntry, state: EntryState, *, now: datetime) -> None:
    """Ends an entry; one that has ended stays as it ended."""
    if entry.state is EntryState.WAITING:
        entry.state, entry.closed_at = state, now
        record(session, f"waitlist.{state}", entry, now=now)
        session.flush()


def reassign(session: Session, gone: int, kept: int) -> None:
    """Where both waited for the same, the earlier place stays; nobody waits for themselves."""
    other = aliased(WaitlistEntry)
    twice = select(WaitlistEntry, other).where(
        WaitlistEntry.student_id == gone,
        other.student_id == kept,
        other.mentor_id == WaitlistEntry.mentor_id,
        other.wanted == WaitlistEntry.wanted,
        WaitlistEntry.state == EntryState.WAITING,
        other.state == EntryState.WAITING,
    )
    for old, own in session.execute(twice).all():
        max(old, own, key=lambda entry: entry.id).state = EntryState.LEFT
    session.flush()
    mine = select(Mentor.id).where(Mentor.person_id.in_((gone, kept)))
    both = (WaitlistEntry.student_id.in_((gone, kept)), WaitlistEntry.mentor_id.in_(mine))
    session.execute(
        update(WaitlistEntry)
        .where(*both, WaitlistEntry.state == EntryState.WAITING)
        .values(state=EntryState.LEFT)
    )
    session.execute(update(WaitlistEntry).where(WaitlistEntry.student_id == gone).values(student_id=kept))


def purge(session: Session, *, now: datetime) -> None:
    is_old = WaitlistEntry.created_at < now - KEPT
    session.execute(delete(WaitlistEntry).where(WaitlistEntry.state != EntryState.WAITING, is_old))


def record(session: Session, event: str, entry: WaitlistEntry, *, now: datetime) -> None:
    community_id = mentors.find(session, entry.mentor_id).community_id
    facts = {"offers": entry.offers, "booking": entry.offered_id}
    history.record(session, event, entry.id, now=now, community_id=community_id, **facts)


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, entry_id: int) -> WaitlistEntry:
    entry = session.get(WaitlistEntry, entry_id)
    if entry is None:
        raise NotFound("waitlist.unknown")
    return entry


def own(session: Session, entry_id: int, student_id: int) -> WaitlistEntry:
    """A person's own entry; another's does not exist for them."""
    entry = find(session, entry_id)
    if entry.student_id != student_id:
        raise NotFound("waitlist.unknown")
    return entry


def same(session: Session, student_id: int, mentor_id: int, wanted: Wanted) -> WaitlistEntry | None:
    """The one active entry of this kind."""
    return session.scalar(
        select(WaitlistEntry).where(
            IS_WAITING,
            WaitlistEntry.student_id == student_id,
            WaitlistEntry.mentor_id == mentor_id,
            WaitlistEntry.wanted == wanted,
        )
    )


def of_student(session: Session, student_id: int, *, now: datetime) -> list[WaitlistEntry]:
    """Where a person waits, the oldest first."""
    query = select(WaitlistEntry).where(IS_WAITING, _ahead(now), WaitlistEntry.student_id == student_id)
    return list(session.scalars(query.order_by(WaitlistEntry.id)))


def of_offer(session: Session, booking: Booking) -> WaitlistEntry:
    """The entry that a held time is offered to. Raises `Conflict` where that was passed on."""
    if booking.origin is not Origin.WAITLIST:
        raise NotFound("waitlist.unknown")
    entry = session.scalar(select(WaitlistEntry).where(WaitlistEntry.offered_id == booking.id))
    if entry is None:
        raise Conflict("waitlist.gone")
    return entry


def line(session: Session, mentor_id: int) -> Sequence[WaitlistEntry]:
    """Everybody who waits for a mentor, in order, and nobody else serves them until the transaction ends."""
    query = select(WaitlistEntry).where(IS_WAITING, WaitlistEntry.mentor_id == mentor_id)
    return session.scalars(query.order_by(WaitlistEntry.id).with_for_update()).all()


def place(session: Session, entry: WaitlistEntry, *, now: datetime) -> int:
    """The place in the mentor's line, from 1."""
    before = session.scalar(
        select(func.count()).where(
            IS_WAITING, _ahead(now), WaitlistEntry.mentor_id == entry.mentor_id, WaitlistEntry.id < entry.id
        )
    )
    return (before or 0) + 1


def offer(session: Session, entry: WaitlistEntry, *, now: datetime) -> Booking | None:
    """What is held for this entry just now and waits for an answer."""
    if entry.state is not EntryState.WAITING or entry.offered_id is None:
        return None
    booking = session.get_one(Booking, entry.offered_id)
    return booking if booking.is_live_hold(now) else None


def is_unclaimed(session: Session, booking: Booking) -> bool:
    """Whether a booking is, or was, no more than an offer that nobody took."""
    if booking.state not in (BookingState.HELD, BookingState.EXPIRED, BookingState.CANCELED):
        return False
    entry = session.scalar(select(WaitlistEntry).where(WaitlistEntry.offered_id == booking.id))
    return entry is None or entry.state is not EntryState.SERVED


def _ahead(now: datetime) -> ColumnElement[bool]:
    return or_(WaitlistEntry.until.is_(None), WaitlistEntry.until > now)
