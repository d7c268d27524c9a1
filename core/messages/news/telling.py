"""What the topics share: a rule makes notices of a row of history, a check says why one is not needed any more."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.history import History
from core.messages import outbox
from core.messages.outbox import Notice
from core.people import memberships

Rule = Callable[[Session, History, datetime], None]
Check = Callable[[Session, Notice, datetime], str]
"""Why a notice is not sent any more; empty while it is true."""

NEWS: Final = timedelta(days=2)


def staff(kind: str) -> Rule:
    """Tells the staff of the community; each row of history has a revision of its own."""

    def rule(session: Session, row: History, now: datetime) -> None:
        if row.community_id is not None:
            put(session, memberships.staff(session, row.community_id), kind, row, revision=row.id)

    return rule


def put_booking(
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
        session_at=booking.starts_at,
    )


def put(session: Session, person_ids: Sequence[int], kind: str, row: History, *, revision: int) -> None:
    booking = session.get(Booking, row.subject_id) if row.event.startswith("booking.") else None
    outbox.put(
        session,
        person_ids,
        kind,
        row.subject_id,
        community_id=row.community_id,
        due_at=row.at,
        expires_at=row.at + NEWS,
        revision=revision,
        session_at=booking.starts_at if booking else None,
    )
