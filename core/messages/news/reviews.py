"""News of reviews: asked for, published, answered, reported, decided about."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking import diary, disputes
from core.booking.life import OUTCOME_AFTER, BookingState
from core.discovery import reports, written
from core.discovery.written import Review
from core.history import History
from core.messages.news.telling import Check, Rule, put, put_booking, staff
from core.messages.outbox import Notice
from core.people import people

AGAIN_AFTER: Final = timedelta(hours=24)
AFTER_A_DECISION: Final = timedelta(hours=1)
"""The staff's word is read first."""


def _completed(session: Session, row: History, now: datetime) -> None:
    """Both are asked, and once more who has not written by then."""
    booking = diary.find(session, row.subject_id)
    both = [booking.student_id, booking.mentor_person_id]
    again, closes = booking.ends_at + AGAIN_AFTER, booking.ends_at + written.OPEN
    put_booking(session, both, "review", booking, due_at=booking.ends_at + OUTCOME_AFTER, expires_at=again)
    put_booking(session, both, "review_again", booking, due_at=again, expires_at=closes)


def _resolved(session: Session, row: History, now: datetime) -> None:
    """Staff found that a session took place after all: only now is there something to review."""
    booking = diary.find(session, row.subject_id)
    dispute, closes = disputes.of_booking(session, booking.id), booking.ends_at + written.OPEN
    was_missed = dispute is not None and dispute.proposed != BookingState.COMPLETED
    if was_missed and booking.outcome == BookingState.COMPLETED and row.at + AFTER_A_DECISION < closes:
        both = [booking.student_id, booking.mentor_person_id]
        put_booking(session, both, "review", booking, due_at=row.at + AFTER_A_DECISION, expires_at=closes)


def _published(session: Session, row: History, now: datetime) -> None:
    """Whom it is about; and its author, where the other wrote nothing to hear of instead."""
    review = written.find(session, row.subject_id)
    alone = len(written.of_booking(session, review.booking_id)) == 1
    author = [written.author_id(session, review)] if alone else []
    put(session, [written.about_id(session, review), *author], "review_out", row, revision=0)


def _answered(session: Session, row: History, now: datetime) -> None:
    author = written.author_id(session, written.find(session, row.subject_id))
    put(session, [author], "review_reply", row, revision=0)


def _decided(session: Session, row: History, now: datetime) -> None:
    """The author, and who had asked for it."""
    author = written.author_id(session, written.find(session, row.subject_id))
    asked: Sequence[int] = reports.reporters(session, row.subject_id, row.at)
    put(session, [author, *asked], "review_decided", row, revision=row.id)


def _asked(session: Session, notice: Notice, now: datetime) -> str:
    booking = diary.find(session, notice.subject_id)
    if not written.is_open(booking, now):
        return str(booking.state)
    mine = written.mine(session, booking, people.find(session, notice.person_id), now=now)
    return "" if mine.stars is None else "reviewed"


def _shown(session: Session, notice: Notice, now: datetime) -> str:
    return "" if _review(session, notice).is_shown else "hidden"


def _waits(session: Session, notice: Notice, now: datetime) -> str:
    reported = reports.of_review(session, notice.subject_id)
    return "" if any(report.decided_at is None for report in reported) else "decided"


def _stands(session: Session, notice: Notice, now: datetime) -> str:
    """The decision that the revision tells of is the last."""
    row = session.get_one(History, notice.revision)
    hidden = _review(session, notice).hidden_at is not None
    return "" if hidden is row.facts["hidden"] else "decided again"


def _review(session: Session, notice: Notice) -> Review:
    return written.find(session, notice.subject_id)


RULES: Final[Mapping[str, Rule]] = {
    "booking.completed": _completed,
    "dispute.resolved": _resolved,
    "review.published": _published,
    "review.answered": _answered,
    "review.reported": staff("review_reported"),
    "review.decided": _decided,
}
CHECKS: Final[Mapping[str, Check]] = {
    "review": _asked,
    "review_again": _asked,
    "review_out": _shown,
    "review_reply": _shown,
    "review_reported": _waits,
    "review_decided": _stands,
}
