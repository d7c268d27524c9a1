"""Whether both came, and what that means: checking in, the outcome that is proposed, and when it stands.

Evidence is the first sign of each, between ten minutes before the start and the end. A quarter of an hour after the
end the clock proposes an outcome from it; money moves only when the time to object is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import history
from core.booking import bookings, diary, moves, prepaying
from core.booking.life import JOIN_OPENS, OUTCOME_AFTER, OUTCOMES, Booking, BookingState, Who
from core.errors import Conflict
from core.payments import funding
from core.people import mentors
from core.people.people import Person

SHORTEST_TIME_TO_OBJECT: Final = timedelta(hours=24)
MISSED: Final = "mentor_no_show"
"""Why all of the money goes back, once."""
VERBS: Final = {
    (True, True): "complete",
    (False, False): "complete",
    (True, False): "miss_mentor",
    (False, True): "miss_student",
}
"""By whether the student and the mentor were there. Who forgot the button has not missed the session."""
PROPOSALS: Final = {
    "complete": BookingState.COMPLETED,
    "miss_mentor": BookingState.MENTOR_NO_SHOW,
    "miss_student": BookingState.STUDENT_NO_SHOW,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """When each was first seen at this session; a sign of an earlier time that was moved away is none."""

    student: datetime | None
    mentor: datetime | None

    @property
    def verb(self) -> str:
        return VERBS[self.student is not None, self.mentor is not None]


# --- rules ------------------------------------------------------------------------------------


def evidence(booking: Booking) -> Evidence:
    opens = booking.starts_at - JOIN_OPENS
    student, mentor = booking.student_here_at, booking.mentor_here_at
    return Evidence(
        student if student and student >= opens else None, mentor if mentor and mentor >= opens else None
    )


def seen_at(booking: Booking, *, mentor: bool) -> datetime | None:
    """When one of the two was first seen at this session."""
    seen = evidence(booking)
    return seen.mentor if mentor else seen.student


def is_open(booking: Booking, now: datetime) -> bool:
    """Whether somebody can say now that they are here."""
    return booking.state is BookingState.CONFIRMED and booking.starts_at - JOIN_OPENS <= now < booking.ends_at


def is_waited_at(booking: Booking) -> datetime:
    """From when on one who is alone there is told so."""
    return booking.starts_at + timedelta(minutes=booking.policy.no_show_minutes)


def is_one_alone(booking: Booking) -> bool:
    """One of the two is there and the other is not."""
    return evidence(booking).verb != "complete"


def may_object(booking: Booking, now: datetime) -> bool:
    return booking.state in OUTCOMES and booking.stands_at is not None and now < booking.stands_at


# --- verbs ------------------------------------------------------------------------------------


def check_in(session: Session, booking: Booking, person: Person, *, now: datetime) -> bool:
    """ "I'm here", from ten minutes before the start until the end; `False` where that was known.

    Raises `Conflict` at any other time.
    """
    bookings.require_party(booking, person)
    if booking.state is not BookingState.CONFIRMED:
        raise Conflict(f"booking.is_{booking.state}")
    opens = booking.starts_at - JOIN_OPENS
    if now < opens:
        raise Conflict("attendance.early", opens=opens)
    if now >= booking.ends_at:
        raise Conflict("attendance.over", ended=booking.ends_at)
    side = Who.MENTOR if person.id == booking.mentor_person_id else Who.STUDENT
    return bookings.see_here(session, booking, person, side, now=now, since=opens)


def propose_due(session: Session, *, now: datetime) -> int:
    """The outcome of sessions that are over is proposed."""
    ended = diary.ended(session, now=now)
    for booking in ended:
        propose(session, booking, now=now)
    return len(ended)


def propose(session: Session, booking: Booking, *, now: datetime) -> None:
    """What the evidence says."""
    conclude(session, booking, evidence(booking).verb, Who.CLOCK, now=now)


def conclude(
    session: Session, booking: Booking, verb: str, who: Who, *, now: datetime, actor_id: int | None = None
) -> None:
    """Proposes an outcome; it stands when the policy's hours after the end have passed without objection."""
    outcome, stands_at = str(PROPOSALS[verb]), _stands_at(booking, now)
    moves.make(
        *(session, booking, verb, who), now=now, actor_id=actor_id, outcome=outcome, stands_at=stands_at
    )
    count(session, booking, "", booking.outcome)
    if booking.state is not BookingState.MENTOR_NO_SHOW:
        prepaying.use_up(session, booking, now=now)


def settle_due(session: Session, *, now: datetime) -> int:
    """Outcomes that nobody has objected to stand, and money moves."""
    standing = diary.standing(session, now=now)
    for booking in standing:
        _settle(session, booking, now=now)
    return len(standing)


def count(session: Session, booking: Booking, before: str, after: str) -> None:
    """Keeps the mentor's number of sessions: those whose outcome is that they took place."""
    by = (after == BookingState.COMPLETED) - (before == BookingState.COMPLETED)
    if by:
        mentors.count_session(mentors.find(session, booking.mentor_id), by)
        session.flush()


# --- reads ------------------------------------------------------------------------------------


def marks(session: Session, mentor_id: int) -> int:
    """How many sessions the mentor has missed, as far as that stands."""
    counted = select(func.count()).where(
        Booking.mentor_id == mentor_id,
        Booking.outcome == BookingState.MENTOR_NO_SHOW,
        Booking.state.in_((BookingState.SETTLED, BookingState.REFUNDED)),
    )
    return session.scalar(counted) or 0


def mark(session: Session, booking: Booking, *, now: datetime, actor_id: int | None = None) -> None:
    """Writes down that a missed session is the mentor's; `marks` counts them."""
    history.record(
        session,
        "mentor.marked",
        booking.mentor_id,
        now=now,
        actor_id=actor_id,
        community_id=booking.community_id,
        code=booking.code,
        marks=marks(session, booking.mentor_id),
    )


def _stands_at(booking: Booking, now: datetime) -> datetime:
    """After a downtime there is still time to object."""
    hours = timedelta(hours=booking.policy.dispute_hours)
    return max(booking.ends_at + hours, now + min(hours - OUTCOME_AFTER, SHORTEST_TIME_TO_OBJECT))


def _settle(session: Session, booking: Booking, *, now: datetime) -> None:
    moves.make(session, booking, "settle", Who.CLOCK, now=now)
    if booking.state is BookingState.REFUNDED:
        left = funding.left(session, booking)
        prepaying.give_back(session, booking, left, MISSED, now=now, whole=True)
        mark(session, booking, now=now)
    else:
        funding.settle(session, booking, now=now)
