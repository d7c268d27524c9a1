"""PayPal's webhook deliveries: signed POSTs to one endpoint, that may come twice, in disorder, or later.

What is signed is the transmission's id and time, the webhook's id and the checksum of the raw body. The key is
PayPal's own: whoever wants to know asks PayPal.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from core.clock import Clock
from tests.doubles.paypal.shapes import Resource, stamp

KEY = b"the key behind PayPal's certificate"
CERTIFICATE = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1a5f47cb"
ENABLED = frozenset(
    (
        "CHECKOUT.ORDER.APPROVED",
        *(f"PAYMENT.CAPTURE.{what}" for what in ("COMPLETED", "PENDING", "DENIED", "REFUNDED", "REVERSED")),
    )
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try; `status` is `None` where nobody answered."""

    event: str
    kind: str
    status: int | None


def signature(transmission: str, at: str, webhook: str, body: bytes) -> str:
    message = f"{transmission}|{at}|{webhook}|{zlib.crc32(body)}".encode()
    return base64.b64encode(b"RSA" + hmac.new(KEY, message, hashlib.sha256).digest()).decode()


def written(event: Resource) -> bytes:
    """As PayPal writes it: without spaces, with escaped slashes and letters as they are."""
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).replace("/", "\\/").encode()


class Post:
    """`mode`: normal, twice, reordered (the last event first), hold (until `release`) or never."""

    def __init__(self, webhook: str, clock: Clock) -> None:
        self.mode = "normal"
        self.url = ""
        self.webhook = webhook
        self.deliveries: list[Delivery] = []
        self.waiting: list[Resource] = []
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, event: Resource) -> None:
        if event["event_type"] in ENABLED and self.mode != "never":
            self.waiting.append(event)

    def leave(self) -> None:
        """Sends what waits in the background, as PayPal does while it answers a request."""
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
        self, event: Resource, *, body: bytes | None = None, changes: Mapping[str, str] | None = None
    ) -> int | None:
        """One delivery, with headers or a body that somebody has changed on the way. The endpoint's status."""
        if not self.url:
            return None
        status = await self._posted(
            body or written(event), self.headers(written(event)) | dict(changes or {})
        )
        self.deliveries.append(Delivery(str(event.get("id")), str(event.get("event_type")), status))
        return status

    def headers(self, body: bytes, *, webhook: str = "") -> dict[str, str]:
        transmission, at = str(uuid.uuid4()), stamp(self._clock.now())
        return {
            "Content-Type": "application/json",
            "User-Agent": "PayPal/AUHD-214.0-58391792",
            "PAYPAL-TRANSMISSION-ID": transmission,
            "PAYPAL-TRANSMISSION-TIME": at,
            "PAYPAL-TRANSMISSION-SIG": signature(transmission, at, webhook or self.webhook, body),
            "PAYPAL-CERT-URL": CERTIFICATE,
            "PAYPAL-AUTH-ALGO": "SHA256withRSA",
            "PAYPAL-AUTH-VERSION": "v2",
        }

    async def _posted(self, body: bytes, headers: Mapping[str, str]) -> int | None:
        timeout = aiohttp.ClientTimeout(total=10)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.post(self.url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None


def is_genuine(question: str) -> bool:
    """What `verify-webhook-signature` finds. The checksum is of the event as it stands in the question."""
    asked: dict[str, Any] = json.loads(question)
    if asked["cert_url"] != CERTIFICATE or asked["auth_algo"] != "SHA256withRSA":
        return False
    raw = _raw(question, "webhook_event").encode()
    parts = (asked["transmission_id"], asked["transmission_time"], asked["webhook_id"], raw)
    return hmac.compare_digest(signature(*parts), asked["transmission_sig"])


def _raw(question: str, name: str) -> str:
    """The text of the last of a question's values."""
    start = question.index(f'"{name}":') + len(name) + 3
    return question[start : question.rindex("}")]
