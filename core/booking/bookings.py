"""One student's reservation of one time with one mentor: what can be done with it. The only writer of bookings.

A time is safe because `taking` writes only where nothing overlaps, a state because every change goes through
the table of moves and is compare-and-set on the state it expects.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.orm import Session

from core import history
from core.booking import diary, taking
from core.booking.life import Booking, BookingState, Move, Origin, Who, move_of
from core.db import short_id
from core.errors import Conflict, Forbidden, NotFound
from core.money import Money
from core.payments import wallet
from core.people.mentors import Mentor
from core.people.people import Person
from core.policy import Policy
from core.schedule.times import Span

UNPAID: Final = (BookingState.HELD, BookingState.REQUESTED)
ENDED: Final = (BookingState.EXPIRED, BookingState.CANCELED, BookingState.DECLINED)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a student wants to reserve: a span with its busy span, at a price that is locked now.

    `until` is when the hold ends, where it is not the policy's own length.
    """

    mentor: Mentor
    student: Person
    span: Span
    busy: Span
    price: Money
    policy: Policy
    origin: Origin = Origin.TAP
    until: datetime | None = None


def hold(session: Session, wish: Wish, *, now: datetime) -> Booking:
    """Reserves a time for the length of the policy's hold. Raises `Conflict` where anything busy overlaps."""
    free_lapsed(session, wish.mentor.person_id, wish.student.id, wish.busy, now=now)
    short = short_id(8)
    row = {
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
    }
    if not taking.insert_where_free(session, row, wish.mentor.person_id, wish.student.id, wish.busy):
        raise Conflict("booking.taken")
    booking = diary.by_short(session, short)
    _record(session, "booking.held", booking, actor_id=wish.student.id, now=now)
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
    make(session, booking, "confirm", who, now=now, actor_id=actor_id, anchored_at=booking.starts_at)


def release(
    session: Session, booking: Booking, actor: Person, *, now: datetime, reason: str = "released"
) -> None:
    """The student lets the hold go."""
    require_student(booking, actor)
    make(session, booking, "release", Who.STUDENT, now=now, actor_id=actor.id, reason=reason)


def lapse(session: Session, booking: Booking, who: Who, *, now: datetime, reason: str = "") -> None:
    """A hold that was not paid in time, a request that was not answered."""
    silent = "unanswered" if booking.state is BookingState.REQUESTED else "unpaid"
    make(session, booking, "lapse", who, now=now, reason=reason or silent)


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
    return take_time(
        session, booking, "revive", who, at, busy, now=now, closed_reason="", anchored_at=at.starts_at
    )


def void(session: Session, booking: Booking, *, now: datetime) -> None:
    """All of the money went back at the provider: the session is off and its time is free."""
    make(session, booking, "void", Who.PROVIDER, now=now, reason="refunded")


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
        _record(session, "booking.checked_in", booking, now=now, actor_id=person.id, who=side)
    return is_first


def make(
    session: Session,
    booking: Booking,
    verb: str,
    who: Who,
    *,
    now: datetime,
    actor_id: int | None = None,
    reason: str = "",
    note: str = "",
    **changes: object,
) -> None:
    """Makes a move of the table that takes no other time, with other columns changed in the same statement.

    Compare-and-set on the state. Raises `Conflict` from a state that the verb does not start in and where
    somebody was faster, `Forbidden` for who may not.
    """
    move = allowed(booking, verb, who)
    session.flush()
    statement = (
        update(Booking)
        .where(Booking.id == booking.id, Booking.state == move.source)
        .values(state=move.target, closed_reason=reason, closed_note=note, **changes)
        .execution_options(synchronize_session=False)
    )
    moved = taking.rows(session, statement)
    session.refresh(booking)
    if moved != 1:
        raise Conflict(f"booking.is_{booking.state}")
    if move.source in UNPAID and move.target in ENDED:
        wallet.unspend(session, booking.student_id, booking.id, booking.currency, now=now)
    said = {"note": note} if note else {}
    _record(session, move.recorded, booking, now=now, actor_id=actor_id, who=who, **said)


def take_time(
    session: Session,
    booking: Booking,
    verb: str,
    who: Who,
    at: Span,
    busy: Span,
    *,
    now: datetime,
    actor_id: int | None = None,
    **changes: object,
) -> bool:
    """Makes a move of the table into another time: the new one is taken in the statement that frees the old.

    Compare-and-set on state and revision. `False`, and nothing is changed, where the time is not free.
    """
    move = allowed(booking, verb, who)
    taking.alone(session, booking.mentor_person_id, booking.student_id)
    free_lapsed(session, booking.mentor_person_id, booking.student_id, busy, now=now)
    before = booking.starts_at
    values = {
        "state": move.target,
        "starts_at": at.starts_at,
        "ends_at": at.ends_at,
        "busy_from": busy.starts_at,
        "busy_until": busy.ends_at,
        "revision": booking.revision + (at.starts_at != before),
        **changes,
    }
    statement = (
        update(Booking)
        .where(
            Booking.id == booking.id,
            Booking.state == move.source,
            Booking.revision == booking.revision,
            ~taking.overlap(booking.mentor_person_id, booking.student_id, busy, but=booking.id),
        )
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if not taking.decided(session, statement):
        return False
    session.refresh(booking)
    _record(session, move.recorded, booking, now=now, actor_id=actor_id, who=who, before=before.isoformat())
    return True


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


def free_lapsed(
    session: Session, mentor_person_id: int, student_id: int, busy: Span, *, now: datetime
) -> None:
    """Expires holds and requests in the way whose time is up and that never had a pay link."""
    asked = {"mentor": mentor_person_id, "student": student_id, "now": now}
    lapsed = session.scalars(_LAPSED, {**asked, "since": busy.starts_at, "until": busy.ends_at})
    for booking in lapsed.all():
        lapse(session, booking, Who.CLOCK, now=now)


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


def allowed(booking: Booking, verb: str, who: Who) -> Move:
    """The move that a verb makes from here. Raises `Conflict` where there is none, `Forbidden` for who may not."""
    move = move_of(booking.state, verb)
    if move is None:
        raise Conflict(f"booking.is_{booking.state}")
    if who not in move.who:
        raise Forbidden("booking.forbidden")
    return move


def _record(
    session: Session,
    event: str,
    booking: Booking,
    *,
    now: datetime,
    actor_id: int | None = None,
    **facts: object,
) -> None:
    history.record(
        session,
        event,
        booking.id,
        now=now,
        actor_id=actor_id,
        community_id=booking.community_id,
        revision=booking.revision,
        reason=booking.closed_reason,
        **facts,
    )


_PEOPLE: Final[tuple[ColumnElement[int], ...]] = (bindparam("mentor"), bindparam("student"))
_LAPSED: Final = (
    select(Booking)
    .where(
        Booking.state.in_((BookingState.HELD, BookingState.REQUESTED)),
        Booking.hold_until <= bindparam("now"),
        ~Booking.has_link,
        or_(Booking.mentor_person_id.in_(_PEOPLE), Booking.student_id.in_(_PEOPLE)),
        Booking.busy_from < bindparam("until"),
        Booking.busy_until > bindparam("since"),
    )
    .order_by(Booking.id)
    .with_for_update()
)
