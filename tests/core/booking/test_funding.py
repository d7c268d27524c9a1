"""What was paid, by card and of a wallet: spent before a link is asked for, shared out after, given back once."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import diary, mending, moves, refunding
from core.booking.life import Booking, BookingState
from core.errors import Conflict, NotFound
from core.money import Money
from core.payments import funding, ledger, refunds, wallet
from core.payments.ledger import Kind
from core.payments.payments import PaymentState
from core.payments.refunds import Mended, RefundState
from core.people.people import Person
from core.ports import RefundStatus
from tests import cast
from tests.cast import HOUR, MINUTE, TUESDAY_TEN
from tests.core.booking.shop import PRICE, Shop

pytestmark = pytest.mark.anyio
TEN = Money(1_000, "USD")
NOTHING = Money(0, "USD")


async def endow(shop: Shop, money: Money) -> None:
    """Ana is given credit for nothing."""

    def given(session: Session) -> None:
        moves = {"provider:gift": money, ledger.wallet(shop.troupe.ana.id): -money}
        ledger.post(session, Kind.CREDIT, moves, key=f"gift:{money.amount}", now=shop.now)

    await shop.db.write(given)


async def credit(shop: Shop) -> int:
    return (await shop.db.read(wallet.balance, shop.troupe.ana.id, "USD")).amount


async def left(shop: Shop, booking: Booking) -> int:
    return (await shop.db.read(lambda s: funding.left(s, diary.find(s, booking.id)))).amount


async def settle(shop: Shop, booking: Booking) -> None:
    await shop.db.write(lambda s: funding.settle(s, diary.find(s, booking.id), now=shop.now))


async def give(shop: Shop, booking: Booking, money: Money, why: str = "test") -> funding.GivenBack:
    return await shop.db.write(
        lambda s: funding.give_back(s, diary.find(s, booking.id), money, why, now=shop.now)
    )


async def share(shop: Shop, account: str) -> int:
    return -(await shop.db.read(ledger.balance, account, "USD")).amount


async def partly_paid(shop: Shop) -> Booking:
    """Ten dollars of credit, fifty by card."""
    await endow(shop, TEN)
    booking = await shop.hold()
    shop.bank.pay(await shop.page(booking))
    await shop.post_all()
    return booking


# --- spending -----------------------------------------------------------------------------------


async def test_credit_is_spent_before_a_link_is_asked_for(shop: Shop) -> None:
    booking = await partly_paid(shop)
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert (await shop.payment(booking)).money == PRICE - TEN
    assert (await credit(shop), await shop.held(booking)) == (0, PRICE.amount)


async def test_where_credit_pays_all_there_is_no_payment(shop: Shop) -> None:
    await endow(shop, PRICE + TEN)
    booking = await shop.hold()
    assert await shop.page(booking) == ""
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert (await credit(shop), await shop.held(booking), shop.bank.calls) == (TEN.amount, PRICE.amount, [])


async def test_a_rest_below_the_banks_least_leaves_credit_in_the_wallet(shop: Shop) -> None:
    await endow(shop, PRICE - Money(1, "USD"))
    booking = await shop.hold()
    await shop.page(booking)
    assert (await shop.payment(booking)).money == Money(50, "USD")
    assert await credit(shop) == 49


async def test_asking_for_the_link_again_spends_nothing_more(shop: Shop) -> None:
    await endow(shop, TEN)
    booking = await shop.hold()
    assert await shop.page(booking) == await shop.page(booking)
    assert (await credit(shop), await shop.held(booking)) == (0, TEN.amount)


@pytest.mark.parametrize("how", ["lapses", "is let go", "is moved by a new tap", "is in somebody's way"])
async def test_credit_of_a_hold_that_ends_comes_back(shop: Shop, how: str) -> None:
    await endow(shop, TEN)
    booking = await shop.hold()
    await shop.page(booking)
    assert await credit(shop) == 0
    match how:
        case "lapses":
            await shop.wait(20 * MINUTE)
        case "is let go":
            await shop.db.write(cast.release, booking, now=shop.now)
        case "is moved by a new tap":
            await shop.hold(at=TUESDAY_TEN + 2 * HOUR)
        case "is in somebody's way":
            await shop.db.write(_forget_the_link, booking)
            shop.clock.move(16 * MINUTE)
            await shop.hold(await shop.db.write(cast.person, "Bea"))
    assert await shop.state(booking) in moves.ENDED
    assert (await credit(shop), await shop.held(booking)) == (TEN.amount, 0)


def _forget_the_link(session: Session, booking: Booking) -> None:
    """As if the power went out after the credit was spent and before a link was asked for."""
    diary.find(session, booking.id).has_link = False


# --- late ---------------------------------------------------------------------------------------


async def lapsed(shop: Shop) -> tuple[Booking, str]:
    """A hold whose page is still open although it has lapsed, for the bank could not be told."""
    await endow(shop, TEN)
    booking = await shop.hold()
    page = await shop.page(booking)
    shop.bank.weather.is_down = True
    await shop.wait(18 * MINUTE)
    shop.bank.weather.is_down = False
    assert (await shop.state(booking), await credit(shop)) == (BookingState.EXPIRED, TEN.amount)
    return booking, page


async def test_late_money_takes_the_credit_that_belongs_to_it_again(shop: Shop) -> None:
    booking, page = await lapsed(shop)
    shop.bank.pay(page)
    await shop.post_all()
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert (await credit(shop), await shop.held(booking)) == (0, PRICE.amount)


async def test_late_money_whose_credit_is_spent_elsewhere_waits_for_a_word(shop: Shop) -> None:
    booking, page = await lapsed(shop)
    other = await shop.hold(at=TUESDAY_TEN + 2 * HOUR)
    await shop.page(other)
    shop.bank.pay(page)
    await shop.post_all()
    assert await shop.state(booking) is BookingState.EXPIRED
    with pytest.raises(Conflict, match=r"wallet\.gone"):
        await shop.choose_time(booking, TUESDAY_TEN)
    await shop.choose_refund(booking)
    await shop.tick()
    assert (await shop.held(booking), shop.bank.returned) == (0, (PRICE - TEN).amount)


async def test_late_money_finds_another_time_together_with_its_credit(shop: Shop) -> None:
    booking, page = await lapsed(shop)
    await shop.db.write(cast.book, shop.troupe.ben, await shop.db.write(cast.person, "Bea"), TUESDAY_TEN)
    shop.bank.pay(page)
    await shop.post_all()
    await shop.choose_time(booking, TUESDAY_TEN + 3 * HOUR)
    assert await shop.state(booking) is BookingState.CONFIRMED
    assert (await credit(shop), await shop.held(booking)) == (0, PRICE.amount)


# --- giving back --------------------------------------------------------------------------------


async def test_money_goes_back_to_the_card_first_and_the_rest_to_the_wallet(shop: Shop) -> None:
    booking = await partly_paid(shop)
    given = await give(shop, booking, PRICE)
    assert (given.refunded, given.credited) == (PRICE - TEN, TEN)
    assert await left(shop, booking) == 0
    await shop.tick()
    assert (await credit(shop), shop.bank.returned, await shop.held(booking)) == (1_000, 5_000, 0)


async def test_one_reason_gives_back_once_even_after_the_session_was_settled(shop: Shop) -> None:
    booking = await partly_paid(shop)
    await settle(shop, booking)
    first = await give(shop, booking, Money(3_000, "USD"))
    assert await give(shop, booking, Money(3_000, "USD")) == first
    await shop.tick()
    assert (shop.bank.returned, await shop.held(booking)) == (3_000, 0)


async def test_a_charge_that_is_refunded_at_the_dashboard_gives_the_credit_back_too(shop: Shop) -> None:
    booking = await partly_paid(shop)
    shop.bank.give_back("cs_1", PRICE - TEN)
    await shop.post_all()
    assert await shop.state(booking) is BookingState.CANCELED
    assert (await credit(shop), await shop.held(booking)) == (TEN.amount, 0)


# --- settling -----------------------------------------------------------------------------------


async def test_what_is_left_is_shared_by_the_commission_of_the_booking_once(shop: Shop) -> None:
    booking = await partly_paid(shop)
    for _ in range(2):
        await settle(shop, booking)
    house, earned = f"house:{booking.community_id}", f"earned:{booking.mentor_id}"
    assert (await share(shop, house), await share(shop, earned)) == (1_200, 4_800)
    assert (await shop.held(booking), await left(shop, booking)) == (0, 0)


@pytest.mark.parametrize("where", ["here", "at the dashboard"])
async def test_a_refund_after_settlement_is_pulled_back_by_the_same_shares(shop: Shop, where: str) -> None:
    booking = await partly_paid(shop)
    await settle(shop, booking)
    if where == "here":
        await give(shop, booking, Money(3_000, "USD"))
    else:
        shop.bank.give_back("cs_1", Money(3_000, "USD"))
        await shop.post_all()
    await shop.tick()
    house, earned = f"house:{booking.community_id}", f"earned:{booking.mentor_id}"
    assert (await share(shop, house), await share(shop, earned)) == (600, 2_400)
    assert (await shop.held(booking), shop.bank.returned) == (0, 3_000)


async def test_what_was_given_as_credit_and_goes_back_at_the_dashboard_too_is_the_houses_loss(
    shop: Shop,
) -> None:
    booking = await partly_paid(shop)
    await shop.db.write(
        lambda s: funding.give_back(s, diary.find(s, booking.id), PRICE, "all", now=shop.now, as_credit=True)
    )
    shop.bank.give_back("cs_1", PRICE - TEN)
    await shop.post_all()
    assert await credit(shop) == PRICE.amount
    assert await shop.held(booking) == 0
    assert await share(shop, f"house:{booking.community_id}") == -(PRICE - TEN).amount


async def test_no_more_is_given_back_than_came(shop: Shop) -> None:
    booking = await partly_paid(shop)
    await settle(shop, booking)
    with pytest.raises(Conflict, match=r"refund\.too_much"):
        await give(shop, booking, PRICE + Money(1, "USD"))


# --- refunds that fail --------------------------------------------------------------------------


async def failing(shop: Shop, status: RefundStatus = RefundStatus.FAILED) -> Booking:
    shop.bank.refund_status = status
    booking = await partly_paid(shop)
    await give(shop, booking, Money(3_000, "USD"))
    await shop.tick()
    shop.bank.refund_status = RefundStatus.SUCCEEDED
    return booking


async def mend(shop: Shop, number: int, *, how: str, by: Person | None = None) -> None:
    verb = {"again": mending.try_again, "credit": mending.credit_instead}[how]
    await shop.db.write(
        lambda s: verb(s, refunds.find(s, number), by or cast.here(s, shop.troupe.hana), now=shop.now)
    )


async def test_a_failed_refund_is_tried_again_with_a_new_key(shop: Shop) -> None:
    booking = await failing(shop)
    (first,) = await shop.refunds(booking)
    assert (first.state, await left(shop, booking)) == (RefundState.FAILED, 3_000)
    await mend(shop, first.id, how="again")
    await shop.tick()
    first, second = await shop.refunds(booking)
    assert (first.mended, second.state) == (Mended.AGAIN, RefundState.SUCCEEDED)
    assert first.key != second.key
    assert (shop.bank.returned, await shop.held(booking)) == (3_000, 3_000)


async def test_a_failed_refund_is_given_as_credit(shop: Shop) -> None:
    booking = await failing(shop)
    await mend(shop, 1, how="credit")
    assert (await credit(shop), await shop.held(booking), shop.bank.returned) == (3_000, 3_000, 0)
    assert (await shop.events("wallet"))[-1] == "wallet.credited"


@pytest.mark.parametrize("first", ["again", "credit"])
@pytest.mark.parametrize("second", ["again", "credit"])
async def test_a_failed_refund_is_mended_once(shop: Shop, first: str, second: str) -> None:
    await failing(shop)
    await mend(shop, 1, how=first)
    with pytest.raises(Conflict, match=r"refund\.mended"):
        await mend(shop, 1, how=second)


async def test_a_part_that_the_host_gave_back_before_us_is_taken_off_our_refund(shop: Shop) -> None:
    """Ours is refused, for there is not as much left of the charge: the rest of it is made."""
    booking = await partly_paid(shop)
    await give(shop, booking, PRICE)
    shop.bank.give_back("cs_1", Money(2_000, "USD"))
    await shop.wait(HOUR)
    assert [one.money.amount for one in await shop.refunds(booking)] == [5_000, 3_000]
    assert (shop.bank.returned, await shop.held(booking), await credit(shop)) == (5_000, 0, 1_000)


async def test_a_failed_refund_does_not_exist_for_who_is_not_staff(shop: Shop) -> None:
    booking = await failing(shop)
    for nobody in (shop.troupe.ana, shop.troupe.ben_himself):
        with pytest.raises(NotFound):
            await mend(shop, 1, how="credit", by=nobody)
    (refund,) = await shop.refunds(booking)
    assert refund.mended is Mended.NOT_YET


async def test_settling_leaves_alone_what_a_failed_refund_owes(shop: Shop) -> None:
    booking = await failing(shop)
    await settle(shop, booking)
    assert await shop.held(booking) == 3_000
    await mend(shop, 1, how="again")
    await shop.tick()
    assert (await shop.held(booking), shop.bank.returned) == (0, 3_000)


async def test_a_refund_that_had_succeeded_may_fail_and_be_tried_again(shop: Shop) -> None:
    booking = await failing(shop, RefundStatus.SUCCEEDED)
    assert await shop.held(booking) == 3_000
    shop.bank.finish("re_1", RefundStatus.FAILED)
    await shop.post_all()
    (refund,) = await shop.refunds(booking)
    assert (refund.state, await shop.held(booking), shop.bank.returned) == (RefundState.FAILED, 6_000, 0)
    await mend(shop, refund.id, how="again")
    await shop.tick()
    assert (await shop.held(booking), shop.bank.returned) == (3_000, 3_000)


async def test_a_pending_refund_learns_its_end_by_a_letter_or_by_asking(shop: Shop) -> None:
    booking = await failing(shop, RefundStatus.PENDING)
    assert (await shop.events("refund"))[-1] == "refund.pending"
    shop.bank.finish("re_1", RefundStatus.SUCCEEDED)
    await shop.post_all()
    (refund,) = await shop.refunds(booking)
    assert (refund.state, await shop.held(booking)) == (RefundState.SUCCEEDED, 3_000)
    await shop.wait(timedelta(days=1))
    assert await shop.events("refund") == ["refund.wanted", "refund.pending", "refund.succeeded"]


async def test_a_pending_refund_is_waited_for_however_long_the_bank_is_silent(shop: Shop) -> None:
    booking = await failing(shop, RefundStatus.PENDING)
    shop.bank.weather.is_down = True
    for _ in range(2 * refunds.MOST_ATTEMPTS):
        shop.clock.move(refunds.LONGEST_RETRY)
        await shop.tick()
    assert (await shop.refunds(booking))[0].state is RefundState.PENDING


async def test_a_refund_that_nobody_answered_for_is_asked_for_again_with_its_own_key(shop: Shop) -> None:
    """It may have been made: so it is made once all the same."""
    booking = await partly_paid(shop)
    await give(shop, booking, Money(3_000, "USD"))
    shop.bank.weather.loses_answers = True
    for _ in range(refunds.MOST_ATTEMPTS):
        await refunding.make_due(shop.db, shop.till, now=shop.now)
        shop.clock.move(((await shop.refunds(booking))[0].try_at or shop.now) - shop.now)
    shop.bank.weather.loses_answers = False
    assert (await shop.refunds(booking))[0].state is RefundState.FAILED
    await mend(shop, 1, how="again")
    await shop.tick()
    (refund,) = await shop.refunds(booking)
    assert (refund.state, shop.bank.returned) == (RefundState.SUCCEEDED, 3_000)


async def test_a_letter_about_a_refund_may_come_before_its_answer(shop: Shop) -> None:
    booking = await partly_paid(shop)
    await give(shop, booking, Money(3_000, "USD"))
    shop.bank.weather.loses_answers = True
    await shop.tick()
    shop.bank.weather.loses_answers = False
    shop.bank._write("refund.created", charge="ch_1")
    await shop.post_all()
    (refund,) = await shop.refunds(booking)
    assert (refund.state, await shop.held(booking)) == (RefundState.SUCCEEDED, 3_000)
    await shop.wait(HOUR)
    assert (shop.bank.returned, await shop.events("payment")) == (3_000, ["payment.paid"])


async def test_money_that_came_twice_goes_back_whole_although_a_part_was_credit(shop: Shop) -> None:
    await endow(shop, TEN)
    booking = await shop.hold()
    first = await shop.page(booking)
    second = await shop.other_page(booking)
    shop.bank.pay(first)
    shop.bank.pay(second)
    await shop.post_all()
    await shop.tick()
    assert (await shop.payment(booking)).state is PaymentState.PAID
    assert (await credit(shop), await shop.held(booking)) == (0, PRICE.amount)
    assert shop.bank.returned == (PRICE - TEN).amount
