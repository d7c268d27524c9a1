"""The Discord door: everything said to the bot goes to the router, everything due to a person goes out here.

Each interaction is acknowledged within a second and answered once, also when Discord delivers it twice.
Nothing of a conversation is kept in memory: a press on an old screen works after a restart, for its custom
id is the route.
"""

import asyncio
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

import aiohttp
import discord
import structlog

from adapters.discord import commands, incoming, opened, shown
from adapters.discord.badges import Badges
from adapters.discord.connection import Connection, Line
from adapters.discord.delivery import Delivery
from adapters.discord.exchange import Exchange
from adapters.discord.hearing import Ear, is_for_us
from adapters.discord.incoming import PLATFORM, Interaction
from adapters.discord.render import sentence
from adapters.discord.threads import Threads
from adapters.discord.words import DiscordWords
from adapters.discord.work import Work
from adapters.pictures import illustrated
from core import chat, ports
from core.chat import _
from core.clock import Clock
from core.messages import threads

log = structlog.get_logger()

PATIENCE: Final = 1.0
DRAIN: Final = 10.0
SENDING: Final = 15.0
GREETINGS_AT_ONCE: Final = 8
TOO_LATE: Final = (10062, 40060)
"""Discord stopped waiting, or another process answered."""


class Router(ports.HostRouter, ports.RoomRouter, Protocol):
    """Whom this door tells what is said."""


class DiscordDoor:
    """`patience` is how long an answer may take before the person is told that it is under way."""

    platform = PLATFORM

    def __init__(
        self,
        token: str,
        router: Router,
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
        self._store, self._catalogue, self._clock = store, catalogue, clock
        self._paint = paint
        self._patience = patience
        self._delivery = Delivery(store, catalogue, clock, within=sending)
        self._threads = Threads(store, self._delivery, clock, within=sending)
        self._badges = Badges(within=sending)
        self._connection = Connection(
            token,
            self,
            api_base=api_base,
            gateway_url=gateway_url,
            guild_ready_timeout=guild_ready_timeout,
        )
        self._ear = Ear(router, self._delivery)
        self._work = Work()
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
            log.warning("door.undrained", platform=PLATFORM, running=self._work.running)
        await self._connection.close()

    async def settled(self) -> None:
        """Returns when nothing is being answered or sent."""
        await self._work.settled()

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
        with self._work.busy():
            screen, line = await illustrated(screen, reader, self._paint), self.line
            match rung.kind:
                case ports.RungKind.NUDGE:
                    await self._delivery.nudge(line, rung, screen, reader, key=key)
                case ports.RungKind.THREAD:
                    into, whom = rung.channel, rung.account
                    await self._threads.post(line, into, screen, reader, key=key, rings=rings, account=whom)
                case ports.RungKind.DIRECT:
                    await self._delivery.direct(line, rung.account, screen, reader, key=key, rings=rings)

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None:
        with self._work.busy():
            await self._delivery.set_role(self.line, place, account, role, granted=granted)

    async def make_role(self, place: str, name: str) -> str:
        with self._work.busy():
            return await self._badges.make(self.line, place, name)

    async def roles_of(self, place: str, account: str) -> frozenset[str] | None:
        with self._work.busy():
            return await self._badges.of(self.line, place, account)

    async def is_there(self, place: str, account: str) -> bool:
        return await self.roles_of(place, account) is not None

    async def open_thread(self, channel: str, name: str, accounts: Sequence[str], *, key: str) -> str:
        with self._work.busy():
            return await self._threads.open(self.line, channel, name, accounts, key=key)

    async def post(
        self, thread: str, screen: chat.Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> None:
        with self._work.busy():
            screen = await illustrated(screen, reader, self._paint)
            await self._threads.post(self.line, thread, screen, reader, key=key, rings=rings)

    async def close_thread(self, thread: str) -> None:
        with self._work.busy():
            await self._threads.close(self.line, thread)

    def thread_address(self, place: str, thread: str) -> str:
        return f"https://discord.com/channels/{place}/{thread}"

    def invitation(self, payload: str) -> str | None:
        """Discord opens no private chat from a link."""
        return None

    # --- the way in ----------------------------------------------------------------------------

    async def on_interaction(self, interaction: Interaction) -> None:
        if not self._work.is_new(interaction.id):
            return
        with self._work.busy():
            if interaction.type is discord.InteractionType.autocomplete:
                await self._suggest(interaction)
            elif interaction.type is not discord.InteractionType.ping:
                await self._answer(interaction)

    async def on_words(self, message: discord.Message, *, is_edit: bool) -> None:
        key = (message.id, message.edited_at) if is_edit else message.id
        if is_for_us(message, is_edit=is_edit) and self._work.is_new(key):
            with self._work.busy():
                await self._ear.hear(self.line, message, is_edit=is_edit)

    async def on_thread_gone(self, thread: int) -> None:
        with self._work.busy():
            await self._store.keep(opened.forget, thread)
            await self._store.write(threads.lost, PLATFORM, str(thread), now=self._clock.now())

    async def on_guild(self, guild: discord.Guild) -> None:
        """Says who hosts the bot, at every start and on every invitation."""
        owner = chat.Account(PLATFORM, str(guild.owner_id), guild.owner.display_name if guild.owner else "")
        with self._work.busy():
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
        is_typing = getattr(interaction, "type", None) is discord.InteractionType.autocomplete
        if is_typing or not isinstance(interaction, discord.Interaction):
            return
        words = DiscordWords(self._catalogue, chat.Reader(interaction.locale.value, "UTC"))
        text = _(
            "Something went wrong on our side. Please try again; the reference is {code}.",
            code=chat.Code(reference),
        )
        with self._work.busy():
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
