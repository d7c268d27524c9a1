"""The double itself: one port that speaks the Bot API, and one world behind it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from . import (
    edge,
    groups,
    methods_bot,
    methods_chats,
    methods_edits,
    methods_groups,
    methods_media,
    methods_messages,
    methods_updates,
)
from .calls import METHODS, Call
from .chats import Chat, Topic
from .faults import DROP, HANG, Fault
from .hands import Hands
from .pace import Pace
from .problems import Refused
from .queries import Query
from .updates import Update, Updates
from .world import PATIENCE, Clock, User, World

Json = dict[str, Any]
METHOD_FILES = (
    methods_bot,
    methods_chats,
    methods_edits,
    methods_groups,
    methods_media,
    methods_messages,
    methods_updates,
)


class TelegramServer:
    """Point a client at `api_base` with `token`.

    `violations` must stay empty: each is a request that Telegram refuses and a bot could have known about, or a
    slip of the double. `refused` also holds what is no fault of the bot (a bot that was blocked, a late answer).
    """

    def __init__(self, *, allow_local_urls: bool = False) -> None:
        self.world = World()
        self.token = f"{self.world.bot.id}:{secrets.token_urlsafe(26)}"
        self.allow_local_urls = allow_local_urls
        self.updates = Updates(self.world.clock.now, self.stir)
        self.updates.answer = self._answer_of_webhook
        self.pace = Pace(self.world.clock.now)
        self.queries: dict[str, Query] = {}
        self.fetched: set[str] = set()
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.about: dict[tuple[str, str], str] = {}
        self.violations: list[Refused] = []
        self.refused: list[Refused] = []
        self.log: list[str] = []
        self._faults: list[Fault] = []
        self._change = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    # life

    async def start(self) -> None:
        app = web.Application(client_max_size=256 * 1024 * 1024)
        edge.mount(app, self)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for fault in self._faults:
            fault.release()
        await self.updates.close()
        if self.updates.poll is not None:
            self.updates.poll.set()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> TelegramServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    # the world

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def bot(self) -> User:
        return self.world.bot

    def add_user(
        self, name: str, *, username: str = "", language: str | None = "en", started: bool = False
    ) -> User:
        """`started`: they pressed Start some day, of which no update is left."""
        user = self.world.add_user(name, username=username, language=language)
        user.private.started = started
        return user

    def add_group(self, title: str, *, owner: User, is_super: bool = False, is_forum: bool = False) -> Chat:
        """The bot is not in it yet."""
        return self.world.add_group(title, owner, is_super=is_super or is_forum, is_forum=is_forum)

    def add_channel(self, title: str, *, owner: User, username: str = "") -> Chat:
        return self.world.add_channel(title, owner, username=username)

    def hands(self, user: User, chat: Chat | None = None, *, thread: int | None = None) -> Hands:
        """At the keyboard in a chat; without one, in private with the bot."""
        return Hands(self, user, chat or user.private, thread)

    def join(self, chat: Chat, user: User) -> None:
        groups.join(self, chat, user)

    def leave(self, chat: Chat, user: User) -> None:
        groups.leave(self, chat, user)

    def add_bot(self, chat: Chat, by: User, *, as_admin: bool = False) -> None:
        groups.add_bot(self, chat, by, as_admin=as_admin)

    def remove_bot(self, chat: Chat, by: User) -> None:
        groups.remove_bot(self, chat, by)

    def promote(self, chat: Chat, user: User, by: User, *, without: frozenset[str] = frozenset()) -> None:
        """`without` names rights that are withheld."""
        groups.promote(self, chat, user, by, without=without)

    def demote(self, chat: Chat, user: User, by: User) -> None:
        groups.demote(self, chat, user, by)

    def migrate(self, chat: Chat) -> Chat:
        """A group becomes a supergroup, under a new id."""
        return groups.migrate(self, chat)

    def open_topic(self, chat: Chat, name: str, by: User) -> Topic:
        return groups.add_topic(self, chat, name, by)

    def advance(self, by: timedelta) -> None:
        """Let time pass for queries, pace and what is too old; nothing sleeps."""
        self.world.clock.advance(by)

    # trouble

    def fail_next(
        self,
        method: str = "",
        *,
        status: int = 500,
        description: str = "",
        times: int = 1,
        chat: Chat | User | None = None,
        retry_after: int = 1,
        after: bool = False,
    ) -> Fault:
        """An error for the next requests of a method (or of any but getUpdates), to a chat (or any); with `after`
        the request has taken effect and only the answer is lost."""
        where = chat.id if chat else None
        return self._trouble(Fault(method, status, description, times, where, retry_after, after))

    def limit_next(self, method: str = "", *, retry_after: int = 1, times: int = 1) -> Fault:
        """429 with `retry_after` seconds."""
        return self._trouble(Fault(method, 429, "", times, retry_after=retry_after))

    def hang_next(self, method: str = "", *, times: int = 1, after: bool = False) -> Fault:
        """Silence until `release()` of the returned fault, then 502."""
        return self._trouble(Fault(method, HANG, "", times, after=after))

    def drop_next(self, method: str = "", *, times: int = 1, after: bool = False) -> Fault:
        """The connection is cut in place of an answer."""
        return self._trouble(Fault(method, DROP, "", times, after=after))

    def repeat(self, update: Update | None = None) -> Update:
        """Delivers an update again, the last one that was confirmed if none is named."""
        chosen = update or self.updates.done[-1]
        self.updates.again(chosen)
        return chosen

    def deactivate(self, user: User) -> None:
        """Their account is deleted."""
        user.deactivated = True

    def fault_for(self, method: str, chat: str) -> Fault | None:
        found = next((each for each in self._faults if each.matches(method, chat)), None)
        if found:
            found.hits += 1
        return found

    def _trouble(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    async def _answer_of_webhook(self, said: Json) -> None:
        """A webhook may answer with one request of its own."""
        asked = dict(said)
        named = METHODS[str(asked.pop("method")).lower()]
        await edge.perform(self, named, Call(self, named.name, asked))

    # waiting

    def stir(self) -> None:
        self._change.set()

    async def delivered(self, timeout: float = PATIENCE) -> None:
        """Until the bot has confirmed every update and answered every press."""

        def done() -> bool:
            return self.updates.is_quiet and all(q.answered for q in self.queries.values())

        await self.wait_for(done, timeout, what="the bot's attention")

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
        refused = [f"{r.method} {r.status} {r.description}" for r in self.refused[-3:]]
        waiting = [f"{u.kind} {u.id} delivered {u.deliveries} times" for u in self.updates.waiting]
        lines = [f"{what} did not come within {timeout} s; requests:", *arrived, "refusals:", *refused]
        return "\n  ".join([*lines, "updates waiting:", *waiting])
