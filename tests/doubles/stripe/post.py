"""Stripe's webhook deliveries: signed POSTs to one endpoint, that may come twice, in disorder, or later."""

import json
from typing import Any

import stripe

from tests.doubles.vendor import Post as VendorPost

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


class Post(VendorPost[dict[str, Any]]):
    enabled = ENABLED

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret = secret

    def named(self, event: dict[str, Any]) -> tuple[str, str]:
        return str(event.get("id")), str(event.get("type"))

    async def send(
        self, event: dict[str, Any], *, secret: str | None = None, signed_at: int | None = None
    ) -> int | None:
        """One delivery, signed now or at another second. The endpoint's status."""
        body = json.dumps(event, indent=2)
        signature = stripe.WebhookSignature.generate_signature_header(body, secret or self.secret, signed_at)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature,
        }
        return await self.delivered(event, body.encode(), headers)
