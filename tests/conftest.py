"""What every test may ask for: a fresh database on both engines, open for the edges or for verbs alone."""

from collections.abc import AsyncIterator, Iterator

import pytest

from adapters.database import Database
from tests.databases import PostgresqlStock, SqliteStock, Stock, Transact


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite_stock(tmp_path_factory: pytest.TempPathFactory) -> SqliteStock:
    return SqliteStock(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlStock]:
    stock = PostgresqlStock(tmp_path_factory.mktemp("postgresql"))
    yield stock
    stock.stop()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def stock(request: pytest.FixtureRequest) -> Stock:
    """For property tests: `with stock.fresh() as url` gives each example a database of its own."""
    given: Stock = request.getfixturevalue(f"{request.param}_stock")
    return given


@pytest.fixture
def database_url(stock: Stock) -> Iterator[str]:
    with stock.fresh() as url:
        yield url


@pytest.fixture
async def db(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    database = await Database.open(database_url)
    yield database
    await database.close()


@pytest.fixture
def transact(database_url: str) -> Iterator[Transact]:
    """`transact(verb, *args, **kwargs)` runs a verb and commits it."""
    transact = Transact(database_url)
    yield transact
    transact.close()
