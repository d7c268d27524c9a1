"""What every test may ask for: a fresh database on both engines, open for the edges or for verbs alone."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import structlog
from aiohttp import web_app
from hypothesis import HealthCheck, settings
from structlog.processors import KeyValueRenderer, add_log_level, format_exc_info

from adapters.database import Database
from tests import statements
from tests.databases import PostgresqlStock, SqliteStock, Stock, Transact, fastest_place

statements.compile_once()
# The same examples in every run, and no clock: `--hypothesis-profile=wide` looks for others, with a seed of its own.
for profile, is_steady in (("steady", True), ("wide", False)):
    settings.register_profile(
        profile,
        deadline=None,
        derandomize=is_steady,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("steady")
# structlog's own default draws every frame with its locals, which takes seconds where an error is expected.
structlog.configure(processors=[add_log_level, format_exc_info, KeyValueRenderer(key_order=["event"])])


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end, and need not be looked through again for what could be let go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    """aiohttp remembers the handlers of its last thousand, and with them every house that a test has built."""
    yield
    web_app._cached_build_middleware.cache_clear()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite_stock() -> Iterator[SqliteStock]:
    with TemporaryDirectory(prefix="nearpeer-sqlite-", dir=fastest_place()) as folder:
        yield SqliteStock(Path(folder))


@pytest.fixture(scope="session")
def postgresql_stock() -> Iterator[PostgresqlStock]:
    """In a folder of its own: pytest closes its folders to others, and the server may run as somebody else."""
    with TemporaryDirectory(
        prefix="nearpeer-postgresql-", dir=fastest_place(), ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)
        stock = PostgresqlStock(Path(folder))
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
