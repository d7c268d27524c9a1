"""The mentors whom anybody may see: approved, in a community that lets its mentors be public. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from core.discovery import search
from core.discovery.search import Page, Sort
from core.money import Money
from core.people.communities import Community
from core.people.expertise import MentorLanguage, MentorTopic
from core.people.mentors import Mentor, MentorState

PAGE: Final = 12
MOST_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """Empty parts leave everybody in. Each of `words` has to stand somewhere in the profile."""

    words: tuple[str, ...] = ()
    topic: str = ""
    language: str = ""
    highest: Money | None = None
    sort: Sort = Sort.BEST


def browse(session: Session, asked: Asked, number: int, *, language: str, now: datetime) -> Page:
    """One page (the first is 0) of those who fit; `language` is the reader's, for the best match."""
    fitting = _public(select(Mentor)).where(*_conditions(asked))
    total = session.scalar(select(func.count()).select_from(fitting.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(number, pages - 1)
    ordered = fitting.order_by(*search.order(asked.sort, language))
    rows = session.scalars(ordered.limit(PAGE).offset(number * PAGE)).all()
    return Page(search.looks(session, rows, now=now), number, pages, total)


def by_slug(session: Session, slug: str) -> Mentor | None:
    found: Mentor | None = session.scalar(_public(select(Mentor)).where(Mentor.slug == slug))
    return found


def topics(session: Session) -> list[str]:
    """The most frequent topics, at most 200."""
    counted = _public(select(MentorTopic.topic).join(Mentor, Mentor.id == MentorTopic.mentor_id))
    frequent = counted.group_by(MentorTopic.topic).order_by(func.count().desc(), MentorTopic.topic)
    return list(session.scalars(frequent.limit(200)))


def languages(session: Session) -> list[str]:
    spoken = _public(select(MentorLanguage.language).join(Mentor, Mentor.id == MentorLanguage.mentor_id))
    return list(session.scalars(spoken.distinct().order_by(MentorLanguage.language)))


def currencies(session: Session) -> list[str]:
    return list(session.scalars(_public(select(Mentor.currency)).distinct().order_by(Mentor.currency)))


def _public(query: Select[Any]) -> Select[Any]:
    """Communities from before there was the rule let their mentors be seen, as the rule's default does."""
    rule = Community.rules["public_directory"].as_boolean()
    return query.join(Community, Community.id == Mentor.community_id).where(
        Mentor.state == MentorState.APPROVED, Mentor.paused_at.is_(None), func.coalesce(rule, True)
    )


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [_says(word) for word in asked.words[:MOST_WORDS]]
    if asked.topic:
        folded = func.lower(MentorTopic.topic) == asked.topic.lower()
        either = or_(MentorTopic.topic == asked.topic, folded)
        conditions.append(exists().where(MentorTopic.mentor_id == Mentor.id, either))
    if asked.language:
        spoken = MentorLanguage.language == asked.language
        conditions.append(exists().where(MentorLanguage.mentor_id == Mentor.id, spoken))
    if asked.highest is not None:
        conditions.append(Mentor.currency == asked.highest.currency)
        conditions.append(Mentor.hourly_amount <= asked.highest.amount)
    return conditions


def _says(word: str) -> ColumnElement[bool]:
    told = (Mentor.name, Mentor.headline, Mentor.bio, Mentor.university, Mentor.company)
    about = exists().where(MentorTopic.mentor_id == Mentor.id, search.contains(MentorTopic.topic, word))
    return or_(*(search.contains(column, word) for column in told), about)
