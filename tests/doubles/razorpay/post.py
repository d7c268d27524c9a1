"""Razorpay's webhook deliveries: signed POSTs to one address, that may come twice, in disorder, or later.

An event is signed by the secret of the day that it happened on, however often it is tried again.
"""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import aiohttp

ENABLED = frozenset(
    {
        *(f"payment_link.{what}" for what in ("paid", "partially_paid", "expired", "cancelled")),
        *("payment.failed", "payment.captured"),
        *(f"refund.{what}" for what in ("created", "processed", "failed")),
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    id: str
    kind: str
    content: dict[str, Any]
    secret: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try; `status` is `None` where nobody answered."""

    event: str
    kind: str
    status: int | None


class Post:
    """`mode`: normal, twice, reordered (the last event first), hold (until `release`) or never."""

    def __init__(self, secret: str) -> None:
        self.mode = "normal"
        self.url = ""
        self.secret = secret
        self.deliveries: list[Delivery] = []
        self.waiting: list[Event] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, event: Event) -> None:
        if event.kind in ENABLED and self.mode != "never":
            self.waiting.append(event)

    def leave(self) -> None:
        """Sends what waits in the background."""
        if self.waiting and self.mode != "hold":
            task = asyncio.get_running_loop().create_task(self.release())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Sends what waits, and returns when it has arrived."""
        if self.mode != "hold":
            await self.release()
        await self.quiet()

    async def quiet(self) -> None:
        await asyncio.gather(*self._tasks)

    @property
    def is_quiet(self) -> bool:
        return not self._tasks

    async def release(self) -> None:
        events, self.waiting = self.waiting, []
        for event in reversed(events) if self.mode == "reordered" else events:
            for _ in range(2 if self.mode == "twice" else 1):
                await self.send(event)

    async def send(
        self, event: Event, *, secret: str | None = None, names: bool = True, body: bytes | None = None
    ) -> int | None:
        """One delivery. A forger has another secret, forgets to name the event, or changes what was signed."""
        if not self.url:
            return None
        content = json.dumps(event.content).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Razorpay-Webhook/v1",
            "X-Razorpay-Signature": signature(secret or event.secret, content),
        }
        if names:
            headers["x-razorpay-event-id"] = event.id
        status = await self._posted(content if body is None else body, headers)
        self.deliveries.append(Delivery(event.id, event.kind, status))
        return status

    async def _posted(self, body: bytes, headers: dict[str, str]) -> int | None:
        timeout = aiohttp.ClientTimeout(total=5)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.post(self.url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None


def signature(secret: str, content: bytes) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
