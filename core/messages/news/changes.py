"""News of changes: moved, called off, other times proposed and answered; and of mentors who cancel too often."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.booking import canceling, diary, proposals
from core.booking.life import BookingState, Who
from core.history import History
from core.messages import reminders
from core.messages.news.bookings import in_state
from core.messages.news.telling import Check, Rule, put, put_booking
from core.messages.outbox import Notice
from core.people import memberships, mentors

STAYED: Final = "proposal_refused"


def _moved(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if row.facts.get("revision") != booking.revision or booking.state is not BookingState.CONFIRMED:
        return
    both = [booking.student_id, booking.mentor_person_id]
    put_booking(session, both, "moved", booking, due_at=row.at, expires_at=booking.ends_at)
    reminders.plan_for(session, booking, now=now)


def _canceled(session: Session, row: History, now: datetime) -> None:
    """Whoever did it has seen it; a hold that was let go was nobody else's business."""
    booking = diary.find(session, row.subject_id)
    student, mentor = booking.student_id, booking.mentor_person_id
    told = {
        "refunded": [student, mentor],
        canceling.REASONS[Who.STUDENT]: [mentor],
        canceling.REASONS[Who.MENTOR]: [student],
        canceling.REASONS[Who.STAFF]: [student, mentor],
        canceling.REFUSED_MOVE: [mentor],
    }
    people = told.get(str(row.facts.get("reason")), [])
    put(session, people, "canceled", row, revision=row.id)


def _proposed(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    proposal = proposals.standing(session, booking, now=now)
    if proposal is None or proposal.id != row.facts.get("proposal"):
        return
    put(session, [booking.student_id], "proposed", row, revision=row.id)


def _stayed(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    put(session, [booking.mentor_person_id], STAYED, row, revision=row.id)


def _mentor(kind: str) -> Rule:
    """Tells the mentor how their cancellations stand."""

    def rule(session: Session, row: History, now: datetime) -> None:
        put(session, [mentors.find(session, row.subject_id).person_id], kind, row, revision=row.id)

    return rule


def _paused(session: Session, row: History, now: datetime) -> None:
    mentor = mentors.find(session, row.subject_id)
    put(session, [mentor.person_id], "paused", row, revision=row.id)
    staff = [each for each in memberships.staff(session, mentor.community_id) if each != mentor.person_id]
    put(session, staff, "paused_staff", row, revision=row.id)


def _is(*states: BookingState) -> Check:
    """Each piece of such news has a revision of its own: the same may happen to a booking again."""

    def check(session: Session, notice: Notice, now: datetime) -> str:
        state = diary.find(session, notice.subject_id).state
        return "" if state in states else str(state)

    return check


def _is_open(session: Session, notice: Notice, now: datetime) -> str:
    proposal = proposals.standing(session, diary.find(session, notice.subject_id), now=now)
    return "" if proposal is not None and proposal.proposed_at == notice.due_at else "answered"


def _is_paused(session: Session, notice: Notice, now: datetime) -> str:
    return "" if mentors.find(session, notice.subject_id).paused_at is not None else "resumed"


RULES: Final[Mapping[str, Rule]] = {
    "booking.moved": _moved,
    "booking.canceled": _canceled,
    "booking.proposed": _proposed,
    "booking.proposal_refused": _stayed,
    "mentor.warned": _mentor("warned"),
    "mentor.paused": _paused,
    "mentor.resumed": _mentor("resumed"),
}
CHECKS: Final[Mapping[str, Check]] = {
    "moved": in_state(BookingState.CONFIRMED),
    "canceled": _is(BookingState.CANCELED),
    "proposed": _is_open,
    STAYED: _is(*proposals.ANSWERABLE),
    "paused": _is_paused,
    "paused_staff": _is_paused,
}
