"""Razorpay's webhook deliveries: signed POSTs to one address, that may come twice, in disorder, or later.

An event is signed by the secret of the day that it happened on, however often it is tried again.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from tests.doubles.vendor import Post as VendorPost

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


class Post(VendorPost[Event]):
    enabled = ENABLED

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret = secret

    def named(self, event: Event) -> tuple[str, str]:
        return event.id, event.kind

    async def send(
        self, event: Event, *, secret: str | None = None, names: bool = True, body: bytes | None = None
    ) -> int | None:
        """One delivery. A forger has another secret, forgets to name the event, or changes what was signed."""
        content = json.dumps(event.content).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Razorpay-Webhook/v1",
            "X-Razorpay-Signature": signature(secret or event.secret, content),
        }
        if names:
            headers["x-razorpay-event-id"] = event.id
        return await self.delivered(event, content if body is None else body, headers)


def signature(secret: str, content: bytes) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
