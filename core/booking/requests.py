"""Requests: where a mentor wants to accept first, nothing is paid before they did.

A request is busy for both and has one deadline, which stands where a hold's stands. Accepting starts the hold for
the payment; a session for nothing or of a pack is confirmed at once.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.booking import bookings, moves, openings, taking, waitlist
from core.booking.life import Booking, BookingState, Who
from core.booking.openings import Opening
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from core.people import mentors
from core.people.mentors import Mentor
from core.people.people import Person
from core.policy import Policy

LAST_PAYMENT: Final = timedelta(hours=1)
"""How long before the start an accepted time is to be paid."""
MOST_OPEN: Final = 3
LONGEST_REASON: Final = 500


# --- rules ------------------------------------------------------------------------------------


def deadline(policy: Policy, starts_at: datetime, now: datetime) -> datetime:
    """When a request that is made now lapses."""
    return min(now + timedelta(hours=policy.request_hours), starts_at - openings.LAST_ANSWER)


def payment_deadline(booking: Booking, starts_at: datetime, now: datetime) -> datetime:
    """Until when a time that is accepted now is held for its payment: never past an hour before the start, but at
    least as long as any hold."""
    policy = booking.policy
    longest = min(now + timedelta(minutes=policy.accepted_hold_minutes), starts_at - LAST_PAYMENT)
    return min(max(longest, now + policy.hold), starts_at)


# --- verbs ------------------------------------------------------------------------------------


def ask(session: Session, booking: Booking, student: Person, *, now: datetime) -> None:
    """The hold becomes a request. Raises `Conflict` where the mentor could not answer in time, `Refusal` past 3."""
    bookings.require_student(booking, student)
    until = deadline(booking.policy, booking.starts_at, now)
    if until < now + openings.SHORTEST_WAIT:
        mentor = mentors.find(session, booking.mentor_id)
        opening = openings.of(session, mentor, now=now, student_id=student.id)
        raise too_soon(mentor, opening, booking.starts_at, booking.minutes)
    taking.alone(session, booking.mentor_person_id, student.id)
    require_few(session, student, now=now)
    moves.make(session, booking, "ask", Who.STUDENT, now=now, actor_id=student.id, hold_until=until)


def accept(session: Session, booking: Booking, mentor: Person, *, now: datetime) -> None:
    """The mentor says yes: the time is held until it is paid."""
    require_open(booking, mentor, now=now)
    require_bookable(session, booking)
    until = payment_deadline(booking, booking.starts_at, now)
    moves.make(
        session,
        booking,
        "accept",
        Who.MENTOR,
        now=now,
        actor_id=mentor.id,
        hold_until=until,
        accepted_at=now,
    )
    if not booking.needs_payment:
        bookings.confirm(session, booking, Who.STUDENT, now=now, actor_id=booking.student_id)


def decline(session: Session, booking: Booking, mentor: Person, reason: str, *, now: datetime) -> None:
    """The mentor says no, and why."""
    require_open(booking, mentor, now=now)
    if not reason.strip():
        raise Invalid("text.empty", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid("text.long", field="reason", longest=LONGEST_REASON)
    moves.make(
        session,
        booking,
        "decline",
        Who.MENTOR,
        now=now,
        actor_id=mentor.id,
        reason="declined",
        note=reason.strip(),
    )
    waitlist.serve(session, booking.mentor_id, now=now)


# --- reads ------------------------------------------------------------------------------------


def waiting(session: Session, mentor_id: int, *, now: datetime) -> list[Booking]:
    """The requests that a mentor has to answer, the most urgent first."""
    return list(
        session.scalars(
            select(Booking)
            .where(
                Booking.mentor_id == mentor_id,
                Booking.state == BookingState.REQUESTED,
                Booking.hold_until > now,
            )
            .order_by(Booking.hold_until, Booking.id)
        )
    )


def count_of(session: Session, student_id: int, *, now: datetime) -> int:
    """How many requests of a student are open, in all communities."""
    count = session.scalar(
        select(func.count()).where(
            Booking.student_id == student_id,
            Booking.state == BookingState.REQUESTED,
            Booking.hold_until > now,
        )
    )
    return count or 0


def require_few(session: Session, student: Person, *, now: datetime) -> None:
    """A request keeps a mentor's time without a payment, so nobody has many."""
    if count_of(session, student.id, now=now) >= MOST_OPEN:
        raise Refusal("request.many", most=MOST_OPEN)


def is_open(booking: Booking, now: datetime) -> bool:
    return (
        booking.state is BookingState.REQUESTED
        and booking.hold_until is not None
        and booking.hold_until > now
    )


def was_asked(booking: Booking) -> bool:
    """Whether its mentor was ever asked: the topic is what a request begins with."""
    return booking.asks_first and booking.agreed_at is not None


def require_open(booking: Booking, mentor: Person, *, now: datetime) -> None:
    """A request of this mentor that can still be answered. One of another mentor does not exist for them."""
    if booking.mentor_person_id != mentor.id:
        raise NotFound("booking.unknown")
    if is_open(booking, now):
        return
    if booking.state in (BookingState.REQUESTED, BookingState.EXPIRED):
        raise Conflict("request.lapsed")
    if booking.state is BookingState.CANCELED and booking.closed_reason == "released":
        raise Conflict("request.withdrawn")
    raise Conflict(f"booking.is_{booking.state}")


def require_bookable(session: Session, booking: Booking) -> None:
    """A mentor whose bookings are paused gets no new one out of a request either."""
    mentor = mentors.find(session, booking.mentor_id)
    if not mentor.is_bookable:
        raise Forbidden("mentor.not_bookable", name=mentor.name)


def too_soon(mentor: Mentor, opening: Opening, starts_at: datetime, minutes: int) -> Conflict:
    """The refusal, with the nearest times that leave the mentor time to answer."""
    nearest = opening.nearest(minutes, starts_at)
    return Conflict("request.soon", name=mentor.name, nearest=nearest, slug=mentor.slug, minutes=minutes)
