"""What Stripe demands of a Checkout Session and a refund beyond the types of their parameters."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.doubles.stripe.wire import Refused

MINUTE = 60
SHORTEST, LONGEST = 30 * MINUTE, 24 * 60 * MINUTE
LARGEST = 99_999_999

ZERO_DECIMAL = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()
THREE_DECIMAL = "bhd jod kwd omr tnd".split()
TIMES_HUNDRED = "isk ugx".split()
LEAST = {
    **dict.fromkeys("usd aud brl cad chf eur inr nzd sgd jpy".split(), 50),
    "gbp": 30,
    **dict.fromkeys("aed myr pln ron".split(), 200),
    "dkk": 250,
    "nok": 300,
    "sek": 300,
    "hkd": 400,
    "mxn": 1000,
    "thb": 1000,
    "czk": 1500,
    "huf": 17500,
}
OTHERS = "ars cop ghs idr ils kes ngn php sar try twd uah zar".split()
CURRENCIES = frozenset((*LEAST, *OTHERS, *ZERO_DECIMAL, *THREE_DECIMAL, *TIMES_HUNDRED))
ELIGIBLE = frozenset({"card", "link", "sepa_debit", "us_bank_account", "boleto", "konbini"})


def total(params: Mapping[str, Any]) -> tuple[int, str]:
    """The amount and the currency of a session's lines. Raises `Refused`."""
    lines = params.get("line_items") or []
    if not lines:
        raise Refused("line_items are required in payment mode", code="parameter_missing", param="line_items")
    repeats = params.get("mode") == "subscription"
    prices = [_line(line, f"line_items[{number}]", repeats) for number, line in enumerate(lines)]
    currencies = {currency for _, currency in prices}
    if len(currencies) > 1:
        raise Refused("All line items must have the same currency", param="line_items")
    currency = currencies.pop()
    amount = sum(price for price, _ in prices)
    _charge(amount, currency)
    return amount, currency


def session(params: Mapping[str, Any], now: int) -> None:
    mode = params.get("mode")
    if mode not in ("payment", "subscription"):
        raise Refused("this double knows the modes payment and subscription", param="mode")
    alien = "subscription_data" if mode == "payment" else "payment_intent_data"
    if alien in params:
        raise Refused(f"You can not pass `{alien}` in `{mode}` mode.", param=alien)
    if mode == "subscription" and params.get("submit_type", "subscribe") not in ("subscribe", "auto"):
        raise Refused("`submit_type` must be subscribe in `subscription` mode.", param="submit_type")
    _present(params, "success_url")
    for name in ("success_url", "cancel_url"):
        if name in params and not _is_url(params[name]):
            raise Refused("Not a valid URL", code="url_invalid", param=name)
    if len(params.get("client_reference_id", "")) > 200:
        raise Refused("client_reference_id has at most 200 characters", param="client_reference_id")
    _metadata(params.get("metadata", {}), "metadata")
    for data in ("payment_intent_data", "subscription_data"):
        _metadata(params.get(data, {}).get("metadata", {}), f"{data}[metadata]")
    if not set(params.get("allowed_payment_method_types", ELIGIBLE)) & ELIGIBLE:
        raise Refused("No payment method types are left", param="allowed_payment_method_types")
    if not SHORTEST <= params.get("expires_at", now + LONGEST) - now <= LONGEST:
        raise Refused("expires_at must be 30 minutes to 24 hours ahead", param="expires_at")


def refund(params: Mapping[str, Any], left: int, currency: str) -> int:
    """The amount to give back. Raises `Refused`."""
    amount: int = params.get("amount", left)
    _metadata(params.get("metadata", {}), "metadata")
    if amount < 1:
        raise Refused("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if left == 0:
        raise Refused("The charge has already been refunded.", code="charge_already_refunded", kept=True)
    if amount > left:
        raise Refused(
            f"{amount} {currency} is more than the {left} not refunded yet", param="amount", kept=True
        )
    return amount


def expand(paths: Collection[str], known: Collection[str]) -> None:
    for path in paths:
        if path not in known:
            raise Refused(f"This property cannot be expanded ({path}).", param="expand")


def recurring(price: Mapping[str, Any], path: str) -> tuple[int, str]:
    """A price a month, and its currency. Raises `Refused`."""
    if (
        price.get("recurring", {}).get("interval") != "month"
        or price["recurring"].get("interval_count", 1) != 1
    ):
        raise Refused("this double knows monthly prices only", param=f"{path}[recurring]")
    if ("product" in price) == ("product_data" in price):
        raise Refused("exactly one of product and product_data", param=path)
    if price["currency"] not in CURRENCIES:
        raise Refused(f"Invalid currency: {price['currency']}.", param=f"{path}[currency]")
    _present(price, "unit_amount")
    _charge(price["unit_amount"], price["currency"])
    return price["unit_amount"], price["currency"]


def _line(line: Mapping[str, Any], path: str, repeats: bool) -> tuple[int, str]:
    price = line.get("price_data")
    if price is None:
        raise Refused(f"{path} needs a price or price_data", code="parameter_missing", param=path)
    if ("product" in price) == ("product_data" in price):
        raise Refused("exactly one of product and product_data", param=f"{path}[price_data]")
    if "recurring" in price and not repeats:
        raise Refused("a recurring price does not go with payment mode", param=f"{path}[price_data]")
    if repeats:
        recurring(price, f"{path}[price_data]")
    if len(price.get("product_data", {}).get("name", "")) > 250:
        raise Refused("a name has at most 250 characters", param=f"{path}[price_data][product_data][name]")
    if price["currency"] not in CURRENCIES:
        raise Refused(f"Invalid currency: {price['currency']}.", param=f"{path}[price_data][currency]")
    _present(price, "unit_amount")
    _present(line, "quantity")
    if price["unit_amount"] < 0 or line["quantity"] < 1:
        raise Refused("Invalid positive integer", code="parameter_invalid_integer", param=path)
    return price["unit_amount"] * line["quantity"], price["currency"]


def _charge(amount: int, currency: str) -> None:
    if amount < LEAST.get(currency, 1):
        raise Refused(f"at least {LEAST.get(currency, 1)} {currency}", code="amount_too_small")
    if amount > LARGEST:
        raise Refused(f"at most {LARGEST} {currency}", code="amount_too_large")
    if currency in THREE_DECIMAL and amount % 10:
        raise Refused(f"the last digit of an amount in {currency} must be 0", code="amount_invalid")
    if currency in TIMES_HUNDRED and amount % 100:
        raise Refused(f"the last two digits of an amount in {currency} must be 0", code="amount_invalid")


def _metadata(pairs: Any, path: str) -> None:
    if len(pairs) > 50:
        raise Refused("at most 50 keys of metadata", param=path)
    for name, value in pairs.items():
        if len(name) > 40 or len(value) > 500 or "[" in name or "]" in name:
            raise Refused("a key has at most 40 characters, a value 500", param=f"{path}[{name}]")


def _present(params: Mapping[str, Any], name: str) -> None:
    if name not in params:
        raise Refused(f"Missing required param: {name}.", code="parameter_missing", param=name)


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= 5000
