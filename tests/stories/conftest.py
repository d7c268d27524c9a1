"""A stage for every story: three doors, two databases, and the bank, hour and address that the story asks for.

A story is told through every door: through one of them on PostgreSQL, another one for each story, through the others
on SQLite; one of a single door on either. With `NEARPEER_EVERY_STAGE=1` it is told on all stages that there are.
"""

import os
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from zlib import crc32

import pytest

from adapters.discord.door import DiscordDoor
from adapters.telegram import pace
from adapters.telegram.door import TelegramDoor
from tests.stories.people import AS_ALWAYS, Opening
from tests.stories.setting import MONDAY, Setting
from tests.stories.stage import Stage
from tests.stories.theatre import open_stage

HERE = Path(__file__).parent
DOORS = ("discord", "telegram", "web")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("NEARPEER_EVERY_STAGE"):
        return
    told = defaultdict[str, list[tuple[str, str, pytest.Item]]](list)
    for item in items:
        if isinstance(item, pytest.Function) and item.path.parent == HERE and (stage := _stage_of(item)):
            told[f"{item.path.name}:{item.originalname}"].append((*stage, item))
    spared = {item for name, stages in told.items() for item in _spared(name, stages)}
    items[:] = [item for item in items if item not in spared]
    config.hook.pytest_deselected(items=list(spared))


def _stage_of(item: pytest.Function) -> tuple[str, str] | None:
    """The door and the database of a story."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    return (str(given["door"]), str(given["stock"])) if {"door", "stock"} <= given.keys() else None


def _spared(name: str, stages: Sequence[tuple[str, str, pytest.Item]]) -> list[pytest.Item]:
    """On PostgreSQL all doors but one, of those that this story is told through, and that one on SQLite; where there
    is one door, half of the stories on PostgreSQL and the others on SQLite."""
    number, doors = crc32(name.encode()), sorted({door for door, _stock, _item in stages})
    chosen = doors[number % len(doors)] if len(doors) > 1 or number % 2 else None
    return [item for door, stock, item in stages if (door == chosen) is not (stock == "postgresql")]


@pytest.fixture(autouse=True)
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our Discord has few servers, so nobody waits two seconds for one more to be announced. The people of a
    story say in a second what takes an hour, so Telegram's pace is not kept."""
    for limit in ("OVERALL", "AT_ONCE", "IN_A_GROUP"):
        monkeypatch.setattr(pace, limit, 10_000)
    assert DiscordDoor.__init__.__kwdefaults__
    assert TelegramDoor.__init__.__kwdefaults__
    patient = {"guild_ready_timeout": 0.02, "patience": 60.0, "sending": 60.0}  # a machine may be laden
    for name, seconds in patient.items():
        monkeypatch.setitem(DiscordDoor.__init__.__kwdefaults__, name, seconds)
    monkeypatch.setitem(TelegramDoor.__init__.__kwdefaults__, "sending", 60.0)


@pytest.fixture(params=DOORS)
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
