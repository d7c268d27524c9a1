"""Who waits for a mentor's seat: it is kept for the first in line, for them alone, as long as the offer lasts.

The order is that of the rows' ids. `serve` belongs into every transaction that frees a seat. Silence, "no, thanks"
and a purchase end a place in the line; the seat of who lets it go is offered to the next at once.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import dues
from core.dues import Due
from core.errors import Conflict, Forbidden, NotFound, Refusal
from core.people import mentors, people
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid import seats, waits
from core.prepaid.products import Product
from core.prepaid.seats import OFFER, Seat, SeatState
from core.prepaid.waits import SeatWait, WaitState

MOST_LINES: Final = 10


# --- verbs ------------------------------------------------------------------------------------


def join(
    session: Session, mentor: Mentor, student: Person, product: Product | None, *, now: datetime
) -> SeatWait:
    """To the end of the line; asked twice it is one place. Raises `Conflict` where they need not wait."""
    if mentor.person_id == student.id:
        raise Forbidden("pack.own")
    if not mentor.is_bookable:
        raise Forbidden("mentor.not_bookable", name=mentor.name)
    people.alone(session, student.id)
    before = waits.of_pair(session, mentor.id, student.id)
    if before is not None:
        return before
    if seats.of(session, mentor.id, student.id) is not None:
        raise Conflict("seat.yours", name=mentor.name)
    serve(session, mentor.id, now=now)
    if seats.free(session, mentor) > 0:
        raise Conflict("seat.free", name=mentor.name, slug=mentor.slug)
    if len(waits.of_student(session, student.id)) >= MOST_LINES:
        raise Refusal("seat.many", most=MOST_LINES)
    return waits.enter(session, mentor, student, product, now=now)


def leave(session: Session, wait: SeatWait, student: Person, *, now: datetime) -> None:
    """Out of the line; a seat that was kept for them goes to the next."""
    _require_own(wait, student)
    session.refresh(wait, with_for_update=True)
    if wait.is_open:
        _end(session, wait, WaitState.LEFT, now=now)
        serve(session, wait.mentor_id, now=now)


def pass_on(session: Session, wait: SeatWait, student: Person, *, now: datetime) -> None:
    """No, thanks: the seat goes to the next in line. Raises `Conflict` where the offer is over."""
    require_offer(wait, student, now=now)
    leave(session, wait, student, now=now)


def require_offer(wait: SeatWait, student: Person, *, now: datetime) -> SeatWait:
    """A seat is kept for this student just now. Raises `Conflict` where it is not any more."""
    _require_own(wait, student)
    if not wait.is_offered(now):
        raise Conflict("seat.gone")
    return wait


def claim(session: Session, mentor_id: int, student_id: int, *, now: datetime) -> None:
    """They go on to buy: the seat is theirs by what they buy from now on, and their place in the line ends."""
    wait = waits.of_pair(session, mentor_id, student_id)
    if wait is None:
        return
    session.refresh(wait, with_for_update=True)
    if wait.is_open:
        waits.close(session, wait, WaitState.SERVED, now=now)


def serve(session: Session, mentor_id: int, *, now: datetime) -> None:
    """Keeps the mentor's free seats for who waits, in order, each for as long as an offer lasts.

    Who frees a seat and who gets in line do so one after the other, so neither misses the other.
    """
    mentor = mentors.find(session, mentor_id)
    seats.alone(session, mentor)
    line = waits.line(session, mentor_id)
    for wait in line if mentor.is_bookable else ():
        if seats.of(session, mentor_id, wait.student_id) is not None:
            waits.close(session, wait, WaitState.SERVED, now=now)
        elif seats.free(session, mentor) <= 0:
            return
        else:
            _offer(session, mentor, wait, now=now)


def dissolve(session: Session, mentor_id: int, *, now: datetime) -> None:
    """The mentor has left: nobody waits for a seat any more."""
    for wait in waits.everybody(session, mentor_id):
        _end(session, wait, WaitState.OVER, now=now)


def lapse_due(session: Session, *, now: datetime) -> int:
    """Offers that had no answer end, and their seats go to the next; how many."""
    over = select(SeatWait).where(SeatWait.state == WaitState.OFFERED, SeatWait.until <= now)
    silent = session.scalars(over.order_by(SeatWait.mentor_id, SeatWait.id).with_for_update()).all()
    for wait in silent:
        _end(session, wait, WaitState.SILENT, now=now)
    for mentor_id in sorted({wait.mentor_id for wait in silent}):
        serve(session, mentor_id, now=now)
    return len(silent)


# --- reads ------------------------------------------------------------------------------------


def offer(session: Session, wait: SeatWait, *, now: datetime) -> Seat | None:
    """The seat that is kept for them just now."""
    return seats.of(session, wait.mentor_id, wait.student_id) if wait.is_offered(now) else None


def next_due(session: Session) -> datetime | None:
    """When the next offer ends."""
    return dues.first(session, DUES)


# --- private ----------------------------------------------------------------------------------


def _offer(session: Session, mentor: Mentor, wait: SeatWait, *, now: datetime) -> None:
    seat = seats.take(session, mentor, wait.student_id, until=now + OFFER, now=now)
    waits.keep_for(session, wait, seat, until=now + OFFER, now=now)


def _end(session: Session, wait: SeatWait, state: WaitState, *, now: datetime) -> None:
    """Closes a place without a purchase; a seat that was only kept for it is free again."""
    was_offered = wait.state is WaitState.OFFERED
    waits.close(session, wait, state, now=now)
    seat = seats.of(session, wait.mentor_id, wait.student_id) if was_offered else None
    if seat is not None and seat.state is SeatState.RESERVED:
        seats.release(session, seat, str(state), now=now)


def _require_own(wait: SeatWait, student: Person) -> None:
    """Another's place does not exist for them."""
    if wait.student_id != student.id:
        raise NotFound("seat.unknown")


DUES: Final = (Due(select(func.min(SeatWait.until)).where(SeatWait.state == WaitState.OFFERED)),)
