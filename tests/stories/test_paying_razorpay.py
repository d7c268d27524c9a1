"""Rupees, by UPI or card: money that comes as it should, twice, late, unannounced, forged or not at all."""

from datetime import UTC, datetime

import pytest

from tests.stories import steps
from tests.stories.people import Opening
from tests.stories.stage import Stage

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("bank", ["razorpay"], indirect=True),
    pytest.mark.parametrize("opening", [Opening(currency="INR")], indirect=True),
]

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CANCEL = "POST /v1/payment_links/plink"
IS_PAID = "cannot cancel or expire an already paid"
IS_OLD = "expire_by should be at least"
behind_a_router = pytest.mark.parametrize("has_address", [False], indirect=True)


async def lets_the_hold_lapse(stage: Stage) -> str:
    """Ana opens her pay link and forgets it, and Razorpay cannot be told in time; the page that is still open."""
    stage.expected_refusals = [IS_PAID]
    page = await stage.ana.opens(await steps.holds(stage.ana))
    stage.razorpay.fail_next("429", 1_000, on=CANCEL)
    await stage.moves(minutes=18)
    stage.razorpay.mend()
    await stage.ana.will_see("Your hold has lapsed")
    return page


async def calls_it_off(stage: Stage) -> None:
    await stage.ana.taps("Change or cancel")
    await stage.ana.taps("Cancel")
    await stage.ana.taps("Cancel and get ₹40.00 back")


# --- as it should --------------------------------------------------------------------------------


async def test_a_session_is_paid_by_upi(stage: Stage) -> None:
    page = await stage.ana.opens(await steps.holds(stage.ana))
    assert page.startswith("https://rzp.io/")
    assert "Your session is confirmed" in await stage.bank.pay(page)
    await stage.ana.will_see("is confirmed", "Payment received", "₹40.00")
    await stage.ben.will_see("Ana Ruiz has booked a session with you")
    [payment] = stage.razorpay.world.payments.values()
    assert (payment["method"], payment["amount"], payment["currency"]) == ("upi", 4_000, "INR")


async def test_who_tries_a_card_that_is_declined_pays_by_upi_then(stage: Stage) -> None:
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.razorpay.fail(page, "card")
    await stage.ana.will_see("Held · Ben Okafor")
    await stage.razorpay.pay(page, "upi")
    await stage.ana.will_see("is confirmed")


async def test_a_session_that_is_called_off_in_time_is_paid_back(stage: Stage) -> None:
    await steps.books(stage.ana)
    await calls_it_off(stage)
    await stage.ana.will_see("₹40.00")
    [refund] = stage.razorpay.world.refunds.values()
    assert (refund["amount"], refund["status"]) == (4_000, "processed")


# --- webhooks ------------------------------------------------------------------------------------


async def test_a_payment_whose_webhook_never_comes_is_found_by_asking(stage: Stage) -> None:
    stage.razorpay.webhooks = "never"
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.razorpay.pay(page)
    await stage.ana.will_not_see("is confirmed")
    await stage.moves(minutes=1)
    await stage.ana.will_see("is confirmed")


async def test_webhooks_may_come_twice_and_in_any_order(stage: Stage) -> None:
    stage.razorpay.webhooks = "hold"
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.razorpay.fail(page)
    await stage.razorpay.pay(page)
    stage.razorpay.webhooks = "reordered"
    await stage.razorpay.release()
    await stage.settles()
    for event in stage.razorpay.events * 2:
        assert await stage.razorpay.send(event) == 200
    await stage.ana.will_see("is confirmed")
    assert stage.ana.times_seen("Payment received") == 1


async def test_money_that_was_paid_in_time_is_in_time_although_the_webhook_is_late(stage: Stage) -> None:
    stage.razorpay.webhooks = "hold"
    stage.expected_refusals = [IS_PAID]
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.moves(minutes=14)
    await stage.razorpay.pay(page)
    await stage.moves(minutes=2)
    await stage.ana.will_see("is confirmed")
    stage.razorpay.webhooks = "normal"
    await stage.razorpay.release()
    await stage.ana.will_not_see("Your payment has arrived, but late")


async def test_nobody_is_believed_who_does_not_sign_as_razorpay_does(stage: Stage) -> None:
    """A stranger says that Ana's link is paid, and says what Razorpay has said of another one in its own words."""
    stage.razorpay.webhooks = "hold"
    await stage.ana.opens(await steps.holds(stage.ana))
    page = await stage.cleo.opens(await steps.holds(stage.cleo, at="4:00 PM"))
    await stage.razorpay.pay(page)
    paid = stage.razorpay.events[-1]
    assert await stage.razorpay.send(paid, secret="a guess") == 401
    assert await stage.razorpay.send(paid, body=b"{}") == 401
    assert await stage.razorpay.send(paid, names=False) == 400
    await stage.ana.will_not_see("is confirmed")
    await stage.cleo.will_not_see("is confirmed")
    assert await stage.razorpay.send(paid) == 200
    await stage.cleo.will_see("is confirmed")
    await stage.ana.will_see("Held · Ben Okafor")


# --- late ----------------------------------------------------------------------------------------


async def test_late_money_takes_the_time_again_while_it_is_free(stage: Stage) -> None:
    page = await lets_the_hold_lapse(stage)
    assert "Your session is confirmed" in await stage.bank.pay(page)
    await stage.ana.will_see("is confirmed", "Payment received")


async def test_late_money_whose_time_is_gone_goes_back_in_full(stage: Stage) -> None:
    page = await lets_the_hold_lapse(stage)
    await steps.books(stage.cleo)
    await stage.bank.pay(page)
    await stage.ana.will_see("Your payment has arrived, but late")
    await stage.ana.taps("Refund me in full")
    await stage.ana.will_see("Your money is on its way back", "₹40.00")
    [refund] = stage.razorpay.world.refunds.values()
    assert refund["amount"] == 4_000


async def test_a_link_that_razorpay_lets_expire_is_closed(stage: Stage) -> None:
    page = await lets_the_hold_lapse(stage)
    stage.razorpay.fail_next("429", 1_000, on=CANCEL)
    await stage.moves(minutes=14)
    [link] = stage.razorpay.world.links.values()
    assert link["status"] == "expired"
    assert page == link["short_url"]
    await stage.ana.will_not_see("Payment received")
    await steps.books(stage.ana)
    assert len(stage.razorpay.world.links) == 2


async def test_a_hold_that_is_let_go_closes_its_link(stage: Stage) -> None:
    await stage.ana.opens(await steps.holds(stage.ana))
    await stage.ana.taps("Release the time")
    await stage.settles()
    [link] = stage.razorpay.world.links.values()
    assert link["status"] == "cancelled"


# --- when Razorpay is down -----------------------------------------------------------------------


async def test_a_link_that_razorpay_cannot_open_now_opens_later(stage: Stage) -> None:
    link = await steps.holds(stage.ana)
    stage.razorpay.fail_next("500", 1_000)
    assert "The payment provider does not answer at the moment" in await stage.ana.opens(link)
    await stage.moves(minutes=2)
    stage.razorpay.mend()
    assert "Your session is confirmed" in await stage.ana.pays(link)
    await stage.ana.will_see("is confirmed")


async def test_a_link_whose_answer_was_lost_is_not_made_twice(stage: Stage) -> None:
    """Razorpay refuses a second one, and the first is found."""
    stage.expected_refusals = ["already exists"]
    link = await steps.holds(stage.ana)
    stage.razorpay.fail_next("lost", on="POST /v1/payment_links")
    await stage.ana.pays(link)
    await stage.ana.will_see("is confirmed")
    assert len(stage.razorpay.world.links) == 1


@behind_a_router
async def test_behind_a_router_asking_does_all_the_work(stage: Stage) -> None:
    link = await steps.holds(stage.ana)
    assert link.startswith("https://rzp.io/")
    await stage.ana.pays(link)
    await stage.moves(minutes=1)
    await stage.ana.will_see("is confirmed")
    assert not stage.razorpay.post.deliveries


# --- going back ----------------------------------------------------------------------------------


async def test_a_refund_made_at_razorpays_dashboard_calls_the_session_off(stage: Stage) -> None:
    await steps.books(stage.ana)
    [payment] = stage.razorpay.world.payments
    await stage.razorpay.refund_at_dashboard(payment)
    await stage.ana.will_see("The payment was given back", "Your money is on its way back", "₹40.00")
    await stage.ben.will_see("The payment was given back")


async def test_a_refund_that_fails_after_all_is_money_that_staff_hears_of(stage: Stage) -> None:
    await stage.olga.says("/staff")
    await steps.books(stage.ana)
    stage.razorpay.world.refund_status = "pending"
    await calls_it_off(stage)
    await stage.settles()
    [ref] = stage.razorpay.world.refunds
    await stage.razorpay.end_refund(ref, "failed")
    await stage.ana.will_see("Your refund did not work", "Your money is not lost")
    await stage.olga.will_see("A refund did not work", "Ana Ruiz", "₹40.00")
    stage.razorpay.world.refund_status = "processed"
    await stage.olga.taps("Try again")
    await stage.ana.will_see("Your money is on its way back")
    assert [one["status"] for one in stage.razorpay.world.refunds.values()] == ["failed", "processed"]
