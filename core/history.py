"""What happened, once and in order: the one source of audit, notices and metrics.

A verb records in its own transaction; rows are never changed but for `told_at`, which the fan-out of
messages sets when it has made notices of the row, and for the ids of a person who is joined to another.
"""

from datetime import datetime
from typing import Final, cast

from sqlalchemy import Index, String, Table, func, insert, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id

ABOUT_PEOPLE: Final = (
    *("person.zone", "person.language", "person.reminders", "person.messages"),
    *("person.mail", "person.joined"),
    *("role.given", "role.taken", "role.failed"),
)
"""Events whose subject is a person."""


class History(Base):
    """`event` is `noun.verb`, `subject_id` the noun's id, `actor_id` a person or nobody (a clock, a provider)."""

    __tablename__ = "history"
    __table_args__ = (
        Index(
            "ix_history_untold",
            "id",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
        Index("ix_history_subject", "event", "subject_id"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    community_id: Mapped[int | None]
    actor_id: Mapped[int | None]
    facts: Mapped[dict[str, object]]
    told_at: Mapped[datetime | None]


def record(
    session: Session,
    event: str,
    subject_id: int,
    *,
    now: datetime,
    actor_id: int | None = None,
    community_id: int | None = None,
    **facts: object,
) -> None:
    """Writes down what was done. Facts are plain JSON values."""
    row = {
        "at": now,
        "event": event,
        "subject_id": subject_id,
        "community_id": community_id,
        "actor_id": actor_id,
        "facts": facts,
    }
    session.execute(_RECORD, row)


def last(session: Session) -> int:
    """The number of the latest row."""
    return session.scalar(select(func.max(History.id))) or 0


def knows(session: Session, event: str, subject_id: int) -> bool:
    """Whether this was ever written down of it."""
    row = select(History.id).where(History.event == event, History.subject_id == subject_id)
    return session.scalar(row.limit(1)) is not None


def latest(session: Session, event: str, subject_id: int) -> History | None:
    """The last time that this was written down of it."""
    rows = select(History).where(History.event == event, History.subject_id == subject_id)
    return session.scalar(rows.order_by(History.id.desc()).limit(1))


def find(session: Session, row_id: int) -> History:
    return session.get_one(History, row_id)


def reassign(session: Session, gone: int, kept: int) -> None:
    """What a person did, and what was done to them, is told of the one they were joined to."""
    session.execute(update(History).where(History.actor_id == gone).values(actor_id=kept))
    about = (History.event.in_(ABOUT_PEOPLE), History.subject_id == gone)
    session.execute(update(History).where(*about).values(subject_id=kept))


_RECORD: Final = insert(cast(Table, History.__table__)).inline()
