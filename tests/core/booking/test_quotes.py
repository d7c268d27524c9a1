"""What a cancel gives back: by the tiers of the booking's own policy, to the minor unit; and the quote that says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.booking import canceling, quotes
from core.booking.life import Booking, Who
from core.booking.quotes import Way
from core.errors import Conflict, Invalid
from core.money import Money
from core.policy import Policy, Tier
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN

POLICY = Policy()
PRICE = Money(6_000, "USD")
SECRET = "a secret of the house"


def quote(who: Who = Who.STUDENT, *, ahead: timedelta, policy: Policy = POLICY) -> canceling.Quote:
    return canceling.quote(policy, PRICE, TUESDAY_TEN, TUESDAY_TEN, who, TUESDAY_TEN - ahead)


@pytest.mark.parametrize(
    ("ahead", "percent"),
    [
        (30 * HOUR, 100),
        (24 * HOUR, 100),
        (24 * HOUR - MINUTE, 50),
        (4 * HOUR, 50),
        (4 * HOUR - MINUTE, 0),
        (timedelta(0), 0),
    ],
)
def test_a_students_share_falls_by_the_steps_of_the_policy(ahead: timedelta, percent: int) -> None:
    found = quote(ahead=ahead)
    assert found.percent == percent
    assert found.amount == PRICE.share(percent * 100)
    assert found.amount + found.kept == PRICE


@pytest.mark.parametrize("who", [Who.MENTOR, Who.STAFF])
def test_a_mentors_and_the_staffs_cancel_gives_everything_back(who: Who) -> None:
    found = quote(who, ahead=MINUTE)
    assert (found.amount, found.kept, found.tier) == (PRICE, Money(0, "USD"), None)


@pytest.mark.parametrize(
    ("currency", "left", "back"),
    [("JPY", 4_001, 2_001), ("EUR", 4_001, 2_001), ("KWD", 4_001, 2_001), ("JPY", 1, 1), ("USD", 0, 0)],
)
def test_half_of_an_odd_amount_is_rounded_to_the_minor_unit_and_nothing_is_lost(
    currency: str, left: int, back: int
) -> None:
    found = canceling.quote(
        POLICY, Money(left, currency), TUESDAY_TEN, TUESDAY_TEN, Who.STUDENT, TUESDAY_TEN - 5 * HOUR
    )
    assert found.amount == Money(back, currency)
    assert found.kept == Money(left - back, currency)


def test_a_session_that_was_moved_further_away_is_still_judged_by_its_first_start() -> None:
    later = TUESDAY_TEN + 72 * HOUR
    found = canceling.quote(POLICY, PRICE, TUESDAY_TEN, later, Who.STUDENT, TUESDAY_TEN - 5 * HOUR)
    assert (found.percent, found.ahead) == (50, 5 * HOUR)


def test_a_session_that_was_moved_nearer_is_judged_by_its_present_start() -> None:
    earlier = TUESDAY_TEN - 48 * HOUR
    found = canceling.quote(POLICY, PRICE, TUESDAY_TEN, earlier, Who.STUDENT, earlier - 3 * HOUR)
    assert (found.percent, found.ahead) == (0, 3 * HOUR)


def test_after_the_first_start_the_last_step_counts() -> None:
    policy = POLICY.changed(tiers=(Tier(24, 100), Tier(0, 20)))
    later = TUESDAY_TEN + 72 * HOUR
    found = canceling.quote(policy, PRICE, TUESDAY_TEN, later, Who.STUDENT, TUESDAY_TEN + HOUR)
    assert (found.percent, found.ahead) == (20, timedelta(0))


def test_credit_at_full_value_is_offered_where_the_policy_says_so_and_money_would_be_kept() -> None:
    kind = POLICY.changed(credit_instead=True)
    assert quote(ahead=5 * HOUR, policy=kind).credit == PRICE
    assert quote(ahead=30 * HOUR, policy=kind).credit is None
    assert quote(ahead=5 * HOUR).credit is None
    assert quote(Who.MENTOR, ahead=5 * HOUR, policy=kind).credit is None


# --- the signed quote ---------------------------------------------------------------------------


def booking(**changes: object) -> Booking:
    found = Booking(short="ABCDEFGH", revision=0, currency="USD")
    for name, value in changes.items():
        setattr(found, name, value)
    return found


def written(way: Way = Way.REFUND) -> tuple[str, str, str, str]:
    return quotes.written(SECRET, booking(), quotes.promise(booking(), 7, PRICE, way, now=MONDAY))


def test_what_was_said_is_read_again() -> None:
    found = quotes.read(SECRET, booking(), 7, written(), now=MONDAY + 5 * MINUTE)
    assert (found.money, found.way, found.revision) == (PRICE, Way.REFUND, 0)


def test_the_longest_quote_still_fits_into_a_button() -> None:
    dear = booking(revision=99, currency="KWD")
    promise = quotes.promise(dear, 7, Money(10_000_000, "KWD"), Way.CREDIT, now=MONDAY)
    route = ":".join(("booking.call_off", dear.short, *quotes.written(SECRET, dear, promise)))
    assert len(route) <= 64


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (0, "c0"),
        (0, "x0"),
        (0, ""),
        (1, "6001"),
        (1, "-1"),
        (1, "lots"),
        (2, "9999999999"),
        (2, "9" * 20),
        (3, "AAAAAAAAAAAAAAAA"),
        (3, ""),
        (3, "ä"),
    ],
)
def test_a_quote_that_was_altered_is_none(part: int, value: str) -> None:
    parts = list(written())
    parts[part] = value
    with pytest.raises(Invalid) as refused:
        quotes.read(SECRET, booking(), 7, (parts[0], parts[1], parts[2], parts[3]), now=MONDAY)
    assert refused.value.key == "quote.altered"


@pytest.mark.parametrize("other", [{"short": "HGFEDCBA"}, {"currency": "EUR"}])
def test_a_quote_is_for_one_booking(other: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        quotes.read(SECRET, booking(**other), 7, written(), now=MONDAY)


def test_a_quote_is_for_one_actor_and_one_house() -> None:
    with pytest.raises(Invalid):
        quotes.read(SECRET, booking(), 8, written(), now=MONDAY)
    with pytest.raises(Invalid):
        quotes.read("another house", booking(), 7, written(), now=MONDAY)


def test_a_quote_is_old_after_five_minutes_and_after_a_move() -> None:
    with pytest.raises(Conflict) as refused:
        quotes.read(SECRET, booking(), 7, written(), now=MONDAY + 5 * MINUTE + timedelta(seconds=1))
    assert refused.value.key == "quote.expired"
    with pytest.raises(Conflict) as refused:
        quotes.read(SECRET, booking(revision=1), 7, written(), now=MONDAY)
    assert refused.value.key == "quote.moved"


def test_the_first_step_of_every_policy_counts_from_its_own_hours() -> None:
    policy = replace(POLICY, tiers=(Tier(0, 70),))
    assert quote(ahead=MINUTE, policy=policy).percent == 70
