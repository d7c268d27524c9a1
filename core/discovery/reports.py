"""What readers ask the staff to look at: one report a reader and review. The only writer of reports."""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id

LONGEST_REASON: Final = 300
UNDECIDED: Final = text("decided_at IS NULL")


class Report(Base):
    """`decided_at` is when staff kept or hid the review because of it."""

    __tablename__ = "review_reports"
    __table_args__ = (
        UniqueConstraint("review_id", "person_id"),
        Index("ix_review_reports_open", "review_id", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
    )

    id: Mapped[Id]
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


def file(session: Session, review_id: int, reader_id: int, reason: str, *, now: datetime) -> None:
    session.add(Report(review_id=review_id, person_id=reader_id, reason=reason, at=now))
    session.flush()


def decide(session: Session, review_id: int, *, now: datetime) -> None:
    """All that wait for this review are answered."""
    waits = (Report.review_id == review_id, Report.decided_at.is_(None))
    session.execute(update(Report).where(*waits).values(decided_at=now))


def reassign(session: Session, gone: int, kept: int) -> None:
    """Of two reports of one review the kept person's stays."""
    theirs = select(Report.review_id).where(Report.person_id == kept)
    session.execute(delete(Report).where(Report.person_id == gone, Report.review_id.in_(theirs)))
    session.execute(update(Report).where(Report.person_id == gone).values(person_id=kept))


def of_review(session: Session, review_id: int) -> list[Report]:
    """Decided or not, the oldest first."""
    return list(session.scalars(select(Report).where(Report.review_id == review_id).order_by(Report.id)))


def reporters(session: Session, review_id: int, decided_at: datetime) -> list[int]:
    """Whose reports were answered then."""
    answered = (Report.review_id == review_id, Report.decided_at == decided_at)
    return list(session.scalars(select(Report.person_id).where(*answered).order_by(Report.person_id)))
