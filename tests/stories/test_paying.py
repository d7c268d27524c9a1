"""Money that comes as it should, twice, late, unannounced or not at all, and money that goes back."""

from datetime import UTC, datetime

import pytest

from tests.stories import steps
from tests.stories.banks import SandboxBank
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
EXPIRE = "POST /v1/checkout/sessions/cs"
IS_PAID = "Only Checkout Sessions with a status in"
IS_OLD = "expires_at must be"
by_sandbox = pytest.mark.parametrize("bank", ["sandbox"], indirect=True)
behind_a_router = pytest.mark.parametrize("has_address", [False], indirect=True)


async def lets_the_hold_lapse(stage: Stage) -> str:
    """Ana opens her pay link and forgets it, and Stripe cannot be told in time; the page that is still open."""
    stage.expected_refusals = [IS_PAID]
    page = await stage.ana.opens(await steps.holds(stage.ana))
    with stage.stripe_is_away(EXPIRE):
        await stage.moves(minutes=18)
    await stage.ana.will_see("Your hold has lapsed")
    return page


async def loses_her_time(stage: Stage) -> None:
    """Somebody else has the time before Ana's late money arrives."""
    page = await lets_the_hold_lapse(stage)
    await steps.books(stage.cleo)
    await stage.bank.pay(page)
    await stage.ana.will_see("Your payment has arrived, but late")


# --- late ---------------------------------------------------------------------------------------


async def test_late_money_takes_the_time_again_while_it_is_free(stage: Stage) -> None:
    page = await lets_the_hold_lapse(stage)
    assert "Your session is confirmed" in await stage.bank.pay(page)
    await stage.ana.will_see("is confirmed", "Payment received")
    await stage.ben.will_see("Ana Ruiz has booked a session with you")
    assert stage.ben.sees_time(WEDNESDAY_TEN)


@by_sandbox
async def test_late_money_of_the_sandbox_is_late_money_too(stage: Stage) -> None:
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.moves(minutes=16)
    await stage.ana.will_see("Your hold has lapsed")
    assert isinstance(stage.bank, SandboxBank)
    await stage.bank.pay_late(page)
    await stage.ana.will_see("is confirmed")
    await stage.ben.will_see("Ana Ruiz has booked a session with you")


async def test_late_money_finds_another_time_where_its_own_is_gone(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await loses_her_time(stage)
    await ana.taps("Wed, Nov 25, 2:00 PM")
    assert ana.sees("Confirmed · Ben Okafor")
    await ana.will_see("is confirmed")
    await ben.will_see("Ana Ruiz has booked a session with you")
    assert not stage.stripe.world.refunds


async def test_late_money_goes_back_in_full_when_its_person_says_so(stage: Stage) -> None:
    await loses_her_time(stage)
    await stage.ana.taps("Refund me in full")
    assert stage.ana.sees("All of it goes back to you")
    await stage.ana.will_see("Your money is on its way back", "€40.00")
    [refund] = stage.stripe.world.refunds.values()
    assert refund["amount"] == 4_000
    await stage.moves(hours=30)
    assert len(stage.stripe.world.refunds) == 1


async def test_late_money_that_nobody_chooses_for_goes_back_after_a_day(stage: Stage) -> None:
    await loses_her_time(stage)
    await stage.moves(hours=23)
    assert not stage.stripe.world.refunds
    await stage.moves(hours=2)
    await stage.ana.will_see("Your money is on its way back")
    await stage.ben.will_not_see("Ana Ruiz has booked")


# --- webhooks -----------------------------------------------------------------------------------


async def test_a_payment_whose_webhook_never_comes_is_found_by_asking(stage: Stage) -> None:
    stage.stripe.webhooks = "never"
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.stripe.pay(page)
    await stage.ana.will_not_see("is confirmed")
    await stage.moves(minutes=1)
    await stage.ana.will_see("is confirmed")


async def test_i_have_paid_asks_at_once(stage: Stage) -> None:
    stage.stripe.webhooks = "never"
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.ana.taps("I have paid")
    assert stage.ana.sees("The provider has not seen your payment yet")
    await stage.stripe.pay(page)
    await stage.ana.taps("I have paid")
    assert stage.ana.sees("Confirmed · Ben Okafor")
    await stage.ben.will_see("Ana Ruiz has booked")


async def test_money_that_was_paid_in_time_is_in_time_although_the_webhook_is_late(stage: Stage) -> None:
    """The hold ends, and the session that should be closed turns out to be paid."""
    stage.stripe.webhooks = "hold"
    stage.expected_refusals = [IS_PAID]
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.moves(minutes=14)
    await stage.stripe.pay(page)
    await stage.moves(minutes=2)
    await stage.ana.will_see("is confirmed")
    stage.stripe.webhooks = "normal"
    await stage.stripe.release()
    await stage.ana.will_not_see("Your payment has arrived, but late")


async def test_webhooks_may_come_twice_and_in_any_order(stage: Stage) -> None:
    stage.stripe.webhooks = "hold"
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.stripe.pay(page)
    stage.stripe.webhooks = "reordered"
    await stage.stripe.release()
    await stage.settles()
    for event in stage.stripe.events * 2:
        assert await stage.stripe.send(event) == 200
    await stage.ana.will_see("is confirmed")
    assert stage.ana.times_seen("Payment received") == 1
    assert stage.ben.times_seen("Ana Ruiz has booked") <= 1


@behind_a_router
async def test_behind_a_router_the_link_is_stripes_own_and_asking_does_all_the_work(stage: Stage) -> None:
    link = await steps.holds(stage.ana)
    assert link.startswith("https://checkout.stripe.com/")
    await stage.ana.pays(link)
    await stage.moves(minutes=1)
    await stage.ana.will_see("is confirmed")
    assert not stage.stripe.deliveries


# --- when Stripe is down ------------------------------------------------------------------------


async def test_a_link_that_stripe_cannot_open_now_opens_later(stage: Stage) -> None:
    stage.expected_refusals = [IS_OLD]
    link = await steps.holds(stage.ana)
    with stage.stripe_is_away():
        assert "The payment provider does not answer at the moment" in await stage.ana.opens(link)
        await stage.moves(minutes=2)
    assert "Your session is confirmed" in await stage.ana.pays(link)
    await stage.ana.will_see("is confirmed")


@behind_a_router
async def test_who_cannot_be_given_a_link_is_told_and_keeps_the_time(stage: Stage) -> None:
    await steps.takes_a_time(stage.ana)
    stage.stripe.fail_next("500", times=3)
    await steps.says_what_about(stage.ana)
    assert stage.ana.sees("The payment provider does not answer at the moment")
    assert stage.ana.sees("Held · Ben Okafor")
    await stage.ana.taps("Get the pay link")
    await stage.ana.pays(stage.ana.link("Pay €40.00"))
    await stage.moves(minutes=1)
    await stage.ana.will_see("is confirmed")
    assert len(stage.stripe.world.sessions) == 1


# --- going back ---------------------------------------------------------------------------------


async def test_a_refund_made_at_stripes_dashboard_calls_the_session_off(stage: Stage) -> None:
    await steps.books(stage.ana)
    await stage.ben.will_see("Ana Ruiz has booked")
    [intent] = stage.stripe.world.intents
    await stage.stripe.refund_at_dashboard(intent)
    await stage.ana.will_see("The payment was given back", "Your money is on its way back", "€40.00")
    await stage.ben.will_see("The payment was given back")
    await stage.moves_to(WEDNESDAY_TEN)
    for person in (stage.ana, stage.ben):
        await person.will_not_see("A reminder", "Here is the link")


async def test_a_part_refunded_at_the_dashboard_leaves_the_session_as_it_is(stage: Stage) -> None:
    await steps.books(stage.ana)
    [intent] = stage.stripe.world.intents
    await stage.stripe.refund_at_dashboard(intent, 1_000)
    await stage.ana.will_see("Your money is on its way back", "€10.00", "Confirmed · Ben Okafor")
