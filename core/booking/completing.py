"""Saying that a session has taken place, without waiting for the clock.

Said twice, or by two at the same moment, it is completed once. The outcome stands when the time to object is over,
as one that the clock proposes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.booking import attendance, bookings, canceling
from core.booking.life import AFTER, Booking, BookingState, Who
from core.errors import Conflict, Forbidden
from core.people import memberships
from core.people.people import Person

MOST: Final = 25
MAY: Final = (Who.MENTOR, Who.STAFF)


def complete(session: Session, booking: Booking, actor: Person, *, now: datetime) -> bool:
    """The session is done, from its start on; `False` where that was known.

    Raises `NotFound` for a stranger, `Forbidden` for its student, `Conflict` where it has not begun or came to
    another end.
    """
    who = canceling.role_of(session, booking, actor, now=now)
    if who not in MAY:
        raise Forbidden("booking.forbidden")
    bookings.lock(session, booking)
    if booking.state in AFTER and booking.outcome == BookingState.COMPLETED:
        return False
    if booking.state is BookingState.CONFIRMED and now < booking.starts_at:
        raise Conflict("complete.early", starts=booking.starts_at)
    attendance.conclude(session, booking, "complete", who, now=now, actor_id=actor.id)
    return True


def begun(
    session: Session, actor: Person, community_id: int, midnight: datetime, *, now: datetime
) -> Sequence[Booking]:
    """A mentor's sessions, and for staff all of the community's, that have begun since midnight or still wait for
    an outcome; the latest first.
    """
    mine = Booking.mentor_person_id == actor.id
    if memberships.is_staff(session, community_id, actor.id):
        here = and_(Booking.community_id == community_id, Booking.student_id != actor.id)
        mine = or_(mine, here)
    found = select(Booking).where(
        mine,
        Booking.starts_at <= now,
        or_(
            Booking.state == BookingState.CONFIRMED,
            and_(Booking.state.in_(AFTER), Booking.starts_at >= midnight),
        ),
    )
    latest = found.order_by(Booking.starts_at.desc(), Booking.id.desc())
    return session.scalars(latest.limit(MOST)).all()
