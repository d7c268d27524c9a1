"""From history to notices: who hears of what happened, and when. Booking knows nothing of this.

Right after a commit the fan-out takes new history rows and plans a notice for each reader. Whether a notice is
still true is asked again when it is sent.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import diary, settling
from core.booking.life import Booking, BookingState
from core.discovery import reviews
from core.history import History
from core.messages import outbox, reminders
from core.messages.outbox import Notice
from core.payments import payments
from core.people import browsers, communities, mentors, people
from core.people.mentors import MentorState

Rule = Callable[[Session, History, datetime], None]

BATCH: Final = 200
NEWS: Final = timedelta(days=2)
LAPSING_BEFORE: Final = timedelta(minutes=5)
REVIEW_AFTER: Final = timedelta(minutes=15)


def fan_out(session: Session, *, now: datetime) -> int:
    """Makes notices of what happened since; how many rows there were."""
    rows = session.scalars(
        select(History)
        .where(History.told_at.is_(None))
        .order_by(History.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        rule = RULES.get(row.event)
        if rule is not None:
            rule(session, row, now)
        row.told_at = now
    return len(rows)


# --- who hears of what ------------------------------------------------------------------------


def _held(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if booking.hold_until is None or booking.hold_until - row.at < 2 * LAPSING_BEFORE:
        return
    _put_booking(
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
    _put_booking(
        session, [booking.student_id], "confirmed", booking, due_at=row.at, expires_at=booking.ends_at
    )
    _put_booking(
        session, [booking.mentor_person_id], "booked", booking, due_at=now, expires_at=booking.ends_at
    )
    reminders.plan_for(session, booking, now=now)


def _completed(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    _put_booking(
        session,
        [booking.student_id],
        "review",
        booking,
        due_at=booking.ends_at + REVIEW_AFTER,
        expires_at=booking.ends_at + reviews.OPEN,
    )


def _expired(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    _put_booking(
        session, [booking.student_id], "lapsed", booking, due_at=now, expires_at=now + timedelta(hours=6)
    )


def _canceled(session: Session, row: History, now: datetime) -> None:
    if row.facts.get("reason") != "refunded":
        return
    booking = diary.find(session, row.subject_id)
    both = [booking.student_id, booking.mentor_person_id]
    _put_booking(session, both, "canceled", booking, due_at=row.at, expires_at=row.at + NEWS)


def _payer(kind: str) -> Rule:
    """Tells the one who paid; each piece of news about a payment has a revision of its own."""

    def rule(session: Session, row: History, now: datetime) -> None:
        payment = payments.find(session, row.subject_id)
        _put(session, [payment.person_id], kind, row, revision=row.id)

    return rule


def _staff(kind: str) -> Rule:
    def rule(session: Session, row: History, now: datetime) -> None:
        if row.community_id is not None:
            _put(session, communities.staff(session, row.community_id), kind, row, revision=row.id)

    return rule


def _mentor(kind: str) -> Rule:
    def rule(session: Session, row: History, now: datetime) -> None:
        mentor = mentors.find(session, row.subject_id)
        _put(session, [mentor.person_id], kind, row, revision=row.id)

    return rule


def _entered(session: Session, row: History, now: datetime) -> None:
    if row.actor_id is not None:
        _put(session, [row.actor_id], "entered", row, revision=0)


def _reminders_chosen(session: Session, row: History, now: datetime) -> None:
    for booking in diary.confirmed_of(session, row.subject_id, now=now):
        reminders.plan_for_person(session, booking, row.subject_id, now=now)


def _joined(session: Session, row: History, now: datetime) -> None:
    """Every chat of the person hears of it, lest only the one who did it does."""
    for account in people.identities(session, row.subject_id):
        outbox.put(
            session,
            [row.subject_id],
            outbox.JOINED,
            account.id,
            community_id=None,
            due_at=row.at,
            expires_at=row.at + NEWS,
            revision=row.id,
        )


RULES: Final[Mapping[str, Rule]] = {
    "booking.held": _held,
    "booking.confirmed": _confirmed,
    "booking.completed": _completed,
    "booking.expired": _expired,
    "booking.canceled": _canceled,
    "payment.paid": _payer("receipt"),
    "payment.processing": _payer("processing"),
    "payment.late": _payer("late"),
    "payment.refunded": _payer("refunded"),
    "refund.succeeded": _payer("refunded"),
    "refund.failed": _staff("trouble"),
    "payment.flagged": _staff("trouble"),
    "payment.refused": _staff("trouble"),
    "mentor.applied": _staff("application"),
    "mentor.approved": _mentor("approved"),
    "mentor.rejected": _mentor("rejected"),
    "person.reminders": _reminders_chosen,
    "person.joined": _joined,
    "browser.entered": _entered,
}


# --- whether it is still true -----------------------------------------------------------------


def stale(session: Session, notice: Notice, *, now: datetime) -> str:
    """Why nobody needs this notice any more; empty while it is true."""
    if now > notice.expires_at:
        return "expired"
    if notice.kind in ("application", "approved", "rejected"):
        return _stale_mentor(session, notice)
    if notice.kind in BOOKING_STATES or notice.kind.startswith(reminders.KIND):
        return _stale_booking(session, notice)
    if notice.kind == "entered":
        return "" if browsers.is_signed_in(session, notice.subject_id, now=now) else "signed out"
    if notice.kind == "late":
        payment = payments.find(session, notice.subject_id)
        return "" if settling.late_payment(session, diary.find(session, payment.booking_id)) else "chosen"
    return ""


BOOKING_STATES: Final = {
    "lapsing": BookingState.HELD,
    "confirmed": BookingState.CONFIRMED,
    "booked": BookingState.CONFIRMED,
    "lapsed": BookingState.EXPIRED,
    "canceled": BookingState.CANCELED,
    "review": BookingState.COMPLETED,
}


def _stale_booking(session: Session, notice: Notice) -> str:
    booking = diary.find(session, notice.subject_id)
    if booking.revision != notice.revision:
        return "moved"
    if booking.state is not BOOKING_STATES.get(notice.kind, BookingState.CONFIRMED):
        return str(booking.state)
    if notice.kind == "review" and reviews.of_booking(session, booking.id) is not None:
        return "reviewed"
    if notice.kind.startswith(reminders.KIND):
        offset = int(notice.kind.removeprefix(reminders.KIND))
        return "" if offset in reminders.offsets_of(session, booking, notice.person_id) else "not wanted"
    return ""


def _stale_mentor(session: Session, notice: Notice) -> str:
    state = mentors.find(session, notice.subject_id).state
    wanted = MentorState.APPLIED if notice.kind == "application" else MentorState(notice.kind)
    return "" if state is wanted else str(state)


def _put_booking(
    session: Session,
    person_ids: Sequence[int],
    kind: str,
    booking: Booking,
    *,
    due_at: datetime,
    expires_at: datetime,
) -> None:
    outbox.put(
        session,
        person_ids,
        kind,
        booking.id,
        community_id=booking.community_id,
        due_at=due_at,
        expires_at=expires_at,
        revision=booking.revision,
    )


def _put(session: Session, person_ids: Sequence[int], kind: str, row: History, *, revision: int) -> None:
    outbox.put(
        session,
        person_ids,
        kind,
        row.subject_id,
        community_id=row.community_id,
        due_at=row.at,
        expires_at=row.at + NEWS,
        revision=revision,
    )
