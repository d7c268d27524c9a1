from collections.abc import Iterator

import pytest

from tests.databases import PostgresqlStock, Transact


@pytest.fixture
def postgresql(postgresql_stock: PostgresqlStock) -> Iterator[Transact]:
    """`transact` on PostgreSQL alone, where two transactions are open at once."""
    with postgresql_stock.fresh() as url:
        transact = Transact(url)
        yield transact
        transact.close()
