"""The power goes out, answers are lost, a provider disappears: what was begun is finished all the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.booking.life import BookingState
from core.errors import Refusal
from core.payments.payments import PaymentState
from core.ports import ProviderRefused
from tests import cast
from tests.bank import Bank, Crash
from tests.cast import HOUR, MINUTE, TUESDAY_TEN
from tests.core.booking.shop import Shop

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("crash", ["crashes_before", "crashes_after", "loses_answers", "is_down"])
async def test_what_was_begun_is_finished_with_the_same_key(shop: Shop, crash: str) -> None:
    """Between the written intent and the bank's answer, or between the answer and writing it down."""
    booking = await shop.hold()
    setattr(shop.bank.weather, crash, True)
    with pytest.raises(Crash if "crash" in crash else Refusal):
        await shop.page(booking)
    assert (await shop.payment(booking)).state is PaymentState.INTENDED
    setattr(shop.bank.weather, crash, False)
    await shop.wait(MINUTE)
    opened = [call for call in shop.bank.calls if call.startswith("open")]
    assert (len(opened), len(set(opened)), len(shop.bank.pages)) == (2, 1, 1)
    assert (await shop.payment(booking)).state is PaymentState.OPEN
    assert await shop.page(booking) == "https://bank.example/cs_1"


async def test_a_letter_that_overtakes_the_banks_answer_finds_its_payment(shop: Shop) -> None:
    booking = await shop.hold()
    shop.bank.weather.loses_answers = True
    with pytest.raises(Refusal):
        await shop.page(booking)
    shop.bank.weather.loses_answers = False
    shop.bank.pay("https://bank.example/cs_1")
    await shop.post(0)
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert (await shop.payment(booking)).ref == "cs_1"


async def test_a_link_that_nobody_ever_saw_is_closed_when_its_hold_ends(shop: Shop) -> None:
    booking = await shop.hold()
    shop.bank.weather.loses_answers = True
    with pytest.raises(Refusal):
        await shop.page(booking)
    shop.clock.move(timedelta(minutes=15))
    shop.bank.weather.loses_answers = False
    await shop.tick()
    assert await shop.state(booking) is BookingState.EXPIRED
    with pytest.raises(ProviderRefused):
        shop.bank.pay("https://bank.example/cs_1")


async def test_a_payment_of_a_provider_that_is_gone_holds_nobody_else_up(shop: Shop) -> None:
    old = await shop.hold()
    await shop.page(old)
    bea = await shop.db.write(cast.person, "Bea")
    new_bank = Bank(shop.clock, name="new")
    shop.till = replace(shop.till, providers={"new": new_bank}, default="new")
    booking = await shop.hold(bea, TUESDAY_TEN + 3 * HOUR)
    new_bank.pay(await shop.page(booking))
    await shop.wait(20 * MINUTE)
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert await shop.state(old) is BookingState.EXPIRED
