"""The web door on loopback, with somebody to visit it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.database import Database
from tests.adapters.web.visitor import Visitor
from tests.browser.playhouse import Playhouse, open_playhouse


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
