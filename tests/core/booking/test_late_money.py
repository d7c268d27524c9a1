"""Money after the deadline never disappears: the time is taken again, or the person chooses, or it goes back."""

from datetime import timedelta

import pytest

from core.booking import settling
from core.booking.life import Booking, BookingState
from core.errors import Conflict, NotFound
from core.money import Money
from core.payments.refunds import RefundState
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MINUTE, TUESDAY_TEN
from tests.core.booking.shop import PRICE, Shop

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
THREE = TUESDAY_TEN + 5 * HOUR


async def pay_late(shop: Shop, *, taken_by: Person | None = None) -> Booking:
    """Ana pays while the bank answers nobody, so that her time is free again when the money shows."""
    booking = await shop.hold()
    page = await shop.page(booking)
    shop.bank.weather.is_down = True
    await shop.wait(18 * MINUTE)
    assert await shop.state(booking) is BookingState.EXPIRED
    if taken_by is not None:
        await shop.db.write(cast.book, shop.troupe.ben, taken_by, now=shop.now)
    shop.bank.pay(page)
    shop.bank.weather.is_down = False
    await shop.post_all()
    return await shop.booking(booking)


@pytest.fixture
async def bea(shop: Shop) -> Person:
    return await shop.db.write(cast.person, "Bea")


async def test_late_money_whose_time_is_still_free_confirms_it(shop: Shop) -> None:
    booking = await pay_late(shop)
    assert (booking.state, booking.revision, booking.starts_at) == (BookingState.CONFIRMED, 0, TUESDAY_TEN)
    assert await shop.held(booking) == PRICE.amount
    assert await shop.refunds(booking) == []


async def test_late_money_whose_time_is_gone_waits_for_its_person(shop: Shop, bea: Person) -> None:
    booking = await pay_late(shop, taken_by=bea)
    assert booking.state is BookingState.EXPIRED
    payment = await shop.payment(booking)
    assert payment.late_until == shop.now + DAY
    assert await shop.events("payment") == ["payment.paid", "payment.late"]
    assert await shop.held(booking) == PRICE.amount


async def test_late_money_finds_another_time(shop: Shop, bea: Person) -> None:
    booking = await pay_late(shop, taken_by=bea)
    await shop.choose_time(booking, THREE)
    moved = await shop.booking(booking)
    assert (moved.state, moved.starts_at, moved.revision) == (BookingState.CONFIRMED, THREE, 1)
    assert (moved.busy_until, moved.price) == (THREE + 70 * MINUTE, PRICE)
    await shop.wait(2 * DAY)
    assert await shop.refunds(booking) == []
    with pytest.raises(Conflict):
        await shop.choose_refund(booking)


async def test_a_taken_time_is_refused_with_the_nearest_and_the_money_still_waits(
    shop: Shop, bea: Person
) -> None:
    booking = await pay_late(shop, taken_by=bea)
    with pytest.raises(Conflict) as refused:
        await shop.choose_time(booking, TUESDAY_TEN)
    assert refused.value.key == "booking.late_taken"
    assert len(refused.value.facts["nearest"]) == 3
    await shop.choose_time(booking, refused.value.facts["nearest"][0])
    assert await shop.state(booking) is BookingState.CONFIRMED


async def test_late_money_goes_back_when_its_person_says_so_and_once(shop: Shop, bea: Person) -> None:
    booking = await pay_late(shop, taken_by=bea)
    await shop.choose_refund(booking)
    await shop.tick()
    (refund,) = await shop.refunds(booking)
    assert (refund.state, refund.money) == (RefundState.SUCCEEDED, PRICE)
    assert (shop.bank.returned, await shop.held(booking)) == (PRICE.amount, 0)
    for choose in (shop.choose_refund(booking), shop.choose_time(booking, THREE)):
        with pytest.raises(Conflict):
            await choose
    await shop.wait(2 * DAY)
    assert shop.bank.returned == PRICE.amount
    await shop.check_books()


async def test_late_money_that_nobody_chooses_for_goes_back_after_a_day(shop: Shop, bea: Person) -> None:
    booking = await pay_late(shop, taken_by=bea)
    await shop.wait(DAY - MINUTE)
    assert shop.bank.returned == 0
    await shop.wait(MINUTE)
    assert shop.bank.returned == PRICE.amount
    (refund,) = await shop.refunds(booking)
    assert refund.reason == "late"
    await shop.check_books()


async def test_what_is_left_of_late_money_goes_back_where_the_host_gave_part_of_it(
    shop: Shop, bea: Person
) -> None:
    booking = await pay_late(shop, taken_by=bea)
    shop.bank.give_back("cs_1", Money(2_500, "USD"))
    await shop.post(len(shop.bank.letters) - 1)
    await shop.wait(DAY)
    (refund,) = await shop.refunds(booking)
    assert refund.money == PRICE - Money(2_500, "USD")
    assert (shop.bank.returned, await shop.held(booking)) == (PRICE.amount, 0)


async def test_late_money_that_the_host_gave_back_waits_no_more(shop: Shop, bea: Person) -> None:
    booking = await pay_late(shop, taken_by=bea)
    shop.bank.give_back("cs_1", PRICE)
    await shop.post(len(shop.bank.letters) - 1)
    with pytest.raises(Conflict):
        await shop.choose_refund(booking)
    await shop.wait(2 * DAY)
    assert await shop.refunds(booking) == []
    await shop.check_books()


async def test_only_the_payer_chooses(shop: Shop, bea: Person) -> None:
    booking = await pay_late(shop, taken_by=bea)

    def as_bea(session: object) -> None:
        settling.want_late_refund(session, booking, bea, now=shop.now)  # type: ignore[arg-type]

    with pytest.raises(NotFound):
        await shop.db.write(as_bea)


async def test_money_for_a_session_that_would_be_over_waits(shop: Shop) -> None:
    booking = await shop.hold()
    page = await shop.page(booking)
    shop.bank.pay_slowly(page)
    await shop.post(0)
    shop.clock.move(TUESDAY_TEN + 3 * MINUTE - shop.now)
    await shop.tick()
    shop.bank.arrive(page)
    await shop.post(1)
    assert await shop.state(booking) is BookingState.EXPIRED
    assert (await shop.payment(booking)).late_until == shop.now + DAY


async def test_money_for_a_hold_that_was_let_go_takes_its_time_again(shop: Shop) -> None:
    booking = await shop.hold()
    page = await shop.page(booking)
    await shop.db.write(cast.release, booking, now=shop.now)
    shop.bank.pay(page)
    await shop.post(0)
    assert await shop.state(booking) is BookingState.CONFIRMED


async def test_late_money_never_overlaps_what_its_person_has_booked_meanwhile(shop: Shop) -> None:
    carl = await shop.db.write(cast.mentor, shop.troupe.community, "Carl", by=shop.troupe.hana)
    booking = await shop.hold()
    page = await shop.page(booking)
    other = await shop.hold(at=TUESDAY_TEN + HOUR / 2, mentor=carl)
    shop.bank.pay(page)
    await shop.post(0)
    assert (await shop.state(booking), await shop.state(other)) == (BookingState.CANCELED, BookingState.HELD)
    assert (await shop.payment(booking)).late_until is not None
