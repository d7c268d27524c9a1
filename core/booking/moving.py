"""Moving a session: same booking, same money, another time; the new one is taken before the old is free.

A student moves long enough before the start and not more often than the policy of the booking says; staff may
always; a mentor proposes (`proposals`). The refund window stays where it was.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.booking import canceling, moves, openings, prepaying, waitlist
from core.booking.life import Booking, BookingState, Who
from core.booking.openings import Opening
from core.errors import Conflict, Forbidden
from core.people import mentors
from core.people.people import Person
from core.schedule.times import Span

MINUTE = timedelta(minutes=1)


def move(
    session: Session, booking: Booking, who: Who, actor: Person, starts_at: datetime, *, now: datetime
) -> None:
    """Takes another time for a confirmed session. Raises `Conflict` with the nearest times where it is not free."""
    canceling.require_role(session, booking, who, actor, now=now)
    if who not in (Who.STUDENT, Who.STAFF):
        raise Forbidden("booking.forbidden")
    require_movable(booking, who, now=now)
    moves = booking.moves + (who is Who.STUDENT)
    take(session, booking, "move", who, starts_at, now=now, actor_id=actor.id, moves=moves)


def take(
    session: Session,
    booking: Booking,
    verb: str,
    who: Who,
    starts_at: datetime,
    *,
    now: datetime,
    actor_id: int | None = None,
    **changes: object,
) -> None:
    """Makes a move of the table into another free time. Raises `Conflict`, and nothing is changed."""
    moves.allowed(booking, verb, who)
    if starts_at == booking.starts_at:
        raise Conflict("move.same")
    prepaying.require_within(session, booking, starts_at)
    opening = opening_for(session, booking, now=now)
    at = Span(starts_at, starts_at + timedelta(minutes=booking.minutes))
    free = opening.free(booking.minutes, Span(starts_at, starts_at + MINUTE))
    busy = opening.hours.busy(starts_at, booking.minutes)
    here = {"student_here_at": None, "mentor_here_at": None}
    if starts_at in free.times and moves.take_time(
        session, booking, verb, who, at, busy, now=now, actor_id=actor_id, **here, **changes
    ):
        waitlist.serve(session, booking.mentor_id, now=now)
        return
    before = (booking.state, booking.revision)
    session.refresh(booking)
    if booking.state is not before[0]:
        raise Conflict(f"booking.is_{booking.state}")
    if booking.revision != before[1]:
        raise Conflict("move.raced")
    again = opening_for(session, booking, now=now) if verb == "move" else None
    nearest = again.nearest(booking.minutes, starts_at) if again else ()
    raise Conflict("move.not_free", reason=free.why_not, nearest=nearest, short=booking.short)


def opening_for(session: Session, booking: Booking, *, now: datetime) -> Opening:
    """The mentor's opening as this booking could be moved into it: its own time is not in its way, and a pack pays for
    nothing after its end.
    """
    mentor = mentors.find(session, booking.mentor_id)
    return openings.of(
        session, mentor, now=now, student_id=booking.student_id, except_booking=booking.id
    ).without(booking.starts_at, until=prepaying.ends(session, booking))


def why_not(booking: Booking, who: Who, *, now: datetime) -> Conflict | None:
    """Why it cannot be moved; a mentor can propose as long as it has not begun."""
    policy = booking.policy
    ahead = timedelta(hours=policy.move_hours)
    if booking.state is not BookingState.CONFIRMED:
        return Conflict(f"booking.is_{booking.state}")
    if who is Who.STAFF:
        return None
    if booking.starts_at <= now:
        return Conflict("booking.begun")
    if who is Who.MENTOR:
        return None
    if booking.moves >= policy.moves:
        return Conflict("move.often", most=policy.moves)
    return Conflict("move.late", ahead=ahead) if booking.starts_at - now < ahead else None


def require_movable(booking: Booking, who: Who, *, now: datetime) -> None:
    refusal = why_not(booking, who, now=now)
    if refusal is not None:
        raise refusal
