"""Rows from before a migration are there after it, and say what they said."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import JSON, Boolean, DateTime, Integer, MetaData, Numeric, Table, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from adapters.database import migrate
from core.discovery import written
from core.discovery.written import Review, Side
from tests.databases import Stock, Transact

LATER: Final = ("20261121_the_whole_life_of_a_booking.py", "20261121_packs_seats_and_plans.py")
THEN: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
EARLIER: Final = ("people", "communities", "mentors", "bookings", "reviews")


@pytest.fixture
def url(stock: Stock, tmp_path: Path) -> Iterator[str]:
    """A database as it was before bookings had their whole life."""
    with stock.empty() as url:
        for script in migrate.VERSIONS.glob("*.py"):
            if script.name not in LATER:
                shutil.copy(script, tmp_path)
        migrate.upgrade(url, versions=tmp_path)
        yield url


def fill(session: Session) -> None:
    """One row a table; whatever must not be empty is something."""
    tables = MetaData()
    tables.reflect(session.connection(), only=EARLIER)
    for name in EARLIER:
        table = tables.tables[name]
        session.execute(insert(table).values(_row(table)))


def _row(table: Table) -> dict[str, object]:
    own: dict[str, object] = {"stars": 4, "words": "Clear and kind."} if table.name == "reviews" else {}
    own |= {"state": "completed"} if table.name == "bookings" else {}
    needed = (c for c in table.columns if not c.nullable)
    return {column.name: _something(column.type) for column in needed} | own


def _something(kind: Any) -> object:
    match kind:
        case Boolean():
            return False
        case Integer() | Numeric():
            return 1
        case DateTime():
            return THEN if kind.timezone else THEN.replace(tzinfo=None)
        case JSON():
            return {}
    return "x"


def test_a_review_from_before_is_the_students_and_published(url: str) -> None:
    transact = Transact(url)
    transact(fill)
    migrate.upgrade(url)
    assert migrate.differences(url) == []
    [review] = transact(written.of_booking, 1)
    assert (review.side, review.stars, review.words) == (Side.STUDENT, 4, "Clear and kind.")
    assert review.published_at == review.at == THEN
    assert review.is_shown
    assert review.reply == ""
    transact.close()


def _again(session: Session, side: Side, *, number: int) -> None:
    row = {
        "id": number,
        "booking_id": 1,
        "mentor_id": 1,
        "student_id": 1,
        "stars": 1,
        "words": "",
        "at": THEN,
    }
    session.execute(insert(Review).values(**row, side=side))


def test_from_then_on_each_side_has_one(url: str) -> None:
    transact = Transact(url)
    transact(fill)
    migrate.upgrade(url)
    transact(_again, Side.MENTOR, number=2)
    for side in Side:
        with pytest.raises(IntegrityError, match="booking_id"):
            transact(_again, side, number=3)
    transact.close()
