from collections.abc import Iterator

import pytest

from adapters.database import Database
from tests.core.booking.shop import Shop
from tests.databases import PostgresqlStock, Transact


@pytest.fixture
async def shop(db: Database) -> Shop:
    return await Shop.open(db)


@pytest.fixture
def postgresql(postgresql_stock: PostgresqlStock) -> Iterator[Transact]:
    """`transact` on PostgreSQL alone, where two transactions are open at once."""
    with postgresql_stock.fresh() as url:
        transact = Transact(url)
        yield transact
        transact.close()
