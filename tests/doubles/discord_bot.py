"""A small unmodified discord.py bot, stateless, to show what the double does, and a stage to put it on."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import discord
import yarl
from discord import app_commands, ui
from discord.ext import commands

from tests.doubles.discord import Chat, DiscordServer, Guild, Role, User


class Screen(ui.LayoutView):
    """A screen in one container; stopped before it is sent, so the library keeps nothing."""

    def __init__(self, text: str, *items: ui.Item[Any]) -> None:
        super().__init__(timeout=None)
        box: ui.Container[Any] = ui.Container(ui.TextDisplay(text))
        for item in items:
            box.add_item(ui.ActionRow(item))
        self.add_item(box)
        self.stop()


class Brief(ui.Modal, title="Your brief"):
    def __init__(self) -> None:
        super().__init__(custom_id="brief:send", timeout=None)
        topic: ui.TextInput[Any] = ui.TextInput(custom_id="topic", max_length=50)
        level: ui.Select[Any] = ui.Select(
            custom_id="level", options=[discord.SelectOption(label="Beginner", value="1")], required=False
        )
        self.add_item(ui.Label(text="Topic", description="In a few words", component=topic))
        self.add_item(ui.Label(text="Level", component=level))
        self.stop()


def pick_length() -> ui.Select[Any]:
    options = [discord.SelectOption(label=f"{n} min", value=str(n)) for n in (30, 60)]
    return ui.Select(custom_id="length:", placeholder="How long?", options=options)


def button(label: str, custom_id: str, *, disabled: bool = False) -> ui.Button[Any]:
    return ui.Button(label=label, custom_id=custom_id, disabled=disabled)


def booking_screen(text: str) -> Screen:
    link: ui.Button[Any] = ui.Button(label="Site", url="https://example.org/")
    buttons = [button("Pay", "pay:1"), button("Later", "later:1"), button("Brief", "brief:ask")]
    gone = button("Gone", "gone", disabled=True)
    return Screen(text, pick_length(), *buttons, button("Ticket", "ticket:"), link, gone)


class Bot(commands.AutoShardedBot):
    """Stateless: one listener answers every component and form by its custom id."""

    def __init__(self, **options: Any) -> None:
        intents = options.pop("intents", discord.Intents(guilds=True, dm_messages=True))
        options.setdefault("allowed_mentions", discord.AllowedMentions.none())
        super().__init__(commands.when_mentioned, intents=intents, guild_ready_timeout=0.02, **options)
        self.add_listener(self.route, "on_interaction")
        self.heard: list[str] = []
        self.seen: list[discord.Interaction] = []
        self.errors: list[discord.HTTPException] = []
        self.add_listener(self.hear, "on_message")
        self.tree.add_command(book)
        self.tree.add_command(slow)
        self.tree.error(self.note)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """No five seconds of waiting before an IDENTIFY."""

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def hear(self, message: discord.Message) -> None:
        if message.author.id != self.application_id:
            self.heard.append(message.content)

    async def note(self, _: discord.Interaction, error: app_commands.AppCommandError) -> None:
        cause = error.__cause__ or error
        assert isinstance(cause, discord.HTTPException), cause
        self.errors.append(cause)

    async def on_error(self, event: str, *args: Any, **kwargs: Any) -> None:
        error = sys.exc_info()[1]
        assert isinstance(error, discord.HTTPException), error
        self.errors.append(error)

    async def route(self, interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        self.seen.append(interaction)
        if interaction.type is discord.InteractionType.modal_submit:
            return await self.read_form(interaction, data)
        if interaction.type is not discord.InteractionType.component:
            return None
        match data["custom_id"].partition(":")[0]:
            case "pay":
                await interaction.response.edit_message(view=Screen("**Paid**", button("Again", "later:2")))
            case "later":
                await interaction.response.defer()
                await interaction.edit_original_response(view=Screen("In a while", button("Pay", "pay:1")))
            case "brief":
                await interaction.response.send_modal(Brief())
            case "length":
                await interaction.response.edit_message(view=Screen(f"{data['values'][0]} minutes"))
            case "ticket":
                file = discord.File(io.BytesIO(b"BEGIN:VCALENDAR"), "booking.ics", description="The booking")
                await interaction.response.send_message("Your ticket", file=file, ephemeral=True)
            case other:
                await interaction.response.send_message(f"stale {other}", ephemeral=True)
        return None

    async def read_form(self, interaction: discord.Interaction, data: Any) -> None:
        answers = [part["component"] for part in data["components"]]
        topic, level = answers[0]["value"], answers[1].get("values")
        await interaction.response.edit_message(view=Screen(f"Brief: {topic}, level {level}"))


@app_commands.command(description="Book a mentor")
@app_commands.describe(mentor="Who")
async def book(interaction: discord.Interaction, mentor: str) -> None:
    hidden = interaction.guild is not None
    await interaction.response.send_message(view=booking_screen(f"## Book {mentor}"), ephemeral=hidden)


@book.autocomplete("mentor")
async def mentors(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    names = [name for name in ("ben", "bea", "cid") if name.startswith(typed)]
    return [app_commands.Choice(name=name.title(), value=name) for name in names]


@app_commands.command(description="Takes its time")
async def slow(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.followup.send("Here at last")


@dataclass
class Scene:
    server: DiscordServer
    bot: Bot
    guild: Guild
    ana: User
    mentor: Role

    @property
    def chat(self) -> Chat:
        return self.ana.in_guild(self.guild)

    @property
    def channel(self) -> discord.TextChannel:
        """The same place as the bot knows it."""
        found = self.bot.get_channel(self.chat.channel.id)
        assert isinstance(found, discord.TextChannel)
        return found


@contextlib.asynccontextmanager
async def connected(server: DiscordServer, **options: Any) -> AsyncIterator[Bot]:
    discord.http.Route.BASE = f"{server.api_base}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    async with Bot(**options) as bot:
        running = asyncio.create_task(bot.start(server.token))
        await server.wait_for(bot.is_ready, what="on_ready")
        yield bot
        await settle()
        await bot.close()
        await running


async def settle() -> None:
    """Ends what still runs for an interaction; closing under it would fail in somebody else's test."""
    handlers = [t for t in asyncio.all_tasks() if t.get_name().startswith(("CommandTree", "discord.py:"))]
    if handlers:
        await asyncio.wait(handlers, timeout=1)
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)


@contextlib.asynccontextmanager
async def on_stage(*, shards: int = 1) -> AsyncIterator[Scene]:
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    async with DiscordServer(shards=shards) as server:
        guild = server.add_guild("Study Hall", owner=server.add_user("Olga"))
        guild.add_channel("general")
        ana = server.add_user("Ana", locale="de")
        mentor = guild.add_role("Mentor")
        guild.join(ana)
        try:
            async with connected(server) as bot:
                yield Scene(server, bot, guild, ana, mentor)
        finally:
            discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
