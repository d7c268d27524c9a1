"""News of requests: asked, answered, still open, taken back, lapsed; and of the payment that an answer waits for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking import diary, requests
from core.booking.life import Booking, BookingState, Who
from core.history import History
from core.messages.news.bookings import in_state
from core.messages.news.telling import NEWS, Check, Rule, put_booking
from core.messages.outbox import Notice
from core.payments import payments
from core.payments.purposes import Purpose

LONG_WAIT: Final = timedelta(hours=1)
"""A mentor with less time than this is not reminded of a request."""
LAST_CALL: Final = timedelta(minutes=30)
"""How long before the end of an accepted hold its student is reminded to pay."""


def _requested(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if booking.hold_until is None or booking.state is not BookingState.REQUESTED:
        return
    mentor, until = [booking.mentor_person_id], booking.hold_until
    put_booking(session, mentor, "requested", booking, due_at=row.at, expires_at=until)
    if until - row.at >= LONG_WAIT:
        half = row.at + (until - row.at) / 2
        put_booking(session, mentor, "unanswered", booking, due_at=half, expires_at=until)


def _accepted(session: Session, row: History, now: datetime) -> None:
    """One for nothing is confirmed at once, which is told by itself."""
    booking = diary.find(session, row.subject_id)
    if booking.hold_until is None or booking.state is not BookingState.HELD:
        return
    took_other_time = row.facts.get("who") == Who.STUDENT
    reader = booking.mentor_person_id if took_other_time else booking.student_id
    until = booking.hold_until
    put_booking(session, [reader], "accepted", booking, due_at=row.at, expires_at=until)
    if until - row.at >= 2 * LAST_CALL:
        put_booking(
            session, [booking.student_id], "unpaid", booking, due_at=until - LAST_CALL, expires_at=until
        )


def _declined(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    _tell(session, booking, row, "declined", booking.student_id)


def _canceled(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if booking.closed_reason == "released" and requests.was_asked(booking):
        _tell(session, booking, row, "withdrawn", booking.mentor_person_id)


def _expired(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if requests.was_asked(booking):
        _tell(session, booking, row, "request_lapsed", booking.student_id, booking.mentor_person_id)


def _tell(session: Session, booking: Booking, row: History, kind: str, *people: int) -> None:
    put_booking(session, people, kind, booking, due_at=row.at, expires_at=row.at + NEWS)


def _unpaid(session: Session, notice: Notice, now: datetime) -> str:
    reason = in_state(BookingState.HELD)(session, notice, now)
    return reason or ("arriving" if payments.is_arriving(session, Purpose(notice.subject_id)) else "")


RULES: Final[Mapping[str, Rule]] = {
    "booking.requested": _requested,
    "booking.accepted": _accepted,
    "booking.declined": _declined,
    "booking.canceled": _canceled,
    "booking.expired": _expired,
}
CHECKS: Final[Mapping[str, Check]] = {
    "requested": in_state(BookingState.REQUESTED),
    "unanswered": in_state(BookingState.REQUESTED),
    "accepted": in_state(BookingState.HELD),
    "unpaid": _unpaid,
    "declined": in_state(BookingState.DECLINED),
    "withdrawn": in_state(BookingState.CANCELED),
    "request_lapsed": in_state(BookingState.EXPIRED),
}
