"""A community full of people, written straight into the tables: mentors who are always open, and students."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core import chat
from core.people import communities
from core.people.expertise import MentorLanguage, MentorTopic
from core.people.mentors import Mentor, MentorState
from core.people.people import Identity, Person
from core.schedule.availability import MentorHours, OpenRange

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOPICS: Final = ("Go", "Rust", "Python", "Design", "Interviews", "Writing", "Research", "Career")
LANGUAGES: Final = ("en", "de", "fr", "hi", "es", "ja")
FIRST_DAY: Final = datetime(2026, 11, 25, tzinfo=UTC)


def populate(
    session: Session, mentors: int, students: int, *, place: chat.Place, accounts: Sequence[str] = ()
) -> None:
    """Mentors have the ids 1 to `mentors`, as people too; the students' follow."""
    community, _ = communities.host(session, place, now=NOW)
    everybody = range(1, mentors + students + 1)
    keys = [*(f"mentor-{n}" for n in range(mentors)), *accounts]
    keys += [f"student-{n}" for n in range(mentors + students - len(keys))]
    _add(session, Person, [_person(n, community.id) for n in everybody])
    _add(
        session, Identity, [_identity(n, place.platform, key) for n, key in zip(everybody, keys, strict=True)]
    )
    _add(session, Mentor, [_mentor(n, community.id) for n in range(1, mentors + 1)])
    _add(
        session,
        MentorTopic,
        [{"mentor_id": n, "topic": t} for n in range(1, mentors + 1) for t in _some(TOPICS, n)],
    )
    _add(
        session,
        MentorLanguage,
        [{"mentor_id": n, "language": each} for n in range(1, mentors + 1) for each in _some(LANGUAGES, n)],
    )
    _add(session, MentorHours, [_hours(n) for n in range(1, mentors + 1)])
    _add(session, OpenRange, [each for n in range(1, mentors + 1) for each in _ranges(n)])


def start(number: int, mentors: int) -> tuple[int, datetime]:
    """The mentor and the time of the n-th hold: no two of them are in each other's way."""
    return number % mentors + 1, FIRST_DAY + timedelta(hours=2 * (number // mentors))


def _add(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    session.execute(insert(table), rows)


def _some(words: Sequence[str], number: int) -> list[str]:
    return [words[(number + step) % len(words)] for step in range(number % 3 + 1)]


def _person(number: int, community_id: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Person {number}",
        "community_id": community_id,
        "seen_at": NOW,
        "created_at": NOW,
    }


def _identity(number: int, platform: str, key: str) -> dict[str, Any]:
    return {
        "person_id": number,
        "platform": platform,
        "account": key,
        "name": f"Person {number}",
        "locale": "en-US",
        "seen_at": NOW,
    }


def _mentor(number: int, community_id: int) -> dict[str, Any]:
    return {
        "id": number,
        "community_id": community_id,
        "person_id": number,
        "slug": f"person-{number}",
        "state": MentorState.APPROVED,
        "name": f"Person {number}",
        "headline": "Compilers, gently, from the first token to the last",
        "bio": "I have built **two** and read many more. Come with a question.",
        "university": f"University {number % 40}",
        "degree": "MSc",
        "graduation_year": 2019,
        "company": f"Company {number % 60}",
        "hourly_amount": 1_000 * (number % 9),
        "currency": "USD",
        "rating_sum": 4 * (number % 11),
        "rating_count": number % 11,
        "sessions": number % 37,
        "applied_at": NOW,
    }


def _hours(mentor_id: int) -> dict[str, Any]:
    return {
        "mentor_id": mentor_id,
        "zone": "Europe/Berlin",
        "buffer_before": 0,
        "buffer_after": 10,
        "day_limit": 0,
    }


def _ranges(mentor_id: int) -> list[dict[str, Any]]:
    row = {"mentor_id": mentor_id, "from_minute": 0, "until_minute": 24 * 60}
    return [{**row, "weekday": weekday} for weekday in range(7)]
