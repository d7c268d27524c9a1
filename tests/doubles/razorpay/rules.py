"""What Razorpay demands of a request: which fields there are, of which kind, and within which bounds."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

MINUTE = 60
SHORTEST, LONGEST = 15 * MINUTE, 182 * 24 * 60 * MINUTE
LEAST = 100
MOST_NOTES, LONGEST_NOTE = 15, 256


class Refused(Exception):
    """The request is turned away with Razorpay's error body."""

    def __init__(
        self,
        description: str,
        *,
        status: int = 400,
        code: str = "BAD_REQUEST_ERROR",
        field: str | None = None,
    ) -> None:
        super().__init__(description)
        self.status = status
        nothing = {"source": "NA", "step": "NA", "reason": "NA", "metadata": {}}
        self.body = {"error": {"code": code, "description": description, "field": field, **nothing}}


def link(given: Mapping[str, Any], now: int) -> None:
    """Whether a payment link can be made of this. Raises `Refused`."""
    _check(given, LINK)
    _amount(given)
    if given.get("currency", "INR") != "INR":
        raise Refused("Currency is not supported", field="currency")
    if not given.get("expire_by", now + SHORTEST) >= now + SHORTEST:
        raise Refused("expire_by should be at least 15 minutes after current time", field="expire_by")
    if given.get("expire_by", now) > now + LONGEST:
        raise Refused("expire_by cannot be more than 6 months after current time", field="expire_by")
    if ("callback_url" in given) != (given.get("callback_method") == "get"):
        raise Refused("The callback method must be get with a callback url", field="callback_method")


def refund(given: Mapping[str, Any], payment: Mapping[str, Any]) -> int:
    """The amount to give back. Raises `Refused`."""
    _check(given, REFUND)
    left = payment["amount"] - payment["amount_refunded"]
    if not payment["captured"]:
        raise Refused("The payment status should be captured for action to be taken")
    if left == 0:
        raise Refused("The payment has been fully refunded already")
    amount: int = given.get("amount", left)
    _amount({"amount": amount})
    if amount > left:
        raise Refused("The refund amount provided is greater than amount captured", field="amount")
    return amount


def key(text: str) -> None:
    if text and not re.fullmatch(r"[A-Za-z0-9_-]{10,}", text):
        raise Refused("The idempotency key must be at least 10 letters, digits, hyphens or underscores")


def query(given: Mapping[str, str], known: frozenset[str]) -> None:
    if unknown := sorted(given.keys() - known):
        raise Refused(f"{', '.join(unknown)} is/are not required and should not be sent")


def _amount(given: Mapping[str, Any]) -> None:
    if "amount" not in given:
        raise Refused("The amount field is required.", field="amount")
    if given["amount"] < LEAST:
        raise Refused("The amount must be atleast INR 1.00", field="amount")


def _check(given: Mapping[str, Any], known: Mapping[str, Callable[[Any], bool]]) -> None:
    if unknown := sorted(given.keys() - known):
        raise Refused(f"{', '.join(unknown)} is/are not required and should not be sent")
    for name, value in given.items():
        if not known[name](value):
            raise Refused(f"The {name.replace('_', ' ')} is invalid.", field=name)


def _text(longest: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= longest


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _notify(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() <= {"sms", "email"} and all(map(_truth, value.values()))


def _notes(value: Any) -> bool:
    fits = _text(LONGEST_NOTE)
    return isinstance(value, dict) and len(value) <= MOST_NOTES and all(map(fits, value.values()))


def _address(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in ("http", "https")


LINK: dict[str, Callable[[Any], bool]] = {
    "amount": _number,
    "currency": _text(3),
    "accept_partial": _truth,
    "expire_by": _number,
    "reference_id": _text(40),
    "description": _text(2_048),
    "notify": _notify,
    "reminder_enable": _truth,
    "notes": _notes,
    "callback_url": _address,
    "callback_method": _text(3),
}
REFUND: dict[str, Callable[[Any], bool]] = {
    "amount": _number,
    "speed": lambda value: value in ("normal", "optimum"),
    "notes": _notes,
    "receipt": _text(40),
}
