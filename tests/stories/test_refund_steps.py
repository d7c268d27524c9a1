"""A refund on its way: each step is told, none is made twice, and what fails is taken care of by staff."""

from typing import Any

import pytest

from tests.stories import steps
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio
REFUND = "POST /v1/refunds"


async def pays_late(stage: Stage) -> None:
    """Ana's money comes when Cleo has the time already."""
    await stage.olga.says("/staff")
    stage.expected_refusals = ["Only Checkout Sessions with a status in"]
    page = await stage.ana.opens(await steps.holds(stage.ana))
    with stage.stripe_is_away("POST /v1/checkout/sessions/cs"):
        await stage.moves(minutes=18)
    await steps.books(stage.cleo)
    await stage.bank.pay(page)
    await stage.ana.will_see("Your payment has arrived, but late")


async def wants_late_money_back(stage: Stage) -> None:
    await pays_late(stage)
    await stage.ana.taps("Refund me in full")
    await stage.settles()


def only_refund(stage: Stage) -> dict[str, Any]:
    [refund] = stage.stripe.world.refunds.values()
    return refund


async def test_a_refund_is_told_at_each_step(stage: Stage) -> None:
    stage.stripe.world.refund_status = "pending"
    await wants_late_money_back(stage)
    await stage.ana.will_see("Your refund is being processed", "€40.00")
    await stage.stripe.end_refund(only_refund(stage)["id"], "succeeded")
    await stage.ana.will_see("Your money is on its way back")
    await stage.ana.will_not_see("Your refund is being processed")


async def test_a_pending_refund_is_asked_about_where_no_webhook_comes(stage: Stage) -> None:
    stage.stripe.world.refund_status = "pending"
    await wants_late_money_back(stage)
    await stage.ana.will_see("Your refund is being processed")
    stage.stripe.webhooks = "never"
    await stage.stripe.end_refund(only_refund(stage)["id"], "succeeded")
    await stage.ana.will_not_see("Your money is on its way back")
    await stage.moves(hours=7)
    await stage.ana.will_see("Your money is on its way back")


async def test_a_refund_that_fails_is_tried_again_by_staff_and_succeeds(stage: Stage) -> None:
    stage.stripe.world.refund_status = "pending"
    await wants_late_money_back(stage)
    await stage.ana.will_see("Your refund is being processed")
    await stage.stripe.end_refund(only_refund(stage)["id"], "failed")
    await stage.ana.will_see("Your refund did not work", "Your money is not lost")
    await stage.olga.will_see("A refund did not work", "Ana Ruiz", "€40.00")
    stage.stripe.world.refund_status = "succeeded"
    await stage.olga.taps("Try again")
    assert stage.olga.sees("This refund is taken care of")
    await stage.ana.will_see("Your money is on its way back")
    assert [one["status"] for one in stage.stripe.world.refunds.values()] == ["failed", "succeeded"]


async def test_staff_finds_what_failed_in_its_queue_and_mends_it_there(stage: Stage) -> None:
    olga = stage.olga
    stage.stripe.world.refund_status = "failed"
    await wants_late_money_back(stage)
    await stage.ana.will_see("Your refund did not work")
    stage.stripe.world.refund_status = "succeeded"
    await olga.says("/staff")
    await olga.taps("Failed refunds (1)")
    assert olga.sees("1 refund failed.")
    assert olga.sees("€40.00 to Ana Ruiz")
    await olga.taps("Look at it")
    await olga.taps("Try again")
    assert olga.sees("This refund is taken care of")
    await stage.ana.will_see("Your money is on its way back")
    await olga.says("/staff")
    await olga.taps("Failed refunds (0)")
    assert olga.sees("No refund has failed.")
    assert [one["status"] for one in stage.stripe.world.refunds.values()] == ["failed", "succeeded"]


async def test_a_refund_that_had_succeeded_fails_after_all_and_is_given_as_credit(stage: Stage) -> None:
    await wants_late_money_back(stage)
    await stage.ana.will_see("Your money is on its way back")
    await stage.stripe.end_refund(only_refund(stage)["id"], "failed")
    await stage.ana.will_see("Your refund did not work")
    await stage.olga.will_see("A refund did not work")
    route = stage.olga.route("Try again")
    await stage.olga.taps("Give it as credit")
    assert stage.olga.sees("It was given as credit")
    await stage.ana.will_see("Credit in your wallet", "€40.00")
    await stage.olga.forges(route)
    assert stage.olga.sees("Somebody has taken care of this refund already")
    assert len(stage.stripe.world.refunds) == 1


async def test_a_failed_refund_is_for_staff_alone_to_mend(stage: Stage) -> None:
    stage.stripe.world.refund_status = "failed"
    await wants_late_money_back(stage)
    await stage.olga.will_see("A refund did not work")
    for label in ("Try again", "Give it as credit"):
        await stage.ana.forges(stage.olga.route(label))
        assert stage.ana.sees("I do not know this refund")
    await stage.ana.will_not_see("Credit in your wallet")


async def test_a_failed_refund_that_the_host_sends_by_hand_is_taken_care_of(stage: Stage) -> None:
    stage.stripe.world.refund_status = "failed"
    await wants_late_money_back(stage)
    await stage.olga.will_see("A refund did not work")
    stage.stripe.world.refund_status = "succeeded"
    await stage.stripe.refund_at_dashboard(only_refund(stage)["payment_intent"])
    await stage.ana.will_see("Your money is on its way back", "€40.00")
    await stage.olga.taps("Try again")
    assert stage.olga.sees("Somebody has taken care of this refund already")
    assert len(stage.stripe.world.refunds) == 2


async def test_the_webhook_of_a_refund_comes_before_its_answer(stage: Stage) -> None:
    """Stripe makes the refund and its answer is lost, again and again: the webhook is all that is heard of it."""
    await pays_late(stage)
    stage.stripe.fail_next("lost", times=3, on=REFUND)
    await stage.ana.taps("Refund me in full")
    await stage.ana.will_see("Your money is on its way back", "€40.00")
    stage.stripe.mend()
    await stage.moves(hours=7)
    assert len(stage.stripe.world.refunds) == 1
    assert stage.ana.times_seen("Your money is on its way back") == 1


async def test_webhooks_of_a_refund_may_come_twice_and_in_any_order(stage: Stage) -> None:
    stage.stripe.world.refund_status = "pending"
    await wants_late_money_back(stage)
    stage.stripe.webhooks = "reordered"
    await stage.stripe.end_refund(only_refund(stage)["id"], "succeeded")
    for event in stage.stripe.events * 2:
        assert await stage.stripe.send(event) == 200
    await stage.ana.will_see("Your money is on its way back")
    assert stage.ana.times_seen("Your money is on its way back") == 1


async def test_two_parts_refunded_at_the_dashboard_are_told_each_with_its_own_amount(stage: Stage) -> None:
    await steps.books(stage.ana)
    [intent] = stage.stripe.world.intents
    await stage.stripe.refund_at_dashboard(intent, 1_000)
    await stage.ana.will_see("Your money is on its way back", "€10.00")
    await stage.stripe.refund_at_dashboard(intent, 500)
    await stage.ana.will_see("€5.00")
    await stage.ana.will_not_see("€15.00")
    await stage.ana.will_see("Confirmed · Ben Okafor")
