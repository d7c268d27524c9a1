"""The scene of the Telegram door's tests: Ana talks to the bot, and is in a group that Olga made."""

from collections.abc import AsyncIterator

import pytest

from adapters.database import Database
from adapters.telegram.door import TelegramDoor
from tests.adapters.telegram_parts import HelpfulRouter, House
from tests.databases import SqliteStock
from tests.doubles.telegram import Chat, Hands, TelegramServer, User


@pytest.fixture
async def house(sqlite_stock: SqliteStock, anyio_backend: str) -> AsyncIterator[House]:
    with sqlite_stock.fresh() as url:
        store = await Database.open(url)
        async with TelegramServer() as server:
            yield House(server, store, HelpfulRouter())
            assert not server.violations, server.violations
        await store.close()


@pytest.fixture
async def door(house: House) -> AsyncIterator[TelegramDoor]:
    async with house.door() as door:
        yield door


@pytest.fixture
async def ana(house: House) -> User:
    return house.server.add_user("Ana", started=True)


@pytest.fixture
async def phone(house: House, ana: User) -> Hands:
    """Ana in her chat with the bot."""
    return house.server.hands(ana)


@pytest.fixture
async def group(house: House, ana: User) -> Chat:
    """Olga's group with the bot and Ana in it."""
    olga = house.server.add_user("Olga", language="hi")
    made = house.server.add_group("Mentors", owner=olga)
    house.server.join(made, ana)
    house.server.add_bot(made, olga)
    return made


@pytest.fixture
async def square(house: House, group: Chat, ana: User) -> Hands:
    """Ana in the group."""
    return house.server.hands(ana, group)
