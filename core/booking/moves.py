"""The one way in which a booking's state changes: a move of the table, compare-and-set on the state it expects.

Who may is asked before, and what was done is written down, both in the same transaction.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlalchemy.orm import Session

from core import history
from core.booking import prepaying, taking
from core.booking.life import Booking, BookingState, Move, Who, move_of
from core.errors import Conflict, Forbidden
from core.payments import wallet
from core.schedule.times import Span

UNPAID: Final = (BookingState.HELD, BookingState.REQUESTED)
ENDED: Final = (BookingState.EXPIRED, BookingState.CANCELED, BookingState.DECLINED)


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
        wallet.unspend(session, booking.student_id, booking.purpose, booking.currency, now=now)
        prepaying.let_go(session, booking, now=now)
    said = {"note": note} if note else {}
    record(session, move.recorded, booking, now=now, actor_id=actor_id, who=who, **said)


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
    record(session, move.recorded, booking, now=now, actor_id=actor_id, who=who, before=before.isoformat())
    return True


def lapse(session: Session, booking: Booking, who: Who, *, now: datetime, reason: str = "") -> None:
    """A hold that was not paid in time, a request that was not answered."""
    silent = "unanswered" if booking.state is BookingState.REQUESTED else "unpaid"
    make(session, booking, "lapse", who, now=now, reason=reason or silent)


def free_lapsed(
    session: Session, mentor_person_id: int, student_id: int, busy: Span, *, now: datetime
) -> None:
    """Expires holds and requests in the way whose time is up and that never had a pay link; what somebody else is
    changing just now is waited for."""
    asked = {"mentor": mentor_person_id, "student": student_id, "now": now}
    lapsed = session.scalars(_LAPSED, {**asked, "since": busy.starts_at, "until": busy.ends_at})
    for booking in lapsed.all():
        lapse(session, booking, Who.CLOCK, now=now)


def allowed(booking: Booking, verb: str, who: Who) -> Move:
    """The move that a verb makes from here. Raises `Conflict` where there is none, `Forbidden` for who may not."""
    move = move_of(booking.state, verb)
    if move is None:
        raise Conflict(f"booking.is_{booking.state}")
    if who not in move.who:
        raise Forbidden("booking.forbidden")
    return move


def record(
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
