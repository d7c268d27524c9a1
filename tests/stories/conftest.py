"""A stage for every story: three doors, two databases, and the bank, hour and address that the story asks for."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from adapters.discord.door import DiscordDoor
from adapters.telegram import pace
from tests.stories.people import AS_ALWAYS, Opening
from tests.stories.setting import MONDAY, Setting
from tests.stories.stage import Stage
from tests.stories.theatre import open_stage


@pytest.fixture(autouse=True)
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our Discord has few servers, so nobody waits two seconds for one more to be announced. The people of a
    story say in a second what takes an hour, so Telegram's pace is not kept."""
    for limit in ("OVERALL", "AT_ONCE", "IN_A_GROUP"):
        monkeypatch.setattr(pace, limit, 10_000)
    assert DiscordDoor.__init__.__kwdefaults__
    monkeypatch.setitem(DiscordDoor.__init__.__kwdefaults__, "guild_ready_timeout", 0.02)


@pytest.fixture(params=["discord", "telegram", "web"])
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
def is_called(request: pytest.FixtureRequest) -> bool:
    return bool(getattr(request, "param", False))


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
    is_called: bool,
    opening: Opening,
    anyio_backend: str,
) -> AsyncIterator[Stage]:
    setting = Setting(door, bank, database_url, start, has_address, opening, is_called=is_called)
    async with open_stage(setting) as stage:
        yield stage
