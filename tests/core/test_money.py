from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import money
from core.errors import Invalid
from core.money import Money


@pytest.mark.parametrize(
    ("major", "currency", "minor"),
    [("12.34", "USD", 1_234), ("1234", "JPY", 1_234), ("1.234", "KWD", 1_234), ("0", "EUR", 0)],
)
def test_an_amount_keeps_as_many_decimals_as_its_currency_has(major: str, currency: str, minor: int) -> None:
    amount = money.from_decimal(Decimal(major), currency)
    assert amount == Money(minor, currency)
    assert amount.decimal == Decimal(major)


@pytest.mark.parametrize(("major", "currency"), [("1.5", "JPY"), ("1.234", "USD"), ("1.2345", "KWD")])
def test_more_decimals_than_the_currency_has_are_refused(major: str, currency: str) -> None:
    with pytest.raises(Invalid) as refused:
        money.from_decimal(Decimal(major), currency)
    assert refused.value.key == "money.decimals"


@pytest.mark.parametrize(
    ("amount", "basis_points", "part"),
    [(1_000, 2_000, 200), (101, 5_000, 51), (99, 3_333, 33), (1, 4_999, 0), (1, 5_000, 1), (777, 0, 0)],
)
def test_a_share_is_rounded_half_up_to_the_minor_unit(amount: int, basis_points: int, part: int) -> None:
    assert Money(amount, "USD").share(basis_points) == Money(part, "USD")


@pytest.mark.parametrize(("hourly", "minutes", "price"), [(4_999, 30, 2_500), (1_000, 90, 1_500), (1, 30, 1)])
def test_an_hourly_rate_is_scaled_to_a_session_and_rounded_half_up(
    hourly: int, minutes: int, price: int
) -> None:
    assert Money(hourly, "EUR").scaled(minutes, 60) == Money(price, "EUR")


@given(st.integers(0, 10**7), st.integers(0, 10_000))
def test_a_share_and_the_rest_make_the_whole(amount: int, basis_points: int) -> None:
    whole = Money(amount, "USD")
    share = whole.share(basis_points)
    assert 0 <= share.amount <= amount
    assert share + (whole - share) == whole
    assert abs(share.amount * 10_000 - amount * basis_points) <= 5_000


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="USD and EUR"):
        Money(1, "USD") + Money(1, "EUR")


@pytest.mark.parametrize(
    ("price", "key"),
    [
        (Money(1_000, "EUR"), "money.currency"),
        (Money(-1, "USD"), "money.negative"),
        (Money(1_000_001, "USD"), "money.high"),
        (Money(49, "USD"), "money.low"),
    ],
)
def test_a_price_that_nobody_could_pay_is_refused(price: Money, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        money.check_price(price, currency="USD", lowest=Money(50, "USD"))
    assert refused.value.key == key


@pytest.mark.parametrize("amount", [0, 50, 1_000_000])
def test_a_session_may_cost_nothing_or_what_the_provider_takes(amount: int) -> None:
    money.check_price(Money(amount, "USD"), currency="USD", lowest=Money(50, "USD"))
