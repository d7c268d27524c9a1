"""The double itself: one port that speaks REST v10 and the gateway, and one world behind both."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from . import events, interactions, rest, routes, routes_guilds, routes_threads
from .faults import Fault
from .gateway import Gateway
from .hands import Chat
from .interactions import Exchange
from .places import Guild
from .posts import Attachment
from .problems import Refused
from .world import PATIENCE, Clock, User, World

Json = dict[str, Any]
ROUTE_FILES = (routes, routes_threads, routes_guilds, interactions)


class DiscordServer:
    """Point a client at `api_base` (plus /api/v10) and `gateway_url`, and log in with `token`.

    `violations` must stay empty: each is a request that Discord documents as wrong, or a slip of the double.
    `refused` also holds the refusals that are no fault of the bot (closed direct messages, a late answer).
    """

    def __init__(self, *, shards: int = 1, privileged_intents: int = 0) -> None:
        self.commands: dict[int | None, list[Json]] = {}
        self.world = World(functools.partial(events.announce, self), functools.partial(Chat, self))
        self.shards = shards
        self.token = f"{self.world.bot.id}.{secrets.token_hex(12)}"
        greeting, members = functools.partial(events.greeting, self), functools.partial(events.members, self)
        self.gateway = Gateway(self.token, greeting, members, self.stir)
        self.gateway.privileged_allowed = privileged_intents
        self.violations: list[Refused] = []
        self.refused: list[Refused] = []
        self.log: list[str] = []
        self.exchanges: dict[int, Exchange] = {}
        self.exchange_of_token: dict[str, Exchange] = {}
        self.command_syncs = 0
        self.uploads: dict[int, Attachment] = {}
        self._faults: list[Fault] = []
        self.deliver_again = 0
        self.most_threads = 1000
        self._change = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    # life

    async def start(self) -> None:
        app = web.Application(client_max_size=128 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.accept)
        app.router.add_get("/gateway/", self.gateway.accept)
        rest.mount(app, self)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for fault in self._faults:
            fault.release()
        await self.gateway.close()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> DiscordServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/gateway"

    @property
    def cdn(self) -> str:
        return f"{self.api_base}/cdn"

    # the world

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def bot(self) -> User:
        return self.world.bot

    def add_user(self, name: str, *, locale: str = "en-US", bot: bool = False) -> User:
        return self.world.add_user(name, locale=locale, bot=bot)

    def add_guild(self, name: str, *, owner: User, locale: str = "en-US") -> Guild:
        return self.world.add_guild(name, owner=owner, locale=locale)

    def advance(self, by: timedelta) -> None:
        """Let time pass for answers, tokens and nonces; nothing sleeps."""
        self.world.clock.advance(by)

    # trouble

    def rate_limit_next(
        self,
        path: str = "",
        *,
        method: str | None = None,
        times: int = 1,
        retry_after: float = 0.05,
        is_global: bool = False,
        banned: bool = False,
    ) -> Fault:
        """429 for the next requests whose path (or documented template) contains `path`."""
        return self._trouble(
            Fault(method, path, 429, times, retry_after=retry_after, is_global=is_global, banned=banned)
        )

    def fail_next(
        self,
        path: str = "",
        *,
        method: str | None = None,
        status: int = 503,
        times: int = 1,
        after: bool = False,
    ) -> Fault:
        """A server error; with `after` the request has taken effect and only the answer is lost."""
        return self._trouble(Fault(method, path, status, times, after=after))

    def hang_next(
        self, path: str = "", *, method: str | None = None, times: int = 1, after: bool = False
    ) -> Fault:
        """Silence until `release()` of the returned fault, then 502."""
        return self._trouble(Fault(method, path, 0, times, after=after))

    def _trouble(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def fault_for(self, method: str, path: str, template: str) -> Fault | None:
        found = next((each for each in self._faults if each.matches(method, path, template)), None)
        if found:
            found.hits += 1
        return found

    async def drop_connections(self, *, deliver_again: int = 0, forget_sessions: bool = False) -> None:
        """Cut every gateway connection; on RESUME the last `deliver_again` events come a second time."""
        self.gateway.replay_again = deliver_again
        if forget_sessions:
            self.gateway.sessions.clear()
        old = list(self.gateway.connections)
        for connection in old:
            connection.cut()
        await self.wait_for(lambda: not set(old) & set(self.gateway.connections), what="connections cut")

    @contextlib.asynccontextmanager
    async def gateway_outage(self) -> AsyncIterator[None]:
        """No gateway within the block; what happens meanwhile is replayed by the RESUME after it."""
        self.gateway.open.clear()
        await self.drop_connections()
        try:
            yield
        finally:
            self.gateway.open.set()

    async def ask_to_reconnect(self) -> None:
        """Opcode 7 to every connection, as Discord does when it moves a gateway."""
        for connection in list(self.gateway.connections):
            await connection.send(7)

    def deliver_twice(self, times: int = 1) -> None:
        """The next interactions come twice, with the same id and token."""
        self.deliver_again += times

    # waiting

    def stir(self) -> None:
        self._change.set()

    async def wait_for(
        self, condition: Callable[[], Any], timeout: float = PATIENCE, *, what: str = "the condition"
    ) -> None:
        """Until it holds; a timeout says what arrived meanwhile."""
        loop = asyncio.get_running_loop()
        deadline, seen = loop.time() + timeout, len(self.log)
        while not condition():
            if loop.time() >= deadline:
                raise AssertionError(self._complaint(what, timeout, seen))
            self._change.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._change.wait(), 0.02)

    def _complaint(self, what: str, timeout: float, seen: int) -> str:
        arrived = self.log[seen:] or self.log[-5:] or ["nothing at all"]
        refused = [f"{r.method} {r.path} {r.code} {r.message} {r.errors}" for r in self.refused[-3:]]
        lines = [f"{what} did not come within {timeout} s; requests:", *arrived, "refusals:", *refused]
        return "\n  ".join(lines)

    async def wait_until_ready(self, timeout: float = PATIENCE) -> None:
        """Until a bot has identified on every shard it asked for."""

        def complete() -> bool:
            sessions = [s for s in self.gateway.sessions if s.connection]
            return bool(sessions) and len({s.shard for s in sessions}) >= sessions[0].shards

        await self.wait_for(complete, timeout, what="IDENTIFY")
