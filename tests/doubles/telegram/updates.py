"""What happened, on its way to the bot: kept until it is confirmed, by polling or to a webhook, never both."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

Json = dict[str, Any]
KEPT = timedelta(hours=24)
ONLY_IF_NAMED = ("chat_member", "message_reaction", "message_reaction_count")
MOST = 100


@dataclass(eq=False)
class Update:
    id: int
    kind: str
    body: Json
    queue: int
    at: datetime
    deliveries: int = 0
    again: bool = False

    def json(self) -> Json:
        return {"update_id": self.id, self.kind: self.body}


@dataclass(eq=False)
class Webhook:
    url: str = ""
    secret: str = ""
    connections: int = 40
    error: str = ""
    error_at: datetime | None = None
    answers: list[int] = field(default_factory=list)


class Updates:
    """`webhook_retry` is how long a webhook that failed is left alone, in real seconds. `comes_unasked`: for a
    while a bot may still get what it has asked no more for."""

    def __init__(self, now: Callable[[], datetime], stir: Callable[[], None]) -> None:
        self._now, self._stir = now, stir
        self.waiting: list[Update] = []
        self.allowed: list[str] | None = None
        self.comes_unasked = False
        self.webhook = Webhook()
        self.webhook_retry = 0.05
        self.answer: Callable[[Json], Any] | None = None
        self.poll: asyncio.Event | None = None
        self.arrived = asyncio.Event()
        self.last_id = 870_000_000
        self.done: list[Update] = []
        self._posting: dict[int, asyncio.Task[None]] = {}
        self._http: aiohttp.ClientSession | None = None

    def put(self, kind: str, body: Json, queue: int) -> Update | None:
        """Nothing is kept of a kind that the bot does not ask for."""
        named = self.allowed or []
        is_wanted = kind in named or (not named and kind not in ONLY_IF_NAMED)
        if not is_wanted and not self.comes_unasked:
            return None
        self.last_id += 1
        made = Update(self.last_id, kind, body, queue, self._now())
        self.waiting.append(made)
        self._tell()
        return made

    def again(self, update: Update) -> None:
        """Delivers an update a second time, as happens where a confirmation was lost."""
        update.again = True
        self.waiting.append(update)
        self.waiting.sort(key=lambda each: each.id)
        self._tell()

    @property
    def is_quiet(self) -> bool:
        return not self.waiting

    def _tell(self) -> None:
        self.arrived.set()
        if self.webhook.url:
            for queue in {each.queue for each in self.waiting}:
                self._post(queue)

    # --- polling --------------------------------------------------------------------------------

    def take(self, offset: int, limit: int, allowed: list[str] | None) -> list[Update]:
        """What an offset has not confirmed yet; a negative one counts from the end and forgets the rest."""
        if allowed is not None:
            self.allowed = allowed or None
        if offset < 0:
            offset = self.waiting[max(offset, -len(self.waiting))].id if self.waiting else 0
        self._confirm([each for each in self.waiting if each.id < offset and not each.again])
        self._forget_the_old()
        found = self.waiting[: limit if 1 <= limit <= MOST else MOST]
        for each in found:
            each.deliveries += 1
            each.again = False
        return found

    def drop_all(self) -> None:
        self._confirm(list(self.waiting))

    def _confirm(self, updates: list[Update]) -> None:
        for each in updates:
            self.waiting.remove(each)
            self.done.append(each)
        if updates:
            self._stir()

    def _forget_the_old(self) -> None:
        self._confirm([each for each in self.waiting if self._now() - each.at > KEPT])

    # --- webhook --------------------------------------------------------------------------------

    def hook(self, webhook: Webhook) -> None:
        self.webhook = webhook
        self._tell()

    async def close(self) -> None:
        for task in self._posting.values():
            task.cancel()
        await asyncio.gather(*self._posting.values(), return_exceptions=True)
        if self._http:
            await self._http.close()

    def _post(self, queue: int) -> None:
        running = self._posting.get(queue)
        if running is None or running.done():
            self._posting[queue] = asyncio.create_task(self._drain(queue))

    async def _drain(self, queue: int) -> None:
        """One chat's updates in their order, each until a 2xx."""
        while self.webhook.url:
            update = next((each for each in self.waiting if each.queue == queue), None)
            if update is None:
                return
            if await self._send(update):
                if update in self.waiting:
                    self._confirm([update])
            else:
                await asyncio.sleep(self.webhook_retry)

    async def _send(self, update: Update) -> bool:
        self._http = self._http or aiohttp.ClientSession()
        hook = self.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        update.deliveries += 1
        try:
            async with self._http.post(
                hook.url, json=update.json(), headers=headers, allow_redirects=False
            ) as answer:
                said: Any = None
                with contextlib.suppress(ValueError, aiohttp.ClientError):
                    said = await answer.json(content_type=None)
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            hook.error, hook.error_at = "Connection refused", self._now()
            return False
        hook.answers.append(status)
        if not 200 <= status < 300:
            hook.error, hook.error_at = f"Wrong response from the webhook: {status}", self._now()
            return False
        if isinstance(said, dict) and "method" in said and self.answer:
            await self.answer(said)
        return True
