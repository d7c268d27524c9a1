"""The end of a hold whose link is open: first the bank is asked to close it, and what it says counts."""

from datetime import timedelta

import pytest

from core.booking import rounds
from core.booking.life import BookingState
from core.errors import Conflict
from core.payments.payments import PaymentState
from core.ports import ProviderRefused
from tests import cast
from tests.cast import HOUR, MINUTE, TUESDAY_TEN
from tests.core.booking.shop import PRICE, Shop

pytestmark = pytest.mark.anyio
HOLD = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


async def test_at_the_end_of_a_hold_its_link_is_closed_and_the_time_is_free_at_once(shop: Shop) -> None:
    booking = await shop.hold()
    page = await shop.page(booking)
    await shop.wait(HOLD)
    assert await shop.state(booking) is BookingState.EXPIRED
    assert (await shop.payment(booking)).state is PaymentState.EXPIRED
    with pytest.raises(ProviderRefused):
        shop.bank.pay(page)
    bea = await shop.db.write(cast.person, "Bea")
    await shop.hold(bea)


async def test_the_worker_asks_to_be_woken_exactly_when_the_hold_ends(shop: Shop) -> None:
    booking = await shop.hold()
    assert await rounds.keep_time(shop.db, shop.till, now=shop.now) == booking.hold_until


async def test_who_pays_at_the_very_moment_of_expiry_has_paid(shop: Shop) -> None:
    """No letter, no healer: before the page is closed it is looked at."""
    booking = await shop.hold()
    page = await shop.page(booking)
    shop.clock.move(HOLD)
    shop.bank.pay(page)
    await rounds.keep_time(shop.db, shop.till, now=shop.now)
    assert "look cs_1" in shop.bank.calls
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert await shop.refunds(booking) == []
    await shop.check_books()


async def test_while_the_bank_is_silent_the_time_stays_taken_for_two_minutes_and_no_longer(
    shop: Shop,
) -> None:
    booking = await shop.hold()
    await shop.page(booking)
    bea = await shop.db.write(cast.person, "Bea")
    shop.clock.move(HOLD)
    shop.bank.weather.is_down = True
    await shop.wait(2 * MINUTE - SECOND)
    assert await shop.state(booking) is BookingState.HELD
    with pytest.raises(Conflict):
        await shop.hold(bea)
    await shop.wait(SECOND)
    assert await shop.state(booking) is BookingState.EXPIRED
    await shop.hold(bea)
    tried = [call for call in shop.bank.calls if call == "look cs_1"]
    assert len(tried) == 7  # every 20 seconds


async def test_a_bank_that_comes_back_closes_the_link_later(shop: Shop) -> None:
    booking = await shop.hold()
    page = await shop.page(booking)
    shop.clock.move(HOLD)
    shop.bank.weather.is_down = True
    await shop.wait(3 * MINUTE)
    shop.bank.weather.is_down = False
    await shop.wait(8 * MINUTE)
    assert (await shop.payment(booking)).state is PaymentState.EXPIRED
    with pytest.raises(ProviderRefused):
        shop.bank.pay(page)


async def test_letting_a_hold_go_closes_its_link(shop: Shop) -> None:
    booking = await shop.hold()
    page = await shop.page(booking)
    await shop.db.write(cast.release, booking, now=shop.now)
    await shop.tick()
    assert (await shop.payment(booking)).state is PaymentState.EXPIRED
    with pytest.raises(ProviderRefused):
        shop.bank.pay(page)


async def test_moving_a_hold_closes_the_old_link_and_the_new_time_has_its_own(shop: Shop) -> None:
    old = await shop.hold()
    old_page = await shop.page(old)
    new = await shop.hold(at=TUESDAY_TEN + 2 * HOUR)
    new_page = await shop.page(new)
    await shop.tick()
    with pytest.raises(ProviderRefused):
        shop.bank.pay(old_page)
    shop.bank.pay(new_page)
    await shop.post_all()
    assert (await shop.state(old), await shop.state(new)) == (BookingState.CANCELED, BookingState.CONFIRMED)


# --- slow money -------------------------------------------------------------------------------


async def test_slow_money_keeps_the_time_until_it_has_arrived(shop: Shop) -> None:
    booking = await shop.hold()
    page = await shop.page(booking)
    shop.bank.pay_slowly(page)
    await shop.post(0)
    assert (await shop.payment(booking)).state is PaymentState.PROCESSING
    await shop.wait(5 * HOUR)
    assert await shop.state(booking) is BookingState.HELD
    assert await shop.held(booking) == 0
    shop.bank.arrive(page)
    await shop.wait(HOUR)  # without a letter
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert await shop.held(booking) == PRICE.amount
    assert await shop.events("payment") == ["payment.processing", "payment.paid"]


async def test_slow_money_that_fails_frees_the_time(shop: Shop) -> None:
    booking = await shop.hold()
    page = await shop.page(booking)
    shop.bank.pay_slowly(page)
    await shop.post(0)
    shop.bank.bounce(page)
    await shop.post(1)
    lapsed = await shop.booking(booking)
    assert (lapsed.state, lapsed.closed_reason) == (BookingState.EXPIRED, "payment_failed")
    assert (await shop.payment(booking)).state is PaymentState.FAILED


async def test_who_waits_for_slow_money_is_not_asked_to_pay_again(shop: Shop) -> None:
    booking = await shop.hold()
    shop.bank.pay_slowly(await shop.page(booking))
    await shop.post(0)
    with pytest.raises(Conflict) as refused:
        await shop.page(booking)
    assert refused.value.key == "payment.processing"


async def test_a_time_that_slow_money_is_on_its_way_for_is_neither_moved_nor_shown_as_free(
    shop: Shop,
) -> None:
    booking = await shop.hold()
    shop.bank.pay_slowly(await shop.page(booking))
    await shop.post(0)
    with pytest.raises(Conflict) as refused:
        await shop.hold(at=TUESDAY_TEN + HOUR / 2)
    assert refused.value.key == "booking.not_free"
    for nearest in refused.value.facts["nearest"]:
        other = await shop.hold(at=nearest)
        assert await shop.state(other) is BookingState.HELD
    assert await shop.state(booking) is BookingState.HELD
    with pytest.raises(Conflict) as kept:
        await shop.db.write(cast.release, booking, now=shop.now)
    assert kept.value.key == "payment.processing"


async def test_slow_money_does_not_keep_a_time_beyond_its_start(shop: Shop) -> None:
    booking = await shop.hold()
    shop.bank.pay_slowly(await shop.page(booking))
    await shop.post(0)
    assert (await shop.booking(booking)).hold_until == TUESDAY_TEN
    shop.clock.move(TUESDAY_TEN + 3 * MINUTE - shop.now)
    await shop.tick()
    assert await shop.state(booking) is BookingState.EXPIRED


async def test_a_session_is_completed_a_quarter_of_an_hour_after_its_end(shop: Shop) -> None:
    booking = await shop.hold()
    shop.bank.pay(await shop.page(booking))
    await shop.post_all()
    shop.clock.move(booking.ends_at + 15 * MINUTE - SECOND - shop.now)
    await shop.tick()
    assert await shop.state(booking) is BookingState.CONFIRMED
    await shop.wait(SECOND)
    assert await shop.state(booking) is BookingState.COMPLETED
