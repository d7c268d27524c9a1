"""Which providers a community takes, which can take an amount, and what becomes of a link that is left for another."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import checkout, diary, ways
from core.booking.life import Booking, BookingState
from core.errors import Conflict, Forbidden, Invalid
from core.money import Money
from core.payments import ledger
from core.payments.ledger import Kind
from core.payments.payments import PaymentState
from core.people import communities
from core.people.communities import Community
from core.ports import LinkStatus, PaymentProvider
from tests import cast
from tests.bank import Bank
from tests.core.booking.shop import PRICE, Shop, words

pytestmark = pytest.mark.anyio
MINUTE = timedelta(minutes=1)


class Choosy(Bank):
    """A bank that takes larger amounts only, or other currencies."""

    least: Money | None = None

    def minimum(self, currency: str) -> Money | None:
        return self.least if self.least and self.least.currency == currency else None


@pytest.fixture
def other(shop: Shop) -> Choosy:
    """A second bank in the same street."""
    bank = Choosy(shop.clock, name="other")
    bank.least = Money(50, "USD")
    shop.till = replace(shop.till, providers={"bank": shop.bank, "other": bank})
    return bank


async def pays_by(shop: Shop, booking: Booking, way: str = "") -> str:
    return await checkout.pay_link(
        *(shop.db, shop.till, booking.subject, booking.student_id, words), now=shop.now, way=way
    )


async def offered(shop: Shop, booking: Booking) -> list[str]:
    def names(session: Session) -> list[str]:
        found = ways.offered(session, shop.till.providers, diary.find(session, booking.id))
        return [provider.name for provider in found]

    return await shop.db.read(names)


async def turns(shop: Shop, *names: str) -> None:
    def change(session: Session) -> None:
        community = communities.find(session, shop.troupe.ben.community_id)
        hana = cast.here(session, shop.troupe.hana)
        ways.change(session, shop.till.providers, community, hana, names, now=shop.now)

    await shop.db.write(change)


# --- what is offered ------------------------------------------------------------------------------


async def test_all_that_the_host_has_are_offered_at_first(shop: Shop, other: Choosy) -> None:
    assert await offered(shop, await shop.hold()) == ["bank", "other"]


async def test_what_the_community_turned_off_is_not_offered(shop: Shop, other: Choosy) -> None:
    await turns(shop, "other")
    booking = await shop.hold()
    assert await offered(shop, booking) == ["other"]
    with pytest.raises(Conflict) as refused:
        await pays_by(shop, booking, "bank")
    assert refused.value.key == "payment.not_offered"
    assert shop.bank.calls == []


@pytest.mark.parametrize("least", [None, Money(50, "EUR"), PRICE + Money(1, "USD")])
async def test_what_cannot_take_the_amount_is_not_offered(
    shop: Shop, other: Choosy, least: Money | None
) -> None:
    other.least = least
    assert await offered(shop, await shop.hold()) == ["bank"]


async def test_where_none_can_take_it_that_is_said(shop: Shop, other: Choosy) -> None:
    other.least = PRICE + Money(1, "USD")
    await turns(shop, "other")
    with pytest.raises(Conflict) as refused:
        await pays_by(shop, await shop.hold())
    assert (refused.value.key, refused.value.facts) == ("payment.no_way", {"amount": PRICE})


async def test_credit_leaves_what_the_chosen_way_can_take(shop: Shop, other: Choosy) -> None:
    """There would be a cent left to pay; each way is asked for its own least instead."""
    other.least = Money(1_000, "USD")
    booking = await shop.hold()
    await _gives_credit(shop, booking, PRICE - Money(1, "USD"))
    await pays_by(shop, booking, "other")
    assert (await shop.payment(booking)).money == Money(1_000, "USD")
    assert await offered(shop, booking) == ["other", "bank"]


async def test_what_is_left_to_pay_may_be_too_little_to_change_the_way(shop: Shop, other: Choosy) -> None:
    other.least = Money(1_000, "USD")
    booking = await shop.hold()
    await _gives_credit(shop, booking, PRICE - Money(1, "USD"))
    await pays_by(shop, booking, "bank")
    assert (await shop.payment(booking)).money == Money(50, "USD")
    assert await offered(shop, booking) == ["bank"]


async def test_who_pays_by_credit_alone_needs_no_way(shop: Shop, other: Choosy) -> None:
    other.least = None
    await turns(shop, "bank")
    booking = await shop.hold()
    await _gives_credit(shop, booking, PRICE)
    assert await pays_by(shop, booking) == ""
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert shop.bank.calls == other.calls == []


# --- changing one's mind --------------------------------------------------------------------------


async def test_one_link_is_open_at_a_time(shop: Shop, other: Choosy) -> None:
    booking = await shop.hold()
    await pays_by(shop, booking, "bank")
    page = await pays_by(shop, booking, "other")
    assert [each.status for each in shop.bank.pages.values()] == ["expired"]
    assert page == await pays_by(shop, booking) == await pays_by(shop, booking, "other")
    assert len(other.pages) == 1


@pytest.mark.parametrize("end", [LinkStatus.EXPIRED, LinkStatus.FAILED])
async def test_a_link_that_is_left_ends_nothing_when_it_ends(
    shop: Shop, other: Choosy, end: LinkStatus
) -> None:
    """Neither its expiry nor its failure lets go of a time that is being paid by the other one."""
    booking = await shop.hold()
    await pays_by(shop, booking, "bank")
    shop.bank.weather.is_down = True
    page = await pays_by(shop, booking, "other")
    await shop.wait(9 * MINUTE)
    shop.bank.weather.is_down, shop.bank.pages["cs_1"].status = False, end
    await shop.wait(3 * MINUTE)
    assert await shop.state(booking) is BookingState.HELD
    other.pay(page)
    await shop.wait(3 * MINUTE)
    assert await shop.state(booking) is BookingState.CONFIRMED


async def test_the_other_link_is_closed_once_one_is_paid(shop: Shop, other: Choosy) -> None:
    booking = await shop.hold()
    left = await pays_by(shop, booking, "bank")
    shop.bank.weather.is_down = True
    await pays_by(shop, booking, "other")
    shop.bank.weather.is_down = False
    shop.bank.pay(left)
    await shop.post_all()
    await shop.tick()
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert [each.status for each in other.pages.values()] == ["expired"]
    assert (await shop.payment(booking)).state is PaymentState.EXPIRED


async def test_nobody_changes_for_ever(shop: Shop, other: Choosy) -> None:
    booking = await shop.hold()
    for number in range(ways.MOST_CHANGES + 1):
        await pays_by(shop, booking, ("bank", "other")[number % 2])
    with pytest.raises(Conflict) as refused:
        await pays_by(shop, booking, "other")
    assert refused.value.key == "payment.too_many"
    assert await pays_by(shop, booking)


async def test_the_link_of_a_way_that_was_turned_off_meanwhile_stays_open(shop: Shop, other: Choosy) -> None:
    booking = await shop.hold()
    page = await pays_by(shop, booking, "bank")
    await turns(shop, "other")
    assert await pays_by(shop, booking) == page
    shop.bank.pay(page)
    await shop.post_all()
    assert await shop.state(booking) is BookingState.CONFIRMED


# --- what a community takes -----------------------------------------------------------------------


async def test_turning_ways_off_is_written_down_and_all_of_them_is_whatever_the_host_has(
    shop: Shop, other: Choosy
) -> None:
    await turns(shop, "other", "bank", "unheard of")
    assert (await _community(shop)).providers is None
    await turns(shop, "other")
    assert (await _community(shop)).providers == ["other"]
    assert (await shop.events("community"))[-2:] == ["community.ways", "community.ways"]


@pytest.mark.parametrize(
    ("names", "key"), [([], "ways.none"), (["x"], "ways.none"), (["other"], "ways.currency")]
)
async def test_somebody_can_always_pay(shop: Shop, other: Choosy, names: list[str], key: str) -> None:
    other.least = Money(50, "EUR")
    with pytest.raises(Invalid) as refused:
        await turns(shop, *names)
    assert refused.value.key == key


async def test_only_managers_turn_ways_off(shop: Shop, other: Choosy) -> None:
    def change(session: Session) -> None:
        community = communities.find(session, shop.troupe.ben.community_id)
        ana = cast.here(session, shop.troupe.ana)
        ways.change(session, shop.till.providers, community, ana, ["bank"], now=shop.now)

    with pytest.raises(Forbidden):
        await shop.db.write(change)


async def test_the_least_price_is_what_one_way_takes(shop: Shop, other: Choosy) -> None:
    other.least = Money(20, "USD")
    community = await _community(shop)
    providers: dict[str, PaymentProvider] = {"bank": shop.bank, "other": other}
    assert ways.lowest(providers, community, "USD") == Money(20, "USD")
    assert ways.lowest(providers, community, "XXX") is None


async def _community(shop: Shop) -> Community:
    return await shop.db.read(communities.find, shop.troupe.ben.community_id)


async def _gives_credit(shop: Shop, booking: Booking, money: Money) -> None:
    """Ana is given it for nothing."""

    def given(session: Session) -> None:
        moves = {"provider:gift": money, ledger.wallet(booking.student_id): -money}
        ledger.post(session, Kind.CREDIT, moves, key="gift", now=shop.now)

    await shop.db.write(given)
