"""What mentors help with and the languages they do it in. The only writer of both."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id


class MentorTopic(Base):
    __tablename__ = "mentor_topics"
    __table_args__ = (UniqueConstraint("mentor_id", "topic"),)

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    topic: Mapped[str] = mapped_column(String(40), index=True)


class MentorLanguage(Base):
    __tablename__ = "mentor_languages"
    __table_args__ = (UniqueConstraint("mentor_id", "language"),)

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    language: Mapped[str] = mapped_column(String(12), index=True)


def write(session: Session, mentor_id: int, *, topics: Iterable[str], languages: Iterable[str]) -> None:
    """Puts these in place of those before, each once, in their order."""
    session.execute(delete(MentorTopic).where(MentorTopic.mentor_id == mentor_id))
    session.execute(delete(MentorLanguage).where(MentorLanguage.mentor_id == mentor_id))
    session.add_all(MentorTopic(mentor_id=mentor_id, topic=topic) for topic in dict.fromkeys(topics))
    session.add_all(
        MentorLanguage(mentor_id=mentor_id, language=language) for language in dict.fromkeys(languages)
    )
    session.flush()


def topics(session: Session, mentor_id: int) -> list[str]:
    return topics_of(session, [mentor_id])[mentor_id]


def topics_of(session: Session, mentor_ids: Sequence[int]) -> dict[int, list[str]]:
    return _lists(session, _TOPICS, mentor_ids)


def languages(session: Session, mentor_id: int) -> list[str]:
    return languages_of(session, [mentor_id])[mentor_id]


def languages_of(session: Session, mentor_ids: Sequence[int]) -> dict[int, list[str]]:
    return _lists(session, _LANGUAGES, mentor_ids)


def _lists(session: Session, query: Select[int, str], mentor_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {mentor: [] for mentor in mentor_ids}
    for mentor, word in session.execute(query, {"mentors": mentor_ids}):
        found[mentor].append(word)
    return found


# --- statements of the hot path, made once ----------------------------------------------------

_TOPICS: Final = (
    select(MentorTopic.mentor_id, MentorTopic.topic)
    .where(MentorTopic.mentor_id.in_(bindparam("mentors", expanding=True)))
    .order_by(MentorTopic.id)
)
_LANGUAGES: Final = (
    select(MentorLanguage.mentor_id, MentorLanguage.language)
    .where(MentorLanguage.mentor_id.in_(bindparam("mentors", expanding=True)))
    .order_by(MentorLanguage.id)
)
