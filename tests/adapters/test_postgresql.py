"""What only a server that is shared can do to us: notices, deadlocks, cut lines."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from adapters.database import Database
from tests.adapters import letters
from tests.databases import PostgresqlStock

pytestmark = pytest.mark.anyio


@pytest.fixture
def postgresql_url(postgresql_stock: PostgresqlStock) -> Iterator[str]:
    with postgresql_stock.empty() as url:
        letters.make_tables(url)
        yield url


async def test_a_commit_elsewhere_rings_here_even_after_the_line_was_cut(postgresql_url: str) -> None:
    async with AsyncExitStack() as stack:
        here, there = [await Database.open(postgresql_url) for _ in "ab"]
        stack.push_async_callback(here.close)
        stack.push_async_callback(there.close)
        rung = asyncio.Event()
        here.on_commit(rung.set)
        await there.write(letters.send, "hello")
        await asyncio.wait_for(rung.wait(), 60)

        rung.clear()
        letters.execute(
            postgresql_url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'",
        )
        await asyncio.wait_for(rung.wait(), 60)  # for nobody knows what was missed

        rung.clear()
        await there.write(letters.send, "hello again")
        await asyncio.wait_for(rung.wait(), 60)


async def test_a_deadlock_is_tried_again(postgresql_url: str) -> None:
    database = await Database.open(postgresql_url)
    first, second = [await database.write(letters.send, words) for words in ("first", "second")]

    def both(session: Session, one: letters.Letter, other: letters.Letter) -> None:
        session.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
        for letter in (one, other):
            session.execute(text("UPDATE letters SET mood = 'glad' WHERE id = :id"), {"id": letter.id})
            session.execute(text("SELECT pg_sleep(0.1)"))

    await asyncio.gather(database.write(both, first, second), database.write(both, second, first))
    await database.close()


async def test_a_connection_that_was_cut_is_replaced(postgresql_url: str) -> None:
    database = await Database.open(postgresql_url)
    await database.write(letters.send, "hello")
    letters.execute(
        postgresql_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()",
    )
    await database.write(letters.send, "still here")
    assert await database.read(letters.all_words) == ["hello", "still here"]
    await database.close()
