"""The line to Discord: it stays up, and comes back by itself after whatever ended it.

discord.py reconnects after an ordinary loss. What it gives up on ends its client, and a new one takes over.
"""

import asyncio
import random
from typing import Any, Final, Protocol

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from core.ports import DoorClosed

log = structlog.get_logger()

IDENTIFY_PAUSE: Final = 5.0
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 300.0


class Listener(Protocol):
    """Who hears what happens on the line."""

    async def on_interaction(self, interaction: "discord.Interaction[Line]") -> None: ...

    async def on_guild(self, guild: discord.Guild) -> None: ...

    async def on_words(self, message: discord.Message, *, is_edit: bool) -> None: ...

    async def on_thread_gone(self, thread: int) -> None: ...

    async def on_failure(self, event: str, *args: Any) -> None: ...

    async def on_login(self, line: "Line") -> None: ...


class Line(discord.AutoShardedClient):
    """One client of the library. It keeps nothing but guilds in memory and asks for no privileged intent: of
    messages it hears those that are sent to the bot itself."""

    def __init__(self, listener: Listener, ready: asyncio.Event, guild_ready_timeout: float) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=guild_ready_timeout,
        )
        self._listener = listener
        self._all_ready = ready
        self._at_once = 0

    async def setup_hook(self) -> None:
        await self._listener.on_login(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord lets as many shards identify in five seconds as it says; the first one never waits."""
        if initial:
            return
        if not self._at_once:
            self._at_once = max(1, (await self.fetch_session_start_limits()).max_concurrency)
        if (shard_id or 0) % self._at_once == 0:
            await asyncio.sleep(IDENTIFY_PAUSE)

    async def on_ready(self) -> None:
        self._all_ready.set()

    async def on_interaction(self, interaction: "discord.Interaction[Line]") -> None:
        await self._listener.on_interaction(interaction)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        await self._listener.on_guild(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._listener.on_guild(guild)

    async def on_message(self, message: discord.Message) -> None:
        await self._listener.on_words(message, is_edit=False)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        await self._listener.on_words(payload.message, is_edit=True)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._listener.on_thread_gone(payload.thread_id)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        await self._listener.on_failure(event_method, *args)


class Connection:
    """`line` is the present client."""

    def __init__(
        self,
        token: str,
        listener: Listener,
        *,
        api_base: str | None,
        gateway_url: str | None,
        guild_ready_timeout: float,
    ) -> None:
        self._token = token
        self._listener = listener
        self._api_base = api_base
        self._gateway_url = gateway_url
        self._guild_ready_timeout = guild_ready_timeout
        self._keeper: asyncio.Task[None] | None = None
        self.line: Line | None = None

    async def open(self) -> None:
        """Returns once every shard is ready, however long Discord is away. Raises `DoorClosed`."""
        if self._api_base:
            Route.BASE = f"{self._api_base.rstrip('/')}/api/v10"
        if self._gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._gateway_url)
        ready = asyncio.Event()
        self._keeper = asyncio.create_task(self._keep_up(ready), name="discord connection")
        waiter = asyncio.ensure_future(ready.wait())
        await asyncio.wait({self._keeper, waiter}, return_when=asyncio.FIRST_COMPLETED)
        waiter.cancel()
        if self._keeper.done():
            self._keeper.result()

    async def close(self) -> None:
        if self._keeper:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})

    async def _keep_up(self, ready: asyncio.Event) -> None:
        pause = FIRST_PAUSE
        while True:
            error = await self._one_life(ready)
            if isinstance(error, discord.LoginFailure) and not ready.is_set():
                raise DoorClosed("Discord refuses the bot token: check [discord] token.") from error
            if ready.is_set() and not isinstance(error, discord.LoginFailure):
                pause = FIRST_PAUSE
            log.warning("door.disconnected", platform="discord", error=repr(error), retry_in=pause)
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _one_life(self, ready: asyncio.Event) -> BaseException | None:
        """What ended it. An error of any kind is a reason to begin again, so it is looked at, not caught."""
        self.line = line = Line(self._listener, ready, self._guild_ready_timeout)
        life = asyncio.ensure_future(line.start(self._token))
        try:
            await asyncio.wait({life})
        finally:
            life.cancel()
            await asyncio.wait({life})
            await line.close()
        return None if life.cancelled() else life.exception()
