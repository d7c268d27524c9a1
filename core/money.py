"""Amounts in minor units of one currency. Sums of two currencies do not exist."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.errors import Invalid

HIGHEST_MAJOR: Final = 10_000
"""Of one session."""
MOST_MAJOR: Final = 999_999
"""Of what is paid at once: Stripe takes no more."""

ZERO_DECIMALS: Final = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
WHOLE: Final = {"HUF": 100, "TWD": 100}
"""Minor units of what PayPal writes at least."""
THREE_DECIMALS: Final = frozenset("BHD JOD KWD OMR TND".split())


def decimals(currency: str) -> int:
    """How many digits the minor unit of an ISO 4217 currency takes (0, 2 or 3)."""
    if currency in ZERO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`amount` in minor units (cents, paise, yen) of `currency` (ISO 4217, upper case)."""

    amount: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0

    def share(self, basis_points: int) -> "Money":
        """The part of 10,000 this many basis points make, rounded half up to the minor unit."""
        return Money((self.amount * basis_points + 5_000) // 10_000, self.currency)

    def scaled(self, numerator: int, denominator: int) -> "Money":
        """The amount times a fraction, rounded half up (an hourly rate for 30 minutes)."""
        return Money((2 * self.amount * numerator + denominator) // (2 * denominator), self.currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.amount).scaleb(-decimals(self.currency))

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other


def chargeable(money: Money) -> Money:
    """The most of it that every way to pay can carry: with three decimals the last digit must be 0, and PayPal writes
    forints and Taiwan dollars without any.
    """
    step = 10 if decimals(money.currency) == 3 else WHOLE.get(money.currency, 1)
    return Money(money.amount // step * step, money.currency)


def from_decimal(value: Decimal, currency: str) -> Money:
    """Major units to money. Raises `Invalid` where the currency has fewer decimals than the value."""
    minor = value.scaleb(decimals(currency))
    if minor != minor.to_integral_value():
        raise Invalid("money.decimals", currency=currency, decimals=decimals(currency))
    return Money(int(minor), currency)


def check_price(price: Money, *, currency: str, lowest: Money | None, sessions: int = 1) -> None:
    """A price is either nothing at all or something the provider can take. Raises `Invalid`."""
    highest = min(HIGHEST_MAJOR * sessions, MOST_MAJOR)
    if price.currency != currency:
        raise Invalid("money.currency", currency=currency)
    if price.amount < 0:
        raise Invalid("money.negative")
    if price.decimal > highest:
        raise Invalid("money.high", highest=from_decimal(Decimal(highest), currency))
    if lowest is not None and 0 < price.amount < lowest.amount:
        raise Invalid("money.low", lowest=lowest)
