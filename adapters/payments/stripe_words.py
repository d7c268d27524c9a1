"""Our ask in Stripe's words, and Stripe's session in ours. What Stripe says is mapped by literal tables."""

from datetime import UTC, datetime
from typing import Final

import stripe
from stripe.checkout import Session
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItemPriceDataProductData

from core.money import Money
from core.ports import Ask, LinkState, LinkStatus, RefundStatus

CHARGE: Final = "payment_intent.latest_charge"

STATUSES: Final = {
    ("open", "unpaid"): LinkStatus.OPEN,
    ("open", "paid"): LinkStatus.PAID,
    ("complete", "paid"): LinkStatus.PAID,
    ("complete", "no_payment_required"): LinkStatus.PAID,
    ("complete", "unpaid"): LinkStatus.PROCESSING,
    ("expired", "unpaid"): LinkStatus.EXPIRED,
    ("expired", "paid"): LinkStatus.PAID,
}
LOST: Final = frozenset({"requires_payment_method", "canceled"})
REFUNDS: Final = {
    "succeeded": RefundStatus.SUCCEEDED,
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}

LOCALES: Final = frozenset(
    "bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt"
    " pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW".split()
)
OTHER_NAMES: Final = {"hi": "hi-IN", "no": "nb", "nn": "nb", "tl": "fil", "zh-Hant": "zh-TW"}


def params(ask: Ask) -> SessionCreateParams:
    """The same ask makes the same parameters: Stripe refuses a key that comes back with others."""
    metadata = {"payment": ask.payment, "booking": ask.booking_id, "booking_code": ask.booking_code}
    product: SessionCreateParamsLineItemPriceDataProductData = {"name": _clipped(ask.title)}
    if ask.description:
        product["description"] = _clipped(ask.description)
    wanted: SessionCreateParams = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": ask.amount.currency.lower(),
                    "unit_amount": ask.amount.amount,
                    "product_data": product,
                },
            }
        ],
        "allowed_payment_method_types": ["card"],
        "client_reference_id": ask.payment,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata, "description": f"{ask.booking_code} {ask.title}"[:250]},
        "success_url": ask.return_url,
        "locale": locale(ask.locale),
        "submit_type": "book",
        "expires_at": int(ask.expires_at.timestamp()),
        "expand": [CHARGE],
    }
    if ask.cancel_url:
        wanted["cancel_url"] = ask.cancel_url
    return wanted


def _clipped(text: str, length: int = 250) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def locale(code: str) -> str:
    """The nearest of Stripe's languages; "auto" lets the browser choose."""
    for name in (code, code.partition("-")[0]):
        if (known := OTHER_NAMES.get(name, name)) in LOCALES:
            return known
    return "auto"


def state(session: Session) -> LinkState:
    intent = session.payment_intent if isinstance(session.payment_intent, stripe.PaymentIntent) else None
    charge = intent.latest_charge if intent and isinstance(intent.latest_charge, stripe.Charge) else None
    status = STATUSES.get((session.status or "", session.payment_status), LinkStatus.PROCESSING)
    if status is LinkStatus.PROCESSING and intent and intent.status in LOST:
        status = LinkStatus.FAILED
    has_money = status in (LinkStatus.PAID, LinkStatus.PROCESSING)
    is_paid = status is LinkStatus.PAID
    return LinkState(
        ref=session.id,
        status=status,
        url=session.url or "",
        amount=_money(session.amount_total, session.currency),
        charge=intent.id if intent and has_money else "",
        paid_at=datetime.fromtimestamp(charge.created, UTC) if charge and is_paid else None,
        payment=session.client_reference_id or "",
        live=session.livemode,
        refunded=_money(charge.amount_refunded, charge.currency) if charge and is_paid else None,
    )


def _money(amount: int | None, currency: str | None) -> Money | None:
    return None if amount is None or currency is None else Money(amount, currency.upper())
