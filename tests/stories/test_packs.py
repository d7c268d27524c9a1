"""Packs from the shelf to the seat: bought, paid late or not at all, changed meanwhile, and waited for in line."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.money import Money
from core.prepaid.terms import Terms
from tests.stories import packs
from tests.stories.stage import Stage
from tests.stories.test_paying import EXPIRE, IS_PAID, behind_a_router
from tests.stories.test_wallet import is_given_credit

pytestmark = pytest.mark.anyio

OFFER = "A seat for you"


async def test_ana_buys_a_pack_and_has_a_seat(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await packs.are_sold(stage)
    await ana.says("/packs")
    assert ana.sees("You have no pack at the moment")
    assert ana.sees("€35.00 a session")
    assert ana.sees("10 seats are free")
    await ana.taps("Buy", beside="Portfolio course")
    assert ana.sees(packs.RESERVED)
    assert ana.sees_time(stage.now + timedelta(minutes=15))
    assert ana.sees("It is valid for 90 days from the payment")
    page = await ana.pays(ana.link("Pay €140.00"))
    assert "Your pack is paid" in page
    await ana.will_see("Your sessions with Ben Okafor are ready to be booked", "Payment received", "€140.00")
    assert not ana.has_link("Pay €140.00")
    await ben.will_see("Ana Ruiz has bought a pack of sessions with you")
    await ana.says("/packs")
    assert ana.sees("●●●● 4 sessions left to book")
    assert ana.sees_time(stage.now + timedelta(days=90))
    await ana.taps("Open", beside="Ben Okafor")
    assert ana.offers("Book a session")
    assert ana.offers("Renew")


async def test_bens_profile_shows_his_packs(stage: Stage) -> None:
    ana = stage.ana
    await packs.are_sold(stage)
    await ana.says("/mentor", name="Ben Okafor")
    assert ana.sees("4 × 60 minutes, €140.00")
    await ana.taps("Packs")
    await ana.taps("Buy", beside="Portfolio course")
    assert ana.sees(packs.RESERVED)


async def test_a_pack_that_is_not_paid_lapses_and_its_seat_is_free(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await packs.are_sold(stage, seats=1)
    await packs.reserves(ana)
    await cleo.says("/packs")
    assert cleo.offers("Wait for a seat")
    await stage.moves(minutes=16)
    await ana.will_see("was not paid, so the seat is free again")
    await packs.buys(cleo)


async def pays_too_late(stage: Stage) -> str:
    """Ana opens her pay link and forgets it, and Stripe cannot be told in time; the page that is still open."""
    stage.expected_refusals = [IS_PAID]
    await packs.are_sold(stage, seats=1)
    page = await stage.ana.opens(await packs.reserves(stage.ana))
    with stage.stripe_is_away(EXPIRE):
        await stage.moves(minutes=18)
    await stage.ana.will_see("was not paid, so the seat")
    return page


async def test_late_money_buys_it_after_all_while_the_seat_is_free(stage: Stage) -> None:
    page = await pays_too_late(stage)
    assert "Your pack is paid" in await stage.bank.pay(page)
    await stage.ana.will_see("Your pack is paid")
    assert not stage.stripe.world.refunds


async def test_late_money_goes_back_in_full_where_the_seat_is_gone(stage: Stage) -> None:
    page = await pays_too_late(stage)
    await packs.buys(stage.cleo)
    assert "The seat was gone by then" in await stage.bank.pay(page)
    await stage.ana.will_see("Your money is on its way back", "€140.00")
    [refund] = stage.stripe.world.refunds.values()
    assert refund["amount"] == 14_000
    await stage.ana.says("/packs")
    assert stage.ana.sees("You have no pack at the moment")


async def test_two_want_the_last_seat_and_the_second_is_shown_the_line(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await packs.are_sold(stage, seats=1)
    await ana.says("/packs")
    await cleo.says("/packs")
    await ana.taps("Buy", beside="Portfolio course")
    assert ana.sees(packs.RESERVED)
    await cleo.taps("Buy", beside="Portfolio course")
    assert cleo.sees("Ben Okafor has no free seat at the moment")
    await cleo.taps("Wait for a seat")
    assert cleo.sees("You are first in line.")


async def test_a_seat_that_is_let_go_is_offered_to_the_first_in_line_who_takes_it(stage: Stage) -> None:
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await packs.are_sold(stage, seats=1)
    await packs.reserves(ana)
    await packs.waits(cleo)
    await packs.waits(olga)
    assert olga.sees("1 person is before you.")
    await ana.taps("Let it go")
    assert ana.sees("Your reservation is let go")
    await cleo.will_see(OFFER)
    assert cleo.sees_time(stage.now + timedelta(hours=12))
    await olga.will_not_see(OFFER)
    await ana.says("/packs")
    assert ana.offers("Wait for a seat"), "the seat is Cleo's alone while the offer lasts"
    await cleo.taps("Take the seat")
    assert cleo.sees(packs.RESERVED)
    await cleo.pays(cleo.link("Pay €140.00"))
    await cleo.will_see("Your pack is paid")
    await olga.will_not_see(OFFER)


async def test_silence_and_no_thanks_pass_the_seat_on(stage: Stage) -> None:
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await packs.are_sold(stage, seats=1)
    await packs.reserves(ana)
    await packs.waits(cleo)
    await packs.waits(olga)
    await ana.taps("Let it go")
    await cleo.will_see(OFFER)
    await stage.moves(hours=11, minutes=59)
    await olga.will_not_see(OFFER)
    await stage.moves(minutes=2)
    await cleo.taps("Take the seat")
    assert cleo.sees("the seat has gone to the next in line")
    await stage.moves(hours=10)  # through the night, which is in the offer
    await olga.will_see(OFFER)
    await olga.taps("No, thanks")
    assert olga.sees("You are out of the line")
    await packs.reserves(ana)


async def test_who_takes_the_seat_and_does_not_pay_gives_it_on(stage: Stage) -> None:
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await packs.are_sold(stage, seats=1)
    await packs.reserves(ana)
    await packs.waits(cleo)
    await packs.waits(olga)
    await ana.taps("Let it go")
    await cleo.will_see(OFFER)
    await cleo.taps("Take the seat")
    await stage.moves(minutes=20)
    await olga.will_see(OFFER)


async def test_an_offer_is_nobody_elses(stage: Stage) -> None:
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await packs.are_sold(stage, seats=1)
    await packs.reserves(ana)
    dropping, paying = ana.route("Let it go"), ana.route("I have paid")
    for route in (dropping, paying, paying.replace("paid", "pay"), paying.replace("paid", "show")):
        await olga.forges(route)
        assert olga.sees("There is no such pack of yours")
    await packs.waits(cleo)
    leaving = cleo.route("Leave the line")
    await ana.taps("Let it go")
    await cleo.will_see(OFFER)
    for route in (leaving, cleo.route("Take the seat"), cleo.route("No, thanks")):
        await olga.forges(route)
        assert olga.sees("You are not in this line")
    await cleo.taps("Take the seat")
    assert cleo.sees(packs.RESERVED)


async def test_a_pack_that_changes_while_ana_pays_is_sold_as_she_saw_it(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await packs.are_sold(stage)
    await cleo.says("/packs")
    link = await packs.reserves(ana)
    await packs.changes(stage, replace(packs.FOUR, sessions=5, price=Money(20_000, "EUR")))
    await ana.pays(link)
    await ana.will_see("Your pack is paid", "€140.00")
    await cleo.taps("Buy", beside="Portfolio course")
    assert cleo.sees("“Portfolio course” is 5 × 60 minutes for €200.00 now")
    await cleo.taps("Buy it like this")
    assert cleo.has_link("Pay €200.00")


async def test_renewing_is_one_tap_and_what_changed_is_shown_first(stage: Stage) -> None:
    ana = stage.ana
    await packs.are_sold(stage, seats=1)
    await packs.buys(ana)
    await ana.says("/packs")
    await ana.taps("Open", beside="Ben Okafor")
    await ana.taps("Renew")
    await ana.pays(ana.link("Pay €140.00"))
    await ana.says("/packs")
    assert ana.times_seen("Portfolio course") >= 1
    await packs.changes(stage, replace(packs.FOUR, price=Money(20_000, "EUR")))
    await ana.taps("Open", beside="Ben Okafor")
    await ana.taps("Renew")
    assert ana.sees("This pack has changed since you bought it")
    await ana.taps("Buy")
    assert ana.has_link("Pay €200.00")


@behind_a_router
async def test_who_cannot_be_given_a_link_is_told_and_keeps_the_seat(stage: Stage) -> None:
    ana = stage.ana
    await packs.are_sold(stage)
    await ana.says("/packs")
    stage.stripe.fail_next("500", times=3)
    await ana.taps("Buy", beside="Portfolio course")
    assert ana.sees("The payment provider does not answer at the moment")
    assert ana.sees(packs.RESERVED)
    await ana.taps("Get the pay link")
    await ana.pays(ana.link("Pay €140.00"))
    await stage.moves(minutes=1)
    await ana.will_see("Your pack is paid")
    assert len(stage.stripe.world.sessions) == 1


async def test_a_link_that_stripe_cannot_open_now_opens_later(stage: Stage) -> None:
    await packs.are_sold(stage)
    link = await packs.reserves(stage.ana)
    with stage.stripe_is_away():
        assert "The payment provider does not answer at the moment" in await stage.ana.opens(link)
    assert "Your pack is paid" in await stage.ana.pays(link)


async def test_i_have_paid_asks_at_once(stage: Stage) -> None:
    ana = stage.ana
    stage.stripe.webhooks = "never"
    await packs.are_sold(stage)
    page = await ana.opens(await packs.reserves(ana))
    await ana.taps("I have paid")
    assert ana.sees("The provider has not seen your payment yet")
    await stage.stripe.pay(page)
    await ana.taps("I have paid")
    assert ana.sees("Active · Ben Okafor")


async def test_the_wallet_pays_a_part_or_all_of_it(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await packs.are_sold(stage)
    await is_given_credit(ana, 4_000)
    await ana.pays(await packs.reserves(ana, price="€100.00"))
    await ana.will_see("Your pack is paid")
    await is_given_credit(cleo, 20_000)
    await cleo.says("/packs")
    await cleo.taps("Buy", beside="Portfolio course")
    await cleo.will_see("Your pack is paid")
    [session] = stage.stripe.world.sessions.values()
    assert session["amount_total"] == 10_000


async def test_a_pack_for_nothing_is_had_at_once(stage: Stage) -> None:
    await packs.are_sold(stage, Terms("Taster", 30, Money(0, "EUR"), sessions=1))
    await stage.ana.says("/packs")
    await stage.ana.taps("Buy", beside="Taster")
    await stage.ana.will_see("Your pack is paid")
    assert not stage.stripe.world.sessions


async def test_all_of_it_refunded_at_the_dashboard_takes_the_sessions_back(stage: Stage) -> None:
    ana = stage.ana
    await packs.are_sold(stage)
    await packs.buys(ana)
    [intent] = stage.stripe.world.intents
    await stage.stripe.refund_at_dashboard(intent)
    await ana.will_see("A pack was refunded", "€140.00")
    await ana.says("/packs")
    assert ana.sees("Refunded")
    assert ana.sees("Your seat is kept for you")


async def test_ben_puts_a_pack_on_sale_and_takes_it_off_again(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await ben.says("/packs-admin")
    await ben.taps("What is sold")
    assert ben.sees("Nothing is on sale yet")
    await ben.taps("New pack")
    terms = {
        "Name": "Portfolio course",
        "Length": "60 minutes",
        "Price of all": "140",
        "Valid for days": "90",
    }
    await ben.fills({**terms, "Sessions": "0"})
    assert ben.sees("A pack has 1 to 100 sessions.")
    await ben.tries_again()
    await ben.fills({**terms, "Sessions": "10000"})
    assert ben.sees("A pack has 1 to 100 sessions.")
    await ben.tries_again()
    await ben.fills({**terms, "Sessions": "4", "Price of all": "0.20"})
    assert ben.sees("payments below that cannot be taken")
    await ben.tries_again()
    await ben.fills({**terms, "Sessions": "4"})
    assert ben.sees("The pack is on sale.")
    link = await packs.reserves(ana)
    await ben.taps("Take off sale")
    assert ben.sees("Packs that were bought stay")
    await ana.pays(link)
    await ana.will_see("Your pack is paid")
    await stage.cleo.says("/packs")
    assert stage.cleo.sees("There is nothing on sale here at the moment")


async def test_the_staff_chooses_with_whom_a_pack_is(stage: Stage) -> None:
    ana, olga = stage.ana, stage.olga
    await olga.says("/packs-admin")
    await olga.taps("What is sold")
    await olga.taps("New pack")
    await olga.fills(
        {
            "Name": "Portfolio course",
            "Sessions": "4",
            "Length": "60 minutes",
            "Price of all": "140",
            "Valid for days": "90",
        }
    )
    assert olga.sees("Choose with whom the sessions may be")
    await ana.says("/packs")
    assert ana.sees("There is nothing on sale here at the moment")
    await olga.taps("Ben Okafor")
    await olga.taps("Done")
    assert olga.sees("Ben Okafor")
    await packs.buys(ana)
    await ana.forges(f"product.retire:{olga.route('Take off sale').partition(':')[2]}")
    assert ana.sees("I do not know this pack.")
