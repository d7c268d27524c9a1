"""Interactions a second through the unmodified discord.py, ours with real screens against a bare bot's constant."""

import asyncio
from collections.abc import Sequence
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
from bench.elsewhere import Figures, Vendor, rows, vendor
from bench.table import Row
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


class Noon(Clock):
    """It is always the same moment, so that nothing falls due on the way."""

    def now(self) -> Any:
        return town.NOW


async def measured(folder: Path) -> list[Row]:
    async with vendor("bench.vendor", PEOPLE) as discords:
        bare = await _bare(discords)
    async with vendor("bench.vendor", PEOPLE) as discords:
        ours = await _ours(discords, folder)
    return [row for name, figures in ours.items() for row in rows(name, figures, bare, "discord.py")]


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


async def _bare(discords: Vendor) -> Figures:
    said = discords.said
    Route.BASE = f"{said['api_base']}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(said["gateway_url"])
    async with Bare() as bot:
        running = asyncio.ensure_future(bot.start(said["token"]))
        await bot.wait_until_ready()
        await discords.order(command="mentors", rounds=2)
        figures = await discords.order(command="mentors", rounds=ROUNDS)
        await bot.close()
        await running
    return figures


async def _ours(discords: Vendor, folder: Path) -> dict[str, Figures]:
    said = discords.said
    url = f"sqlite:///{folder / 'interactions.db'}"
    build_schema(url)
    place = chat.Place("discord", said["guild"], "Study Hall")
    presses = await booked(url, place, said["users"])
    settings = Settings.model_construct(
        database=DatabaseSection(url=SecretStr(url)),
        web=Web(listen="127.0.0.1:0"),
        discord=Discord(
            token=SecretStr(said["token"]), api_base=said["api_base"], gateway_url=said["gateway_url"]
        ),
    )
    async with open_house(settings, Noon()):
        await discords.order(command="mentors", rounds=2)
        browsing = await discords.order(command="mentors", rounds=ROUNDS)
        await discords.order(press=presses, rounds=2)
        cards = await discords.order(press=presses, rounds=ROUNDS)
    return {"/mentors (5 cards)": browsing, "a booking's card": cards}


async def booked(url: str, place: chat.Place, accounts: Sequence[str]) -> list[str]:
    """A town with a confirmed session for everybody; the buttons that open their cards."""
    db = await Database.open(url)
    await db.write(town.populate, MENTORS, PEOPLE, place=place, accounts=accounts)
    presses = [await db.write(_book, number) for number in range(PEOPLE)]
    await db.close()
    return presses


def _book(session: Session, number: int) -> str:
    start = town.FIRST_DAY + timedelta(hours=2)
    booking = holds.place_with(session, number % MENTORS + 1, MENTORS + number + 1, start)
    bookings.agree(session, booking, "Parsers", "Where do I start?", now=town.NOW)
    bookings.confirm(session, booking, Who.PROVIDER, now=town.NOW)
    return f"booking.show:{booking.short}"
