"""News of a booking's own life: held, confirmed, over, lapsed, off."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking import diary
from core.booking.life import BookingState
from core.discovery import reviews
from core.history import History
from core.messages import reminders
from core.messages.news.telling import NEWS, Check, Rule, put_booking
from core.messages.outbox import Notice

LAPSING_BEFORE: Final = timedelta(minutes=5)
REVIEW_AFTER: Final = timedelta(minutes=15)


def _held(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if booking.hold_until is None or booking.hold_until - row.at < 2 * LAPSING_BEFORE:
        return
    put_booking(
        session,
        [booking.student_id],
        "lapsing",
        booking,
        due_at=booking.hold_until - LAPSING_BEFORE,
        expires_at=booking.hold_until,
    )


def _confirmed(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if row.facts.get("revision") != booking.revision or booking.state is not BookingState.CONFIRMED:
        return
    put_booking(
        session, [booking.student_id], "confirmed", booking, due_at=row.at, expires_at=booking.ends_at
    )
    put_booking(
        session, [booking.mentor_person_id], "booked", booking, due_at=now, expires_at=booking.ends_at
    )
    reminders.plan_for(session, booking, now=now)


def _completed(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    put_booking(
        session,
        [booking.student_id],
        "review",
        booking,
        due_at=booking.ends_at + REVIEW_AFTER,
        expires_at=booking.ends_at + reviews.OPEN,
    )


def _expired(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    put_booking(
        session, [booking.student_id], "lapsed", booking, due_at=now, expires_at=now + timedelta(hours=6)
    )


def _canceled(session: Session, row: History, now: datetime) -> None:
    if row.facts.get("reason") != "refunded":
        return
    booking = diary.find(session, row.subject_id)
    both = [booking.student_id, booking.mentor_person_id]
    put_booking(session, both, "canceled", booking, due_at=row.at, expires_at=row.at + NEWS)


def _reminders_chosen(session: Session, row: History, now: datetime) -> None:
    for booking in diary.confirmed_of(session, row.subject_id, now=now):
        reminders.plan_for_person(session, booking, row.subject_id, now=now)


def in_state(*states: BookingState) -> Check:
    """A notice about the booking as it was: of its present revision, in one of these states."""

    def check(session: Session, notice: Notice, now: datetime) -> str:
        booking = diary.find(session, notice.subject_id)
        if booking.revision != notice.revision:
            return "moved"
        return "" if booking.state in states else str(booking.state)

    return check


def _review(session: Session, notice: Notice, now: datetime) -> str:
    reason = in_state(BookingState.COMPLETED)(session, notice, now)
    given = reviews.of_booking(session, notice.subject_id) is not None
    return reason or ("reviewed" if given else "")


def reminder(session: Session, notice: Notice, now: datetime) -> str:
    reason = in_state(BookingState.CONFIRMED)(session, notice, now)
    if reason:
        return reason
    booking = diary.find(session, notice.subject_id)
    offset = int(notice.kind.removeprefix(reminders.KIND))
    return "" if offset in reminders.offsets_of(session, booking, notice.person_id) else "not wanted"


RULES: Final[Mapping[str, Rule]] = {
    "booking.held": _held,
    "booking.confirmed": _confirmed,
    "booking.completed": _completed,
    "booking.expired": _expired,
    "booking.canceled": _canceled,
    "person.reminders": _reminders_chosen,
}
CHECKS: Final[Mapping[str, Check]] = {
    "lapsing": in_state(BookingState.HELD),
    "confirmed": in_state(BookingState.CONFIRMED),
    "booked": in_state(BookingState.CONFIRMED),
    "lapsed": in_state(BookingState.EXPIRED),
    "canceled": in_state(BookingState.CANCELED),
    "review": _review,
}
