"""A stage for every story: two doors, two databases, and the bank, hour and address that the story asks for."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from adapters.discord.door import DiscordDoor
from tests.stories.people import AS_ALWAYS, Opening
from tests.stories.setting import MONDAY, Setting
from tests.stories.stage import Stage, open_stage


@pytest.fixture(autouse=True)
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our Discord has few servers, so nobody waits two seconds for one more to be announced."""
    assert DiscordDoor.__init__.__kwdefaults__
    monkeypatch.setitem(DiscordDoor.__init__.__kwdefaults__, "guild_ready_timeout", 0.02)


@pytest.fixture(params=["discord", "web"])
def door(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bank(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "stripe"))


@pytest.fixture
def start(request: pytest.FixtureRequest) -> datetime:
    at: datetime = getattr(request, "param", MONDAY)
    return at


@pytest.fixture
def has_address(request: pytest.FixtureRequest) -> bool:
    return bool(getattr(request, "param", True))


@pytest.fixture
def opening(request: pytest.FixtureRequest) -> Opening:
    given: Opening = getattr(request, "param", AS_ALWAYS)
    return given


@pytest.fixture
async def stage(
    door: str,
    bank: str,
    database_url: str,
    start: datetime,
    has_address: bool,
    opening: Opening,
    anyio_backend: str,
) -> AsyncIterator[Stage]:
    async with open_stage(Setting(door, bank, database_url, start, has_address, opening)) as stage:
        yield stage
