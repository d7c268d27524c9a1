"""News of who came: one waits alone, what the evidence says, what stands; and of disputes.

A session that both came to makes no news here: the request for a review carries what is to be said.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.booking import attendance, diary, disputes
from core.booking.life import Booking, BookingState, Who
from core.history import History
from core.messages.news.bookings import in_state
from core.messages.news.telling import Check, Rule, put, put_booking
from core.messages.outbox import Notice
from core.people import memberships

NO_SHOWS: Final = (BookingState.STUDENT_NO_SHOW, BookingState.MENTOR_NO_SHOW)


def _checked_in(session: Session, row: History, now: datetime) -> None:
    """In a while somebody may still be alone there."""
    booking = diary.find(session, row.subject_id)
    due_at = max(row.at, attendance.is_waited_at(booking))
    if row.facts.get("revision") == booking.revision and due_at < booking.ends_at:
        put_booking(session, _both(booking), "one_waits", booking, due_at=due_at, expires_at=booking.ends_at)


def _missed(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    put(session, _both(booking), "outcome", row, revision=booking.revision)


def _refunded(session: Session, row: History, now: datetime) -> None:
    """The student hears of the money at each of its steps, but not of a session that is back in a pack; what staff
    decided is told as such.
    """
    if row.facts.get("reason") != disputes.REASON:
        booking = diary.find(session, row.subject_id)
        told = [booking.mentor_person_id] if booking.pack_id is None else _both(booking)
        put(session, told, "outcome_stands", row, revision=booking.revision)


def _disputed(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    others = [person_id for person_id in _both(booking) if person_id != row.actor_id]
    put(session, others, "dispute_opened", row, revision=booking.revision)
    staff = [each for each in memberships.staff(session, booking.community_id) if each not in _both(booking)]
    put(session, staff, "dispute", row, revision=booking.revision)


def _stated(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    dispute = disputes.of_booking(session, booking.id)
    if dispute is not None:
        by_mentor = dispute.by is Who.MENTOR
        opener = booking.mentor_person_id if by_mentor else booking.student_id
        put(session, [opener], "dispute_stated", row, revision=booking.revision)


def _resolved(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    put(session, _both(booking), "dispute_resolved", row, revision=booking.revision)


def _still_alone(session: Session, notice: Notice, now: datetime) -> str:
    reason = in_state(BookingState.CONFIRMED)(session, notice, now)
    return reason or ("" if attendance.is_one_alone(diary.find(session, notice.subject_id)) else "both there")


def _both(booking: Booking) -> list[int]:
    return [booking.student_id, booking.mentor_person_id]


RULES: Final[Mapping[str, Rule]] = {
    "booking.checked_in": _checked_in,
    "booking.student_no_show": _missed,
    "booking.mentor_no_show": _missed,
    "booking.refunded": _refunded,
    "booking.disputed": _disputed,
    "dispute.stated": _stated,
    "dispute.resolved": _resolved,
}
CHECKS: Final[Mapping[str, Check]] = {
    "one_waits": _still_alone,
    "outcome": in_state(*NO_SHOWS),
    "outcome_stands": in_state(BookingState.REFUNDED),
    "dispute_opened": in_state(BookingState.DISPUTED),
    "dispute_stated": in_state(BookingState.DISPUTED),
    "dispute": in_state(BookingState.DISPUTED),
}
