"""Monthly plans at Stripe: a Checkout Session begins a subscription, which Stripe renews.

Whoever asks is told what Stripe says now, with all bills that were paid. Another plan is a new price of the same
subscription: what it costs more for the rest of the month is charged at once, or the change is not made.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import stripe
from stripe.checkout import Session
from stripe.params import PriceCreateParams, SubscriptionUpdateParams
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItemPriceDataProductData

from adapters.payments import stripe_amounts, stripe_words
from adapters.payments.stripe_answers import answered
from adapters.payments.stripe_refunds import StripeRefunds
from core.money import Money
from core.ports import (
    Invoice,
    ProviderRefused,
    RefundStatus,
    SubscriptionAsk,
    SubscriptionLook,
    SubscriptionStatus,
)

STATUSES: Final = {
    "incomplete": SubscriptionStatus.OPEN,
    "incomplete_expired": SubscriptionStatus.EXPIRED,
    "trialing": SubscriptionStatus.ACTIVE,
    "active": SubscriptionStatus.ACTIVE,
    "past_due": SubscriptionStatus.PAST_DUE,
    "unpaid": SubscriptionStatus.PAST_DUE,
    "paused": SubscriptionStatus.PAST_DUE,
    "canceled": SubscriptionStatus.ENDED,
}
SESSIONS: Final = {"open": SubscriptionStatus.OPEN, "expired": SubscriptionStatus.EXPIRED}
LATEST: Final = "latest_invoice"
IN_SESSION: Final = ["subscription", f"subscription.{LATEST}"]
KINDS: Final = frozenset(
    (
        *(f"customer.subscription.{what}" for what in ("created", "updated", "deleted")),
        *("invoice.paid", "invoice.payment_failed"),
    )
)


class StripePlans:
    """Shares the client of the provider for single payments. `ref` is the id of a subscription or of a session."""

    name = "stripe"

    def __init__(self, client: stripe.StripeClient, refunds: StripeRefunds) -> None:
        self._sessions = client.v1.checkout.sessions
        self._subscriptions = client.v1.subscriptions
        self._invoices = client.v1.invoices
        self._prices = client.v1.prices
        self._refunds, self._intents = refunds, client.v1.payment_intents

    def minimum(self, currency: str) -> Money | None:
        return stripe_amounts.minimum(currency)

    async def open(self, ask: SubscriptionAsk) -> SubscriptionLook:
        if why := stripe_amounts.objection(ask.price):
            raise ProviderRefused(f"stripe: {why}")
        session = await answered(self._sessions.create_async(_session(ask), {"idempotency_key": ask.key}))
        return await self.look_up(session.id)

    async def look_up(self, ref: str) -> SubscriptionLook:
        if not ref.startswith("cs_"):
            return await self._of_subscription(await self._subscription(ref), "")
        return await self._of_session(
            await answered(self._sessions.retrieve_async(ref, {"expand": [*IN_SESSION]}))
        )

    async def close(self, link: str) -> SubscriptionLook:
        try:
            await answered(self._sessions.expire_async(link))
        except ProviderRefused:
            look = await self.look_up(link)
            if look.status is SubscriptionStatus.OPEN and not look.ref:
                raise
            return look
        return await self.look_up(link)

    async def change(self, ref: str, ask: SubscriptionAsk) -> SubscriptionLook:
        """Stripe forgets keys after a day, so it is looked at first whether the change was made."""
        if why := stripe_amounts.objection(ask.price):
            raise ProviderRefused(f"stripe: {why}")
        before = await self._subscription(ref)
        if _kept(before, "plan") != ask.plan:
            price = await answered(
                self._prices.create_async(_price(ask), {"idempotency_key": f"{ask.key}:price"})
            )
            wanted = _change(before["items"].data[0].id, price.id, ask)
            await answered(self._subscriptions.update_async(ref, wanted, {"idempotency_key": ask.key}))
        return await self.look_up(ref)

    async def end(self, ref: str, *, ends: bool, key: str) -> SubscriptionLook:
        wanted: SubscriptionUpdateParams = {"cancel_at_period_end": ends}
        await answered(self._subscriptions.update_async(ref, wanted, {"idempotency_key": key}))
        return await self.look_up(ref)

    async def stop(self, ref: str, *, key: str) -> SubscriptionLook:
        subscription = await self._subscription(ref)
        if subscription.status != "canceled":
            await answered(self._subscriptions.cancel_async(ref))
        return await self.look_up(ref)

    async def refund(
        self, charge: str, amount: Money, *, key: str, ref: str = ""
    ) -> tuple[str, RefundStatus]:
        return await self._refunds.make(charge, amount, key=key, ref=ref)

    async def returned(self, charge: str) -> Money:
        intent = await answered(self._intents.retrieve_async(charge))
        return Money(await self._refunds.gone(charge), intent.currency.upper())

    async def _subscription(self, ref: str) -> stripe.Subscription:
        return await answered(self._subscriptions.retrieve_async(ref, {"expand": [LATEST]}))

    async def _of_session(self, session: Session) -> SubscriptionLook:
        if isinstance(session.subscription, stripe.Subscription):
            return await self._of_subscription(session.subscription, session.id)
        return SubscriptionLook(
            status=SESSIONS.get(session.status or "", SubscriptionStatus.OPEN),
            link=session.id,
            pay_url=session.url or "",
            subscription=session.client_reference_id or "",
        )

    async def _of_subscription(self, subscription: stripe.Subscription, link: str) -> SubscriptionLook:
        """`link` is empty where we do not come from its session."""
        item, latest = subscription["items"].data[0], subscription.latest_invoice
        bill = latest if isinstance(latest, stripe.Invoice) else None
        is_open = bill is not None and bill.status == "open"
        return SubscriptionLook(
            status=STATUSES.get(subscription.status, SubscriptionStatus.PAST_DUE),
            link=link,
            ref=subscription.id,
            pay_url=(bill.hosted_invoice_url or "") if bill and is_open else "",
            subscription=_kept(subscription, "subscription"),
            plan=_kept(subscription, "plan"),
            price=Money(item.price.unit_amount or 0, item.price.currency.upper()),
            period_start=_moment(item.current_period_start),
            period_end=_moment(item.current_period_end),
            ends_at_period_end=subscription.cancel_at_period_end,
            ended_at=_moment(subscription.ended_at) if subscription.ended_at else None,
            is_paid=bill is not None and bill.status == "paid",
            invoices=await self._paid(subscription.id),
        )

    async def _paid(self, ref: str) -> tuple[Invoice, ...]:
        asked = {"subscription": ref, "status": "paid", "limit": 100, "expand": ["data.payments"]}
        found = await answered(self._invoices.list_async(asked))  # type: ignore[arg-type]
        return tuple(map(_invoice, found.data))


def subscription_of(kind: str, thing: Mapping[str, Any]) -> str:
    """Which subscription an event is about, or which session that leads to one; empty where it is about none."""
    if kind.startswith("checkout.session.") and thing.get("mode") == "subscription":
        return str(thing.get("id") or "")
    if kind not in KINDS:
        return ""
    if kind.startswith("customer."):
        return str(thing.get("id") or "")
    match thing:
        case {"parent": {"subscription_details": {"subscription": str(ref)}}}:
            return ref
    return ""


def _session(ask: SubscriptionAsk) -> SessionCreateParams:
    """The same ask makes the same parameters: Stripe refuses a key that comes back with others."""
    product: SessionCreateParamsLineItemPriceDataProductData = {"name": ask.name}
    if ask.description:
        product["description"] = ask.description
    metadata = _metadata(ask)
    return {
        "mode": "subscription",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": ask.price.currency.lower(),
                    "unit_amount": ask.price.amount,
                    "recurring": {"interval": "month"},
                    "product_data": product,
                },
            }
        ],
        "allowed_payment_method_types": ["card"],
        "client_reference_id": ask.subscription,
        "metadata": metadata,
        "subscription_data": {"metadata": metadata},
        "success_url": ask.return_url,
        "cancel_url": ask.cancel_url,
        "locale": stripe_words.locale(ask.locale),
        "expires_at": int(ask.expires_at.timestamp()),
    }


def _price(ask: SubscriptionAsk) -> PriceCreateParams:
    return {
        "currency": ask.price.currency.lower(),
        "unit_amount": ask.price.amount,
        "recurring": {"interval": "month"},
        "product_data": {"name": ask.name},
    }


def _change(item: str, price: str, ask: SubscriptionAsk) -> SubscriptionUpdateParams:
    return {
        "items": [{"id": item, "price": price}],
        "proration_behavior": "always_invoice",
        "payment_behavior": "error_if_incomplete",
        "metadata": _metadata(ask),
    }


def _metadata(ask: SubscriptionAsk) -> dict[str, str]:
    return {"subscription": ask.subscription, "plan": ask.plan}


def _kept(subscription: stripe.Subscription, name: str) -> str:
    return str(subscription.metadata[name]) if name in subscription.metadata else ""


def _invoice(invoice: stripe.Invoice) -> Invoice:
    paid_at = invoice.status_transitions.paid_at or invoice.created
    payments = invoice.payments.data if invoice.payments else []
    charges = [payment.payment.payment_intent for payment in payments if payment.status == "paid"]
    charge = next((each for each in charges if isinstance(each, str)), "")
    assert invoice.id is not None
    return Invoice(invoice.id, Money(invoice.amount_paid, invoice.currency.upper()), charge, _moment(paid_at))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
