"""What a plan does for bookings: minutes that pay, a discount that the community carries, times before others."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import attendance, canceling, diary, openings
from core.booking.benefits import lowered
from core.booking.life import Booking, BookingState, Who
from core.money import Money
from core.people import people
from core.plans.subscriptions import Subscription
from tests import cast
from tests.cast import MONDAY, TUESDAY_TEN
from tests.core.prepaid.club import PRO, SOME_FREE, Club, refused

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def calls_off(club: Club, booking: Booking, who: Who = Who.STUDENT) -> Money:
    """What comes back of the price."""

    def cancel(session: Session) -> Money:
        found = cast.here(session, booking)
        actor = people.find(session, found.student_id if who is Who.STUDENT else found.mentor_person_id)
        quote = canceling.quoted(session, found, who, now=club.now)
        canceling.call_off(session, found, who, actor, refund=quote.amount, now=club.now)
        return quote.amount

    return await club.db.write(cancel)


async def takes_place(club: Club, booking: Booking) -> None:
    def happen(session: Session) -> None:
        found = diary.find(session, booking.id)
        attendance.conclude(session, found, "complete", Who.CLOCK, now=found.ends_at)
        attendance.settle_due(session, now=found.ends_at + timedelta(days=10))

    await club.db.write(happen)


async def free_times(club: Club, person: int | None, on: datetime) -> tuple[datetime, ...]:
    def look(session: Session) -> tuple[datetime, ...]:
        mentor = cast.here(session, club.troupe.ben)
        return openings.of(session, mentor, now=club.now, student_id=person).ahead(60).times

    return tuple(time for time in await club.db.read(look) if time >= on)


# --- included minutes -----------------------------------------------------------------------------


async def test_included_minutes_confirm_without_a_payment(club: Club, pro: Subscription) -> None:
    booking = await club.books(TUESDAY_TEN)
    assert (booking.state, booking.included, booking.subscription_id) == (BookingState.CONFIRMED, 60, pro.id)
    assert (booking.amount, await club.held(booking)) == (6_000, 6_000)
    assert await club.left(pro) == 60
    assert await club.house() == 2_900 - 6_000


async def test_the_mentor_earns_of_included_minutes_as_of_money(club: Club, pro: Subscription) -> None:
    await takes_place(club, await club.books(TUESDAY_TEN))
    assert await club.earned() == 4_800
    assert await club.house() == 2_900 - 4_800
    assert await club.left(pro) == 60


async def test_minutes_of_a_hold_that_lapses_come_back(club: Club, pro: Subscription) -> None:
    held = await club.db.write(cast.hold, club.troupe.ben, club.troupe.ana, TUESDAY_TEN, now=club.now)
    assert await club.left(pro) == 60
    await club.db.write(cast.release, held, now=club.now)
    assert (await club.left(pro), await club.house(), await club.held(held)) == (120, 2_900, 0)


async def test_a_new_tap_moves_the_hold_and_its_minutes(club: Club, pro: Subscription) -> None:
    for hours in range(3):
        await club.db.write(
            cast.hold, club.troupe.ben, club.troupe.ana, TUESDAY_TEN + hours * HOUR, now=club.now
        )
    assert await club.left(pro) == 60


async def test_called_off_in_time_all_minutes_come_back(club: Club, pro: Subscription) -> None:
    booking = await club.books(TUESDAY_TEN + DAY)
    assert await calls_off(club, booking) == Money(6_000, "USD")
    assert (await club.left(pro), await club.house(), await club.earned()) == (120, 2_900, 0)


async def test_called_off_late_half_of_the_minutes_come_back(club: Club, pro: Subscription) -> None:
    booking = await club.books(TUESDAY_TEN)
    club.clock.move(HOUR * 5)
    assert await calls_off(club, booking) == Money(3_000, "USD")
    assert await club.left(pro) == 90
    assert await club.earned() == 2_400
    assert await club.held(booking) == 0


async def test_a_mentor_who_calls_off_gives_all_minutes_back(club: Club, pro: Subscription) -> None:
    booking = await club.books(TUESDAY_TEN)
    await calls_off(club, booking, Who.MENTOR)
    assert (await club.left(pro), await club.house()) == (120, 2_900)


async def test_a_mentor_who_does_not_come_gives_all_minutes_back(club: Club, pro: Subscription) -> None:
    booking = await club.books(TUESDAY_TEN)

    def missed(session: Session) -> None:
        found = diary.find(session, booking.id)
        attendance.conclude(session, found, "miss_mentor", Who.CLOCK, now=found.ends_at)
        attendance.settle_due(session, now=found.ends_at + timedelta(days=10))

    await club.db.write(missed)
    assert (await club.left(pro), await club.house(), await club.earned()) == (120, 2_900, 0)


async def test_minutes_that_come_back_next_month_are_next_months(club: Club, pro: Subscription) -> None:
    booking = await club.books(MONDAY + 35 * DAY)
    await club.waits(days=31)
    assert await club.left(pro) == 120
    await calls_off(club, booking)
    assert await club.left(pro) == 180


async def test_without_grace_left_nothing_is_included(club: Club, pro: Subscription) -> None:
    await club.fails_next(pro)
    await club.waits(days=31)
    during = await club.books(club.now + 3 * DAY)
    assert during.included == 60
    await club.waits(days=3)
    after = await club.books(club.now + 4 * DAY)
    assert (after.included, after.subscription_id, after.state) == (0, None, BookingState.HELD)


# --- the discount ---------------------------------------------------------------------------------


@pytest.mark.parametrize("price", [1, 99, 333, 4_000, 6_001, 123_457])
@pytest.mark.parametrize("discount", [0, 1, 333, 1_000, 1_999, 2_000])
def test_the_mentor_never_earns_less_than_of_the_full_price(price: int, discount: int) -> None:
    full = Money(price, "USD")
    less, commission = lowered(full, discount, 2_000)
    earned, wanted = less - less.share(commission), full - full.share(2_000)
    assert less <= full
    assert wanted <= earned or less.amount == 0
    assert earned.amount <= wanted.amount + max(1, price // 5_000)


def test_no_discount_goes_beyond_the_commission() -> None:
    assert lowered(Money(6_000, "USD"), 2_000, 1_000) == (Money(5_400, "USD"), 0)


@pytest.mark.parametrize(
    ("price", "lower"),
    [(6_000, 4_800), (60, 50), (50, 50), (40, 40)],
    ids=["far above", "near", "at", "below"],
)
def test_no_discount_brings_a_price_below_what_can_be_asked_for(price: int, lower: int) -> None:
    less, commission = lowered(Money(price, "USD"), 2_000, 2_000, 50)
    assert less == Money(lower, "USD")
    assert (less - less.share(commission)).amount >= (
        Money(price, "USD") - Money(price, "USD").share(2_000)
    ).amount


async def test_a_discount_stops_at_the_least_that_can_be_asked_for(club: Club) -> None:
    await club.has(await club.offers(replace(PRO, minutes=0, least=5_900)))
    held = await club.books(TUESDAY_TEN)
    assert (held.state, held.amount) == (BookingState.HELD, 5_900)
    assert held.price - held.price.share(held.policy.commission) == Money(4_800, "USD")


async def test_beyond_the_minutes_the_price_is_lower_and_the_mentor_earns_the_same(
    club: Club, pro: Subscription
) -> None:
    for hours in range(2):
        await club.books(TUESDAY_TEN + 2 * hours * HOUR)
    third = await club.books(TUESDAY_TEN + 4 * HOUR)
    assert (third.state, third.amount, third.included) == (BookingState.HELD, 5_400, 0)
    assert third.subscription_id == pro.id
    assert third.price - third.price.share(third.policy.commission) == Money(4_800, "USD")


async def test_a_session_longer_than_what_is_left_is_discounted(club: Club) -> None:
    starter = await club.has(await club.offers(SOME_FREE))
    booking = await club.books(TUESDAY_TEN)
    assert (booking.included, booking.amount, await club.left(starter)) == (0, 6_000, 30)
    assert booking.subscription_id is None


async def test_what_costs_nothing_takes_no_minutes(club: Club, pro: Subscription) -> None:
    await club.db.write(lambda s: setattr(cast.here(s, club.troupe.ben), "hourly_amount", 0))
    booking = await club.books(TUESDAY_TEN)
    assert (booking.state, booking.included) == (BookingState.CONFIRMED, 0)
    assert await club.left(pro) == 120


# --- priority -------------------------------------------------------------------------------------


async def test_members_book_what_comes_within_the_horizon_before_others(
    club: Club, pro: Subscription
) -> None:
    horizon = club.now + club.troupe.community.policy.horizon
    assert await free_times(club, None, horizon + timedelta(minutes=1)) == ()
    earlier = await free_times(club, club.troupe.ana.id, horizon + timedelta(minutes=1))
    assert earlier
    assert max(earlier) <= horizon + DAY
    cleo = await club.db.write(cast.person, "Cleo")
    await club.joins(cleo)
    assert await free_times(club, cleo.id, horizon + timedelta(minutes=1)) == ()
    assert await refused(club.books(earlier[0], person=cleo)) == "booking.not_free"
    booking = await club.books(earlier[0])
    assert booking.policy.horizon_days == club.troupe.community.policy.horizon_days
