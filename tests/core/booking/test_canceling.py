"""Calling off: who may, what comes back, and that the books agree with the bank."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import canceling, diary, moving
from core.booking.life import Booking, BookingState, Who
from core.errors import Conflict, Forbidden, NotFound
from core.money import Money
from core.payments import funding, wallet
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking.shop import PRICE, Shop
from tests.core.booking.test_races import while_open
from tests.databases import Transact

HALF = Money(3_000, "USD")
NOTHING = Money(0, "USD")


async def paid(shop: Shop) -> Booking:
    booking = await shop.hold()
    shop.bank.pay(await shop.page(booking))
    await shop.post_all()
    return booking


def call_off(
    session: Session,
    booking: Booking,
    who: Who,
    actor: Person,
    refund: Money | None = None,
    *,
    now: datetime = MONDAY,
    as_credit: bool = False,
) -> Booking:
    """As it would be after the quote, at this very moment."""
    booking, actor = cast.here(session, booking), cast.here(session, actor)
    amount = canceling.quoted(session, booking, who, now=now).amount if refund is None else refund
    canceling.call_off(session, booking, who, actor, refund=amount, as_credit=as_credit, now=now)
    return booking


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("ahead", "back"), [(24 * HOUR, PRICE), (24 * HOUR - MINUTE, HALF), (3 * HOUR, NOTHING)]
)
async def test_a_student_gets_back_what_the_step_says(shop: Shop, ahead: timedelta, back: Money) -> None:
    booking = await paid(shop)
    shop.clock.move(TUESDAY_TEN - ahead - shop.now)
    await shop.db.write(call_off, booking, Who.STUDENT, shop.troupe.ana, now=shop.now)
    await shop.tick()
    off = await shop.booking(booking)
    assert (off.state, off.closed_reason) == (BookingState.CANCELED, "by_student")
    assert shop.bank.returned == back.amount
    await shop.check_books()


@pytest.mark.anyio
@pytest.mark.parametrize("who", [Who.MENTOR, Who.STAFF])
async def test_what_a_mentor_or_staff_calls_off_comes_back_in_full(shop: Shop, who: Who) -> None:
    booking = await paid(shop)
    shop.clock.move(TUESDAY_TEN - MINUTE - shop.now)
    actor = shop.troupe.ben_himself if who is Who.MENTOR else shop.troupe.hana
    await shop.db.write(call_off, booking, who, actor, now=shop.now)
    await shop.tick()
    assert (await shop.booking(booking)).closed_reason == f"by_{who}"
    assert (shop.bank.returned, await shop.held(booking)) == (PRICE.amount, 0)
    await shop.hold(await shop.db.write(cast.person, "Bea"), TUESDAY_TEN + 3 * HOUR)
    await shop.check_books()


@pytest.mark.anyio
async def test_who_would_rather_have_credit_has_all_of_it_in_the_wallet(shop: Shop) -> None:
    booking = await paid(shop)
    await shop.db.write(
        call_off, booking, Who.STUDENT, shop.troupe.ana, PRICE, as_credit=True, now=shop.now + HOUR
    )
    await shop.tick()
    assert await shop.db.read(wallet.balance, shop.troupe.ana.id, "USD") == PRICE
    assert (shop.bank.returned, await shop.held(booking)) == (0, 0)
    await shop.check_books()


@pytest.mark.anyio
async def test_nothing_is_given_twice_and_never_more_than_was_paid(shop: Shop) -> None:
    booking = await paid(shop)
    with pytest.raises(Conflict) as refused:
        await shop.db.write(
            call_off, booking, Who.STUDENT, shop.troupe.ana, PRICE + Money(1, "USD"), now=shop.now
        )
    assert refused.value.key == "refund.too_much"
    assert await shop.state(booking) is BookingState.CONFIRMED
    await shop.db.write(call_off, booking, Who.STUDENT, shop.troupe.ana, HALF, now=shop.now)
    with pytest.raises(Conflict) as refused:
        await shop.db.write(call_off, booking, Who.STUDENT, shop.troupe.ana, HALF, now=shop.now)
    assert refused.value.key == "booking.is_canceled"
    await shop.tick()
    assert shop.bank.returned == HALF.amount


@pytest.mark.anyio
async def test_money_for_what_staff_called_off_does_not_bring_it_back(shop: Shop) -> None:
    booking = await shop.hold()
    page = await shop.page(booking)
    await shop.db.write(call_off, booking, Who.STAFF, shop.troupe.hana, now=shop.now)
    shop.bank.pay(page)
    await shop.post_all()
    assert await shop.state(booking) is BookingState.CANCELED
    assert (await shop.payment(booking)).late_until is not None


@pytest.mark.anyio
async def test_the_link_of_a_hold_that_staff_calls_off_is_closed(shop: Shop) -> None:
    booking = await shop.hold()
    await shop.page(booking)
    await shop.db.write(call_off, booking, Who.STAFF, shop.troupe.hana, now=shop.now)
    await shop.tick()
    assert (await shop.payment(booking)).state == "expired"


def test_a_booking_that_is_not_ones_own_does_not_exist(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    bea = transact(cast.person, "Bea")
    for who, actor in ((Who.STUDENT, bea), (Who.MENTOR, bea), (Who.STAFF, bea), (Who.MENTOR, troupe.ana)):
        with pytest.raises(NotFound):
            transact(call_off, booking, who, actor, NOTHING)
    with pytest.raises(NotFound):
        transact(call_off, booking, Who.STUDENT, troupe.ben_himself, NOTHING)


def test_staff_that_nobody_vouched_for_in_a_week_may_not(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana, TUESDAY_TEN + 20 * 24 * HOUR)
    with pytest.raises(Forbidden):
        transact(call_off, booking, Who.STAFF, troupe.hana, NOTHING, now=MONDAY + timedelta(days=15))


def test_what_has_begun_is_not_called_off_but_by_staff(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    for who, actor in ((Who.STUDENT, troupe.ana), (Who.MENTOR, troupe.ben_himself)):
        with pytest.raises(Conflict) as refused:
            transact(call_off, booking, who, actor, now=TUESDAY_TEN)
        assert refused.value.key == "booking.begun"
    off = transact(call_off, booking, Who.STAFF, troupe.hana, now=TUESDAY_TEN)
    assert off.state is BookingState.CANCELED


# --- both at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [Who.STUDENT, Who.MENTOR])
def test_where_both_cancel_at_the_same_moment_one_does(postgresql: Transact, first: Who) -> None:
    troupe = postgresql(cast.enter)
    booking = postgresql(cast.book, troupe.ben, troupe.ana)
    actors = {Who.STUDENT: troupe.ana, Who.MENTOR: troupe.ben_himself}
    second = Who.MENTOR if first is Who.STUDENT else Who.STUDENT

    with pytest.raises(Conflict) as refused:
        while_open(
            postgresql,
            lambda session: call_off(session, booking, first, actors[first], NOTHING),
            lambda: postgresql(call_off, booking, second, actors[second], NOTHING),
        )
    assert refused.value.key == "booking.is_canceled"
    assert postgresql(diary.find, booking.id).closed_reason == f"by_{first}"


def test_a_cancel_during_a_move_meets_the_moved_session(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    booking = postgresql(cast.book, troupe.ben, troupe.ana)
    later = TUESDAY_TEN + 5 * HOUR
    while_open(
        postgresql,
        lambda session: _move(session, booking, troupe, later),
        lambda: postgresql(call_off, booking, Who.STUDENT, troupe.ana, NOTHING),
    )
    off = postgresql(diary.find, booking.id)
    assert (off.state, off.starts_at, off.revision) == (BookingState.CANCELED, later, 1)


def test_a_move_during_a_cancel_is_refused(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    booking = postgresql(cast.book, troupe.ben, troupe.ana)
    with pytest.raises(Conflict) as refused:
        while_open(
            postgresql,
            lambda session: call_off(session, booking, Who.STUDENT, troupe.ana, NOTHING),
            lambda: postgresql(_move, booking, troupe, TUESDAY_TEN + 5 * HOUR),
        )
    assert refused.value.key == "booking.is_canceled"


def _move(session: Session, booking: Booking, troupe: Cast, starts_at: datetime) -> None:
    mine, ana = cast.here(session, booking), cast.here(session, troupe.ana)
    moving.move(session, mine, Who.STUDENT, ana, starts_at, now=MONDAY)


def test_a_quote_of_what_is_over_is_refused(transact: Transact, troupe: Cast) -> None:
    booking = transact(call_off, transact(cast.book, troupe.ben, troupe.ana), Who.STUDENT, troupe.ana)
    quoted: Callable[..., canceling.Quote] = canceling.quoted
    with pytest.raises(Conflict):
        transact(lambda s: quoted(s, cast.here(s, booking), Who.STUDENT, now=MONDAY))
    assert transact(lambda s: funding.left(s, cast.here(s, booking))) == NOTHING
