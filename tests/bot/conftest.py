"""A front desk for each test: on both databases, or on SQLite alone where the database makes no difference."""

from collections.abc import AsyncIterator

import pytest

from adapters.database import Database
from tests.bot.frontdesk import FrontDesk
from tests.databases import SqliteStock


@pytest.fixture
async def desk(db: Database) -> FrontDesk:
    return await FrontDesk.open(db)


@pytest.fixture
async def quick_desk(sqlite_stock: SqliteStock, anyio_backend: str) -> AsyncIterator[FrontDesk]:
    with sqlite_stock.fresh() as url:
        db = await Database.open(url)
        yield await FrontDesk.open(db)
        await db.close()
