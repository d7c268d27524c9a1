"""Razorpay Payment Links as a way to be paid by link, in rupees, by UPI or card.

Razorpay knows no idempotency keys for links, but refuses a second link of one `reference_id`: ours is made of the
key, so that a repeat finds the link that there is. A refund carries its key in its notes and is looked for there
first. Whatever goes wrong comes out as `ProviderDown` or `ProviderRefused`, in words that hold no secret.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import aiohttp

from adapters.payments import razorpay_wire, razorpay_words
from adapters.payments.razorpay_wire import Json, Wire
from core.money import Money
from core.ports import (
    Ask,
    BadBody,
    BadSignature,
    LinkState,
    LinkStatus,
    ProviderDown,
    ProviderRefused,
    RefundStatus,
    WebhookEvent,
)

PATIENCE: Final = timedelta(seconds=12)
RETRIES: Final = 2
LONGEST_EVENT_ID: Final = 100


class RazorpayProvider:
    """`charge` is the id of a payment. After a change of the webhook secret older events still come signed by the
    old one, so there may be several."""

    name = "razorpay"

    def __init__(
        self,
        key_id: str,
        key_secret: str,
        webhook_secrets: Sequence[str] = (),
        *,
        api_base: str | None = None,
        session: aiohttp.ClientSession | None = None,
        patience: timedelta = PATIENCE,
        retries: int = RETRIES,
    ) -> None:
        self.live = key_id.startswith("rzp_live_")
        self._webhook_secrets = [secret.encode() for secret in webhook_secrets if secret]
        self._wire = Wire(
            key_id,
            key_secret,
            api_base=api_base or razorpay_wire.API,
            session=session,
            patience=patience,
            retries=retries,
        )

    async def close(self) -> None:
        await self._wire.close()

    def minimum(self, currency: str) -> Money | None:
        return razorpay_words.LEAST if currency == razorpay_words.CURRENCY else None

    async def open_link(self, ask: Ask) -> LinkState:
        if why := razorpay_words.objection(ask):
            raise ProviderRefused(f"razorpay: {why}")
        wanted = razorpay_words.params(ask)
        try:
            return self._state(await self._wire.post("payment_links", razorpay_wire.LINK, wanted))
        except ProviderRefused:
            before = await self._before(wanted)
            if before is None:
                raise
            return await self.look_up(before["id"])

    async def _before(self, wanted: Json) -> Json | None:
        """The link that an earlier try has made, if it was made of the same ask."""
        reference = {"reference_id": wanted["reference_id"]}
        found = await self._wire.get("payment_links", razorpay_wire.LINKS, reference)
        links: list[Json] = found["payment_links"] or []
        return next((link for link in links if razorpay_words.is_same(link, wanted)), None)

    async def look_up(self, ref: str) -> LinkState:
        state = self._state(await self._wire.get(f"payment_links/{_safe(ref)}", razorpay_wire.LINK))
        if state.status is not LinkStatus.PAID:
            return state
        if not state.charge:
            raise ProviderDown("razorpay: a paid link does not name its payment yet")
        return replace(state, refunded=await self._refunded(state.charge))

    async def _refunded(self, charge: str) -> Money:
        """What went back is counted refund by refund: one that fails is money that is here again."""
        payment = await self._wire.get(f"payments/{_safe(charge)}", razorpay_wire.PAYMENT)
        if not payment["amount_refunded"]:
            return Money(0, payment["currency"])
        given = await self._given(charge)
        return Money(sum(one["amount"] for one in given if _is_gone(one)), payment["currency"])

    async def capture(self, ref: str, *, key: str) -> LinkState:
        return await self.look_up(ref)

    async def expire(self, ref: str) -> LinkState:
        try:
            return self._state(
                await self._wire.post(f"payment_links/{_safe(ref)}/cancel", razorpay_wire.LINK, {})
            )
        except ProviderRefused:
            state = await self.look_up(ref)
            if state.status is LinkStatus.OPEN:
                raise
            return state

    async def refund(
        self, charge: str, amount: Money, *, key: str, ref: str = ""
    ) -> tuple[str, RefundStatus]:
        if ref:
            return razorpay_words.progress(
                await self._wire.get(f"refunds/{_safe(ref)}", razorpay_wire.REFUND)
            )
        refund = next((one for one in await self._given(charge) if razorpay_words.has_key(one, key)), None)
        if refund is None:
            wanted = {"amount": amount.amount, "speed": "normal", "notes": {"key": key}}
            once = {"X-Refund-Idempotency": f"nearpeer-{razorpay_words.plain(key)}"}  # ten letters at least
            path = f"payments/{_safe(charge)}/refund"
            refund = await self._wire.post(path, razorpay_wire.REFUND, wanted, once)
        return razorpay_words.progress(refund)

    async def _given(self, charge: str) -> list[Json]:
        path = f"payments/{_safe(charge)}/refunds"
        given: list[Json] = (await self._wire.get(path, razorpay_wire.REFUNDS, {"count": "100"}))["items"]
        return given

    async def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        said = {name.lower(): value for name, value in headers.items()}
        self._verify(said.get("x-razorpay-signature", ""), body)
        event_id = said.get("x-razorpay-event-id", "")
        if not 0 < len(event_id) <= LONGEST_EVENT_ID or not event_id.isascii():
            raise BadBody("razorpay: no event id")
        try:
            content: object = json.loads(body)
        except ValueError:
            raise BadBody("razorpay: not JSON") from None
        match content:
            case {"entity": "event", "event": str(kind), "payload": dict(payload)}:
                return razorpay_words.event(event_id, kind, payload)
        raise BadBody("razorpay: not an event")

    def _verify(self, signature: str, body: bytes) -> None:
        signed = signature.encode(errors="replace")
        made = (hmac.new(secret, body, hashlib.sha256).hexdigest() for secret in self._webhook_secrets)
        if not any([hmac.compare_digest(signed, one.encode()) for one in made]):
            raise BadSignature("razorpay: the signature is not Razorpay's")

    def _state(self, link: Json) -> LinkState:
        return razorpay_words.state(link, live=self.live)


def _safe(ref: str) -> str:
    """An id as one step of a path, whatever it holds."""
    if not ref.strip("."):
        raise ProviderRefused("razorpay: an id that is none")
    return quote(ref, safe="")


def _is_gone(refund: Json) -> bool:
    return razorpay_words.progress(refund)[1] is not RefundStatus.FAILED
