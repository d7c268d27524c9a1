"""Stripe Checkout as a way to be paid by link.

One Checkout Session an ask, for cards only, so that a paid link is paid at once. A repeat with the same key
opens no second session and gives no money back twice, however late it comes. Whatever goes wrong comes out as
`ProviderDown` or `ProviderRefused`, in words that hold no secret.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import aiohttp
import stripe

from adapters.payments import stripe_amounts, stripe_words
from adapters.payments.stripe_answers import answered, is_replay
from adapters.payments.stripe_plans import StripePlans, subscription_of
from adapters.payments.stripe_refunds import StripeRefunds
from core.money import Money
from core.ports import (
    Ask,
    BadBody,
    BadSignature,
    LinkState,
    LinkStatus,
    ProviderRefused,
    RefundStatus,
    WebhookEvent,
)

VERSION: Final = "2026-10-28.endive"
PATIENCE: Final = timedelta(seconds=12)
RETRIES: Final = 2

SESSION_KINDS: Final = frozenset(
    f"checkout.session.{what}"
    for what in ("completed", "async_payment_succeeded", "async_payment_failed", "expired")
)
CHARGE_KINDS: Final = frozenset(
    (
        *("charge.refunded", "charge.refund.updated", "charge.dispute.created", "charge.dispute.closed"),
        *("refund.created", "refund.updated", "refund.failed"),
    )
)


class StripeProvider:
    """`charge` is the id of a PaymentIntent. `close` ends the HTTP session, unless it was handed one."""

    name = "stripe"

    def __init__(
        self,
        secret_key: str,
        webhook_secret: str,
        *,
        api_base: str | None = None,
        session: aiohttp.ClientSession | None = None,
        patience: timedelta = PATIENCE,
        retries: int = RETRIES,
    ) -> None:
        self.live = "_live_" in secret_key
        self._webhook_secret = webhook_secret
        timeout = aiohttp.ClientTimeout(total=patience.total_seconds())
        self._http = stripe.AIOHTTPClient(timeout=timeout, session=session)
        client = stripe.StripeClient(
            secret_key,
            http_client=self._http,
            stripe_version=VERSION,
            max_network_retries=retries,
            base_addresses={"api": api_base} if api_base else {},
        )
        self._sessions = client.v1.checkout.sessions
        self._refunds = StripeRefunds(client)
        self.plans = StripePlans(client, self._refunds)

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]

    def minimum(self, currency: str) -> Money | None:
        return stripe_amounts.minimum(currency)

    async def open_link(self, ask: Ask) -> LinkState:
        if why := stripe_amounts.objection(ask.amount):
            raise ProviderRefused(f"stripe: {why}")
        params = stripe_words.params(ask)
        session = await answered(self._sessions.create_async(params, {"idempotency_key": ask.key}))
        # A replay tells what was true when the key was first used.
        return await self.look_up(session.id) if is_replay(session) else stripe_words.state(session)

    async def look_up(self, ref: str) -> LinkState:
        """What went back is counted refund by refund: one that fails is money that is here again."""
        session = await answered(self._sessions.retrieve_async(ref, {"expand": [stripe_words.CHARGE]}))
        state = stripe_words.state(session)
        if not state.refunded:
            return state
        gone = await self._refunds.gone(state.charge)
        return replace(state, refunded=Money(gone, state.refunded.currency))

    async def capture(self, ref: str, *, key: str) -> LinkState:
        return await self.look_up(ref)

    async def expire(self, ref: str) -> LinkState:
        try:
            session = await answered(self._sessions.expire_async(ref, {"expand": [stripe_words.CHARGE]}))
            return stripe_words.state(session)
        except ProviderRefused:
            state = await self.look_up(ref)
            if state.status is LinkStatus.OPEN:
                raise
            return state

    async def refund(
        self, charge: str, amount: Money, *, key: str, ref: str = ""
    ) -> tuple[str, RefundStatus]:
        return await self._refunds.make(charge, amount, key=key, ref=ref)

    async def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        """The age of the signature is judged by the library, with the machine's clock. Without a secret none is
        believed: anybody could sign with nothing."""
        if not self._webhook_secret:
            raise BadSignature("stripe: no webhook secret is set, so none is believed")
        signature = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
        if not signature.isascii():  # the library raises a TypeError then
            raise BadSignature("stripe: the signature is not ASCII")
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._webhook_secret, tolerance=300)
            content = json.loads(body)
        except stripe.SignatureVerificationError as error:
            raise BadSignature(error.user_message) from None
        except ValueError:
            raise BadBody("stripe: not JSON") from None
        return self._event(content)

    def _event(self, content: object) -> WebhookEvent:
        match content:
            case {"object": "event", "livemode": bool(live)} if live is not self.live:
                raise BadBody(f"stripe: livemode is {live}, the key's is {self.live}")
            case {"object": "event", "id": str(event), "type": str(kind), "data": {"object": dict(thing)}}:
                charge = str(thing.get("payment_intent") or "")
                if subscription := subscription_of(kind, thing):
                    return WebhookEvent(event, kind, subscription=subscription)
                if kind in SESSION_KINDS:
                    return WebhookEvent(event, kind, ref=str(thing.get("id") or ""), charge=charge)
                return WebhookEvent(event, kind, charge=charge if kind in CHARGE_KINDS else "")
        raise BadBody("stripe: not an event")
