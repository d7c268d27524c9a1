"""A mentor's open hours as they were entered: the only writer of hours, ranges, single slots, vacations."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.db import Base, Id
from core.errors import Conflict, Invalid
from core.people import mentors
from core.people.mentors import Mentor
from core.people.people import Person
from core.policy import zone as known_zone

MIDNIGHT: Final = 24 * 60
BUFFER_AFTER: Final = 10
MAX_RANGES: Final = 6
LONGEST_SINGLE: Final = timedelta(hours=12)
SCOPE: Final = timedelta(days=366)


class MentorHours(Base):
    """One row a mentor: the zone their clock is in, buffers in minutes, sessions a day (0 is no limit)."""

    __tablename__ = "mentor_hours"

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"), unique=True)
    zone: Mapped[str] = mapped_column(String(64))
    buffer_before: Mapped[int]
    buffer_after: Mapped[int]
    day_limit: Mapped[int]


class OpenRange(Base):
    """A range of a weekday, or of one date when `day` is set. Minutes after midnight in the mentor's zone."""

    __tablename__ = "open_ranges"

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"), index=True)
    weekday: Mapped[int | None]
    day: Mapped[date | None]
    from_minute: Mapped[int]
    until_minute: Mapped[int]


class SingleSlot(Base):
    __tablename__ = "single_slots"
    __table_args__ = (UniqueConstraint("mentor_id", "starts_at"),)

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Vacation(Base):
    """Both dates are included."""

    __tablename__ = "vacations"

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]


def set_frame(
    session: Session,
    mentor: Mentor,
    person: Person,
    *,
    zone: str,
    buffer_before: int,
    buffer_after: int,
    day_limit: int,
    now: datetime,
) -> None:
    """Sets the zone of the mentor's clock, the buffers (minutes) and the day limit. Moves no booking."""
    mentors.require_own(mentor, person)
    known_zone(zone)
    if not (0 <= buffer_before <= 120 and 0 <= buffer_after <= 120):
        raise Invalid("hours.buffer", highest=120)
    if not 0 <= day_limit <= 24:
        raise Invalid("hours.limit", highest=24)
    start_frame(session, mentor, zone)
    row = session.scalars(select(MentorHours).where(MentorHours.mentor_id == mentor.id)).one()
    row.zone, row.day_limit = zone, day_limit
    row.buffer_before, row.buffer_after = buffer_before, buffer_after
    _record(session, mentor, person, now=now)


def open_weekly(
    session: Session,
    mentor: Mentor,
    person: Person,
    weekday: int,
    ranges: list[tuple[int, int]],
    *,
    now: datetime,
) -> None:
    """Replaces a weekday's ranges; none closes the day."""
    mentors.require_own(mentor, person)
    if not 0 <= weekday <= 6:
        raise Invalid("hours.weekday")
    checked_ranges(ranges)
    session.execute(delete(OpenRange).where(OpenRange.mentor_id == mentor.id, OpenRange.weekday == weekday))
    session.add_all(
        OpenRange(mentor_id=mentor.id, weekday=weekday, from_minute=start, until_minute=end)
        for start, end in ranges
    )
    start_frame(session, mentor, person.zone or "UTC")
    _record(session, mentor, person, now=now)


def open_dated(
    session: Session,
    mentor: Mentor,
    person: Person,
    day: date,
    ranges: list[tuple[int, int]],
    *,
    now: datetime,
) -> None:
    """Replaces one date's ranges; none closes that day."""
    mentors.require_own(mentor, person)
    _check_day(day, now=now)
    checked_ranges(ranges)
    forget_dated(session, mentor, person, day, now=now)
    session.add_all(
        OpenRange(mentor_id=mentor.id, day=day, from_minute=start, until_minute=end)
        for start, end in ranges or [(0, 0)]
    )
    start_frame(session, mentor, person.zone or "UTC")
    session.flush()


def forget_dated(session: Session, mentor: Mentor, person: Person, day: date, *, now: datetime) -> None:
    """Gives a date back to its weekly ranges."""
    mentors.require_own(mentor, person)
    session.execute(delete(OpenRange).where(OpenRange.mentor_id == mentor.id, OpenRange.day == day))
    _record(session, mentor, person, now=now)


def open_single(
    session: Session, mentor: Mentor, person: Person, starts_at: datetime, ends_at: datetime, *, now: datetime
) -> SingleSlot:
    """Opens one stretch of time, whatever the week says."""
    mentors.require_own(mentor, person)
    if starts_at < now:
        raise Invalid("hours.past")
    if starts_at > now + SCOPE:
        raise Invalid("hours.far")
    if not timedelta(0) < ends_at - starts_at <= LONGEST_SINGLE:
        raise Invalid("hours.range")
    taken = session.scalar(
        select(SingleSlot.id).where(
            SingleSlot.mentor_id == mentor.id, SingleSlot.starts_at < ends_at, SingleSlot.ends_at > starts_at
        )
    )
    if taken is not None:
        raise Conflict("hours.overlap")
    slot = SingleSlot(mentor_id=mentor.id, starts_at=starts_at, ends_at=ends_at)
    session.add(slot)
    start_frame(session, mentor, person.zone or "UTC")
    _record(session, mentor, person, now=now)
    return slot


def close_single(session: Session, mentor: Mentor, person: Person, slot_id: int, *, now: datetime) -> None:
    """Closes a single slot, unless that is done already."""
    mentors.require_own(mentor, person)
    slot = session.get(SingleSlot, slot_id)
    if slot is not None and slot.mentor_id == mentor.id:
        session.delete(slot)
        _record(session, mentor, person, now=now)


def leave(
    session: Session, mentor: Mentor, person: Person, first_day: date, last_day: date, *, now: datetime
) -> Vacation:
    """Vacation: nothing new can be booked on these days. Bookings that exist stay."""
    mentors.require_own(mentor, person)
    _check_day(last_day, now=now)
    if last_day < first_day or last_day - first_day > SCOPE:
        raise Invalid("hours.vacation")
    vacation = Vacation(mentor_id=mentor.id, first_day=first_day, last_day=last_day)
    session.add(vacation)
    start_frame(session, mentor, person.zone or "UTC")
    _record(session, mentor, person, now=now)
    return vacation


def come_back(session: Session, mentor: Mentor, person: Person, *, now: datetime) -> None:
    """Ends every vacation, the present and the planned."""
    mentors.require_own(mentor, person)
    session.execute(delete(Vacation).where(Vacation.mentor_id == mentor.id))
    _record(session, mentor, person, now=now)


def start_frame(session: Session, mentor: Mentor, zone: str) -> None:
    """Puts a mentor's clock into a zone, where it is in none yet."""
    if frame(session, mentor.id) is None:
        session.add(
            MentorHours(
                mentor_id=mentor.id, zone=zone, buffer_before=0, buffer_after=BUFFER_AFTER, day_limit=0
            )
        )
        session.flush()


def frame(session: Session, mentor_id: int) -> MentorHours | None:
    """The mentor's zone, buffers and limit; `None` before the first hours were opened."""
    return session.scalar(select(MentorHours).where(MentorHours.mentor_id == mentor_id))


def checked_ranges(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges of one day that can stand: in order, not overlapping, ends after starts. Raises `Invalid`."""
    if len(ranges) > MAX_RANGES:
        raise Invalid("list.long", field="ranges", most=MAX_RANGES)
    previous_end = 0
    for start, end in ranges:
        if not 0 <= start < end <= MIDNIGHT or start < previous_end:
            raise Invalid("hours.range")
        previous_end = end
    return ranges


def _check_day(day: date, *, now: datetime) -> None:
    if day < now.date() - timedelta(days=1):
        raise Invalid("hours.past")
    if day > now.date() + SCOPE:
        raise Invalid("hours.far")


def _record(session: Session, mentor: Mentor, person: Person, *, now: datetime) -> None:
    session.flush()
    history.record(
        session, "hours.changed", mentor.id, now=now, actor_id=person.id, community_id=mentor.community_id
    )
