"""Stripe's webhook deliveries: signed POSTs to one endpoint, that may come twice, in disorder, or later."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import aiohttp
import stripe

ENABLED = frozenset(
    {
        *(f"checkout.session.{what}" for what in ("completed", "expired")),
        *(f"checkout.session.async_payment_{what}" for what in ("succeeded", "failed")),
        *(f"payment_intent.{what}" for what in ("succeeded", "payment_failed")),
        *("charge.refunded", "charge.refund.updated"),
        *("refund.created", "refund.updated", "refund.failed"),
        *(f"customer.subscription.{what}" for what in ("created", "updated", "deleted")),
        *("invoice.paid", "invoice.payment_failed"),
    }
)


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
        self.waiting: list[dict[str, Any]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, event: dict[str, Any]) -> None:
        if event["type"] in ENABLED and self.mode != "never":
            self.waiting.append(event)

    def leave(self) -> None:
        """Sends what waits in the background, as Stripe does while it answers a request."""
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
        self, event: dict[str, Any], *, secret: str | None = None, signed_at: int | None = None
    ) -> int | None:
        """One delivery, signed now or at another second. The endpoint's status."""
        if not self.url:
            return None
        body = json.dumps(event, indent=2)
        signature = stripe.WebhookSignature.generate_signature_header(body, secret or self.secret, signed_at)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature,
        }
        status = await self._posted(body.encode(), headers)
        self.deliveries.append(Delivery(str(event.get("id")), str(event.get("type")), status))
        return status

    async def _posted(self, body: bytes, headers: dict[str, str]) -> int | None:
        timeout = aiohttp.ClientTimeout(total=10)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.post(self.url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None
