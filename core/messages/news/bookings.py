"""News of a booking's own life: held, confirmed, over, lapsed, off."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking import diary, requests, waiting
from core.booking.life import BookingState, Origin
from core.history import History
from core.messages import reminders
from core.messages.news.telling import Check, Rule, put_booking
from core.messages.outbox import Notice

LAPSING_BEFORE: Final = timedelta(minutes=5)


def _held(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if booking.origin is Origin.WAITLIST:
        return  # its own message counts it down
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


def _expired(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if requests.was_asked(booking):
        return  # a request has words of its own
    if booking.origin is Origin.WAITLIST and waiting.is_unclaimed(session, booking):
        return  # nobody had asked for it
    put_booking(
        session, [booking.student_id], "lapsed", booking, due_at=now, expires_at=now + timedelta(hours=6)
    )


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


def _lapsing(session: Session, notice: Notice, now: datetime) -> str:
    """What a mentor has accepted since has another end."""
    accepted = diary.find(session, notice.subject_id).accepted_at is not None
    return "accepted" if accepted else in_state(BookingState.HELD)(session, notice, now)


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
    "booking.expired": _expired,
    "person.reminders": _reminders_chosen,
}
CHECKS: Final[Mapping[str, Check]] = {
    "lapsing": _lapsing,
    "confirmed": in_state(BookingState.CONFIRMED),
    "booked": in_state(BookingState.CONFIRMED),
    "lapsed": in_state(BookingState.EXPIRED),
}
