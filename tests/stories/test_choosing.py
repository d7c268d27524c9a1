"""More than one way to pay: the community says which, the student chooses, and one link is open at a time."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import ways
from core.money import Money
from core.people import communities, memberships, people
from core.people.mentors import Mentor
from tests.stories import packs, steps
from tests.stories.people import Opening
from tests.stories.stage import Stage
from tests.stories.test_requests import asks, wants_to_be_asked

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("bank", ["stripe+razorpay"], indirect=True),
    pytest.mark.parametrize("opening", [Opening(currency="INR")], indirect=True),
]

CARD, UPI = "Card", "UPI or card (Razorpay)"
CLOSE_CARD = "POST /v1/checkout/sessions/cs"
IS_PAID = ["Only Checkout Sessions with a status in", "cannot cancel or expire an already paid"]


async def holds(stage: Stage) -> None:
    await steps.takes_a_time(stage.ana)
    await steps.says_what_about(stage.ana)


async def chooses(stage: Stage, way: str) -> str:
    """Taps on a way, and opens its link; the page where it is paid."""
    await stage.ana.taps(way)
    return await stage.ana.opens(stage.ana.link("Pay ₹40.00"))


async def turns(stage: Stage, *, card: str = "yes", upi: str = "yes") -> None:
    """Olga goes through `/setup`."""
    await stage.olga.says("/setup")
    await stage.olga.taps("Ways to pay")
    await stage.olga.fills({CARD: card, UPI: upi})


def turned(session: Session, stage: Stage, *names: str) -> None:
    """What Olga has done before."""
    community = communities.at(session, stage.place)
    assert community
    olga = people.find(session, memberships.staff(session, community.id)[0])
    providers = stage.house.desk.till.providers
    ways.change(session, providers, community, olga, names, now=stage.now)


def sells_for(session: Session, paise: int) -> None:
    ben = session.scalars(select(Mentor)).one()
    ben.hourly_amount = paise


# --- choosing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [CARD, UPI])
async def test_a_student_chooses_how_to_pay_and_nobody_else_is_asked(stage: Stage, way: str) -> None:
    await holds(stage)
    assert stage.ana.sees("How do you want to pay ₹40.00?")
    assert not stage.ana.has_link("Pay")
    page = await chooses(stage, way)
    assert "Your session is confirmed" in await stage.bank.pay(page)
    await stage.ana.will_see("is confirmed", "Payment received")
    asked = [bool(stage.stripe.world.sessions), bool(stage.razorpay.world.links)]
    assert asked == [way == CARD, way == UPI]


async def test_the_way_that_was_used_last_comes_first(stage: Stage) -> None:
    await holds(stage)
    assert [label for label in stage.ana.options() if label in (CARD, UPI)] == [CARD, UPI]
    await stage.bank.pay(await chooses(stage, UPI))
    await stage.ana.will_see("is confirmed")
    await steps.takes_a_time(stage.ana, at="4:00 PM")
    await steps.says_what_about(stage.ana)
    assert [label for label in stage.ana.options() if label in (CARD, UPI)] == [UPI, CARD]


async def test_who_had_to_ask_first_chooses_once_they_are_accepted(stage: Stage) -> None:
    await wants_to_be_asked(stage.ben)
    await asks(stage.ana)
    await stage.ben.will_see("You have a new request.")
    await stage.ben.taps("Accept")
    await stage.ana.will_see("Ben Okafor has accepted.", "How do you want to pay ₹40.00?")
    await stage.bank.pay(await chooses(stage, UPI))
    await stage.ana.will_see("is confirmed")


async def test_a_way_that_nobody_offers_is_refused_and_the_time_stays(stage: Stage) -> None:
    await holds(stage)
    route = stage.ana.route(CARD).replace("stripe", "paypal")
    await stage.ana.forges(route)
    assert stage.ana.sees("This way to pay is not offered here any more. Choose another one.")
    await stage.bank.pay(await chooses(stage, UPI))
    await stage.ana.will_see("is confirmed")


# --- changing one's mind -------------------------------------------------------------------------


async def test_the_link_that_is_left_is_closed_before_the_other_is_opened(stage: Stage) -> None:
    await holds(stage)
    left = await chooses(stage, CARD)
    page = await chooses(stage, f"Use {UPI}")
    [session] = stage.stripe.world.sessions.values()
    assert (session["status"], left.startswith("https://checkout.stripe.com/")) == ("expired", True)
    assert stage.ana.sees(f"You pay by: {UPI}")
    await stage.bank.pay(page)
    await stage.ana.will_see("is confirmed")
    assert stage.ana.times_seen("Payment received") == 1


async def test_who_goes_back_and_forth_has_one_link_at_the_end(stage: Stage) -> None:
    await holds(stage)
    await chooses(stage, CARD)
    await chooses(stage, f"Use {UPI}")
    page = await chooses(stage, f"Use {CARD}")
    assert [link["status"] for link in stage.razorpay.world.links.values()] == ["cancelled"]
    assert sorted(each["status"] for each in stage.stripe.world.sessions.values()) == ["expired", "open"]
    await stage.moves(minutes=2)
    await stage.ana.will_see("Held · Ben Okafor")
    await stage.bank.pay(page)
    await stage.ana.will_see("is confirmed")


async def test_a_link_that_is_left_and_turns_out_to_be_paid_confirms_the_session(stage: Stage) -> None:
    stage.stripe.webhooks = "never"
    await holds(stage)
    await stage.stripe.pay(await chooses(stage, CARD))
    await stage.ana.taps(f"Use {UPI}")
    await stage.ana.will_see("is confirmed")
    assert not stage.razorpay.world.links


async def test_what_is_paid_at_both_goes_back_from_the_second(stage: Stage) -> None:
    """Stripe cannot be told that its link is closed, and Ana pays there after she has paid at Razorpay."""
    stage.expected_refusals = IS_PAID
    await holds(stage)
    left = await chooses(stage, CARD)
    with stage.stripe_is_away(CLOSE_CARD):
        await stage.bank.pay(await chooses(stage, f"Use {UPI}"))
        await stage.ana.will_see("is confirmed")
        await stage.stripe.pay(left)
    await stage.moves(minutes=3)
    await stage.ana.will_see("Your money is on its way back")
    assert [refund["amount"] for refund in stage.stripe.world.refunds.values()] == [4_000]
    assert not stage.razorpay.world.refunds


async def test_money_that_comes_late_by_the_link_that_was_left_takes_the_time_again(stage: Stage) -> None:
    stage.expected_refusals = IS_PAID
    await holds(stage)
    left = await chooses(stage, CARD)
    with stage.stripe_is_away(CLOSE_CARD):
        await chooses(stage, f"Use {UPI}")
        await stage.moves(minutes=18)
        await stage.ana.will_see("Your hold has lapsed")
    await stage.stripe.pay(left)
    await stage.ana.will_see("is confirmed", "Payment received")
    assert [link["status"] for link in stage.razorpay.world.links.values()] == ["cancelled"]


async def test_a_pack_is_paid_in_the_same_ways(stage: Stage) -> None:
    await packs.are_sold(stage, replace(packs.FOUR, price=Money(14_000, "INR")))
    await stage.ana.says("/packs")
    await stage.ana.taps("Buy", beside="Portfolio course")
    assert stage.ana.sees("How do you want to pay ₹140.00?")
    await stage.ana.taps(CARD)
    await stage.ana.opens(stage.ana.link("Pay ₹140.00"))
    await stage.ana.taps(f"Use {UPI}")
    page = await stage.ana.pays(stage.ana.link("Pay ₹140.00"))
    assert "Your pack is paid" in page
    await stage.ana.will_see("Payment received", "₹140.00")
    assert [each["status"] for each in stage.stripe.world.sessions.values()] == ["expired"]
    assert [link["status"] for link in stage.razorpay.world.links.values()] == ["paid"]


# --- what a community takes ----------------------------------------------------------------------


async def test_a_community_turns_a_way_off_after_a_preview(stage: Stage) -> None:
    await turns(stage, card="no")
    assert stage.olga.sees("Students choose among these when they pay.")
    await stage.olga.taps("Change it")
    assert stage.olga.sees("Rules of")
    await holds(stage)
    assert not stage.ana.offers(CARD)
    page = await stage.ana.opens(stage.ana.link("Pay ₹40.00"))
    assert page.startswith("https://rzp.io/")
    await stage.bank.pay(page)
    await stage.ana.will_see("is confirmed")


async def test_one_way_has_to_stay_on(stage: Stage) -> None:
    await turns(stage, card="no", upi="no")
    assert stage.olga.sees("At least one way to pay has to stay on.")


async def test_the_only_way_that_takes_the_currency_has_to_stay_on(stage: Stage) -> None:
    await stage.olga.says("/setup")
    await stage.olga.taps("Currency")
    await stage.olga.fills({"Currency": "EUR"})
    await stage.olga.taps("Change it")
    assert stage.olga.sees(f"{UPI} (not in EUR)")
    await turns(stage, card="no")
    assert stage.olga.sees("None of these takes EUR.")


async def test_a_currency_that_no_way_takes_is_refused(stage: Stage) -> None:
    """Stripe would, but it is off."""
    await stage.house.db.write(turned, stage, "razorpay")
    await stage.olga.says("/setup")
    await stage.olga.taps("Currency")
    await stage.olga.fills({"Currency": "EUR"})
    assert stage.olga.sees("Payments in “EUR” cannot be taken here.")


async def test_a_stranger_turns_nothing_off(stage: Stage) -> None:
    await stage.ana.says("/help")
    await stage.ana.forges("setup.ways_preview", {"stripe": "no", "razorpay": "yes"})
    await stage.ana.forges("setup.ways_apply")
    await holds(stage)
    assert stage.ana.offers(CARD)
    assert stage.ana.offers(UPI)


async def test_a_way_that_is_turned_off_still_takes_what_was_asked_for_and_pays_it_back(stage: Stage) -> None:
    await holds(stage)
    page = await chooses(stage, CARD)
    await stage.house.db.write(turned, stage, "razorpay")
    await stage.bank.pay(page)
    await stage.ana.will_see("is confirmed")
    await stage.ana.taps("Change or cancel")
    await stage.ana.taps("Cancel")
    await stage.ana.taps("Cancel and get ₹40.00 back")
    await stage.ana.will_see("Your money is on its way back")
    assert [refund["amount"] for refund in stage.stripe.world.refunds.values()] == [4_000]


# --- amounts -------------------------------------------------------------------------------------


async def test_what_is_too_little_for_one_way_is_paid_by_the_other(stage: Stage) -> None:
    """Razorpay takes a rupee at least, Stripe half of one."""
    await stage.house.db.write(sells_for, 80)
    await holds(stage)
    assert not stage.ana.offers(UPI)
    await stage.ana.pays(stage.ana.link("Pay ₹0.80"))
    await stage.ana.will_see("is confirmed")


async def test_what_is_too_little_for_every_way_is_said(stage: Stage) -> None:
    await stage.house.db.write(sells_for, 80)
    await stage.house.db.write(turned, stage, "razorpay")
    await holds(stage)
    assert stage.ana.sees("No way to pay that is open here takes ₹0.80.")
    assert not stage.ana.has_link("Pay")
    await stage.house.db.write(turned, stage, "stripe", "razorpay")
    await stage.ana.says("/bookings")
    await stage.ana.taps("Open")
    await stage.ana.taps("Get the pay link")
    await stage.ana.pays(stage.ana.link("Pay ₹0.80"))
    await stage.ana.will_see("is confirmed")
