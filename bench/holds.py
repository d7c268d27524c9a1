"""Holds a second, durable, 50 at once, against the bare driver doing the very same statements one commit each."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copy
from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from adapters.database import Database, sqlite
from adapters.database.url import parse
from bench import town
from bench.table import Row, clients, rate
from core import chat
from core.booking import bookings, holds
from core.booking.bookings import Wish
from core.booking.life import Booking
from core.people import mentors, people
from core.people.rates import price_of
from core.policy import Policy
from core.schedule.times import Span
from tests.databases import build_schema

MENTORS: Final = 50
HOLDS: Final = 600
WARM: Final = 60
AT_ONCE: Final = 50
HOUR: Final = timedelta(hours=1)
PLACE: Final = chat.Place("discord", "1", "Study Hall")
Hold = Callable[[Session, int], object]
Statements = list[list[tuple[str, Sequence[Any]]]]


def place(session: Session, number: int) -> Booking:
    """The whole path of a tap on a time."""
    mentor_id, start = town.start(number, MENTORS)
    return place_with(session, mentor_id, MENTORS + number + 1, start)


def place_with(session: Session, mentor_id: int, student_id: int, start: datetime) -> Booking:
    mentor, student = mentors.find(session, mentor_id), people.find(session, student_id)
    return holds.place(session, mentor, student, start, 60, now=town.NOW)


def bare_hold(session: Session, number: int) -> Booking:
    """Only what reserves and records."""
    mentor_id, start = town.start(number, MENTORS)
    mentor, student = mentors.find(session, mentor_id), people.find(session, MENTORS + number + 1)
    span, busy = Span(start, start + HOUR), Span(start, start + HOUR + timedelta(minutes=10))
    wish = Wish(mentor, student, span, busy, price_of(mentor, 60, None), Policy())
    return bookings.hold(session, wish, now=town.NOW)


async def measured(folder: Path) -> list[Row]:
    template = folder / "holds.db"
    build_schema(f"sqlite:///{template}")
    with _writing(template) as connection, connection.begin(), Session(connection) as session:
        town.populate(session, MENTORS, HOLDS + WARM, place=PLACE)
    rows = []
    for what, hold in (("hold a time (the tap)", place), ("  its write alone", bare_hold)):
        took = await _ours(copy(template, folder / f"ours-{hold.__name__}.db"), hold)
        statements = _recorded(copy(template, folder / "recorded.db"), hold)
        floor = _floor(copy(template, folder / f"floor-{hold.__name__}.db"), statements)
        each = sum(map(len, statements)) / len(statements)
        floor_words = f"{rate(len(statements), floor)} sqlite3, the same {each:.0f} statements"
        ratio = (HOLDS / took) / (len(statements) / floor)
        rows.append(Row(f"{what}, SQLite, {AT_ONCE} at once", rate(HOLDS, took), floor_words, ratio, "≥ 0.7"))
    return rows


async def seconds(url: str, hold: Hold) -> float:
    """Seconds for all holds on an open database, after some to warm up."""
    db = await Database.open(url)
    await clients(AT_ONCE, (lambda n=n: db.write(hold, n) for n in range(HOLDS, HOLDS + WARM)))  # type: ignore[misc]
    took = await clients(AT_ONCE, (lambda n=n: db.write(hold, n) for n in range(HOLDS)))  # type: ignore[misc]
    await db.close()
    return took


async def _ours(path: str | Path, hold: Hold) -> float:
    return await seconds(f"sqlite:///{path}", hold)


def _recorded(path: str | Path, hold: Hold) -> Statements:
    """What each hold says to the database, in the driver's own words."""
    said: Statements = []
    with _writing(Path(path)) as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: said[-1].append((call[2], call[3])))
        for number in range(HOLDS):
            said.append([])
            with connection.begin(), Session(connection) as session, session.begin_nested():
                hold(session, number)
                session.flush()
    return [[(sql, values) for sql, values in each if not sql.startswith("BEGIN")] for each in said]


def _floor(path: str | Path, statements: Statements) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as driver:
        for pragma in ("journal_mode=WAL", *sqlite.PRAGMAS):
            driver.execute(f"PRAGMA {pragma}")
        start = time.perf_counter()
        for each in statements:
            driver.execute("BEGIN IMMEDIATE")
            for sql, values in each:
                driver.execute(sql, values).fetchall()
            driver.execute("COMMIT")
        return time.perf_counter() - start


@contextmanager
def _writing(path: Path) -> Iterator[Connection]:
    engine = sqlite.writing(parse(f"sqlite:///{path}"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()
