"""The web door on loopback, with somebody to visit it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.database import Database
from tests.adapters.web.townhouse import Browser, Town, browser_of, open_town
from tests.adapters.web.visitor import Visitor
from tests.browser.playhouse import Playhouse, open_playhouse
from tests.databases import SqliteStock


@pytest.fixture
async def house(db: Database) -> AsyncIterator[Playhouse]:
    async with open_playhouse(db) as house:
        yield house


@pytest.fixture
async def http(house: Playhouse) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


@pytest.fixture
def ana(house: Playhouse, http: aiohttp.ClientSession) -> Visitor:
    return Visitor(house, http)


@pytest.fixture
async def town(sqlite_stock: SqliteStock, anyio_backend: str) -> AsyncIterator[Town]:
    with sqlite_stock.fresh() as url:
        async with open_town(url) as town:
            yield town


@pytest.fixture
async def any_town(database_url: str, anyio_backend: str) -> AsyncIterator[Town]:
    """On either database, for what one of them might do otherwise."""
    async with open_town(database_url) as town:
        yield town


@pytest.fixture
async def browser(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Browser]:
    async with browser_of(_town(request)) as browser:
        yield browser


@pytest.fixture
async def other_browser(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Browser]:
    async with browser_of(_town(request)) as browser:
        yield browser


def _town(request: pytest.FixtureRequest) -> Town:
    """The one that the test asks for."""
    name = "any_town" if "any_town" in request.fixturenames else "town"
    town: Town = request.getfixturevalue(name)
    return town
