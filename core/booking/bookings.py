"""One student's reservation of one time with one mentor: what can be done with it. The only writer of bookings.

A time is safe because `taking` writes only where nothing overlaps, a state because every change goes through
the table of moves and is compare-and-set on the state it expects.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from core.booking import moves, prepaying, taking
from core.booking.life import Booking, BookingState, Origin, Who
from core.db import short_id
from core.errors import Conflict, NotFound
from core.money import Money
from core.people.mentors import Mentor
from core.people.people import Person
from core.policy import Policy
from core.schedule.times import Span


@dataclass(frozen=True, slots=True)
class Wish:
    """What a student wants to reserve: a span with its busy span, at a price that is locked now.

    `until` is when the hold ends, where it is not the policy's own length. What pays for it ahead, if anything does,
    is taken in the same transaction: a session of a pack, or `included` minutes of a plan.
    """

    mentor: Mentor
    student: Person
    span: Span
    busy: Span
    price: Money
    policy: Policy
    origin: Origin = Origin.TAP
    until: datetime | None = None
    pack_id: int | None = None
    subscription_id: int | None = None
    included: int = 0


def hold(session: Session, wish: Wish, *, now: datetime) -> Booking:
    """Reserves a time for the length of the policy's hold. Raises `Conflict` where anything busy overlaps."""
    row, people = _row(wish, now=now), (wish.mentor.person_id, wish.student.id)
    booking = taking.insert_where_free(session, row, *people, wish.busy)
    if booking is None:
        moves.free_lapsed(session, *people, wish.busy, now=now)
        # Tried again in any case: what was in the way may have been freed by somebody else while we waited for it.
        booking = taking.insert_where_free(session, row, *people, wish.busy)
    if booking is None:
        raise Conflict("booking.taken")
    prepaying.reserve(session, booking, now=now)
    moves.record(session, "booking.held", booking, actor_id=wish.student.id, now=now)
    return booking


def agree(session: Session, booking: Booking, topic: str, agenda: str, *, now: datetime) -> None:
    """The student says what it is about and accepts the cancellation terms shown."""
    if booking.state is not BookingState.HELD:
        raise Conflict(f"booking.is_{booking.state}")
    booking.topic, booking.agenda, booking.agreed_at = topic, agenda, now
    session.flush()


def confirm(
    session: Session, booking: Booking, who: Who, *, now: datetime, actor_id: int | None = None
) -> None:
    moves.make(session, booking, "confirm", who, now=now, actor_id=actor_id, anchored_at=booking.starts_at)
    prepaying.confirmed(session, booking, now=now)


def release(
    session: Session, booking: Booking, actor: Person, *, now: datetime, reason: str = "released"
) -> None:
    """The student lets the hold go."""
    require_student(booking, actor)
    moves.make(session, booking, "release", Who.STUDENT, now=now, actor_id=actor.id, reason=reason)


def extend(session: Session, booking: Booking, until: datetime) -> None:
    """Keeps the time longer while a slow payment is on its way."""
    booking.hold_until = max(booking.hold_until or until, min(until, booking.starts_at))
    session.flush()


def hold_anew(session: Session, booking: Booking, *, now: datetime) -> None:
    """From now on it is an ordinary hold, however long it was to be kept before."""
    booking.hold_until = min(now + booking.policy.hold, booking.starts_at)
    session.flush()


def revive(session: Session, booking: Booking, who: Who, *, now: datetime, at: Span, busy: Span) -> bool:
    """Late money: takes a time again, the same or another. `False` where it is not free any more."""
    return moves.take_time(
        session, booking, "revive", who, at, busy, now=now, closed_reason="", anchored_at=at.starts_at
    )


def void(session: Session, booking: Booking, *, now: datetime) -> None:
    """All of the money went back at the provider: the session is off and its time is free."""
    moves.make(session, booking, "void", Who.PROVIDER, now=now, reason="refunded")


def see_here(
    session: Session, booking: Booking, person: Person, side: Who, *, now: datetime, since: datetime
) -> bool:
    """Keeps the first sign of one of the two since then; `False` where there was one."""
    column = Booking.mentor_here_at if side is Who.MENTOR else Booking.student_here_at
    session.flush()
    statement = (
        update(Booking)
        .where(Booking.id == booking.id, Booking.state == BookingState.CONFIRMED)
        .where(or_(column.is_(None), column < since))
        .values({column: now})
        .execution_options(synchronize_session=False)
    )
    is_first = taking.rows(session, statement) == 1
    session.refresh(booking)
    if is_first:
        moves.record(session, "booking.checked_in", booking, now=now, actor_id=person.id, who=side)
    return is_first


def lock(session: Session, booking: Booking) -> Booking:
    """Nobody else changes it until the transaction ends, and what is read of it now is true."""
    session.refresh(booking, with_for_update=True)
    return booking


def mark_link(session: Session, booking: Booking) -> None:
    booking.has_link = True
    session.flush()


def reassign(session: Session, gone: int, kept: int) -> None:
    """The bookings of a person who is joined to another are the other's, in either role."""
    for role in (Booking.student_id, Booking.mentor_person_id):
        session.execute(update(Booking).where(role == gone).values({role: kept}))


def require_live_hold(booking: Booking, *, now: datetime) -> None:
    """A hold whose time is up has expired, whether or not somebody has written that down already."""
    if not booking.is_live_hold(now):
        state = BookingState.EXPIRED if booking.state is BookingState.HELD else booking.state
        raise Conflict(f"booking.is_{state}")


def require_student(booking: Booking, actor: Person) -> None:
    """A booking that is not the actor's does not exist for them."""
    if booking.student_id != actor.id:
        raise NotFound("booking.unknown")


def require_party(booking: Booking, actor: Person) -> None:
    if actor.id not in (booking.student_id, booking.mentor_person_id):
        raise NotFound("booking.unknown")


def _row(wish: Wish, *, now: datetime) -> dict[str, object]:
    """A hold as it is written first."""
    short = short_id(8)
    return {
        "short": short,
        "code": f"NP-{wish.span.starts_at:%Y%m%d}-{short[:5]}",
        "community_id": wish.mentor.community_id,
        "mentor_id": wish.mentor.id,
        "mentor_person_id": wish.mentor.person_id,
        "student_id": wish.student.id,
        "state": BookingState.HELD,
        "starts_at": wish.span.starts_at,
        "ends_at": wish.span.ends_at,
        "busy_from": wish.busy.starts_at,
        "busy_until": wish.busy.ends_at,
        "amount": wish.price.amount,
        "currency": wish.price.currency,
        "rules": wish.policy.to_json(),
        "topic": "",
        "agenda": "",
        "hold_until": min(wish.until or now + wish.policy.hold, wish.span.starts_at),
        "has_link": False,
        "revision": 0,
        "room": short_id(32),
        "meeting_url": wish.mentor.meeting_url,
        "created_at": now,
        "closed_reason": "",
        "closed_note": "",
        "origin": wish.origin,
        "asks_first": wish.mentor.asks_first,
        "moves": 0,
        "outcome": "",
        "pack_id": wish.pack_id,
        "subscription_id": wish.subscription_id,
        "included": wish.included,
    }
