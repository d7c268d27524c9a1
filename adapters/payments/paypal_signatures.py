"""Whether a webhook was sent by PayPal: what PayPal itself is asked about it, and what is refused unasked.

The raw body goes into the question to the letter, for its checksum is what was signed. It is read as JSON before, so
that nobody can write a second question into it.
"""

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from adapters.payments.paypal_wire import Json, link
from core.ports import BadBody, BadSignature, WebhookEvent

HEADERS: Final = {
    "auth_algo": re.compile(r"[A-Za-z0-9]{1,100}"),
    "cert_url": re.compile(r"https://[!-~]{1,490}"),
    "transmission_id": re.compile(r"[A-Za-z0-9-]{1,50}"),
    "transmission_sig": re.compile(r"[A-Za-z0-9+/=_-]{1,500}"),
    "transmission_time": re.compile(r"[0-9TZ:.+-]{1,100}"),
}
CERTIFICATES: Final = frozenset(
    ("api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com")
)

ORDER_KINDS: Final = frozenset(
    (
        "CHECKOUT.ORDER.APPROVED",
        "CHECKOUT.ORDER.COMPLETED",
        "CHECKOUT.ORDER.VOIDED",
        "CHECKOUT.ORDER.DECLINED",
    )
)
CAPTURE_KINDS: Final = frozenset(
    f"PAYMENT.CAPTURE.{what}" for what in ("COMPLETED", "PENDING", "DENIED", "DECLINED")
)
REFUND_KINDS: Final = frozenset(("PAYMENT.CAPTURE.REFUNDED", "PAYMENT.CAPTURE.REVERSED"))
PLACES: Final = re.compile(r"/v2/(?:checkout/(orders)|payments/(captures))/([A-Za-z0-9]{1,36})")


def content(body: bytes) -> Json:
    """The body as JSON. Raises `BadSignature`: PayPal signs nothing else."""
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise BadSignature("paypal: not JSON") from None
    if not isinstance(found, dict):
        raise BadSignature("paypal: not a JSON object")
    return found


def question(headers: Mapping[str, str], body: bytes, webhook_id: str) -> str:
    """What `verify-webhook-signature` is asked. Raises `BadSignature` where it need not be asked."""
    asked = {name: _header(headers, name, shape) for name, shape in HEADERS.items()}
    if urlsplit(asked["cert_url"]).netloc not in CERTIFICATES:
        raise BadSignature("paypal: the certificate is not at PayPal")
    facts = json.dumps(asked | {"webhook_id": webhook_id})
    return f'{facts[:-1]},"webhook_event":{body.decode()}}}'


def _header(headers: Mapping[str, str], name: str, shape: re.Pattern[str]) -> str:
    wanted = f"paypal-{name.replace('_', '-')}"
    value = next((value for key, value in headers.items() if key.lower() == wanted), "")
    if not shape.fullmatch(value):
        raise BadSignature(f"paypal: {wanted} is missing or is none")
    return value


def event(found: Json) -> WebhookEvent:
    """What a verified body says. Raises `BadBody`."""
    match found:
        case {"id": str(event_id), "event_type": str(kind), "resource": dict(resource)} if event_id:
            order, charge = _about(kind, resource)
            return WebhookEvent(event_id, kind, ref=order, charge=charge)
    raise BadBody("paypal: not an event")


def _about(kind: str, resource: Json) -> tuple[str, str]:
    """The order and the capture that an event speaks of. What went back is heard of by its capture alone."""
    own = str(resource.get("id") or "")
    if kind in ORDER_KINDS:
        return own, ""
    if kind in CAPTURE_KINDS:
        return order_of(resource), own
    if kind in REFUND_KINDS:
        return "", _up(resource, "captures")
    return "", ""


def order_of(capture: Json) -> str:
    """The order that a capture belongs to; empty where it does not say."""
    match capture:
        case {"supplementary_data": {"related_ids": {"order_id": str(order)}}}:
            return order
    return _up(capture, "orders")


def _up(resource: Json, kind: str) -> str:
    found = PLACES.fullmatch(urlsplit(link(resource, "up")).path)
    return found[3] if found and kind in found.groups() else ""
