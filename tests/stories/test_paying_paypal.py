"""Paying by PayPal: agreeing takes nothing yet. The house takes the money, once, and only while the time is held."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import steps
from tests.stories.stage import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("bank", ["paypal"], indirect=True)]

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
behind_a_router = pytest.mark.parametrize("has_address", [False], indirect=True)


def taken(stage: Stage) -> int:
    """How often money was taken."""
    return len(stage.paypal.world.captures)


async def agrees_in_silence(stage: Stage) -> None:
    """Ana agrees on PayPal's page and closes it; no webhook tells of it."""
    stage.paypal.webhooks = "never"
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.paypal.approve(page)


# --- as it should be ----------------------------------------------------------------------------


async def test_who_agrees_and_comes_back_is_confirmed_at_once(stage: Stage) -> None:
    text = await stage.ana.pays(await steps.holds(stage.ana))
    assert "Your session is confirmed" in text
    await stage.ana.will_see("is confirmed", "Payment received")
    await stage.ben.will_see("Ana Ruiz has booked a session with you")
    assert taken(stage) == 1


async def test_who_agrees_and_never_comes_back_is_confirmed_by_the_webhook(stage: Stage) -> None:
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.paypal.approve(page)
    await stage.ana.will_see("is confirmed")
    assert taken(stage) == 1


async def test_where_nobody_tells_asking_finds_out(stage: Stage) -> None:
    await agrees_in_silence(stage)
    await stage.ana.will_not_see("is confirmed")
    await stage.moves(minutes=1)
    await stage.ana.will_see("is confirmed")
    assert taken(stage) == 1


async def test_i_have_paid_takes_the_money_at_once(stage: Stage) -> None:
    stage.paypal.webhooks = "never"
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.ana.taps("I have paid")
    assert stage.ana.sees("The provider has not seen your payment yet")
    await stage.paypal.approve(page)
    await stage.ana.taps("I have paid")
    assert stage.ana.sees("Confirmed · Ben Okafor")
    assert taken(stage) == 1


@behind_a_router
async def test_behind_a_router_the_link_is_paypals_own_and_asking_does_all_the_work(stage: Stage) -> None:
    link = await steps.holds(stage.ana)
    assert link.startswith("https://www.sandbox.paypal.com/")
    await stage.paypal.approve(link)
    await stage.moves(minutes=1)
    await stage.ana.will_see("is confirmed")
    assert not stage.paypal.deliveries


# --- webhooks -----------------------------------------------------------------------------------


async def test_webhooks_may_come_twice_and_in_any_order(stage: Stage) -> None:
    stage.paypal.webhooks = "hold"
    await stage.ana.pays(await steps.holds(stage.ana))
    stage.paypal.webhooks = "reordered"
    await stage.paypal.release()
    await stage.settles()
    for event in stage.paypal.events * 2:
        assert await stage.paypal.send(event) == 200
    await stage.ana.will_see("is confirmed")
    assert stage.ana.times_seen("Payment received") == 1
    assert stage.ben.times_seen("Ana Ruiz has booked") <= 1
    assert taken(stage) == 1


async def test_a_webhook_that_comes_days_late_changes_nothing(stage: Stage) -> None:
    stage.paypal.webhooks = "hold"
    await stage.ana.pays(await steps.holds(stage.ana))
    await stage.ana.will_see("is confirmed")
    await stage.moves(days=1)
    stage.paypal.webhooks = "normal"
    await stage.paypal.release()
    await stage.ana.will_not_see("Your payment has arrived, but late")
    assert taken(stage) == 1


async def test_a_forged_webhook_is_turned_away_and_takes_nothing(stage: Stage) -> None:
    """Signed for somebody else's app, or with a certificate of their own, or with words changed on the way."""
    stage.paypal.webhooks = "hold"
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.paypal.approve(page)
    [event] = stage.paypal.events
    forged = stage.paypal.forged(event)
    for changes in ({"PAYPAL-CERT-URL": "https://certs.example.org/mine"}, forged):
        assert await stage.paypal.send(event, changes=changes) == 401
    assert await stage.paypal.send(event, body=b'{"id":"WH-1"}') == 401
    await stage.settles()
    assert taken(stage) == 0
    await stage.ana.will_not_see("is confirmed")


async def test_an_order_of_the_hosts_own_shop_is_left_alone(stage: Stage) -> None:
    """It comes by the same account, so its webhooks come to us too."""
    amount = {"currency_code": "EUR", "value": "9.00"}
    units = [{"custom_id": "mug 17", "invoice_id": "SHOP-17", "amount": amount}]
    order = stage.paypal.world.create({"intent": "CAPTURE", "purchase_units": units})
    await stage.paypal.approve(order["id"])
    await stage.settles()
    [unit] = stage.paypal.world.order(order["id"])["purchase_units"]
    assert unit["custom_id"] == "mug 17"
    assert taken(stage) == 0


async def test_an_order_over_another_amount_is_not_taken_and_staff_is_told(stage: Stage) -> None:
    """Somebody has put our payment on an order of a cent."""
    stage.paypal.webhooks = "never"
    page = await stage.ana.opens(await steps.holds(stage.ana))
    [order] = stage.paypal.world.orders.values()
    order["purchase_units"][0]["amount"]["value"] = "0.01"
    await stage.paypal.approve(page)
    await stage.moves(minutes=1)
    assert taken(stage) == 0
    await stage.olga.will_see("A payment needs your eye", "Another amount than was asked for")
    await stage.ana.will_not_see("is confirmed")


# --- late ---------------------------------------------------------------------------------------


async def test_who_agrees_when_the_hold_is_over_pays_nothing(stage: Stage) -> None:
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.moves(minutes=16)
    await stage.ana.will_see("Your hold has lapsed")
    text = await stage.bank.pay(page)
    assert "The time to pay is over" in text
    await stage.moves(hours=1)
    assert taken(stage) == 0
    await steps.books(stage.cleo)
    await stage.ana.will_not_see("Your payment has arrived, but late")


async def test_who_agreed_in_time_has_the_session_although_nobody_told(stage: Stage) -> None:
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.moves(minutes=14)
    stage.paypal.webhooks = "never"
    await stage.paypal.approve(page)
    await stage.moves(minutes=2)
    await stage.ana.will_see("is confirmed")
    assert taken(stage) == 1


async def test_an_order_that_paypal_has_forgotten_frees_the_time(stage: Stage) -> None:
    await stage.olga.says("/staff")
    await stage.ana.opens(await steps.holds(stage.ana))
    await stage.closes()
    await stage.moves(hours=4)
    await stage.comes_back()
    await stage.ana.will_see("Your hold has lapsed")
    await steps.books(stage.cleo)
    assert stage.olga.times_seen("A payment needs your eye") <= 1


# --- the payer's card ---------------------------------------------------------------------------


async def test_a_declined_card_sends_back_and_another_one_pays(stage: Stage) -> None:
    stage.expected_refusals = ["INSTRUMENT_DECLINED"]
    stage.paypal.captures_end("INSTRUMENT_DECLINED")
    link = await steps.holds(stage.ana)
    assert "Your payment did not go through" in await stage.ana.pays(link)
    await stage.ana.will_not_see("is confirmed")
    stage.paypal.captures_end("COMPLETED")
    await stage.moves(seconds=40)
    assert "Your session is confirmed" in await stage.ana.pays(link)
    await stage.ana.will_see("is confirmed")
    assert taken(stage) == 1


async def test_money_under_review_keeps_the_time_until_it_is_there(stage: Stage) -> None:
    stage.paypal.captures_end("PENDING")
    await stage.ana.pays(await steps.holds(stage.ana))
    await stage.moves(hours=5)
    await stage.ana.will_not_see("Your hold has lapsed")
    [capture] = stage.paypal.world.captures
    await stage.paypal.complete(capture)
    await stage.ana.will_see("is confirmed")


async def test_money_that_is_denied_after_its_review_lets_the_time_go(stage: Stage) -> None:
    stage.paypal.captures_end("PENDING")
    await stage.ana.pays(await steps.holds(stage.ana))
    [capture] = stage.paypal.world.captures
    await stage.moves(hours=5)
    await stage.paypal.deny(capture)
    await stage.settles()
    stage.paypal.captures_end("COMPLETED")
    await steps.books(stage.cleo)
    await stage.ana.will_not_see("is confirmed")


# --- when PayPal is down ------------------------------------------------------------------------


async def test_a_link_that_paypal_cannot_open_now_opens_later(stage: Stage) -> None:
    link = await steps.holds(stage.ana)
    with stage.paypal_is_away():
        assert "The payment provider does not answer at the moment" in await stage.ana.opens(link)
        await stage.moves(minutes=2)
    assert "Your session is confirmed" in await stage.ana.pays(link)
    assert len(stage.paypal.world.orders) == 1


async def test_paypal_is_down_just_when_the_money_should_be_taken(stage: Stage) -> None:
    page = await stage.ana.opens(await steps.holds(stage.ana))
    with stage.paypal_is_away("POST /v2/checkout/orders/"):
        await stage.bank.pay(page)
        await stage.ana.will_not_see("is confirmed")
    await stage.moves(minutes=1)
    await stage.ana.will_see("is confirmed")
    assert taken(stage) == 1


async def test_the_answer_to_taking_is_lost_and_the_money_is_taken_once(stage: Stage) -> None:
    page = await stage.ana.opens(await steps.holds(stage.ana))
    stage.paypal.fail_next("lost", times=3, on="POST /v2/checkout/orders/")
    await stage.bank.pay(page)
    await stage.moves(minutes=1)
    await stage.ana.will_see("is confirmed", "Payment received")
    assert stage.ana.times_seen("Payment received") == 1
    assert taken(stage) == 1


# --- going back ---------------------------------------------------------------------------------


async def test_who_cancels_has_the_money_back_by_paypal(stage: Stage) -> None:
    await steps.books(stage.ana)
    await stage.ana.taps("Change or cancel")
    await stage.ana.taps("Cancel")
    await stage.ana.taps("Cancel and get €40.00 back")
    await stage.ana.will_see("Your money is on its way back")
    [refund] = stage.paypal.world.refunds.values()
    assert refund["amount"] == {"currency_code": "EUR", "value": "40.00"}


async def test_a_refund_whose_answer_was_lost_is_made_once(stage: Stage) -> None:
    await steps.books(stage.ana)
    stage.paypal.fail_next("lost", times=3, on="POST /v2/payments/captures/")
    await stage.ana.taps("Change or cancel")
    await stage.ana.taps("Cancel")
    await stage.ana.taps("Cancel and get €40.00 back")
    await stage.moves(minutes=3)
    await stage.ana.will_see("Your money is on its way back")
    assert len(stage.paypal.world.refunds) == 1


@pytest.mark.parametrize("hand", ["the host", "PayPal"])
async def test_money_that_goes_back_without_us_calls_the_session_off(stage: Stage, hand: str) -> None:
    await steps.books(stage.ana)
    await stage.ben.will_see("Ana Ruiz has booked")
    [capture] = stage.paypal.world.captures
    await (stage.paypal.refund_at_dashboard if hand == "the host" else stage.paypal.reverse)(capture)
    await stage.ana.will_see("The payment was given back", "Your money is on its way back", "€40.00")
    await stage.ben.will_see("The payment was given back")
    await stage.moves_to(WEDNESDAY_TEN + timedelta(minutes=1))
    for person in (stage.ana, stage.ben):
        await person.will_not_see("A reminder", "Here is the link")
