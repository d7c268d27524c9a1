"""Our ask in Razorpay's words, and Razorpay's link in ours. What Razorpay says is mapped by literal tables."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from adapters.payments.razorpay_wire import Json
from core.money import Money
from core.ports import Ask, LinkState, LinkStatus, RefundStatus, WebhookEvent

CURRENCY: Final = "INR"
LEAST: Final = Money(100, CURRENCY)
LONGEST_TEXT: Final = 2_048
LONGEST_NOTE: Final = 256
LONGEST_REFERENCE: Final = 40

STATUSES: Final = {
    "created": LinkStatus.OPEN,
    "partially_paid": LinkStatus.PAID,
    "paid": LinkStatus.PAID,
    "expired": LinkStatus.EXPIRED,
    "cancelled": LinkStatus.EXPIRED,
}
TAKEN: Final = frozenset({"captured", "refunded"})
REFUNDS: Final = {
    "pending": RefundStatus.PENDING,
    "processed": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
}
SAME: Final = ("reference_id", "amount", "currency")


def objection(ask: Ask) -> str:
    """Why Razorpay would refuse this ask; empty where it would not."""
    if ask.amount.currency != CURRENCY:
        return f"{ask.amount.currency} is not taken"
    if ask.amount < LEAST:
        return f"the least is {LEAST.decimal} {CURRENCY}"
    if len(ask.key) > LONGEST_REFERENCE:
        return f"a key has at most {LONGEST_REFERENCE} characters"
    return ""


def params(ask: Ask) -> Json:
    """The same ask makes the same parameters. Nobody is written to by Razorpay: that is our part."""
    words = (ask.title, ask.description, ask.booking_code)
    notes = {"payment": ask.payment, "booking": ask.booking_id, "booking_code": ask.booking_code}
    return {
        "amount": ask.amount.amount,
        "currency": ask.amount.currency,
        "accept_partial": False,
        "expire_by": int(ask.expires_at.timestamp()),
        "reference_id": plain(ask.key),
        "description": _clipped(" · ".join(filter(None, words)), LONGEST_TEXT),
        "notify": {"sms": False, "email": False},
        "reminder_enable": False,
        "notes": {name: value[:LONGEST_NOTE] for name, value in notes.items()},
        "callback_url": ask.return_url,
        "callback_method": "get",
    }


def plain(key: str) -> str:
    """A key in the letters that Razorpay allows for one."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", key)


def is_same(link: Json, wanted: Json) -> bool:
    """Whether a link was made of this ask."""
    ours = _note(link, "payment") == wanted["notes"]["payment"]
    return ours and all(link.get(name) == wanted[name] for name in SAME)


def state(link: Json, *, live: bool) -> LinkState:
    """Money that was taken counts, whatever else is said of the link."""
    paid = int(link.get("amount_paid") or 0)
    status = LinkStatus.PAID if paid else STATUSES.get(link["status"], LinkStatus.PROCESSING)
    taken = next((one for one in link.get("payments") or [] if one.get("status") in TAKEN), None)
    return LinkState(
        ref=link["id"],
        status=status,
        url=link["short_url"] if status is LinkStatus.OPEN else "",
        amount=Money(paid or link["amount"], link["currency"]),
        charge=taken["payment_id"] if taken else "",
        paid_at=datetime.fromtimestamp(taken["created_at"], UTC) if taken else None,
        payment=_note(link, "payment"),
        live=live,
    )


def progress(refund: Json) -> tuple[str, RefundStatus]:
    return refund["id"], REFUNDS.get(refund["status"], RefundStatus.PENDING)


def has_key(refund: Json, key: str) -> bool:
    return _note(refund, "key") == key


def event(event_id: str, kind: str, payload: dict[str, Any]) -> WebhookEvent:
    """What to look up. A payment that failed leaves its link open, and a captured one is told of by its link."""
    link, payment, refund = (_id(payload, name) for name in ("payment_link", "payment", "refund"))
    if link and kind.startswith("payment_link."):
        return WebhookEvent(event_id, kind, ref=link, charge=payment)
    if refund or kind.startswith("payment.dispute."):
        return WebhookEvent(event_id, kind, charge=payment)
    return WebhookEvent(event_id, kind)


def _id(payload: dict[str, Any], name: str) -> str:
    match payload.get(name):
        case {"entity": {"id": str(found)}}:
            return found
    return ""


def _note(thing: Json, name: str) -> str:
    """Without any notes there is an empty list in their place."""
    return str((thing.get("notes") or {}).get(name, ""))


def _clipped(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
