"""Answering what the waitlist holds for somebody: taking it, or letting it go to the next in line."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import bookings, diary, holds, moves, taking, waiting, waitlist
from core.booking.life import Booking, BookingState, Who
from core.booking.waiting import EntryState, WaitlistEntry
from core.errors import Conflict
from core.people.mentors import Mentor
from core.people.people import Person
from core.schedule.times import Span


def offered_at(
    session: Session, mentor: Mentor, student: Person, starts_at: datetime, minutes: int, *, now: datetime
) -> Booking | None:
    """What the line holds for a student at just this time: a tap on it is as good as its button."""
    offers = select(Booking).join(WaitlistEntry, WaitlistEntry.offered_id == Booking.id)
    held = session.scalar(
        offers.where(
            WaitlistEntry.booking_id.is_(None),
            Booking.student_id == student.id,
            Booking.mentor_id == mentor.id,
            Booking.state == BookingState.HELD,
            Booking.starts_at == starts_at,
            Booking.hold_until > now,
        )
    )
    return held if held is not None and held.minutes == minutes else None


def claim(session: Session, offered: Booking, student: Person, *, now: datetime) -> Booking:
    """The held time is the student's: an ordinary hold from now on, or the new time of the booking that should be
    earlier. The same tap again gives the same booking. Raises `Conflict` where the countdown is over.
    """
    bookings.require_student(offered, student)
    taking.alone(session, offered.mentor_person_id, student.id)
    offered = diary.hold_in_stead(session, offered, now=now)
    entry = waiting.of_offer(session, offered)
    bookings.lock(session, offered)
    session.refresh(entry, with_for_update=True)
    if entry.state is EntryState.SERVED:
        return offered if entry.booking_id is None else diary.find(session, entry.booking_id)
    _require_open(session, entry, offered, now=now)
    waiting.close(session, entry, EntryState.SERVED, now=now)
    if entry.booking_id is not None:
        return _move_into(session, diary.find(session, entry.booking_id), offered, student, now=now)
    bookings.hold_anew(session, offered, now=now)
    return offered


def decline(session: Session, offered: Booking, student: Person, *, now: datetime) -> WaitlistEntry:
    """No, thanks: the time goes to the next in line, and is not offered to this person again."""
    bookings.require_student(offered, student)
    offered = diary.hold_in_stead(session, offered, now=now)
    entry = waiting.of_offer(session, offered)
    if entry.state is EntryState.SERVED:
        raise Conflict(f"booking.is_{offered.state}")
    _require_open(session, entry, offered, now=now)
    holds.release(session, offered, student, now=now, reason="declined")
    return entry


def _move_into(
    session: Session, booking: Booking, offered: Booking, student: Person, *, now: datetime
) -> Booking:
    """A confirmed session goes to the earlier time, which counts as no move; its old time is served on."""
    if bookings.lock(session, booking).state is not BookingState.CONFIRMED:
        raise Conflict(f"booking.is_{booking.state}")
    if booking.starts_at <= now:
        raise Conflict("booking.begun")
    bookings.release(session, offered, student, now=now, reason="moved")
    at = Span(offered.starts_at, offered.ends_at)
    busy = Span(offered.busy_from, offered.busy_until)
    if not moves.take_time(
        *(session, booking, "move", Who.STUDENT, at, busy),
        now=now,
        actor_id=student.id,
        student_here_at=None,
        mentor_here_at=None,
    ):
        raise Conflict("waitlist.gone")
    waitlist.serve(session, booking.mentor_id, now=now)
    return booking


def _require_open(session: Session, entry: WaitlistEntry, offered: Booking, *, now: datetime) -> None:
    live = waiting.offer(session, entry, now=now)
    if live is None or live.id != offered.id:
        raise Conflict("waitlist.gone")
