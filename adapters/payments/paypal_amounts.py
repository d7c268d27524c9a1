"""What PayPal can be asked for: the currencies it takes, and how it writes an amount.

BRL, CNY and MYR are for accounts of their own country. PayPal writes HUF, JPY and TWD without decimals: an amount in
forints or Taiwan dollars that has some is refused here rather than guessed at checkout.
"""

from decimal import Decimal, InvalidOperation
from typing import Final

from core.errors import Invalid
from core.money import Money, decimals, from_decimal

CURRENCIES: Final = frozenset(
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD".split()
)
WHOLE: Final = frozenset("HUF JPY TWD".split())
LARGEST: Final = Decimal("999999999.99")


def minimum(currency: str) -> Money | None:
    """The smallest amount PayPal can write, for it publishes no other; `None` for a currency it does not take."""
    return Money(_step(currency), currency) if currency in CURRENCIES else None


def objection(amount: Money) -> str:
    """Why PayPal would refuse this amount; empty where it would not."""
    least = minimum(amount.currency)
    if least is None:
        return f"{amount.currency} is not taken"
    if amount < least:
        return f"the least is {least.decimal} {least.currency}"
    if amount.decimal > LARGEST:
        return f"the most is {LARGEST} {amount.currency}"
    if amount.amount % least.amount:
        return f"an amount in {amount.currency} has no decimals"
    return ""


def written(amount: Money) -> dict[str, str]:
    places = 0 if amount.currency in WHOLE else 2
    return {"currency_code": amount.currency, "value": f"{amount.decimal:.{places}f}"}


def read(money: object) -> Money | None:
    """The amount that PayPal writes; `None` where it is none that we could count."""
    match money:
        case {"currency_code": str(currency), "value": str(value)}:
            try:
                return from_decimal(Decimal(value), currency)
            except (InvalidOperation, Invalid):
                return None
    return None


def _step(currency: str) -> int:
    """One unit of what PayPal writes, in our minor units."""
    return 10 ** decimals(currency) if currency in WHOLE else 1
