"""Paying for a hold: the link, the provider's letters in any order or never, and the power going out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import checkout, diary, rounds
from core.booking.life import BookingState
from core.errors import Conflict, NotFound, Refusal
from core.money import Money
from core.payments import checks, inbox
from core.payments.payments import PaymentState
from core.ports import BadBody, BadSignature
from tests import cast
from tests.bank import signature
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN
from tests.core.booking.shop import PRICE, Shop, words

pytestmark = pytest.mark.anyio
SECOND = timedelta(seconds=1)


async def test_a_link_that_is_paid_confirms_the_session(shop: Shop) -> None:
    booking = await shop.hold()
    shop.bank.pay(await shop.page(booking))
    await shop.post_all()
    assert await shop.state(booking) is BookingState.CONFIRMED
    payment = await shop.payment(booking)
    assert (payment.state, payment.paid_at, payment.money) == (PaymentState.PAID, shop.now, PRICE)
    assert await shop.held(booking) == PRICE.amount
    await shop.check_books()


async def test_the_bank_is_asked_for_what_was_agreed(shop: Shop) -> None:
    booking = await shop.hold()
    await shop.page(booking)
    (page,) = shop.bank.pages.values()
    assert (page.ask.amount, page.ask.booking_code, page.ask.booking_id) == (
        PRICE,
        booking.code,
        booking.short,
    )
    assert (page.ask.title, page.ask.return_url) == (f"Session {booking.code}", shop.till.page)
    assert page.ask.expires_at == MONDAY + checks.PROVIDER_EXPIRY


async def test_asking_again_gives_the_same_page(shop: Shop) -> None:
    booking = await shop.hold()
    assert await shop.page(booking) == await shop.page(booking)
    assert len(shop.bank.pages) == 1


async def test_with_an_address_of_our_own_the_bank_hears_nothing_until_somebody_comes(shop: Shop) -> None:
    shop.till = replace(shop.till, public_url="https://near.example")
    booking = await shop.hold()
    link = await shop.page(booking)
    payment = await shop.payment(booking)
    assert (link, shop.bank.calls) == (f"https://near.example/p/{payment.token}", [])
    page = await checkout.open_link(shop.db, shop.till, payment.token, words, now=shop.now)
    assert page == "https://bank.example/cs_1"
    assert shop.bank.pages["cs_1"].ask.return_url == f"{link}/done"


@pytest.mark.parametrize("wrong", ["not agreed", "stranger", "lapsed", "released", "confirmed"])
async def test_what_cannot_be_paid_is_refused_and_the_bank_is_not_asked(shop: Shop, wrong: str) -> None:
    booking = await shop.hold()
    payer, key = booking.student_id, ""
    match wrong:
        case "not agreed":
            booking = await shop.db.write(cast.hold, shop.troupe.ben, shop.troupe.ana, TUESDAY_TEN + HOUR)
            key = "booking.not_agreed"
        case "stranger":
            payer, key = shop.troupe.hana.id, "booking.unknown"
        case "lapsed":
            shop.clock.move(timedelta(minutes=15))
            key = "booking.is_expired"
        case "released":
            await shop.db.write(cast.release, booking)
            key = "booking.is_canceled"
        case "confirmed":
            await shop.db.write(cast.confirm, booking)
            key = "booking.is_confirmed"
    with pytest.raises((Conflict, NotFound)) as refused:
        await checkout.pay_link(shop.db, shop.till, booking.subject, payer, words, now=shop.now)
    assert refused.value.key == key
    assert shop.bank.calls == []


async def test_a_link_that_the_bank_refuses_is_told_to_staff_and_another_may_be_tried(shop: Shop) -> None:
    booking = await shop.hold()
    shop.bank.weather.is_refusing = True
    with pytest.raises(Refusal) as refused:
        await shop.page(booking)
    assert refused.value.key == "payment.refused"
    assert (await shop.payment(booking)).state is PaymentState.FAILED
    assert await shop.events("payment") == ["payment.refused"]
    shop.bank.weather.is_refusing = False
    shop.bank.pay(await shop.page(booking))
    await shop.post_all()
    assert await shop.state(booking) is BookingState.CONFIRMED


# --- letters ----------------------------------------------------------------------------------


async def test_a_letter_that_comes_twice_counts_once(shop: Shop) -> None:
    booking = await shop.hold()
    shop.bank.pay(await shop.page(booking))
    await shop.post(0, 0)
    await shop.post(0)
    assert await shop.held(booking) == PRICE.amount
    assert await shop.events("payment") == ["payment.paid"]
    assert await shop.events("booking") == ["booking.held", "booking.confirmed"]


async def test_letters_in_the_wrong_order_lead_to_the_same_end(shop: Shop) -> None:
    booking = await shop.hold()
    page = await shop.page(booking)
    shop.bank.pay_slowly(page)
    shop.bank.arrive(page)
    shop.bank.give_back(page, Money(1_000, "USD"))
    await shop.post(2)  # a refund of a charge that nobody here has heard of
    assert await shop.state(booking) is BookingState.HELD
    await shop.post(1)
    await shop.post(0)
    shop.clock.move(inbox.BACKOFF)
    await shop.tick()
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert await shop.held(booking) == PRICE.amount - 1_000
    await shop.check_books()


async def test_a_letter_waits_while_the_bank_is_down(shop: Shop) -> None:
    booking = await shop.hold()
    shop.bank.pay(await shop.page(booking))
    shop.bank.weather.is_down = True
    await shop.post(0)
    assert await shop.state(booking) is BookingState.HELD
    shop.bank.weather.is_down = False
    shop.clock.move(inbox.BACKOFF - SECOND)
    await rounds.read_inbox(shop.db, shop.till, now=shop.now)
    assert await shop.state(booking) is BookingState.HELD
    shop.clock.move(SECOND)
    await rounds.read_inbox(shop.db, shop.till, now=shop.now)
    assert await shop.state(booking) is BookingState.CONFIRMED


async def test_a_forged_letter_is_not_read(shop: Shop) -> None:
    shop.bank.pay(await shop.page(await shop.hold()))
    headers, body = shop.bank.letters[0]
    for changed, lies in (({}, body), (headers, body + b" ")):
        with pytest.raises(BadSignature):
            await shop.bank.read_webhook(changed, lies, shop.now)
    with pytest.raises(BadBody):
        await shop.bank.read_webhook({"signature": signature(b"[]")}, b"[]", shop.now)


# --- without letters --------------------------------------------------------------------------


async def test_without_letters_the_bank_is_asked_after_1_3_10_and_25_minutes(shop: Shop) -> None:
    booking = await shop.hold()
    await shop.db.write(lengthen, booking.id)
    await shop.page(booking)
    asked = []
    for _ in range(4):
        due = await rounds.keep_time(shop.db, shop.till, now=shop.now)
        assert due is not None
        shop.clock.move(due - shop.now)
        shop.bank.calls.clear()
        await rounds.keep_time(shop.db, shop.till, now=shop.now)
        assert shop.bank.calls == ["look cs_1"]
        asked.append((shop.now - MONDAY) // MINUTE)
    assert asked == [1, 3, 10, 25]


def lengthen(session: Session, booking_id: int) -> None:
    diary.find(session, booking_id).hold_until = MONDAY + 2 * HOUR


@pytest.mark.parametrize("paid_after", [30 * SECOND, 2 * MINUTE, 9 * MINUTE, 14 * MINUTE])
async def test_without_letters_a_session_is_confirmed_all_the_same(shop: Shop, paid_after: timedelta) -> None:
    booking = await shop.hold()
    page = await shop.page(booking)
    await shop.wait(paid_after)
    shop.bank.pay(page)
    await shop.wait(20 * MINUTE)
    assert await shop.state(booking) is BookingState.CONFIRMED
    await shop.check_books()


async def test_i_have_paid_asks_at_once_and_says_when_the_bank_is_down(shop: Shop) -> None:
    booking = await shop.hold()
    shop.bank.pay(await shop.page(booking))
    ask = (shop.db, shop.till, booking.subject, booking.student_id)
    shop.bank.weather.is_down = True
    with pytest.raises(Refusal) as refused:
        await checkout.ask_now(*ask, now=shop.now)
    assert refused.value.key == "payment.down"
    shop.bank.weather.is_down = False
    await checkout.ask_now(*ask, now=shop.now)
    assert await shop.state(booking) is BookingState.CONFIRMED
    await checkout.ask_now(*ask, now=shop.now)
    with pytest.raises(NotFound):
        await checkout.ask_now(shop.db, shop.till, booking.subject, shop.troupe.hana.id, now=shop.now)
