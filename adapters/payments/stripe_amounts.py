"""What Stripe can be asked for: the currencies it takes, its least amounts, and how it writes them.

Our minor units are Stripe's, with two exceptions, both refused here rather than guessed at checkout:
ISK and UGX are written times a hundred although they have no minor unit, and the last digit of an amount in a
three-decimal currency must be 0.
"""

from typing import Final

from core.money import THREE_DECIMALS, Money

LARGEST: Final = 99_999_999

CURRENCIES: Final = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF"
    " CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG"
    " HUF IDR ILS INR JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK"
    " MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD"
    " RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TND TOP TRY TTD TWD TZS UAH USD UYU UZS VND VUV"
    " WST XAF XCD XOF XPF YER ZAR ZMW".split()
)

LEAST: Final = {
    **dict.fromkeys("USD AUD BRL CAD CHF EUR INR NZD SGD JPY".split(), 50),
    "GBP": 30,
    **dict.fromkeys("AED MYR PLN RON".split(), 200),
    "DKK": 250,
    "NOK": 300,
    "SEK": 300,
    "HKD": 400,
    **dict.fromkeys("MXN THB".split(), 1000),
    "CZK": 1500,
    "HUF": 17500,
}


def minimum(currency: str) -> Money | None:
    """The least Stripe takes; `None` for a currency it does not take.

    Where Stripe publishes no minimum it is the smallest amount it can write. It may still refuse less than
    about half a US dollar, for that depends on the currency the account is paid out in.
    """
    if currency not in CURRENCIES:
        return None
    return Money(LEAST.get(currency, _step(currency)), currency)


def objection(amount: Money) -> str:
    """Why Stripe would refuse this amount; empty where it would not."""
    least = minimum(amount.currency)
    if least is None:
        return f"{amount.currency} is not taken"
    if amount < least:
        return f"the least is {least.decimal} {least.currency}"
    if amount.amount > LARGEST:
        return f"the most is {Money(LARGEST, amount.currency).decimal} {amount.currency}"
    if amount.amount % _step(amount.currency):
        return f"the last digit of an amount in {amount.currency} must be 0"
    return ""


def _step(currency: str) -> int:
    return 10 if currency in THREE_DECIMALS else 1
