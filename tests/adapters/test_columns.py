"""What the column types of core/db.py keep, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from adapters.database import Database
from core.db import short_id
from tests.adapters import letters
from tests.databases import Stock

pytestmark = pytest.mark.anyio

NOON_IN_DELHI = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))


@pytest.fixture
def database_url(stock: Stock) -> Iterator[str]:
    with stock.empty() as url:
        letters.make_tables(url)
        yield url


async def test_an_enum_is_stored_by_its_value(db: Database) -> None:
    await db.write(letters.send, "hello", mood=letters.Mood.SAD)
    assert await db.read(lambda session: session.scalar(text("SELECT mood FROM letters"))) == "sad"


async def test_an_instant_comes_back_as_an_aware_utc_datetime(db: Database) -> None:
    letter = await db.write(letters.send, "hello", sent_at=NOON_IN_DELHI)
    sent_at = await db.read(lambda session: session.get_one(letters.Letter, letter.id).sent_at)
    assert sent_at == NOON_IN_DELHI
    assert sent_at is not None
    assert sent_at.tzinfo is UTC


async def test_a_raw_statement_compares_instants_like_a_typed_one(db: Database) -> None:
    await db.write(letters.send, "hello", sent_at=NOON_IN_DELHI)
    at_noon = text("SELECT count(*) FROM letters WHERE sent_at = :noon")
    later = text("SELECT count(*) FROM letters WHERE sent_at > :before")
    assert await db.read(lambda session: session.scalar(at_noon, {"noon": NOON_IN_DELHI})) == 1
    before = NOON_IN_DELHI - timedelta(microseconds=1)
    assert await db.read(lambda session: session.scalar(later, {"before": before})) == 1


async def test_a_naive_instant_is_refused(db: Database) -> None:
    naive = NOON_IN_DELHI.replace(tzinfo=None)
    with pytest.raises(StatementError, match="must be an aware datetime"):
        await db.write(letters.send, "hello", sent_at=naive)
    with pytest.raises(StatementError, match="must be an aware datetime"):
        await db.read(
            lambda session: session.scalar(select(letters.Letter).where(letters.Letter.sent_at < naive))
        )
    assert await db.read(letters.all_words) == []


def test_short_ids_have_no_look_alikes() -> None:
    ids = {short_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert not set("ILOU") & set("".join(ids))
    assert len(short_id(6)) == 6
