"""Half-filled forms: what a person typed stays until it is taken, so a refusal or a restart loses nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id

KEPT = timedelta(days=7)


class Draft(Base):
    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "form"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    form: Mapped[str] = mapped_column(String(64))
    answers: Mapped[dict[str, object]]
    kept_at: Mapped[datetime]


def keep(session: Session, person_id: int, form: str, answers: Mapping[str, str], *, now: datetime) -> None:
    """Remembers answers, on top of what the form's draft held already."""
    draft = _draft(session, person_id, form)
    if draft is None:
        draft = Draft(person_id=person_id, form=form, answers={})
        session.add(draft)
    draft.answers = {**draft.answers, **answers}
    draft.kept_at = now


def kept(session: Session, person_id: int, form: str) -> dict[str, str]:
    """The answers so far; empty where there is no draft."""
    draft = _draft(session, person_id, form)
    return {name: str(answer) for name, answer in draft.answers.items()} if draft else {}


def discard(session: Session, person_id: int, form: str) -> None:
    session.execute(delete(Draft).where(Draft.person_id == person_id, Draft.form == form))


def reassign(session: Session, gone: int, kept: int) -> None:
    """Of a form that both have begun, what was typed later stays."""
    theirs = {draft.form: draft for draft in _of(session, kept)}
    for draft in _of(session, gone):
        other = theirs.get(draft.form)
        if other is not None:
            session.delete(min(draft, other, key=lambda each: each.kept_at))
    session.flush()
    session.execute(update(Draft).where(Draft.person_id == gone).values(person_id=kept))


def purge(session: Session, *, now: datetime) -> None:
    """Forgets drafts that nobody came back to."""
    session.execute(delete(Draft).where(Draft.kept_at < now - KEPT))


def _of(session: Session, person_id: int) -> list[Draft]:
    return list(session.scalars(select(Draft).where(Draft.person_id == person_id)))


def _draft(session: Session, person_id: int, form: str) -> Draft | None:
    return session.scalar(select(Draft).where(Draft.person_id == person_id, Draft.form == form))
