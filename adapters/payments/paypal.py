"""PayPal (Orders v2) as a way to be paid by link.

One order an ask; `ref` is the order, `charge` the capture. Nothing is taken when its payer approves an order: `capture`
takes it, and an order is captured once, whatever comes twice. PayPal forgets request ids after some hours, so

- an ask that is over opens nothing, and an order that is over (see `paypal_words`) is never captured;
- two orders of one ask carry one `invoice_id`, and PayPal captures the first of them only;
- a refund is looked for by its key in the order before it is made.

PayPal cannot close an order, so `expire` writes into it that it is over. Where PayPal takes no note any more, it
stands open until its own end; core captures no payment that it has closed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import aiohttp

from adapters.payments import paypal_amounts, paypal_signatures, paypal_words
from adapters.payments.paypal_wire import LIVE, PATIENCE, RETRIES, SANDBOX, Json, PayPalWire, Refused
from core.clock import Clock
from core.money import Money
from core.ports import (
    Ask,
    BadSignature,
    LinkState,
    LinkStatus,
    ProviderDown,
    ProviderRefused,
    RefundStatus,
    WebhookEvent,
)

ORDERS: Final = "/v2/checkout/orders"
PAYMENTS: Final = "/v2/payments"
VERIFY: Final = "/v1/notifications/verify-webhook-signature"
NOTE: Final = "/purchase_units/@reference_id=='default'/custom_id"

GO_BACK: Final = frozenset(
    (
        *("INSTRUMENT_DECLINED", "PAYER_ACTION_REQUIRED", "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING"),
        *("ORDER_NOT_APPROVED", "PAYER_CANNOT_PAY", "TRANSACTION_REFUSED"),
        *("PAYER_ACCOUNT_RESTRICTED", "PAYER_ACCOUNT_LOCKED_OR_CLOSED"),
    )
)
HAS_MOVED: Final = frozenset(("ORDER_ALREADY_CAPTURED", "ORDER_COMPLETION_IN_PROGRESS"))
NOT_PATCHED: Final = frozenset((400, 422))
UNSIGNED: Final = frozenset((400, 404, 422))


class PayPalProvider:
    """Without a webhook id no webhook is believed. `close` ends the HTTP session, unless it was handed one."""

    name = "paypal"

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        webhook_id: str = "",
        *,
        clock: Clock,
        live: bool = False,
        api_base: str | None = None,
        session: aiohttp.ClientSession | None = None,
        patience: timedelta = PATIENCE,
        retries: int = RETRIES,
    ) -> None:
        self.live = live
        self._webhook_id = webhook_id
        self._clock = clock
        self._wire = PayPalWire(
            client_id,
            client_secret,
            base=api_base or (LIVE if live else SANDBOX),
            clock=clock,
            session=session,
            patience=patience,
            retries=retries,
        )

    async def close(self) -> None:
        await self._wire.close()

    def minimum(self, currency: str) -> Money | None:
        return paypal_amounts.minimum(currency)

    async def open_link(self, ask: Ask) -> LinkState:
        if why := paypal_amounts.objection(ask.amount):
            raise ProviderRefused(f"paypal: {why}")
        if ask.expires_at <= self._clock.now():
            raise ProviderRefused("paypal: the ask is over")
        request_id = paypal_words.request_id("open", ask.key)
        order = await self._wire.post(ORDERS, paypal_words.order(ask), request_id=request_id)
        # A repeat is answered as the first time, whatever has become of the order and whatever is asked now.
        link = await self.look_up(str(order.get("id", "")))
        if (link.payment, link.amount) != (ask.payment, ask.amount):
            raise ProviderRefused("paypal: the key was used for another ask")
        return link

    async def look_up(self, ref: str) -> LinkState:
        return self._state(await self._order(ref))

    async def capture(self, ref: str, *, key: str) -> LinkState:
        order = await self._order(ref)
        link = self._state(order)
        if link.status is not LinkStatus.APPROVED:
            return link
        if not link.payment:
            raise ProviderRefused("paypal: the order is none of ours")
        # Once declined and approved anew it is another request: PayPal would answer the old one as before.
        request_id = paypal_words.request_id("capture", f"{key}:{ref}:{order.get('update_time')}")
        try:
            return self._state(await self._wire.post(f"{_order(ref)}/capture", {}, request_id=request_id))
        except Refused as refused:
            if refused.issue in GO_BACK:
                return replace(
                    link,
                    status=LinkStatus.OPEN,
                    url=refused.redirect or paypal_words.page(order, live=self.live),
                )
            if refused.issue in HAS_MOVED:
                return await self.look_up(ref)
            raise

    async def expire(self, ref: str) -> LinkState:
        try:
            link = await self.look_up(ref)
            if link.status in paypal_words.UNPAID and not await self._is_noted(link):
                link = await self.look_up(ref)
        except Refused as refused:
            if refused.status != 404:
                raise
            # PayPal forgets an order that nobody paid for.
            return LinkState(ref, LinkStatus.EXPIRED, live=self.live)
        is_closed = link.payment and link.status in paypal_words.UNPAID
        return replace(link, status=LinkStatus.EXPIRED, url="") if is_closed else link

    async def _is_noted(self, link: LinkState) -> bool:
        """Writes into an order that it is over, if it is one of ours and PayPal lets us."""
        if not link.payment:
            return False
        note = {"op": "replace", "path": NOTE, "value": paypal_words.custom(link.payment, None)}
        try:
            await self._wire.patch(_order(link.ref), [note])
        except Refused as refused:
            return refused.status not in NOT_PATCHED
        return True

    async def refund(
        self, charge: str, amount: Money, *, key: str, ref: str = ""
    ) -> tuple[str, RefundStatus]:
        if ref:
            return paypal_words.progress(await self._wire.get(f"{PAYMENTS}/refunds/{_safe(ref)}"))
        if why := paypal_amounts.objection(amount):
            raise ProviderRefused(f"paypal: {why}")
        mark = paypal_words.request_id("refund", key)
        made = next((one for one in await self._given(charge) if one.get("custom_id") == mark), None)
        if made is None:
            wanted = {"amount": paypal_amounts.written(amount), "custom_id": mark, "invoice_id": mark}
            made = await self._wire.post(_capture(charge) + "/refund", wanted, request_id=mark)
        return paypal_words.progress(made)

    async def _given(self, charge: str) -> list[Json]:
        """What went back of a capture, as its order tells."""
        order = paypal_signatures.order_of(await self._wire.get(_capture(charge)))
        return paypal_words.refunds(await self._order(order)) if order else []

    async def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        """PayPal is asked whether it was PayPal, but for what it cannot have been."""
        if not self._webhook_id:
            raise BadSignature("paypal: no webhook id is set, so none is believed")
        found = paypal_signatures.content(body)
        question = paypal_signatures.question(headers, body, self._webhook_id)
        if not await self._is_signed(question):
            raise BadSignature("paypal: the signature does not fit the body")
        return paypal_signatures.event(found)

    async def _is_signed(self, question: str) -> bool:
        try:
            answer = await self._wire.post(VERIFY, question)
        except ProviderRefused as refused:
            if isinstance(refused, Refused) and refused.status in UNSIGNED:
                return False
            raise ProviderDown(str(refused)) from None
        return answer.get("verification_status") == "SUCCESS"

    async def _order(self, ref: str) -> Json:
        return await self._wire.get(_order(ref))

    def _state(self, order: Json) -> LinkState:
        return paypal_words.state(order, live=self.live, now=self._clock.now())


def _order(ref: str) -> str:
    return f"{ORDERS}/{_safe(ref)}"


def _capture(charge: str) -> str:
    return f"{PAYMENTS}/captures/{_safe(charge)}"


def _safe(ref: str) -> str:
    """An id as one step of a path, whatever it holds."""
    if not ref or ref.strip(".") == "":
        raise ProviderRefused("paypal: an id that is none")
    return quote(ref, safe="")
