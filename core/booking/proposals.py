"""Other times that a mentor proposes: for a session that is confirmed, or in answer to a request.

The only writer of proposals. One stands open a booking; the session stays as it is until the student takes one
of the times, and a proposal whose time is up, or whose booking has changed, is answered with what is true now.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.booking import bookings, canceling, moving, prepaying, requests
from core.booking.life import Booking, BookingState, Who
from core.db import Base, Id
from core.errors import Conflict, Invalid, NotFound
from core.payments import funding
from core.people.people import Person
from core.schedule.times import Span

OPEN_FOR: Final = timedelta(hours=48)
MOST_TIMES: Final = 3
LONGEST_NOTE: Final = 500
ANSWERABLE: Final = (BookingState.CONFIRMED, BookingState.REQUESTED)
IS_OPEN: Final = text("state = 'open'")


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REFUNDED = "refunded"
    REPLACED = "replaced"


class Proposal(Base):
    """`times` are instants (ISO 8601, UTC); it belongs to the revision of the booking that it was made for."""

    __tablename__ = "booking_proposals"
    __table_args__ = (
        Index("uq_proposals_open", "booking_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    revision: Mapped[int]
    times: Mapped[list[str]]
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE))
    state: Mapped[ProposalState]
    proposed_at: Mapped[datetime]
    open_until: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    @property
    def starts(self) -> tuple[datetime, ...]:
        return tuple(datetime.fromisoformat(time).astimezone(UTC) for time in self.times)

    def is_open(self, now: datetime) -> bool:
        return self.state is ProposalState.OPEN and now < self.open_until


def propose(
    session: Session,
    booking: Booking,
    mentor_person: Person,
    times: Sequence[datetime],
    note: str,
    *,
    now: datetime,
) -> Proposal:
    """The mentor asks the student to choose another time; an earlier proposal is replaced."""
    if booking.mentor_person_id != mentor_person.id:
        raise NotFound("booking.unknown")
    _require_answerable(bookings.lock(session, booking), now=now)
    if booking.state is BookingState.REQUESTED:
        requests.require_bookable(session, booking)
    if not 1 <= len(set(times)) <= MOST_TIMES:
        raise Invalid("proposal.times", most=MOST_TIMES)
    if len(note) > LONGEST_NOTE:
        raise Invalid("text.long", field="note", longest=LONGEST_NOTE)
    _require_free(session, booking, times, now=now)
    earlier = open_for(session, booking)
    if earlier is not None:
        _close(session, earlier, ProposalState.REPLACED, now=now)
    limit = booking.hold_until if booking.state is BookingState.REQUESTED else None
    proposal = Proposal(
        booking_id=booking.id,
        revision=booking.revision,
        times=[time.isoformat() for time in sorted(set(times))],
        note=note.strip(),
        state=ProposalState.OPEN,
        proposed_at=now,
        open_until=min(now + OPEN_FOR, limit or booking.starts_at),
    )
    session.add(proposal)
    session.flush()
    _record(session, "booking.proposed", booking, proposal, actor_id=mentor_person.id, now=now)
    return proposal


def accept(
    session: Session, booking: Booking, student: Person, starts_at: datetime, *, now: datetime
) -> None:
    """The student takes one of the times. It does not count as a move of theirs."""
    bookings.require_student(booking, student)
    proposal = _answerable(session, booking, now=now)
    if starts_at not in proposal.starts:
        raise NotFound("route.unknown")
    if booking.state is BookingState.CONFIRMED:
        moving.take(session, booking, "move", Who.MENTOR, starts_at, now=now, actor_id=student.id)
    else:
        requests.require_bookable(session, booking)
        deadline = requests.payment_deadline(booking, starts_at, now)
        terms = {"hold_until": deadline, "accepted_at": now}
        moving.take(session, booking, "take", Who.STUDENT, starts_at, now=now, actor_id=student.id, **terms)
        if not booking.needs_payment:
            bookings.confirm(session, booking, Who.STUDENT, now=now, actor_id=student.id)
    _close(session, proposal, ProposalState.ACCEPTED, now=now)


def refuse(session: Session, booking: Booking, student: Person, *, now: datetime) -> None:
    """None of the times will do: the booking stays as it is."""
    bookings.require_student(booking, student)
    proposal = _answerable(session, bookings.lock(session, booking), now=now)
    _close(session, proposal, ProposalState.REFUSED, now=now)
    _record(session, "booking.proposal_refused", booking, proposal, actor_id=student.id, now=now)


def refund(session: Session, booking: Booking, student: Person, *, now: datetime) -> None:
    """The student would rather have all of the money back. Nobody is blamed for it."""
    bookings.require_student(booking, student)
    proposal = _answerable(session, bookings.lock(session, booking), now=now)
    _close(session, proposal, ProposalState.REFUNDED, now=now)
    left = funding.left(session, booking)
    canceling.call_off(
        *(session, booking, Who.STUDENT, student),
        refund=left,
        whole=True,
        reason=canceling.REFUSED_MOVE,
        now=now,
    )


def open_for(session: Session, booking: Booking) -> Proposal | None:
    """The proposal that waits for an answer, whether or not its time is up."""
    return session.scalar(
        select(Proposal).where(Proposal.booking_id == booking.id, Proposal.state == ProposalState.OPEN)
    )


def find(session: Session, proposal_id: int) -> Proposal:
    return session.get_one(Proposal, proposal_id)


def standing(session: Session, booking: Booking, *, now: datetime) -> Proposal | None:
    """The proposal that the student can answer now."""
    if booking.state not in ANSWERABLE:
        return None
    proposal = open_for(session, booking)
    if proposal is None or proposal.revision != booking.revision or _was_accepted_since(booking, proposal):
        return None
    return proposal if proposal.is_open(now) else None


def _was_accepted_since(booking: Booking, proposal: Proposal) -> bool:
    """The mentor took the request as it was after all: what was proposed before is no offer any more."""
    return booking.accepted_at is not None and proposal.proposed_at < booking.accepted_at


def _answerable(session: Session, booking: Booking, *, now: datetime) -> Proposal:
    if booking.state not in ANSWERABLE:
        raise Conflict(f"booking.is_{booking.state}")
    proposal = standing(session, booking, now=now)
    if proposal is None:
        raise Conflict("proposal.gone")
    return proposal


def _require_answerable(booking: Booking, *, now: datetime) -> None:
    if booking.state is BookingState.CONFIRMED and booking.starts_at <= now:
        raise Conflict("booking.begun")
    if booking.state is BookingState.REQUESTED and not requests.is_open(booking, now):
        raise Conflict("request.lapsed")
    if booking.state not in ANSWERABLE:
        raise Conflict(f"booking.is_{booking.state}")


def _require_free(session: Session, booking: Booking, times: Sequence[datetime], *, now: datetime) -> None:
    opening = moving.opening_for(session, booking, now=now)
    for time in times:
        prepaying.require_within(session, booking, time)
        free = opening.free(booking.minutes, Span(time, time + moving.MINUTE))
        if time not in free.times:
            raise Conflict("proposal.not_free", reason=free.why_not, time=time)


def _close(session: Session, proposal: Proposal, state: ProposalState, *, now: datetime) -> None:
    proposal.state, proposal.answered_at = state, now
    session.flush()


def _record(
    session: Session, event: str, booking: Booking, proposal: Proposal, *, actor_id: int, now: datetime
) -> None:
    history.record(
        session,
        event,
        booking.id,
        now=now,
        actor_id=actor_id,
        community_id=booking.community_id,
        revision=booking.revision,
        proposal=proposal.id,
        times=proposal.times,
    )
