"""Our ask in PayPal's words, and PayPal's order in ours. What PayPal says is mapped by literal tables.

PayPal knows no end of an order that we could set, so ours stands in its `custom_id`: the payment's token and the
second from which it is over, 0 for one that we have closed. Nothing that is over is ever captured.
"""

import hashlib
import re
from datetime import UTC, datetime
from typing import Final

from adapters.payments import paypal_amounts
from adapters.payments.paypal_wire import Json, link
from core.money import Money
from core.ports import Ask, LinkState, LinkStatus, RefundStatus

ORDERS: Final = {
    "CREATED": LinkStatus.OPEN,
    "SAVED": LinkStatus.OPEN,
    "PAYER_ACTION_REQUIRED": LinkStatus.OPEN,
    "APPROVED": LinkStatus.APPROVED,
    "COMPLETED": LinkStatus.PROCESSING,
    "VOIDED": LinkStatus.EXPIRED,
}
CAPTURES: Final = {
    "COMPLETED": LinkStatus.PAID,
    "PARTIALLY_REFUNDED": LinkStatus.PAID,
    "REFUNDED": LinkStatus.PAID,
    "PENDING": LinkStatus.PROCESSING,
    "DECLINED": LinkStatus.FAILED,
    "FAILED": LinkStatus.FAILED,
}
REFUNDS: Final = {
    "COMPLETED": RefundStatus.SUCCEEDED,
    "PENDING": RefundStatus.PENDING,
    "FAILED": RefundStatus.FAILED,
    "CANCELLED": RefundStatus.FAILED,
}
ARRIVED: Final = (LinkStatus.PAID, LinkStatus.PROCESSING)
UNPAID: Final = (LinkStatus.OPEN, LinkStatus.APPROVED)

LOCALES: Final = {
    **{"ar": "ar-EG", "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "el": "el-GR", "en": "en-US"},
    **{"es": "es-ES", "fi": "fi-FI", "fr": "fr-FR", "he": "he-IL", "hu": "hu-HU", "id": "id-ID"},
    **{"it": "it-IT", "ja": "ja-JP", "ko": "ko-KR", "nb": "no-NO", "nl": "nl-NL", "no": "no-NO"},
    **{"pl": "pl-PL", "pt": "pt-PT", "pt-BR": "pt-BR", "ru": "ru-RU", "sk": "sk-SK", "sv": "sv-SE"},
    **{"th": "th-TH", "zh": "zh-CN", "zh-HK": "zh-HK", "zh-TW": "zh-TW", "zh-Hant": "zh-TW"},
}
CUSTOM: Final = re.compile(r"nearpeer:([^\s:]+):(\d{1,12})")
PAGES: Final = {True: "https://www.paypal.com", False: "https://www.sandbox.paypal.com"}
LONGEST: Final = 127


def order(ask: Ask) -> Json:
    """The same ask makes the same order, and its `invoice_id` can be paid only once."""
    unit: Json = {
        "custom_id": custom(ask.payment, ask.expires_at),
        "invoice_id": f"{ask.booking_code}-{request_id('invoice', ask.key)[:20]}",
        "amount": paypal_amounts.written(ask.amount),
    }
    if text := _clipped(" · ".join(filter(None, (ask.title, ask.description)))):
        unit["description"] = text
    return {
        "intent": "CAPTURE",
        "purchase_units": [unit],
        "payment_source": {"paypal": {"experience_context": _experience(ask)}},
    }


def _experience(ask: Ask) -> Json:
    wanted = {
        "user_action": "PAY_NOW",
        "shipping_preference": "NO_SHIPPING",
        "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
        "return_url": ask.return_url,
        "cancel_url": ask.cancel_url or ask.return_url,
    }
    locale = LOCALES.get(ask.locale) or LOCALES.get(ask.locale.partition("-")[0])
    return wanted | ({"locale": locale} if locale else {})


def custom(payment: str, over_at: datetime | None) -> str:
    return f"nearpeer:{payment}:{int(over_at.timestamp()) if over_at else 0}"


def request_id(verb: str, key: str) -> str:
    """A key of ours in 38 characters, which all of PayPal's resources take."""
    return hashlib.sha256(f"{verb}:{key}".encode()).hexdigest()[:38]


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def state(order: Json, *, live: bool, now: datetime) -> LinkState:
    unit = _unit(order)
    capture = _capture(unit)
    payment, over_at = _ours(unit.get("custom_id") or capture.get("custom_id", ""))
    status = ORDERS.get(order.get("status", ""), LinkStatus.PROCESSING)
    if capture:
        status = CAPTURES.get(capture.get("status", ""), LinkStatus.PROCESSING)
    if status in UNPAID and over_at is not None and now.timestamp() >= over_at:
        status = LinkStatus.EXPIRED
    has_money = status in ARRIVED and bool(capture)
    return LinkState(
        ref=str(order.get("id", "")),
        status=status,
        url=page(order, live=live) if status is LinkStatus.OPEN else "",
        amount=paypal_amounts.read((capture if has_money else unit).get("amount")),
        charge=str(capture.get("id", "")) if has_money else "",
        paid_at=_moment(capture.get("create_time")) if status is LinkStatus.PAID else None,
        payment=payment,
        live=live,
        refunded=_refunded(unit, capture) if status is LinkStatus.PAID else None,
    )


def refunds(order: Json) -> list[Json]:
    return list(_unit(order).get("payments", {}).get("refunds", ()))


def progress(refund: Json) -> tuple[str, RefundStatus]:
    return str(refund.get("id", "")), REFUNDS.get(refund.get("status", ""), RefundStatus.PENDING)


def _unit(order: Json) -> Json:
    unit: Json = next(iter(order.get("purchase_units") or ({},)))
    return unit


def _ours(custom_id: str) -> tuple[str, int | None]:
    """Our payment and the second when it is over; an order of somebody else has neither."""
    found = CUSTOM.fullmatch(custom_id)
    return (found[1], int(found[2])) if found else ("", None)


def _capture(unit: Json) -> Json:
    """The one that brought money, for a declined one may stand before it."""
    captures: list[Json] = unit.get("payments", {}).get("captures", [])
    arrived = (one for one in captures if CAPTURES.get(one.get("status", "")) in ARRIVED)
    return next(arrived, captures[-1] if captures else {})


def _refunded(unit: Json, capture: Json) -> Money | None:
    """What is not failed of all refunds; all of it where PayPal has taken it back without one."""
    paid = paypal_amounts.read(capture.get("amount"))
    if paid is None or capture.get("status") == "REFUNDED":
        return paid
    given = [
        one for one in refunds({"purchase_units": [unit]}) if progress(one)[1] is not RefundStatus.FAILED
    ]
    amounts = (paypal_amounts.read(one.get("amount")) for one in given)
    return sum((amount for amount in amounts if amount), Money(0, paid.currency))


def page(order: Json, *, live: bool) -> str:
    return link(order, "payer-action", "approve") or f"{PAGES[live]}/checkoutnow?token={order.get('id', '')}"


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None
