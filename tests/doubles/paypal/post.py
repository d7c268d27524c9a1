"""PayPal's webhook deliveries: signed POSTs to one endpoint, that may come twice, in disorder, or later.

What is signed is the transmission's id and time, the webhook's id and the checksum of the raw body. The key is
PayPal's own: whoever wants to know asks PayPal.
"""

import base64
import hashlib
import hmac
import json
import uuid
import zlib
from collections.abc import Mapping
from typing import Any

from core.clock import Clock
from tests.doubles.paypal.shapes import Resource, stamp
from tests.doubles.vendor import Post as VendorPost

KEY = b"the key behind PayPal's certificate"
CERTIFICATE = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1a5f47cb"
ENABLED = frozenset(
    (
        "CHECKOUT.ORDER.APPROVED",
        *(f"PAYMENT.CAPTURE.{what}" for what in ("COMPLETED", "PENDING", "DENIED", "REFUNDED", "REVERSED")),
    )
)


def signature(transmission: str, at: str, webhook: str, body: bytes) -> str:
    message = f"{transmission}|{at}|{webhook}|{zlib.crc32(body)}".encode()
    return base64.b64encode(b"RSA" + hmac.new(KEY, message, hashlib.sha256).digest()).decode()


def written(event: Resource) -> bytes:
    """As PayPal writes it: without spaces, with escaped slashes and letters as they are."""
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).replace("/", "\\/").encode()


class Post(VendorPost[Resource]):
    enabled = ENABLED

    def __init__(self, webhook: str, clock: Clock) -> None:
        super().__init__()
        self.webhook = webhook
        self._clock = clock

    def named(self, event: Resource) -> tuple[str, str]:
        return str(event.get("id")), str(event.get("event_type"))

    async def send(
        self, event: Resource, *, body: bytes | None = None, changes: Mapping[str, str] | None = None
    ) -> int | None:
        """One delivery, with headers or a body that somebody has changed on the way. The endpoint's status."""
        raw = written(event)
        return await self.delivered(event, body or raw, self.headers(raw) | dict(changes or {}))

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
