"""Buying a pack: the seat, the link, the provider's letters in any order or never, and the power going out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from adapters.database import Database
from core.booking import checkout
from core.db import Base
from core.errors import Conflict, Forbidden, NotFound, Refusal
from core.money import Money
from core.payments.payments import PaymentState
from core.people.mentors import MentorState
from core.ports import ProviderRefused
from core.prepaid import products
from core.prepaid.packs import PackState
from core.prepaid.seats import SeatState
from core.prepaid.terms import Terms
from tests import cast
from tests.bank import Bank, Crash
from tests.cast import MINUTE
from tests.core.booking.shop import words
from tests.core.prepaid.counter import FOUR, PRICE, Counter, define, revise

pytestmark = pytest.mark.anyio


@pytest.fixture
async def counter(db: Database) -> AsyncIterator[Counter]:
    """The books are right whatever happened."""
    counter = await Counter.open(db)
    yield counter
    await counter.check_books()


def change(session: Session, /, thing: Base, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(cast.here(session, thing), name, value)


# --- the reservation --------------------------------------------------------------------------


async def test_a_pack_that_is_paid_has_its_sessions_and_its_seat(counter: Counter) -> None:
    pack = await counter.reserves()
    assert (pack.state, pack.hold_until) == (PackState.HELD, counter.now + 15 * MINUTE)
    assert (pack.name, pack.sessions, pack.minutes, pack.price) == ("Four sessions", 4, 60, PRICE)
    assert await counter.seat() is SeatState.RESERVED
    await counter.pays(pack)
    pack = await counter.pack(pack)
    assert (pack.state, pack.expires_at) == (PackState.ACTIVE, counter.now + timedelta(days=90))
    assert (await counter.left(pack), await counter.kept(pack)) == (4, PRICE.amount)
    assert await counter.seat() is SeatState.ACTIVE
    assert await counter.events("pack") == ["pack.held", "pack.bought"]


async def test_a_second_tap_gives_the_same_pack(counter: Counter) -> None:
    assert (await counter.reserves()).id == (await counter.reserves()).id
    assert len(await counter.seats_taken()) == 1


async def test_a_tap_on_another_pack_moves_the_reservation_and_closes_its_link(counter: Counter) -> None:
    ten = await counter.db.write(define, counter.troupe, replace(FOUR, name="Ten", sessions=10))
    first = await counter.reserves()
    page = await counter.link(first)
    second = await counter.reserves(product=ten)
    await counter.tick()
    assert await counter.became(first) is PackState.CANCELED
    assert (await counter.seat(), len(await counter.seats_taken())) == (SeatState.RESERVED, 1)
    with pytest.raises(ProviderRefused):
        counter.bank.pay(page)
    await counter.pays(second)
    assert await counter.became(second) is PackState.ACTIVE


async def test_what_a_student_lets_go_is_free_at_once(counter: Counter) -> None:
    pack = await counter.reserves()
    await counter.lets_go(pack)
    assert await counter.became(pack) is PackState.CANCELED
    assert await counter.seat() is None
    with pytest.raises(Conflict) as refused:
        await counter.link(pack)
    assert refused.value.key == "pack.is_canceled"


async def test_nobody_pays_for_a_pack_of_somebody_else(counter: Counter) -> None:
    pack = await counter.reserves()
    with pytest.raises(NotFound):
        await checkout.pay_link(
            counter.db, counter.till, pack.subject, counter.dora.id, words, now=counter.now
        )


@pytest.mark.parametrize("wrong", ["own", "retired", "paused", "gone", "other mentor", "currency"])
async def test_what_cannot_be_bought_is_refused(counter: Counter, wrong: str) -> None:
    troupe, student = counter.troupe, counter.troupe.ana
    mentor, key = troupe.ben, "product.retired"
    match wrong:
        case "own":
            student, key = troupe.ben_himself, "pack.own"
        case "retired":
            await counter.db.write(
                lambda s: products.retire(
                    s, cast.here(s, counter.four), cast.here(s, troupe.hana), now=counter.now
                )
            )
        case "paused":
            await counter.db.write(change, mentor, paused_at=counter.now)
            key = "mentor.not_bookable"
        case "gone":
            await counter.db.write(change, mentor, state=MentorState.REJECTED)
            key = "mentor.not_bookable"
        case "other mentor":
            mentor = await counter.db.write(cast.mentor, troupe.community, "Cleo", by=troupe.hana)
        case "currency":
            euros = troupe.community.policy.changed(currency="EUR").to_json()
            await counter.db.write(change, troupe.community, rules=euros)
    with pytest.raises((Conflict, Forbidden)) as refused:
        await counter.reserves(student, mentor=mentor)
    assert refused.value.key == key
    assert await counter.seats_taken() == []


async def test_a_pack_that_changed_since_it_was_seen_is_shown_first(counter: Counter) -> None:
    await counter.db.write(revise, counter.troupe, counter.four, replace(FOUR, price=Money(30_000, "USD")))
    with pytest.raises(Conflict) as refused:
        await counter.reserves()
    assert (refused.value.key, refused.value.facts["price"], refused.value.facts["revision"]) == (
        "product.changed",
        Money(30_000, "USD"),
        2,
    )


async def test_who_is_paying_pays_what_they_saw(counter: Counter) -> None:
    pack = await counter.reserves()
    dearer = Terms("Fewer", 30, Money(90_000, "USD"), sessions=2, validity_days=7)
    await counter.db.write(revise, counter.troupe, counter.four, dearer)
    await counter.pays(pack)
    pack = await counter.pack(pack)
    assert (pack.name, pack.sessions, pack.price, pack.validity_days) == ("Four sessions", 4, PRICE, 90)
    assert await counter.left(pack) == 4


async def test_a_tap_on_the_new_terms_moves_a_reservation_at_the_old(counter: Counter) -> None:
    old = await counter.reserves()
    await counter.db.write(revise, counter.troupe, counter.four, replace(FOUR, price=Money(10_000, "USD")))
    assert (await counter.reserves()).id == old.id, "a stale tap shows what is held"
    new = await counter.reserves(product=await counter.db.read(products.find, counter.four.id))
    assert (new.price, await counter.became(old)) == (Money(10_000, "USD"), PackState.CANCELED)


async def test_five_packs_a_minute_are_enough(counter: Counter) -> None:
    for _ in range(5):
        await counter.lets_go(await counter.reserves())
    with pytest.raises(Refusal) as refused:
        await counter.reserves()
    assert refused.value.key == "pack.too_fast"


async def test_three_that_lapse_in_a_row_are_followed_by_a_pause(counter: Counter) -> None:
    for _ in range(3):
        await counter.reserves()
        await counter.wait(16 * MINUTE)
    with pytest.raises(Refusal) as refused:
        await counter.reserves()
    assert refused.value.key == "pack.paused"
    await counter.wait(30 * MINUTE)
    await counter.reserves()


# --- seats ------------------------------------------------------------------------------------


async def test_the_last_seat_is_sold_once(counter: Counter) -> None:
    await counter.has_seats(1)
    await counter.buys()
    with pytest.raises(Conflict) as refused:
        await counter.reserves(counter.dora)
    assert (refused.value.key, refused.value.facts["slug"]) == ("seat.none", counter.troupe.ben.slug)


async def test_who_has_a_seat_renews_on_it(counter: Counter) -> None:
    await counter.has_seats(1)
    await counter.buys()
    again = await counter.buys()
    assert again.state is PackState.ACTIVE
    assert len(await counter.seats_taken()) == 1


async def test_a_renewal_that_lapses_leaves_the_seat_alone(counter: Counter) -> None:
    await counter.buys()
    again = await counter.reserves()
    await counter.wait(16 * MINUTE)
    assert await counter.became(again) is PackState.LAPSED
    assert await counter.seat() is SeatState.ACTIVE


async def test_a_move_to_another_mentor_frees_the_seat_with_the_first(counter: Counter) -> None:
    troupe = counter.troupe
    cleo = await counter.db.write(cast.mentor, troupe.community, "Cleo", by=troupe.hana)
    await counter.db.write(
        lambda s: products.toggle_mentor(
            s, cast.here(s, counter.four), cast.here(s, troupe.hana), cast.here(s, cleo), now=counter.now
        )
    )
    await counter.reserves()
    await counter.reserves(mentor=cleo)
    assert await counter.seat() is None


# --- not in time ------------------------------------------------------------------------------


async def test_a_pack_that_is_not_paid_lapses_and_its_seat_is_free(counter: Counter) -> None:
    pack = await counter.reserves()
    await counter.link(pack)
    await counter.wait(15 * MINUTE)
    assert await counter.became(pack) is PackState.LAPSED
    assert await counter.seat() is None
    assert await counter.events("seat") == ["seat.reserved", "seat.released"]


async def test_money_that_comes_late_finds_a_seat_that_is_free(counter: Counter) -> None:
    pack = await counter.reserves()
    page = await counter.link(pack)
    counter.bank.weather.is_down = True
    await counter.wait(18 * MINUTE)
    assert await counter.became(pack) is PackState.LAPSED
    counter.bank.weather.is_down = False
    counter.bank.pay(page)
    await counter.post_all()
    assert await counter.became(pack) is PackState.ACTIVE
    assert (await counter.seat(), await counter.left(pack)) == (SeatState.ACTIVE, 4)


async def test_money_that_comes_late_goes_back_at_once_where_the_seat_is_gone(counter: Counter) -> None:
    await counter.has_seats(1)
    pack = await counter.reserves()
    page = await counter.link(pack)
    counter.bank.weather.is_down = True
    await counter.wait(18 * MINUTE)
    counter.bank.weather.is_down = False
    await counter.buys(counter.dora)
    counter.bank.pay(page)
    await counter.post_all()
    await counter.tick()
    (refund,) = await counter.refunds_of(pack)
    assert (refund.reason, refund.amount) == ("late", PRICE.amount)
    assert await counter.became(pack) is PackState.LAPSED
    assert (counter.bank.returned, await counter.kept(pack)) == (PRICE.amount, 0)


async def test_money_for_a_pack_that_was_let_go_buys_it_after_all(counter: Counter) -> None:
    pack = await counter.reserves()
    page = await counter.link(pack)
    counter.bank.weather.is_down = True
    await counter.lets_go(pack)
    counter.bank.weather.is_down = False
    counter.bank.pay(page)
    await counter.post_all()
    assert await counter.became(pack) is PackState.ACTIVE


async def test_money_that_was_paid_in_time_is_in_time_although_we_hear_of_it_late(counter: Counter) -> None:
    await counter.has_seats(1)
    pack = await counter.reserves()
    page = await counter.link(pack)
    await counter.wait(14 * MINUTE)
    counter.bank.pay(page)
    await counter.wait(2 * MINUTE)
    assert await counter.became(pack) is PackState.ACTIVE
    assert await counter.seat() is SeatState.ACTIVE


async def test_slow_money_keeps_the_seat_until_it_has_arrived(counter: Counter) -> None:
    await counter.has_seats(1)
    pack = await counter.reserves()
    page = await counter.link(pack)
    counter.bank.pay_slowly(page)
    await counter.post_all()
    await counter.wait(timedelta(hours=30))
    with pytest.raises(Conflict):
        await counter.reserves(counter.dora)
    with pytest.raises(Conflict) as refused:
        await counter.lets_go(pack)
    assert refused.value.key == "payment.processing"
    counter.bank.arrive(page)
    await counter.post_all()
    assert await counter.became(pack) is PackState.ACTIVE


async def test_slow_money_that_bounces_frees_the_seat(counter: Counter) -> None:
    pack = await counter.reserves()
    page = await counter.link(pack)
    counter.bank.pay_slowly(page)
    await counter.post_all()
    counter.bank.bounce(page)
    await counter.post_all()
    assert (await counter.became(pack), await counter.seat()) == (PackState.LAPSED, None)


# --- letters and power ------------------------------------------------------------------------


async def test_a_letter_that_comes_twice_sells_one_pack(counter: Counter) -> None:
    pack = await counter.reserves()
    counter.bank.pay(await counter.link(pack))
    await counter.post(0, 0)
    await counter.post(0)
    assert (await counter.left(pack), await counter.kept(pack)) == (4, PRICE.amount)
    assert await counter.events("pack") == ["pack.held", "pack.bought"]


async def test_of_two_packs_that_are_paid_both_are_had_on_one_seat(counter: Counter) -> None:
    pack = await counter.reserves()
    first = await counter.link(pack)
    counter.bank.weather.is_down = True
    await counter.lets_go(pack)
    again = await counter.reserves()
    counter.bank.weather.is_down = False
    counter.bank.pay(await counter.link(again))
    counter.bank.pay(first)
    await counter.post_all()
    await counter.tick()
    states = [await counter.became(each) for each in (pack, again)]
    assert states == [PackState.ACTIVE, PackState.ACTIVE]
    assert len(await counter.seats_taken()) == 1


async def test_a_pack_that_is_paid_at_two_banks_gives_the_second_payment_back(counter: Counter) -> None:
    """Ana changes the way to pay while the first bank cannot be told, and pays there too."""
    second = Bank(counter.clock, name="second")
    counter.till = replace(counter.till, providers={"bank": counter.bank, "second": second})
    pack = await counter.reserves()
    first = await counter.link(pack)
    counter.bank.weather.is_down = True
    page = await checkout.pay_link(
        counter.db, counter.till, pack.subject, pack.student_id, words, now=counter.now, way="second"
    )
    second.pay(page)
    await counter.wait(MINUTE)
    assert await counter.became(pack) is PackState.ACTIVE
    counter.bank.weather.is_down = False
    counter.bank.pay(first)
    await counter.wait(5 * MINUTE)
    (refund,) = await counter.refunds_of(pack)
    assert (refund.reason, counter.bank.returned, second.returned) == ("double", PRICE.amount, 0)
    assert (await counter.left(pack), await counter.kept(pack)) == (4, PRICE.amount)


async def test_the_bank_may_be_down_in_the_middle_of_it(counter: Counter) -> None:
    pack = await counter.reserves()
    counter.bank.weather.is_down = True
    with pytest.raises(Refusal) as refused:
        await counter.link(pack)
    assert refused.value.key == "payment.down"
    assert await counter.seat() is SeatState.RESERVED
    counter.bank.weather.is_down = False
    await counter.pays(pack)
    assert await counter.became(pack) is PackState.ACTIVE


@pytest.mark.parametrize("when", ["crashes_before", "crashes_after"])
async def test_a_crash_while_the_link_is_opened_opens_one_link(counter: Counter, when: str) -> None:
    pack = await counter.reserves()
    setattr(counter.bank.weather, when, True)
    with pytest.raises(Crash):
        await counter.link(pack)
    setattr(counter.bank.weather, when, False)
    await counter.pays(pack)
    assert (await counter.became(pack), len(counter.bank.pages)) == (PackState.ACTIVE, 1)


async def test_without_a_letter_the_bank_is_asked(counter: Counter) -> None:
    pack = await counter.reserves()
    counter.bank.pay(await counter.link(pack))
    await counter.wait(MINUTE)
    assert await counter.became(pack) is PackState.ACTIVE


# --- at the dashboard -------------------------------------------------------------------------


async def test_a_refund_of_all_of_it_at_the_dashboard_takes_the_sessions_that_are_left(
    counter: Counter,
) -> None:
    pack = await counter.reserves()
    page = await counter.link(pack)
    counter.bank.pay(page)
    await counter.post_all()
    counter.bank.give_back(page, PRICE)
    await counter.post_all()
    assert (await counter.became(pack), await counter.left(pack)) == (PackState.REFUNDED, 0)
    assert await counter.seat() is SeatState.GRACE
    assert await counter.kept(pack) == 0


async def test_a_refund_of_a_part_at_the_dashboard_leaves_the_sessions(counter: Counter) -> None:
    pack = await counter.reserves()
    page = await counter.link(pack)
    counter.bank.pay(page)
    await counter.post_all()
    counter.bank.give_back(page, Money(5_000, "USD"))
    await counter.post_all()
    assert (await counter.became(pack), await counter.left(pack)) == (PackState.ACTIVE, 4)
    assert await counter.kept(pack) == 15_000


# --- credit, and nothing at all ---------------------------------------------------------------


async def test_the_wallet_pays_a_part(counter: Counter) -> None:
    await counter.gives_credit(counter.troupe.ana, 5_000)
    pack = await counter.buys()
    assert (pack.state, counter.bank.received, await counter.credit()) == (PackState.ACTIVE, 15_000, 0)
    assert await counter.kept(pack) == PRICE.amount


async def test_the_wallet_pays_for_all_of_it(counter: Counter) -> None:
    await counter.gives_credit(counter.troupe.ana, 25_000)
    pack = await counter.reserves()
    assert await counter.link(pack) == ""
    assert (await counter.became(pack), await counter.credit()) == (PackState.ACTIVE, 5_000)
    assert counter.bank.calls == []


@pytest.mark.parametrize("how", ["lapses", "is let go"])
async def test_credit_comes_back_from_a_pack_that_is_not_bought(counter: Counter, how: str) -> None:
    await counter.gives_credit(counter.troupe.ana, 5_000)
    pack = await counter.reserves()
    await counter.link(pack)
    assert await counter.credit() == 0
    if how == "lapses":
        await counter.wait(16 * MINUTE)
    else:
        await counter.lets_go(pack)
    assert await counter.credit() == 5_000


async def test_late_money_takes_the_credit_again_that_it_was_asked_for_together_with(
    counter: Counter,
) -> None:
    await counter.gives_credit(counter.troupe.ana, 5_000)
    pack = await counter.reserves()
    page = await counter.link(pack)
    counter.bank.weather.is_down = True
    await counter.wait(18 * MINUTE)
    counter.bank.weather.is_down = False
    assert await counter.credit() == 5_000
    counter.bank.pay(page)
    await counter.post_all()
    assert (await counter.became(pack), await counter.credit()) == (PackState.ACTIVE, 0)
    assert await counter.kept(pack) == PRICE.amount


async def test_a_pack_for_nothing_is_had_at_once(counter: Counter) -> None:
    taster = await counter.db.write(define, counter.troupe, Terms("Taster", 30, Money(0, "USD"), sessions=1))
    pack = await counter.reserves(product=taster)
    assert (pack.state, await counter.left(pack)) == (PackState.ACTIVE, 1)
    assert counter.bank.calls == []


async def test_asking_whether_it_is_paid_asks_the_bank(counter: Counter) -> None:
    pack = await counter.reserves()
    counter.bank.pay(await counter.link(pack))
    await checkout.ask_now(counter.db, counter.till, pack.subject, pack.student_id, now=counter.now)
    assert await counter.became(pack) is PackState.ACTIVE
    payment = await counter.payment(pack)  # type: ignore[arg-type]
    assert payment.state is PaymentState.PAID
