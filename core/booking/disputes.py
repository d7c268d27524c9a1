"""An objection to a proposed outcome: one a booking, decided once by staff. The only writer of disputes.

While a dispute is open no money moves. The staff that decides is none of the two, and says why; what it gives back
and what it finds to have happened are written in the transaction that ends the dispute.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.booking import attendance, bookings, diary, moves, prepaying
from core.booking.life import OUTCOMES, Booking, BookingState, Who
from core.db import Base, Id
from core.errors import Conflict, Forbidden, Invalid
from core.money import Money
from core.payments import funding
from core.people import memberships
from core.people.people import Person

LONGEST: Final = 1_000
LONGEST_NOTE: Final = 500
REASON: Final = "dispute"


class Dispute(Base):
    """`proposed` is the outcome objected to, `by` the side that objects; the other may add a `statement`.

    `refunded` is what was given back when it was decided, in minor units of the booking's currency.
    """

    __tablename__ = "disputes"

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    by: Mapped[Who]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(LONGEST))
    opened_at: Mapped[datetime]
    statement: Mapped[str] = mapped_column(String(LONGEST), default="")
    stated_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    refunded: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")

    @property
    def is_open(self) -> bool:
        return self.decided_at is None


def object(session: Session, booking: Booking, actor: Person, reason: str, *, now: datetime) -> Dispute:
    """Stops the proposed outcome from standing. Raises `Conflict` with the date where it stands already."""
    bookings.require_party(booking, actor)
    words = _words(reason, "objection")
    require_objectable(session, bookings.lock(session, booking), now=now)
    side = _side(booking, actor)
    moves.make(session, booking, "object", side, now=now, actor_id=actor.id, stands_at=None)
    dispute = Dispute(
        booking_id=booking.id,
        community_id=booking.community_id,
        by=side,
        person_id=actor.id,
        proposed=booking.outcome,
        reason=words,
        opened_at=now,
    )
    session.add(dispute)
    session.flush()
    return dispute


def state(session: Session, booking: Booking, actor: Person, words: str, *, now: datetime) -> Dispute:
    """The other side says once how they saw it."""
    bookings.require_party(booking, actor)
    words = _words(words, "statement")
    dispute = require_open(session, bookings.lock(session, booking))
    if _side(booking, actor) is dispute.by:
        raise Forbidden("dispute.yours")
    if dispute.stated_at is not None:
        raise Conflict("dispute.stated")
    dispute.statement, dispute.stated_at = words, now
    _record(session, "dispute.stated", booking, actor, now=now)
    return dispute


def resolve(
    session: Session,
    dispute: Dispute,
    staff: Person,
    *,
    refund: Money,
    note: str,
    outcome: str = "",
    now: datetime,
) -> None:
    """Ends a dispute: all that is left goes back, a part of it, or nothing, and the rest is settled.

    `outcome` is what staff finds to have happened; left out, what was proposed. Raises `Forbidden` for a party of the
    booking, `Conflict` where it is decided already or there is not as much left.
    """
    booking = bookings.lock(session, diary.find(session, dispute.booking_id))
    memberships.require_staff(session, booking.community_id, staff, now=now)
    require_open(session, booking)
    if staff.id in (booking.student_id, booking.mentor_person_id):
        raise Forbidden("dispute.own")
    words, found = _words(note, "note", LONGEST_NOTE), outcome or booking.outcome
    if found not in OUTCOMES:
        raise Invalid("dispute.outcome")
    left = funding.left(session, booking)
    verb = "refund" if left and refund == left else "resolve"
    before = booking.outcome
    moves.make(
        *(session, booking, verb, Who.STAFF),
        now=now,
        actor_id=staff.id,
        reason=REASON,
        note=words,
        outcome=str(found),
    )
    whole = bool(refund) or found == BookingState.MENTOR_NO_SHOW
    reason = f"dispute:{dispute.id}"
    prepaying.give_back(session, booking, refund, reason, now=now, actor_id=staff.id, whole=whole)
    prepaying.use_up(session, booking, now=now)
    if booking.state is BookingState.SETTLED:
        funding.settle(session, booking, now=now)
    attendance.count(session, booking, before, booking.outcome)
    if booking.outcome == BookingState.MENTOR_NO_SHOW:
        attendance.mark(session, booking, now=now, actor_id=staff.id)
    dispute.decided_at, dispute.decided_by = now, staff.id
    dispute.refunded, dispute.note = refund.amount, words
    _record(session, "dispute.resolved", booking, staff, now=now, refunded=refund.amount, found=str(found))


def reassign(session: Session, gone: int, kept: int) -> None:
    for column in (Dispute.person_id, Dispute.decided_by):
        session.execute(update(Dispute).where(column == gone).values({column: kept}))


# --- reads ------------------------------------------------------------------------------------


def require_objectable(session: Session, booking: Booking, *, now: datetime) -> None:
    """Raises `Conflict` where there is nothing to object to: not yet, not any more, or somebody has."""
    if attendance.may_object(booking, now):
        return
    if booking.state is BookingState.CONFIRMED:
        raise Conflict("dispute.early")
    dispute = of_booking(session, booking.id)
    if dispute is not None and dispute.decided_at is not None:
        raise Conflict("dispute.decided", decided=dispute.decided_at)
    if booking.stands_at is not None:
        raise Conflict("dispute.late", stood=booking.stands_at)
    raise Conflict(f"booking.is_{booking.state}")


def of_booking(session: Session, booking_id: int) -> Dispute | None:
    return session.scalar(select(Dispute).where(Dispute.booking_id == booking_id))


def open_in(session: Session, community_id: int) -> list[Dispute]:
    """Those that wait for staff, the oldest first."""
    waiting = select(Dispute).where(Dispute.community_id == community_id, Dispute.decided_at.is_(None))
    return list(session.scalars(waiting.order_by(Dispute.opened_at, Dispute.id)))


def require_open(session: Session, booking: Booking) -> Dispute:
    dispute = of_booking(session, booking.id)
    if dispute is None:
        raise Conflict(f"booking.is_{booking.state}")
    if dispute.decided_at is not None:
        raise Conflict("dispute.decided", decided=dispute.decided_at)
    return dispute


def _side(booking: Booking, actor: Person) -> Who:
    return Who.MENTOR if actor.id == booking.mentor_person_id else Who.STUDENT


def _words(text: str, field: str, longest: int = LONGEST) -> str:
    words = text.strip()
    if not words:
        raise Invalid("text.empty", field=field)
    if len(words) > longest:
        raise Invalid("text.long", field=field, longest=longest)
    return words


def _record(
    session: Session, event: str, booking: Booking, actor: Person, *, now: datetime, **facts: "str | int"
) -> None:
    session.flush()
    history.record(
        session,
        event,
        booking.id,
        now=now,
        actor_id=actor.id,
        community_id=booking.community_id,
        revision=booking.revision,
        **facts,
    )
