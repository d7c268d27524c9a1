"""News of people themselves: applications, accounts that were joined, browsers that were let in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.history import History
from core.messages import outbox
from core.messages.news.telling import NEWS, Check, Rule, put, staff
from core.messages.outbox import Notice
from core.people import browsers, mentors, people
from core.people.mentors import MentorState


def _mentor(kind: str) -> Rule:
    def rule(session: Session, row: History, now: datetime) -> None:
        mentor = mentors.find(session, row.subject_id)
        put(session, [mentor.person_id], kind, row, revision=row.id)

    return rule


def _entered(session: Session, row: History, now: datetime) -> None:
    if row.actor_id is not None:
        put(session, [row.actor_id], "entered", row, revision=0)


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


def _stale_mentor(session: Session, notice: Notice, now: datetime) -> str:
    state = mentors.find(session, notice.subject_id).state
    wanted = MentorState.APPLIED if notice.kind == "application" else MentorState(notice.kind)
    return "" if state is wanted else str(state)


def _entered_still(session: Session, notice: Notice, now: datetime) -> str:
    return "" if browsers.is_signed_in(session, notice.subject_id, now=now) else "signed out"


RULES: Final[Mapping[str, Rule]] = {
    "mentor.applied": staff("application"),
    "mentor.approved": _mentor("approved"),
    "mentor.rejected": _mentor("rejected"),
    "person.joined": _joined,
    "browser.entered": _entered,
}
CHECKS: Final[Mapping[str, Check]] = {
    "application": _stale_mentor,
    "approved": _stale_mentor,
    "rejected": _stale_mentor,
    "entered": _entered_still,
}
