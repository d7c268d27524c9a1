"""Credit: what it pays of a price, what comes back, and that it is never below zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.errors import Conflict
from core.money import Money, chargeable, decimals
from core.payments import funding, ledger, wallet
from core.payments.ledger import Kind
from core.payments.purposes import Purpose
from tests import cast
from tests.cast import MONDAY, Cast
from tests.databases import Transact

LEAST = {"USD": 50, "JPY": 50, "KWD": 10}
AMOUNTS = st.integers(0, 2_000_000)


def usd(amount: int) -> Money:
    return Money(amount, "USD")


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def booking(transact: Transact, troupe: Cast) -> Booking:
    """Of 60 dollars, held by Ana, who has 100 dollars of credit."""
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    transact(endow, troupe.ana.id, 10_000)
    return booking


def endow(session: Session, person_id: int, amount: int, currency: str = "USD") -> None:
    """Credit from outside."""
    money = Money(amount, currency)
    moves = {"provider:bank": money, ledger.wallet(person_id): -money}
    ledger.post(session, Kind.CREDIT, moves, key=f"endow:{person_id}:{currency}:{amount}", now=MONDAY)


def has(transact: Transact, person_id: int) -> int:
    return transact(wallet.balance, person_id, "USD").amount


@pytest.mark.parametrize(
    ("price", "balance", "paid"),
    [
        (4_000, 0, 0),
        (4_000, 1_000, 1_000),
        (4_000, 4_000, 4_000),
        (4_000, 9_000, 4_000),
        (4_000, 3_951, 3_950),
        (4_000, 3_999, 3_950),
        (40, 10, 0),
    ],
)
def test_the_wallet_pays_as_much_as_leaves_something_that_can_be_asked_for(
    price: int, balance: int, paid: int
) -> None:
    assert funding.part_of_wallet(usd(price), usd(balance), usd(50)) == usd(paid)


@pytest.mark.parametrize("currency", LEAST)
@given(price=AMOUNTS, balance=AMOUNTS)
def test_what_is_left_to_pay_is_nothing_or_something_a_card_can_carry(
    currency: str, price: int, balance: int
) -> None:
    whole, lowest = chargeable(Money(price, currency)), Money(LEAST[currency], currency)
    part = funding.part_of_wallet(whole, Money(balance, currency), lowest)
    rest = whole - part
    assert 0 <= part.amount <= balance
    assert not part or not rest or rest >= lowest
    assert chargeable(rest) == rest
    assert decimals(currency) in (0, 2, 3)


@given(amount=AMOUNTS, house=AMOUNTS, earned=AMOUNTS)
def test_what_is_pulled_back_is_never_more_than_somebody_has(amount: int, house: int, earned: int) -> None:
    shares = funding.Shares(usd(house), usd(earned))
    if 0 < amount <= house + earned:
        part = funding.part_of_house(usd(amount), shares)
        assert 0 <= part.amount <= house
        assert 0 <= amount - part.amount <= earned


def test_credit_is_spent_once_and_comes_back_once(transact: Transact, troupe: Cast, booking: Booking) -> None:
    ana = troupe.ana.id
    for _ in range(2):
        due = transact(lambda s: funding.spend(s, cast.here(s, booking), lowest=usd(50), now=MONDAY))
        assert (due, has(transact, ana)) == (usd(0), 4_000)
    for _ in range(2):
        transact(wallet.unspend, ana, booking.purpose, "USD", now=MONDAY)
        assert has(transact, ana) == 10_000
    transact(lambda s: funding.spend(s, cast.here(s, booking), lowest=usd(50), now=MONDAY))
    assert has(transact, ana) == 4_000


@pytest.mark.parametrize("amount", [10_001, 0, -1])
def test_nobody_spends_what_is_not_there(
    transact: Transact, troupe: Cast, booking: Booking, amount: int
) -> None:
    with pytest.raises(Conflict, match=r"wallet\.short"):
        transact(wallet.spend, troupe.ana.id, booking.purpose, usd(amount), now=MONDAY)
    assert has(transact, troupe.ana.id) == 10_000


def test_credit_of_one_currency_pays_no_price_in_another(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    transact(endow, troupe.ana.id, 500, "JPY")
    with pytest.raises(Conflict):
        transact(wallet.spend, troupe.ana.id, booking.purpose, Money(501, "JPY"), now=MONDAY)
    assert transact(wallet.balances, troupe.ana.id) == [Money(500, "JPY"), usd(10_000)]


def test_the_entries_say_what_came_and_went(transact: Transact, troupe: Cast, booking: Booking) -> None:
    transact(wallet.spend, troupe.ana.id, booking.purpose, usd(2_500), now=MONDAY)
    transact(wallet.unspend, troupe.ana.id, booking.purpose, "USD", now=MONDAY)
    lines = transact(wallet.lines, troupe.ana.id)
    assert [(line.kind, line.amount.amount, line.purpose) for line in lines] == [
        (Kind.UNSPEND, 2_500, booking.purpose),
        (Kind.SPEND, -2_500, booking.purpose),
        (Kind.CREDIT, 10_000, Purpose()),
    ]
