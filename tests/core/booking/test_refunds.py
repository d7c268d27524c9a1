"""Money that goes back: once, whoever gives it, and only where it fits what was asked."""

from datetime import timedelta

import pytest

from core.booking.life import Booking, BookingState
from core.money import Money
from core.payments import refunds
from core.payments.payments import PaymentState
from core.payments.refunds import RefundState
from core.ports import RefundStatus
from tests import cast
from tests.bank import Crash
from tests.cast import HOUR, MINUTE, TUESDAY_TEN
from tests.core.booking.shop import PRICE, Shop

pytestmark = pytest.mark.anyio
PART = Money(2_000, "USD")


async def pay_twice(shop: Shop) -> Booking:
    """A second payment of the same session, as when two links were open."""
    booking = await shop.hold()
    first = await shop.page(booking)
    second = await shop.other_page(booking)
    assert first != second
    shop.bank.pay(first)
    shop.bank.pay(second)
    return booking


async def paid(shop: Shop) -> Booking:
    booking = await shop.hold()
    shop.bank.pay(await shop.page(booking))
    await shop.post_all()
    assert await shop.state(booking) is BookingState.CONFIRMED
    return booking


async def test_what_was_paid_twice_goes_back_once(shop: Shop) -> None:
    booking = await pay_twice(shop)
    await shop.post(0, 1)
    await shop.tick()
    await shop.post(1, 0)
    assert await shop.state(booking) is BookingState.CONFIRMED
    (refund,) = await shop.refunds(booking)
    assert (refund.reason, refund.state) == ("double", RefundState.SUCCEEDED)
    assert (shop.bank.returned, await shop.held(booking)) == (PRICE.amount, PRICE.amount)
    await shop.check_books()


@pytest.mark.parametrize("problem", ["amount", "currency"])
async def test_money_that_is_not_what_was_asked_is_left_alone_and_told_to_staff_once(
    shop: Shop, problem: str
) -> None:
    booking = await shop.hold()
    wrong = PART if problem == "amount" else Money(PRICE.amount, "EUR")
    shop.bank.pay(await shop.page(booking), wrong)
    await shop.post(0)
    await shop.wait(timedelta(hours=2))
    assert await shop.state(booking) is BookingState.EXPIRED
    assert (await shop.payment(booking)).problem == "other_amount"
    assert await shop.events("payment") == ["payment.flagged"]
    assert (await shop.held(booking), shop.bank.returned) == (0, 0)


# --- the provider's dashboard -------------------------------------------------------------------


async def test_a_charge_that_the_host_refunds_frees_the_time(shop: Shop) -> None:
    booking = await paid(shop)
    shop.bank.give_back("cs_1", PRICE)
    await shop.post(1)
    off = await shop.booking(booking)
    assert (off.state, off.closed_reason) == (BookingState.CANCELED, "refunded")
    assert await shop.held(booking) == 0
    await shop.hold(await shop.db.write(cast.person, "Bea"))
    await shop.check_books()


async def test_a_refund_of_the_hosts_that_fails_after_all_is_made_by_us(shop: Shop) -> None:
    booking = await paid(shop)
    shop.bank.give_back("cs_1", PRICE)
    await shop.post(1)
    (given,) = shop.bank.given
    shop.bank.finish(given, RefundStatus.FAILED)
    await shop.post(2)
    await shop.tick()
    (refund,) = await shop.refunds(booking)
    assert (refund.money, refund.state) == (PRICE, RefundState.SUCCEEDED)
    assert (shop.bank.returned, await shop.held(booking)) == (PRICE.amount, 0)
    await shop.check_books()


async def test_a_part_that_the_host_refunds_changes_nothing_for_the_session(shop: Shop) -> None:
    booking = await paid(shop)
    shop.bank.give_back("cs_1", PART)
    await shop.post(1)
    await shop.post(1)
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert await shop.held(booking) == (PRICE - PART).amount
    shop.bank.give_back("cs_1", PRICE - PART)
    await shop.post(2)
    assert await shop.state(booking) is BookingState.CANCELED
    assert await shop.events("payment") == ["payment.paid", "payment.refunded", "payment.refunded"]
    await shop.check_books()


async def test_a_session_that_is_over_stays_so_when_its_money_goes_back(shop: Shop) -> None:
    booking = await paid(shop)
    shop.clock.move(TUESDAY_TEN + 2 * HOUR - shop.now)
    await shop.tick()
    shop.bank.give_back("cs_1", PRICE)
    await shop.post(1)
    assert await shop.state(booking) is BookingState.COMPLETED
    assert await shop.held(booking) == 0


async def test_a_refund_of_our_own_is_not_taken_for_the_hosts(shop: Shop) -> None:
    booking = await pay_twice(shop)
    await shop.post(0, 1)
    await shop.tick()
    shop.bank._write("charge.refunded", charge="ch_2")
    await shop.post(2)
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert "payment.refunded" not in await shop.events("payment")
    await shop.check_books()


@pytest.mark.parametrize("news", ["with a letter", "without"])
async def test_money_that_the_host_gives_back_before_we_do_is_counted_once(shop: Shop, news: str) -> None:
    """Our refund is refused, because there is nothing left of the charge."""
    booking = await pay_twice(shop)
    await shop.post(0, 1)
    shop.bank.give_back("cs_2", PRICE)
    if news == "with a letter":
        await shop.post(2)
    await shop.tick()
    (refund,) = await shop.refunds(booking)
    assert refund.state is RefundState.FAILED
    assert (shop.bank.returned, await shop.held(booking)) == (PRICE.amount, PRICE.amount)
    assert await shop.state(booking) is BookingState.CONFIRMED
    await shop.check_books()


async def test_the_host_may_give_a_double_payment_back_and_the_session_stays(shop: Shop) -> None:
    booking = await pay_twice(shop)
    shop.bank.give_back("cs_2", PRICE)
    await shop.post(0, 1, 2)
    assert await shop.state(booking) is BookingState.CONFIRMED
    shop.bank.give_back("cs_1", PRICE)
    await shop.post(3)
    assert await shop.state(booking) is BookingState.CANCELED
    await shop.wait(HOUR)
    assert (shop.bank.returned, await shop.held(booking)) == (2 * PRICE.amount, 0)
    await shop.check_books()


# --- the provider in bad weather ----------------------------------------------------------------


@pytest.mark.parametrize("weather", ["is_down", "loses_answers"])
async def test_a_refund_is_tried_again_with_the_same_key_until_it_is_made(shop: Shop, weather: str) -> None:
    booking = await pay_twice(shop)
    await shop.post(0, 1)
    setattr(shop.bank.weather, weather, True)
    await shop.wait(10 * MINUTE)
    setattr(shop.bank.weather, weather, False)
    await shop.wait(HOUR)
    tries = [call for call in shop.bank.calls if call.startswith("refund")]
    assert (len(tries) > 3, len(set(tries))) == (True, 1)
    assert shop.bank.returned == PRICE.amount
    assert (await shop.refunds(booking))[0].state is RefundState.SUCCEEDED
    await shop.check_books()


async def test_a_refund_that_was_made_when_the_power_went_out_is_not_made_again(shop: Shop) -> None:
    booking = await pay_twice(shop)
    await shop.post(0, 1)
    shop.bank.weather.crashes_after = True
    with pytest.raises(BaseException) as crash:
        await shop.tick()
    assert crash.group_contains(Crash) if isinstance(crash.value, BaseExceptionGroup) else crash.type is Crash
    shop.bank.weather.crashes_after = False
    await shop.tick()
    assert (shop.bank.returned, await shop.held(booking)) == (PRICE.amount, PRICE.amount)


async def test_a_refund_on_its_way_is_asked_about_until_it_has_arrived(shop: Shop) -> None:
    booking = await pay_twice(shop)
    shop.bank.refund_status = RefundStatus.PENDING
    await shop.post(0, 1)
    await shop.tick()
    (refund,) = await shop.refunds(booking)
    assert refund.state is RefundState.PENDING
    assert await shop.held(booking) == 2 * PRICE.amount
    shop.bank.finish("re_1", RefundStatus.SUCCEEDED)
    await shop.wait(refunds.LONGEST_RETRY)
    assert (await shop.refunds(booking))[0].state is RefundState.SUCCEEDED
    await shop.check_books()


async def test_a_refund_that_the_bank_will_not_make_is_told_to_staff(shop: Shop) -> None:
    booking = await pay_twice(shop)
    shop.bank.refund_status = RefundStatus.FAILED
    await shop.post(0, 1)
    await shop.tick()
    assert (await shop.refunds(booking))[0].state is RefundState.FAILED
    assert (await shop.events("refund"))[-1] == "refund.failed"
    assert (await shop.payment(booking)).state is PaymentState.PAID
