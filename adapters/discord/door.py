"""The Discord door: everything said in Discord goes to the router, everything due to a person goes out here.

Each interaction is acknowledged within a second and answered once, also when Discord delivers it twice.
Nothing of a conversation is kept in memory: a press on an old screen works after a restart, for its custom
id is the route.
"""

import asyncio
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import aiohttp
import discord
import structlog

from adapters.discord import commands, incoming, shown
from adapters.discord.connection import Connection, Line
from adapters.discord.delivery import Delivery
from adapters.discord.exchange import Exchange
from adapters.discord.incoming import PLATFORM, Interaction
from adapters.discord.render import sentence
from adapters.discord.words import DiscordWords
from adapters.pictures import illustrated
from core import chat, ports
from core.chat import _
from core.clock import Clock

log = structlog.get_logger()

PATIENCE: Final = 1.0
DRAIN: Final = 10.0
SENDING: Final = 15.0
REMEMBERED_KEYS: Final = 10_000
GREETINGS_AT_ONCE: Final = 8
TOO_LATE: Final = (10062, 40060)
"""Discord stopped waiting, or another process answered."""


class DiscordDoor:
    """`patience` is how long an answer may take before the person is told that it is under way."""

    platform = PLATFORM

    def __init__(
        self,
        token: str,
        router: ports.HostRouter,
        store: ports.Store,
        catalogue: ports.Catalogue,
        clock: Clock,
        *,
        paint: ports.Painter,
        api_base: str | None = None,
        gateway_url: str | None = None,
        guild_ready_timeout: float = 2.0,
        patience: float = PATIENCE,
        sending: float = SENDING,
    ) -> None:
        self._router = router
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._paint = paint
        self._patience = patience
        self._delivery = Delivery(store, catalogue, clock, within=sending)
        self._connection = Connection(
            token,
            self,
            api_base=api_base,
            gateway_url=gateway_url,
            guild_ready_timeout=guild_ready_timeout,
        )
        self._heard: dict[int, None] = {}
        self._running = 0
        self._idle = asyncio.Event()
        self._greeting = asyncio.Semaphore(GREETINGS_AT_ONCE)

    async def start(self) -> None:
        """Returns when the bot is in. Raises `DoorClosed`."""
        await self._connection.open()

    async def stop(self) -> None:
        """Lets what is being answered be answered, then hangs up."""
        try:
            async with asyncio.timeout(DRAIN):
                await self.settled()
        except TimeoutError:
            log.warning("door.undrained", platform=PLATFORM, running=self._running)
        await self._connection.close()

    async def settled(self) -> None:
        """Returns when nothing is being answered or sent."""
        while self._running:
            self._idle.clear()
            await self._idle.wait()

    @property
    def line(self) -> Line:
        """The client in use. Raises `Undeliverable` where there is none."""
        if self._connection.line is None or self._connection.line.is_closed():
            raise ports.Undeliverable("the Discord door is closed", permanent=False)
        return self._connection.line

    # --- the way out ---------------------------------------------------------------------------

    async def deliver(
        self, rung: ports.Rung, screen: chat.Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> None:
        with self._busy():
            screen = await illustrated(screen, reader, self._paint)
            if rung.kind is ports.RungKind.NUDGE:
                await self._delivery.nudge(self.line, rung, screen, reader, key=key)
            else:
                await self._delivery.direct(self.line, rung.account, screen, reader, key=key, rings=rings)

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None:
        with self._busy():
            await self._delivery.set_role(self.line, place, account, role, granted=granted)

    def invitation(self, payload: str) -> str | None:
        """Discord opens no private chat from a link."""
        return None

    # --- the way in ----------------------------------------------------------------------------

    async def on_interaction(self, interaction: Interaction) -> None:
        if not self._is_new(interaction.id):
            return
        with self._busy():
            if interaction.type is discord.InteractionType.autocomplete:
                await self._suggest(interaction)
            elif interaction.type is not discord.InteractionType.ping:
                await self._answer(interaction)

    async def on_guild(self, guild: discord.Guild) -> None:
        """Says who hosts the bot, at every start and on every invitation."""
        owner = chat.Account(PLATFORM, str(guild.owner_id), guild.owner.display_name if guild.owner else "")
        with self._busy():
            async with self._greeting:
                reply = await self._router.joined(incoming.place(guild), owner, guild.preferred_locale.value)
            if reply is None:
                return
            rung = ports.Rung(PLATFORM, ports.RungKind.DIRECT, owner.key)
            try:
                await self.deliver(rung, reply.screen, reply.reader, key=f"joined:{guild.id}", rings=True)
            except ports.Undeliverable as error:
                log.info("door.ungreeted", platform=PLATFORM, community=guild.id, reason=str(error))

    async def on_login(self, line: Line) -> None:
        """Registers the commands, where they are not what Discord has."""
        application = line.application_id or 0
        registration = commands.payload(self._router.commands, self._catalogue)
        digest = commands.digest(registration)
        if await self._store.read(shown.registered, application) == digest:
            return
        try:
            await line.http.bulk_upsert_global_commands(application, registration)
        except discord.HTTPException as error:
            log.error("commands.refused", platform=PLATFORM, error=str(error))
            return
        await self._store.keep(shown.register, application, digest, now=self._clock.now())
        log.info("commands.registered", platform=PLATFORM, count=len(registration))

    async def on_failure(self, event: str, *args: Any) -> None:
        """What this door itself did wrong; called by discord.py while the error is being handled."""
        error = sys.exc_info()[1]
        if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
            log.warning("interaction.lost", platform=PLATFORM, code=error.code)
            return
        reference = secrets.token_hex(4)
        log.exception("door.failed", platform=PLATFORM, source=event, reference=reference)
        interaction = args[0] if args else None
        if not isinstance(interaction, discord.Interaction) or _is_typing(interaction):
            return
        words = DiscordWords(self._catalogue, chat.Reader(interaction.locale.value, "UTC"))
        text = _(
            "Something went wrong on our side. Please try again; the reference is {code}.",
            code=chat.Code(reference),
        )
        with self._busy():
            try:
                await Exchange(interaction, self._catalogue).apologise(sentence(words.say(text)))
            except (discord.DiscordException, aiohttp.ClientError, OSError) as failure:
                log.warning("door.speechless", platform=PLATFORM, reference=reference, error=str(failure))

    async def _answer(self, interaction: Interaction) -> None:
        said = incoming.read(interaction)
        exchange = Exchange(interaction, self._catalogue)
        answer = asyncio.ensure_future(self._router.answer(said))
        await asyncio.wait({answer}, timeout=self._patience)
        if not answer.done():
            try:
                await exchange.hold()
            finally:
                await asyncio.wait({answer})
        reply = answer.result()
        left = exchange.edits_subject
        screen = await illustrated(reply.screen, reply.reader, self._paint)
        spot = await exchange.show(replace(reply, screen=screen))
        if spot and reply.screen.subject:
            now = self._clock.now()
            await self._store.keep(shown.remember, said.account.key, reply.screen.subject, spot, now=now)
        elif spot and left:
            await self._store.keep(shown.forget, left)

    async def _suggest(self, interaction: Interaction) -> None:
        option, typed = incoming.typed(interaction)
        found = await self._router.suggest(incoming.read(interaction), option, typed)
        await interaction.response.autocomplete(commands.suggestions(found))

    # --- what is under way ---------------------------------------------------------------------

    def _is_new(self, key: int) -> bool:
        if key in self._heard:
            return False
        if len(self._heard) >= REMEMBERED_KEYS:
            del self._heard[next(iter(self._heard))]
        self._heard[key] = None
        return True

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()


def _is_typing(interaction: Interaction) -> bool:
    return interaction.type is discord.InteractionType.autocomplete
