"""The scene of the Discord door's tests: Ana is a member of a community that Olga hosts."""

from collections.abc import AsyncIterator

import pytest

from adapters.database import Database
from adapters.discord.door import DiscordDoor
from tests.adapters.discord_parts import House, TinyRouter
from tests.databases import SqliteStock
from tests.doubles.discord import Chat, DiscordServer, Guild, User


@pytest.fixture
async def house(sqlite_stock: SqliteStock, anyio_backend: str) -> AsyncIterator[House]:
    with sqlite_stock.fresh() as url:
        store = await Database.open(url)
        async with DiscordServer() as server:
            yield House(server, store, TinyRouter())
            assert not server.violations, server.violations
        await store.close()


@pytest.fixture
async def door(house: House, community: Guild) -> AsyncIterator[DiscordDoor]:
    async with house.door() as door:
        yield door


@pytest.fixture
async def ana(house: House) -> User:
    return house.server.add_user("Ana", locale="es-ES")


@pytest.fixture
async def community(house: House, ana: User) -> Guild:
    """Where Ana is a member, hosted by Olga."""
    guild = house.server.add_guild("Mentors", owner=house.server.add_user("Olga"), locale="de")
    guild.add_channel("general")
    guild.join(ana)
    return guild


@pytest.fixture
async def square(house: House, community: Guild, ana: User) -> Chat:
    """Ana in the community's channel."""
    return ana.in_guild(community, "general")


@pytest.fixture
async def alone(house: House, community: Guild, ana: User) -> Chat:
    """Ana in her direct messages with the bot."""
    return ana.in_dm()
