"""Interactions a second through the unmodified discord.py, ours with real screens against a bare bot's constant.

Discord and people's hands run in a process of their own, so the processor time measured here is the bot's.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route
from pydantic import SecretStr
from sqlalchemy.orm import Session

from adapters.database import Database
from bench import holds, town
from bench.table import Row, milliseconds, percentile
from bot.app import open_house
from bot.config import Database as DatabaseSection
from bot.config import Discord, Settings, Web
from core import chat
from core.booking import bookings
from core.booking.life import Who
from core.clock import Clock
from tests.databases import build_schema

PEOPLE: Final = 16
ROUNDS: Final = 20
MENTORS: Final = 30
LIMIT: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Figures:
    """Interactions a second, processor seconds of the bot for each, and how long each person waited."""

    per_second: float
    processor: float
    taken: list[float]


class Noon(Clock):
    """It is always the same moment, so that nothing falls due on the way."""

    def now(self) -> Any:
        return town.NOW


async def measured(folder: Path) -> list[Row]:
    async with _vendor() as (process, said):
        bare = await _bare(process, said)
    async with _vendor() as (process, said):
        ours = await _ours(process, said, folder)
    return [row for name, figures in ours.items() for row in _rows(name, figures, bare)]


def _rows(name: str, ours: Figures, bare: Figures) -> list[Row]:
    waits = ", ".join(f"p{p} {milliseconds(percentile(ours.taken, p))}" for p in (50, 99))
    floor_waits = ", ".join(f"p{p} {milliseconds(percentile(bare.taken, p))}" for p in (50, 99))
    return [
        Row(
            f"{name}, processor time of the bot",
            milliseconds(ours.processor),
            f"{milliseconds(bare.processor)} bare discord.py, a constant",
            bare.processor / ours.processor,
            "≥ 0.5",
        ),
        Row(
            f"{name}, 8 at once, with the double",
            f"{ours.per_second:,.0f}/s, {waits}",
            f"{bare.per_second:,.0f}/s, {floor_waits}",
            ours.per_second / bare.per_second,
        ),
    ]


class Bare(discord.AutoShardedClient):
    """Answers every interaction with the same words."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), max_messages=None, guild_ready_timeout=0.1)
        self.tree = app_commands.CommandTree(self)
        self.view = ui.LayoutView(timeout=None)
        self.view.add_item(ui.TextDisplay("Hello"))
        self.view.stop()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None: ...

    async def setup_hook(self) -> None:
        await self.http.bulk_upsert_global_commands(
            self.application_id or 0, [{"name": "mentors", "description": "Find a mentor", "type": 1}]
        )

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=self.view, ephemeral=True)


async def _bare(process: asyncio.subprocess.Process, said: dict[str, Any]) -> Figures:
    Route.BASE = f"{said['api_base']}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(said["gateway_url"])
    async with Bare() as bot:
        running = asyncio.ensure_future(bot.start(said["token"]))
        await bot.wait_until_ready()
        await _order(process, command="mentors", rounds=2)
        figures = await _order(process, command="mentors", rounds=ROUNDS)
        await bot.close()
        await running
    return figures


async def _ours(
    process: asyncio.subprocess.Process, said: dict[str, Any], folder: Path
) -> dict[str, Figures]:
    url = f"sqlite:///{folder / 'interactions.db'}"
    build_schema(url)
    presses = await _booked(url, said)
    settings = Settings.model_construct(
        database=DatabaseSection(url=SecretStr(url)),
        web=Web(listen="127.0.0.1:0"),
        discord=Discord(
            token=SecretStr(said["token"]), api_base=said["api_base"], gateway_url=said["gateway_url"]
        ),
    )
    async with open_house(settings, Noon()):
        await _order(process, command="mentors", rounds=2)
        browsing = await _order(process, command="mentors", rounds=ROUNDS)
        await _order(process, press=presses, rounds=2)
        cards = await _order(process, press=presses, rounds=ROUNDS)
    return {"/mentors (5 cards)": browsing, "a booking's card": cards}


async def _booked(url: str, said: dict[str, Any]) -> list[str]:
    """A town with a confirmed session for everybody; the buttons that open their cards."""
    db = await Database.open(url)
    place = chat.Place("discord", said["guild"], "Study Hall")
    await db.write(town.populate, MENTORS, PEOPLE, place=place, accounts=said["users"])
    presses = [await db.write(_book, number) for number in range(PEOPLE)]
    await db.close()
    return presses


def _book(session: Session, number: int) -> str:
    start = town.FIRST_DAY + timedelta(hours=2)
    booking = holds.place_with(session, number % MENTORS + 1, MENTORS + number + 1, start)
    bookings.agree(session, booking, "Parsers", "Where do I start?", now=town.NOW)
    bookings.confirm(session, booking, Who.PROVIDER, now=town.NOW)
    return f"booking.show:{booking.short}"


async def _order(process: asyncio.subprocess.Process, **order: Any) -> Figures:
    assert process.stdin
    assert process.stdout
    begin = time.process_time()
    process.stdin.write(json.dumps({"press": None, "command": None, **order}).encode() + b"\n")
    done = json.loads(await process.stdout.readline())
    count = len(done["taken"])
    return Figures(count / done["seconds"], (time.process_time() - begin) / count, done["taken"])


@asynccontextmanager
async def _vendor() -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    environment = {name: value for name, value in os.environ.items() if name != "NEARPEER_SPECS"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.vendor",
        str(PEOPLE),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
        limit=LIMIT,
        cwd=Path(__file__).parents[1],
    )
    try:
        assert process.stdout
        yield process, json.loads(await process.stdout.readline())
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
