"""Finding mentors: filters and orders over the approved mentors of one community. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session

from core.booking import openings
from core.discovery import figures
from core.discovery.figures import Figures
from core.money import Money
from core.people import expertise, rates
from core.people.expertise import MentorLanguage, MentorTopic
from core.people.mentors import SHORTEST, Mentor, MentorState
from core.schedule.times import day_window

PAGE: Final = 5
PRIOR_STARS: Final = 4
PRIOR_COUNT: Final = 3
NOTHING_YET: Final = Figures()


class Sort(StrEnum):
    BEST = "best"
    PRICE = "price"
    RATING = "rating"
    SESSIONS = "sessions"


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty filters leave everybody in. `highest` is an hourly price, `free_on` a day of the reader's calendar."""

    topic: str = ""
    language: str = ""
    place: str = ""
    highest: Money | None = None
    lowest_rating: float | None = None
    free_on: date | None = None
    sort: Sort = Sort.BEST


@dataclass(frozen=True, slots=True)
class Found:
    """One mentor with what a card shows."""

    mentor: Mentor
    topics: list[str]
    languages: list[str]
    prices: dict[int, Money]
    next_free: datetime | None
    figures: Figures = NOTHING_YET


@dataclass(frozen=True, slots=True)
class Page:
    found: list[Found]
    number: int
    pages: int
    total: int


def browse(
    session: Session,
    community_id: int,
    filters: Filters,
    page: int,
    *,
    reader_zone: str,
    now: datetime,
    language: str,
) -> Page:
    """One page (the first is 0) of the mentors that fit; `language` is the reader's, for the best match."""
    query = select(Mentor).where(*_conditions(community_id, filters)).order_by(*order(filters.sort, language))
    total, rows = _cut(session, query, filters, page, reader_zone, now)
    pages = max(1, -(-total // PAGE))
    return Page(looks(session, rows, now=now), min(page, pages - 1), pages, total)


def look(session: Session, mentor: Mentor, *, now: datetime) -> Found:
    """A mentor with topics, languages, prices and the next free time."""
    return looks(session, [mentor], now=now)[0]


def looks(session: Session, rows: Sequence[Mentor], *, now: datetime) -> list[Found]:
    """The same of many mentors, in as many statements as for one."""
    mentor_ids = [mentor.id for mentor in rows]
    topics, languages = expertise.topics_of(session, mentor_ids), expertise.languages_of(session, mentor_ids)
    prices, opened = rates.prices_of(session, rows), openings.of_many(session, rows, now=now)
    numbers = figures.of_many(session, mentor_ids, now=now)
    return [
        Found(
            mentor=mentor,
            topics=topics[mentor.id],
            languages=languages[mentor.id],
            prices=prices[mentor.id],
            next_free=opened[mentor.id].first(min(prices[mentor.id], default=SHORTEST)),
            figures=numbers[mentor.id],
        )
        for mentor in rows
    ]


def names(session: Session, community_id: int, typed: str) -> list[tuple[str, str]]:
    """Name and slug of approved mentors whose name has what was typed, at most 25."""
    return [
        (name, slug)
        for name, slug in session.execute(
            select(Mentor.name, Mentor.slug)
            .where(_approved(community_id), contains(Mentor.name, typed))
            .order_by(Mentor.name, Mentor.id)
            .limit(25)
        )
    ]


def topics(session: Session, community_id: int, typed: str) -> list[str]:
    """Topics of approved mentors that have what was typed, the most frequent first, at most 25."""
    return list(
        session.scalars(
            select(MentorTopic.topic)
            .join(Mentor, Mentor.id == MentorTopic.mentor_id)
            .where(_approved(community_id), contains(MentorTopic.topic, typed))
            .group_by(MentorTopic.topic)
            .order_by(func.count().desc(), MentorTopic.topic)
            .limit(25)
        )
    )


def languages(session: Session, community_id: int) -> list[str]:
    return list(
        session.scalars(
            select(MentorLanguage.language)
            .join(Mentor, Mentor.id == MentorLanguage.mentor_id)
            .where(_approved(community_id))
            .group_by(MentorLanguage.language)
            .order_by(func.count().desc(), MentorLanguage.language)
            .limit(50)
        )
    )


def places(session: Session, community_id: int, typed: str) -> list[str]:
    """Universities and companies of approved mentors that have what was typed, at most 25."""
    found: set[str] = set()
    for column in (Mentor.university, Mentor.company):
        found |= set(
            session.scalars(
                select(column)
                .where(_approved(community_id), column != "", contains(column, typed))
                .distinct()
                .order_by(column)
                .limit(25)
            )
        )
    return sorted(found)[:25]


def _cut(
    session: Session, query: Select[Any], filters: Filters, page: int, zone: str, now: datetime
) -> tuple[int, list[Mentor]]:
    if filters.free_on is None:
        total = session.scalar(query.with_only_columns(func.count(Mentor.id)).order_by(None)) or 0
        last = max(0, -(-total // PAGE) - 1)
        return total, list(session.scalars(query.limit(PAGE).offset(min(page, last) * PAGE)))
    window = day_window(filters.free_on, ZoneInfo(zone))
    rows = session.scalars(query).all()
    prices, opened = rates.prices_of(session, rows), openings.of_many(session, rows, now=now)
    free = [
        mentor
        for mentor in rows
        if prices[mentor.id] and opened[mentor.id].first_in(min(prices[mentor.id]), window)
    ]
    last = max(0, -(-len(free) // PAGE) - 1)
    start = min(page, last) * PAGE
    return len(free), free[start : start + PAGE]


def _conditions(community_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [_approved(community_id), Mentor.paused_at.is_(None)]
    if filters.topic:
        conditions.append(
            exists().where(
                MentorTopic.mentor_id == Mentor.id,
                or_(
                    MentorTopic.topic == filters.topic, func.lower(MentorTopic.topic) == filters.topic.lower()
                ),
            )
        )
    if filters.language:
        conditions.append(
            exists().where(MentorLanguage.mentor_id == Mentor.id, MentorLanguage.language == filters.language)
        )
    if filters.place:
        conditions.append(
            or_(contains(Mentor.university, filters.place), contains(Mentor.company, filters.place))
        )
    if filters.highest is not None:
        conditions.append(Mentor.currency == filters.highest.currency)
        conditions.append(Mentor.hourly_amount <= filters.highest.amount)
    if filters.lowest_rating is not None:
        conditions.append(Mentor.rating_sum >= filters.lowest_rating * Mentor.rating_count)
        conditions.append(Mentor.rating_count > 0)
    return conditions


def order(sort: Sort, language: str) -> tuple[ColumnElement[object], ...]:
    speaks = exists().where(MentorLanguage.mentor_id == Mentor.id, MentorLanguage.language == language)
    rating = (Mentor.rating_sum * 1.0 + PRIOR_STARS * PRIOR_COUNT) / (Mentor.rating_count + PRIOR_COUNT)
    orders: dict[Sort, tuple[ColumnElement[object], ...]] = {
        Sort.BEST: (case((speaks, 0), else_=1), rating.desc(), Mentor.sessions.desc()),  # type: ignore[dict-item]
        Sort.PRICE: (Mentor.hourly_amount, rating.desc()),  # type: ignore[dict-item]
        Sort.RATING: (rating.desc(), Mentor.rating_count.desc()),  # type: ignore[dict-item]
        Sort.SESSIONS: (Mentor.sessions.desc(), rating.desc()),  # type: ignore[dict-item]
    }
    return (*orders[sort], Mentor.id)  # type: ignore[arg-type]


def _approved(community_id: int) -> ColumnElement[bool]:
    return (Mentor.community_id == community_id) & (Mentor.state == MentorState.APPROVED)


def contains(column, typed: str) -> ColumnElement[bool]:  # type: ignore[no-untyped-def]
    """Case-insensitive; what was typed is text, not a pattern. SQLite knows the case of ASCII letters only."""
    folded = func.lower(column).contains(typed.lower(), autoescape=True)
    return or_(folded, column.contains(typed, autoescape=True))
