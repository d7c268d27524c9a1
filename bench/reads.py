"""What a person waits for when they look around: free times of two months, and a search among 1,000 mentors."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from adapters.database import Database
from bench import holds, town
from bench.table import Row, milliseconds, percentile, timed
from core.booking import openings
from core.discovery import search
from core.discovery.search import Filters, Sort
from core.money import Money
from core.people import mentors
from core.policy import Policy
from core.schedule import times
from core.schedule.times import Hours, Span, WeeklyRange
from tests.databases import build_schema

MENTORS: Final = 1_000
STUDENTS: Final = 40
BERLIN: Final = ZoneInfo("Europe/Berlin")
SEARCHES: Final = {
    "no filter": Filters(),
    "topic and language, by rating": Filters(topic="Go", language="de", sort=Sort.RATING),
    "place and price": Filters(place="university 7", highest=Money(5_000, "USD")),
    "free on a date": Filters(topic="Rust", free_on=date(2026, 12, 1)),
}


async def measured(folder: Path) -> list[Row]:
    url = f"sqlite:///{folder / 'reads.db'}"
    build_schema(url)
    db = await Database.open(url)
    await db.write(town.populate, MENTORS, STUDENTS, place=holds.PLACE)
    for number in range(STUDENTS):
        await db.write(_book, number)
    pure = await timed(30, _pure)
    opened = await timed(30, lambda: db.read(_days))
    rows = [
        Row(
            "free times of 60 days, the rule alone",
            milliseconds(percentile(pure, 50)),
            goal="p95 ≤ 50 ms a screen",
        ),
        Row("free times of 60 days, from the database", _words(opened), goal="p95 ≤ 50 ms a screen"),
    ]
    for name, filters in SEARCHES.items():
        taken = await timed(12, lambda filters=filters: db.read(_search, filters))  # type: ignore[misc]
        rows.append(Row(f"search 1,000 mentors, {name}", _words(taken), goal="p95 ≤ 50 ms a screen"))
    await db.close()
    return rows


async def _pure() -> object:
    """Two ranges a day, forty sessions in the way."""
    weekly = tuple(WeeklyRange(day, *each) for day in range(7) for each in ((540, 720), (840, 1_080)))
    busy = [
        Span(start := town.FIRST_DAY + timedelta(days=n, hours=9), start + timedelta(minutes=70))
        for n in range(40)
    ]
    window = Span(town.NOW, town.NOW + timedelta(days=60))
    return times.free(Hours(BERLIN, weekly), busy, Policy(), 60, window, town.NOW)


def _days(session: Session) -> object:
    opening = openings.of(session, mentors.find(session, 1), now=town.NOW, student_id=MENTORS + 1)
    return openings.by_day(opening.ahead(60), BERLIN)


def _search(session: Session, filters: Filters) -> object:
    return search.browse(session, 1, filters, 0, reader_zone="Europe/Berlin", now=town.NOW, language="en")


def _book(session: Session, number: int) -> None:
    holds.place_with(session, 1, MENTORS + number + 1, town.FIRST_DAY + timedelta(hours=2 * number))


def _words(taken: list[float]) -> str:
    return f"p50 {milliseconds(percentile(taken, 50))}, p95 {milliseconds(percentile(taken, 95))}"
