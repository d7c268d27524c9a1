"""What PayPal demands of a body: known fields, their types and lengths, and amounts as it writes them."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from tests.doubles.paypal.shapes import Refused

CURRENCIES = frozenset(
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD".split()
)
WHOLE = frozenset("HUF JPY TWD".split())
VALUE = re.compile(r"(-?[0-9]+)|(-?([0-9]+)?[.][0-9]+)")
LOCALE = re.compile(r"[a-z]{2}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
PATCHABLE = re.compile(r"/purchase_units/@reference_id=='([^']+)'/(custom_id|invoice_id|description)")


def order(body: Any) -> tuple[Decimal, str]:
    """The amount and the currency of an order that may be created."""
    _hash(
        body, {"intent": _one_of("CAPTURE", "AUTHORIZE"), "purchase_units": _list, "payment_source": _any}, ""
    )
    _require(body, "", "intent", "purchase_units")
    [unit] = body["purchase_units"] if len(body["purchase_units"]) == 1 else _wrong("INVALID_ARRAY_MAX_ITEMS")
    _hash(unit, UNIT, "/purchase_units/0")
    _require(unit, "/purchase_units/0", "amount")
    source = body.get("payment_source", {})
    _hash(source, {"paypal": _any}, "/payment_source")
    _hash(source.get("paypal", {}), {"experience_context": _any}, "/payment_source/paypal")
    context = source.get("paypal", {}).get("experience_context", {})
    _hash(context, CONTEXT, "/payment_source/paypal/experience_context")
    if source:
        _require(context, "/payment_source/paypal/experience_context", "return_url", "cancel_url")
    return amount(unit["amount"], "/purchase_units/0/amount")


def refund(body: Any) -> tuple[Decimal, str] | None:
    """The amount to give back; `None` where it is all that is left."""
    _hash(
        body, {"amount": _any, "custom_id": _mark, "invoice_id": _text(127), "note_to_payer": _text(255)}, ""
    )
    return amount(body["amount"], "/amount") if "amount" in body else None


def capture(body: Any) -> None:
    _hash(body, {}, "")


def changes(body: Any) -> list[tuple[str, str, str]]:
    """What a PATCH of an order changes: reference id, field and value."""
    if not isinstance(body, list) or not body:
        raise Refused(400, "MALFORMED_REQUEST_JSON")
    return [_change(each) for each in body]


def amount(money: Any, path: str) -> tuple[Decimal, str]:
    _hash(money, {"currency_code": _text(3), "value": _text(32)}, path)
    _require(money, path, "currency_code", "value")
    currency, value = money["currency_code"], money["value"]
    if not VALUE.fullmatch(value):
        raise Refused(400, "INVALID_PARAMETER_SYNTAX", f"{path}/value")
    if currency not in CURRENCIES:
        raise Refused(422, "INVALID_CURRENCY_CODE", f"{path}/currency_code")
    if len(value.partition(".")[2]) > (0 if currency in WHOLE else 2):
        raise Refused(422, "DECIMAL_PRECISION", f"{path}/value")
    if Decimal(value) <= 0:
        raise Refused(422, "CANNOT_BE_ZERO_OR_NEGATIVE", f"{path}/value")
    return Decimal(value), currency


def request_id(text: str, *, is_needed: bool) -> None:
    if is_needed and not text:
        raise Refused(400, "PAYPAL_REQUEST_ID_REQUIRED")
    if len(text) > 108:
        raise Refused(400, "INVALID_STRING_LENGTH", "PayPal-Request-Id")


Check = Callable[[Any, str], None]


def _hash(given: Any, known: Mapping[str, Check], path: str) -> None:
    if not isinstance(given, dict):
        raise Refused(400, "INVALID_PARAMETER_SYNTAX", path or "/")
    for name, value in given.items():
        if name not in known:
            raise Refused(400, "NOT_SUPPORTED", f"{path}/{name}")
        known[name](value, f"{path}/{name}")


def _require(given: Mapping[str, Any], path: str, *names: str) -> None:
    for name in names:
        if name not in given:
            raise Refused(400, "MISSING_REQUIRED_PARAMETER", f"{path}/{name}")


def _change(given: Any) -> tuple[str, str, str]:
    _hash(given, {"op": _one_of("replace"), "path": _text(500), "value": _text(127)}, "")
    _require(given, "", "op", "path", "value")
    found = PATCHABLE.fullmatch(given["path"])
    if found is None:
        raise Refused(400, "FIELD_NOT_PATCHABLE", given["path"])
    return found[1], found[2], given["value"]


def _text(longest: int) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise Refused(400, "INVALID_PARAMETER_SYNTAX", path)
        if not 1 <= len(value) <= longest:
            raise Refused(400, "INVALID_STRING_LENGTH", path)

    return check


def _one_of(*words: str) -> Check:
    def check(value: Any, path: str) -> None:
        if value not in words:
            raise Refused(400, "INVALID_PARAMETER_VALUE", path)

    return check


def _fits(pattern: re.Pattern[str]) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Refused(400, "INVALID_PARAMETER_SYNTAX", path)

    return check


def _url(value: Any, path: str) -> None:
    if not isinstance(value, str) or urlsplit(value).scheme not in ("http", "https"):
        raise Refused(400, "INVALID_PARAMETER_SYNTAX", path)


def _list(value: Any, path: str) -> None:
    if not isinstance(value, list) or not value:
        raise Refused(400, "INVALID_ARRAY_MIN_ITEMS", path)


def _any(value: Any, path: str) -> None:
    """Looked at by itself."""


def _wrong(issue: str) -> Any:
    raise Refused(400, issue, "/purchase_units")


_mark = _fits(re.compile(r"[A-Za-z0-9-_.,]{1,127}"))
UNIT: dict[str, Check] = {
    "amount": _any,
    "reference_id": _text(256),
    "custom_id": _text(127),
    "invoice_id": _text(127),
    "description": _text(127),
}
CONTEXT: dict[str, Check] = {
    "return_url": _url,
    "cancel_url": _url,
    "brand_name": _text(127),
    "locale": _fits(LOCALE),
    "user_action": _one_of("CONTINUE", "PAY_NOW"),
    "shipping_preference": _one_of("GET_FROM_FILE", "NO_SHIPPING", "SET_PROVIDED_ADDRESS"),
    "payment_method_preference": _one_of("UNRESTRICTED", "IMMEDIATE_PAYMENT_REQUIRED"),
}
