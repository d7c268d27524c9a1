"""Monthly plans: chosen, paid, used up, renewed, owed, changed and ended, whatever the webhooks do."""

from datetime import UTC, datetime
from typing import Final

import pytest

from bot.visit import stamp
from tests.stories import steps
from tests.stories.banks import SandboxBank
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FREE: Final = ("Free", "0", "0", "0", "0")
PRO: Final = ("Pro", "29", "120", "10", "24")
LIGHT: Final = ("Light", "9", "30", "0", "0")
PREMIUM: Final = ("Premium", "59", "300", "20", "48")
LABELS: Final = (
    "Name of the plan",
    "Price a month in EUR",
    "Minutes included a month",
    "Discount on further sessions",
    "Hours before others",
)
by_sandbox = pytest.mark.parametrize("bank", ["sandbox"], indirect=True)
by_paypal = pytest.mark.parametrize("bank", ["paypal"], indirect=True)
behind_a_router = pytest.mark.parametrize("has_address", [False], indirect=True)


async def offers(stage: Stage, *plans: tuple[str, ...]) -> None:
    """Olga puts plans on sale."""
    olga = stage.olga
    for plan in plans:
        await olga.says("/plans")
        await olga.taps("Manage plans")
        await olga.taps("New plan")
        await olga.fills(dict(zip(LABELS, plan, strict=True)))
        assert olga.sees("The plan is on sale."), olga.view()


async def chooses(stage: Stage, name: str) -> str:
    """Ana chooses a plan; where it is paid."""
    ana = stage.ana
    await ana.says("/plans")
    await ana.taps("Choose", beside=name)
    await ana.taps("Subscribe for")
    assert ana.sees(f"{name} waits for its first payment.")
    return ana.link("Pay €")


async def has_pro(stage: Stage, *others: tuple[str, ...]) -> str:
    """Ana has paid for Pro; Stripe's id of her subscription."""
    await offers(stage, PRO, *others)
    await stage.ana.pays(await chooses(stage, "Pro"))
    await stage.ana.will_see("Your plan has begun", "Pro is yours now.")
    return next(iter(stage.stripe.subscriptions))


async def books_with_plan(stage: Stage, at: str = "10:00 AM", *, day: str = steps.WEDNESDAY) -> None:
    ana = stage.ana
    await steps.takes_a_time(ana, day, at)
    assert ana.sees("60 minutes of your plan"), ana.view()
    await steps.says_what_about(ana)


async def sees_left(stage: Stage, minutes: int, total: int = 120) -> None:
    await stage.ana.says("/plans")
    assert stage.ana.sees(f"{minutes} of {total} minutes left"), stage.ana.view()


# --- choosing -------------------------------------------------------------------------------------


async def test_olga_offers_plans_and_ana_sees_what_they_give(stage: Stage) -> None:
    await offers(stage, FREE, PRO, PREMIUM)
    await stage.ana.says("/plans")
    for text in ("Free", "Pro", "Premium", "€29.00 a month", "120 minutes a month are included"):
        assert stage.ana.sees(text)
    assert stage.ana.sees("10% off further sessions")
    assert not stage.ana.offers("Manage plans")


async def test_ana_starts_pro_and_pays(stage: Stage) -> None:
    await has_pro(stage)
    await sees_left(stage, 120)
    assert stage.ana.sees("Renews on")
    [session] = stage.stripe.world.sessions.values()
    assert (session["mode"], session["amount_total"], session["currency"]) == ("subscription", 2_900, "eur")


@by_sandbox
async def test_the_sandbox_has_plans_too(stage: Stage) -> None:
    await offers(stage, PRO)
    await stage.bank.pay(await chooses(stage, "Pro"))
    await stage.ana.will_see("Your plan has begun")
    await stage.moves(days=31)
    await stage.ana.will_see("Your plan was renewed")


@by_paypal
async def test_where_nobody_takes_monthly_money_a_plan_can_only_cost_nothing(stage: Stage) -> None:
    await offers(stage, FREE)
    await stage.olga.taps("New plan")
    await stage.olga.fills(dict(zip(LABELS, PRO, strict=True)))
    assert stage.olga.sees("No provider that takes monthly payments is set up here")
    await stage.ana.says("/plans")
    await stage.ana.taps("Choose")
    await stage.ana.taps("Choose")
    await stage.ana.will_see("Your plan has begun")


async def test_a_free_plan_needs_no_payment(stage: Stage) -> None:
    await offers(stage, ("Starter", "0", "60", "0", "0"))
    await stage.ana.says("/plans")
    await stage.ana.taps("Choose")
    await stage.ana.taps("Choose")
    await stage.ana.will_see("Your plan has begun")
    await books_with_plan(stage)
    await stage.ana.will_see("is confirmed")
    await sees_left(stage, 0, 60)
    await stage.moves(days=31)
    await stage.ana.will_see("Your plan was renewed")
    await sees_left(stage, 60, 60)
    assert not stage.stripe.world.sessions


async def test_a_page_that_ana_leaves_lapses_and_she_chooses_again(stage: Stage) -> None:
    await offers(stage, PRO, PREMIUM)
    await chooses(stage, "Pro")
    await stage.ana.taps("Never mind")
    assert not stage.ana.sees("waits for its first payment")
    await chooses(stage, "Premium")
    await stage.moves(hours=3)
    await stage.ana.says("/plans")
    assert stage.ana.sees("You have no plan.")


async def test_what_cannot_be_offered_is_said_in_a_sentence(stage: Stage) -> None:
    olga = stage.olga
    await olga.says("/plans")
    await olga.taps("Manage plans")
    await olga.taps("New plan")
    await olga.fills(dict(zip(LABELS, ("Gold", "29", "5000", "10", "24"), strict=True)))
    assert olga.sees("A plan includes between 0 and 3,000 minutes a month.")
    await olga.tries_again()
    await olga.fills(dict(zip(LABELS, ("Gold", "29", "120", "50", "24"), strict=True)))
    assert olga.sees("The discount may be between 0 and 20 %")


async def test_ana_forges_the_ways_of_staff_in_vain(stage: Stage) -> None:
    await offers(stage, PRO)
    await stage.olga.taps("Look at it")
    route = stage.olga.route("Take it off sale")
    await stage.ana.says("/plans")
    await stage.ana.forges(route)
    assert stage.ana.sees("Only the community's staff can do this.")
    await stage.olga.taps("Take it off sale")
    assert stage.olga.sees("Pro is off sale.")


# --- using ----------------------------------------------------------------------------------------


async def test_ana_books_with_included_minutes_and_beyond_them_with_the_discount(stage: Stage) -> None:
    ana = stage.ana
    await has_pro(stage)
    await books_with_plan(stage, "10:00 AM")
    await ana.will_see("Confirmed · Ben Okafor", "is confirmed")
    await stage.ben.will_see("Ana Ruiz has booked a session with you")
    await books_with_plan(stage, "3:00 PM")
    await sees_left(stage, 0)
    await steps.takes_a_time(ana, at="5:00 PM")
    assert ana.sees("its discount is in the price")
    await steps.says_what_about(ana)
    await ana.pays(ana.link("Pay €36.00"))
    await ana.will_see("Payment received", "€36.00")


async def test_minutes_come_back_when_ana_cancels_in_time(stage: Stage) -> None:
    ana = stage.ana
    await has_pro(stage)
    await books_with_plan(stage)
    await ana.will_see("is confirmed")
    await sees_left(stage, 60)
    await ana.says("/bookings")
    await ana.taps("Open")
    await ana.taps("Change or cancel")
    await ana.taps("Cancel")
    await ana.taps("Cancel and get 60 minutes back")
    assert ana.sees("60 minutes are back in the plan."), ana.view()
    await sees_left(stage, 120)


async def test_members_book_before_others(stage: Stage) -> None:
    """Sixty days ahead is the horizon; a member of Pro sees a day more."""
    await has_pro(stage)
    await stage.moves(hours=8)
    far = datetime(2027, 1, 23, 9, 0, tzinfo=UTC)
    route = f"book.hold:ben-okafor:60:{stamp(far)}"
    await stage.cleo.says("/bookings")
    await stage.cleo.forges(route)
    assert stage.cleo.sees("It is too far ahead to be booked yet.")
    await stage.ana.forges(route)
    assert stage.ana.sees("60 minutes of your plan")


# --- months ---------------------------------------------------------------------------------------


async def test_next_month_the_plan_is_renewed_and_its_minutes_are_new(stage: Stage) -> None:
    await has_pro(stage)
    await books_with_plan(stage)
    await sees_left(stage, 60)
    await stage.moves(days=31)
    await stage.ana.will_see("Your plan was renewed", "Pro goes on for another month.")
    await sees_left(stage, 120)


async def test_a_renewal_that_fails_and_is_paid_in_grace(stage: Stage) -> None:
    ref = await has_pro(stage)
    stage.stripe.decline_next(ref)
    await stage.moves(days=30, hours=3)
    await stage.ana.will_see("Your plan was not paid", "This month's payment of €29.00 for Pro did not work.")
    await sees_left(stage, 120)
    assert stage.ana.link("Pay €29.00").startswith("https://invoice.stripe.com/")
    await books_with_plan(stage, day="Mon, Dec 28")
    await stage.ana.will_see("is confirmed")
    await stage.stripe.pay_due(ref)
    await stage.ana.will_see("Your plan was renewed")
    await sees_left(stage, 120)


async def test_a_renewal_that_is_never_paid_takes_the_benefits_and_then_the_plan(stage: Stage) -> None:
    ref = await has_pro(stage)
    stage.stripe.decline_next(ref)
    await stage.moves(days=34)
    await stage.ana.will_see("Nothing is included in your plan now", "Pro is still not paid")
    await stage.ana.says("/plans")
    assert stage.ana.sees("nothing is included until it is paid")
    await steps.takes_a_time(stage.ana, day="Wed, Dec 30")
    assert not stage.ana.sees("60 minutes of your plan")
    await stage.ana.taps("Release the time")
    await stage.moves(days=14)
    await stage.ana.will_see("Your plan has ended")


# --- changing and ending --------------------------------------------------------------------------


async def test_ana_changes_to_premium_at_once(stage: Stage) -> None:
    await has_pro(stage, PREMIUM)
    await stage.moves(days=15)
    await stage.ana.says("/plans")
    await stage.ana.taps("Change to it")
    assert stage.ana.sees("It counts at once instead of Pro.")
    await stage.ana.taps("Change to Premium")
    await stage.ana.will_see("Your plan was changed", "You have Premium now.")
    await sees_left(stage, 300, 300)
    assert len(stage.stripe.world.plans.invoices) == 2


async def test_a_card_that_is_declined_changes_nothing(stage: Stage) -> None:
    stage.expected_refusals = ["Your card was declined."]
    ref = await has_pro(stage, PREMIUM)
    stage.stripe.decline_next(ref)
    await stage.ana.says("/plans")
    await stage.ana.taps("Change to it")
    await stage.ana.taps("Change to Premium")
    assert stage.ana.sees("you keep the plan that you have")
    await sees_left(stage, 120)


async def test_ana_ends_her_plan_and_takes_the_end_back(stage: Stage) -> None:
    ana = stage.ana
    await has_pro(stage)
    await ana.says("/plans")
    await ana.taps("End my plan")
    assert ana.sees("You keep all of it until")
    await ana.taps("End it")
    assert ana.sees("Ends on")
    await ana.will_see("Your plan will end", "Pro is not renewed any more.")
    await ana.says("/plans")
    await ana.taps("Keep my plan")
    assert ana.sees("Renews on")
    await ana.will_see("Your plan goes on")
    await stage.moves(days=31)
    await ana.will_see("Your plan was renewed")


async def test_at_the_end_of_its_month_an_ended_plan_is_over(stage: Stage) -> None:
    ana = stage.ana
    await has_pro(stage)
    await ana.says("/plans")
    await ana.taps("End my plan")
    await ana.taps("End it")
    await stage.moves(days=31)
    await ana.will_see("Your plan has ended")
    await ana.says("/plans")
    assert ana.sees("You have no plan.")


async def test_a_plan_whose_month_is_not_paid_ends_at_once(stage: Stage) -> None:
    ana = stage.ana
    stage.stripe.decline_next(await has_pro(stage))
    await stage.moves(days=30, hours=3)
    await ana.will_see("Your plan was not paid")
    await ana.says("/plans")
    await ana.taps("End my plan")
    assert ana.sees("This month is not paid, so it ends at once")
    await ana.taps("End it")
    await ana.will_see("Your plan has ended")
    await ana.says("/plans")
    assert ana.sees("You have no plan.")


async def test_who_has_used_more_than_a_cheaper_plan_includes_changes_next_month(stage: Stage) -> None:
    ana = stage.ana
    await offers(stage, LIGHT, PRO)
    await ana.pays(await chooses(stage, "Pro"))
    await ana.will_see("Your plan has begun")
    await books_with_plan(stage)
    await ana.will_see("is confirmed")
    await ana.says("/plans")
    await ana.taps("Change to it")
    await ana.taps("Change to Light")
    assert ana.sees("You have used 60 minutes this month, more than Light includes."), ana.view()
    await sees_left(stage, 60)


async def test_plans_for_nothing_in_turn_bring_no_minutes_twice(stage: Stage) -> None:
    ana = stage.ana
    await offers(stage, ("Starter", "0", "60", "0", "0"), ("Guest", "0", "0", "0", "0"))
    for name in ("Starter", "Guest", "Starter"):
        await ana.says("/plans")
        await ana.taps("Choose", beside=name)
        await ana.taps("Choose")
        await stage.settles()
        if name == "Starter" and not ana.sees("0 of 60 minutes left"):
            await books_with_plan(stage)
            await ana.will_see("is confirmed")
    await sees_left(stage, 0, 60)


async def test_a_plan_that_is_canceled_at_stripes_dashboard_ends(stage: Stage) -> None:
    ref = await has_pro(stage)
    await stage.stripe.cancel_at_dashboard(ref)
    await stage.ana.will_see("Your plan has ended")


async def test_a_bill_that_is_refunded_at_stripes_dashboard_is_in_the_books(stage: Stage) -> None:
    await has_pro(stage)
    [intent] = stage.stripe.world.intents
    await stage.stripe.refund_at_dashboard(intent, 900)
    await stage.settles()


async def test_a_bill_that_is_paid_when_the_plan_has_ended_goes_back_by_itself(stage: Stage) -> None:
    ref = await has_pro(stage)
    stage.stripe.decline_next(ref)
    await stage.moves(days=48)
    await stage.ana.will_see("Your plan has ended")
    await stage.stripe.pay_due(ref)
    await stage.ana.will_see("You get €29.00 back", "You paid for Pro when it had ended.")
    await stage.moves(days=2)
    assert [charge["amount_refunded"] for charge in stage.stripe.world.charges.values()] == [0, 2_900]
    assert stage.ana.times_seen("You get €29.00 back") == 1


@pytest.mark.parametrize("mode", ["twice", "reordered", "never"])
async def test_money_goes_back_once_whatever_the_webhooks_do(stage: Stage, mode: str) -> None:
    ref = await has_pro(stage)
    stage.stripe.decline_next(ref)
    await stage.moves(days=48)
    stage.stripe.webhooks = mode
    await stage.stripe.pay_due(ref)
    if mode == "never":
        [paid] = [event for event in stage.stripe.events if event["type"] == "invoice.paid"][1:]
        assert await stage.stripe.send(paid) == 200
    await stage.ana.will_see("You get €29.00 back")
    await stage.moves(days=1)
    assert len(stage.stripe.world.refunds) == 1
    assert stage.ana.times_seen("You get €29.00 back") == 1


@by_sandbox
async def test_a_second_plan_that_is_paid_is_stopped_and_its_money_goes_back(stage: Stage) -> None:
    ana, bank = stage.ana, stage.bank
    assert isinstance(bank, SandboxBank)
    await offers(stage, PRO, PREMIUM)
    page = await chooses(stage, "Pro")
    await ana.taps("Never mind")
    await bank.pay(await chooses(stage, "Premium"))
    await ana.will_see("Your plan has begun")
    await bank.pay_late(page)
    await ana.will_see("You get €29.00 back", "You paid for Pro while another plan of yours was running.")
    await stage.olga.will_see("A plan needs your eye", "the money goes back by itself")
    await ana.says("/plans")
    assert ana.sees("€59.00 a month")


# --- the sandbox's own hands ------------------------------------------------------------------------


@by_sandbox
async def test_at_the_sandbox_a_visitor_lets_a_payment_fail_and_pays_it_after_all(stage: Stage) -> None:
    ana = stage.ana
    await offers(stage, PRO)
    await stage.bank.pay(await chooses(stage, "Pro"))
    await ana.will_see("Your plan has begun")
    await stage.moves(hours=1)
    await ana.says("/plans")
    page = ana.link("Payment page")
    await stage.browser.press(page, "End the month now and decline the payment")
    await ana.will_see("Your plan was not paid", "You keep everything as it is until then")
    assert "This month is not paid yet." in await stage.browser.open(page)
    await stage.browser.press(ana.link("Pay €29.00"), "Pay")
    await ana.will_see("Your plan was renewed")
    await sees_left(stage, 120)


@by_sandbox
async def test_at_the_sandbox_the_next_payment_fails_when_its_time_comes(stage: Stage) -> None:
    ana = stage.ana
    await offers(stage, PRO)
    await stage.bank.pay(page := await chooses(stage, "Pro"))
    await stage.browser.press(page, "Decline the next payment")
    assert "The next payment will be declined." in await stage.browser.open(page)
    await stage.moves(days=31)
    await ana.will_see("Your plan was not paid")
    await stage.moves(days=3)
    await ana.will_see("Nothing is included in your plan now")
    await stage.moves(days=14)
    await ana.will_see("Your plan has ended")
    assert "This plan has ended." in await stage.browser.open(page)


@by_sandbox
async def test_at_the_sandbox_a_month_ends_at_once_and_is_paid(stage: Stage) -> None:
    await offers(stage, PRO)
    await stage.bank.pay(page := await chooses(stage, "Pro"))
    await stage.ana.will_see("Your plan has begun")
    await stage.moves(minutes=1)
    for _ in range(2):
        await stage.browser.press(page, "End the month now and pay the next one")
    await stage.ana.will_see("Your plan was renewed")


# --- webhooks -------------------------------------------------------------------------------------


async def test_webhooks_twice_late_and_reordered_start_one_plan_once(stage: Stage) -> None:
    await offers(stage, PRO)
    page = await chooses(stage, "Pro")
    stage.stripe.webhooks = "hold"
    await stage.stripe.pay(page)
    await stage.moves(seconds=30)
    stage.stripe.webhooks = "reordered"
    await stage.stripe.release()
    await stage.settles()
    for event in stage.stripe.events * 2:
        assert await stage.stripe.send(event) == 200
    await stage.ana.will_see("Your plan has begun")
    assert stage.ana.times_seen("Your plan has begun") == 1
    await sees_left(stage, 120)


async def test_without_any_webhook_everything_is_found_by_asking(stage: Stage) -> None:
    await offers(stage, PRO)
    page = await chooses(stage, "Pro")
    stage.stripe.webhooks = "never"
    await stage.stripe.pay(page)
    await stage.moves(minutes=2)
    await stage.ana.will_see("Your plan has begun")
    await stage.moves(days=31)
    await stage.ana.will_see("Your plan was renewed")


async def test_i_have_paid_asks_at_once(stage: Stage) -> None:
    await offers(stage, PRO)
    page = await chooses(stage, "Pro")
    stage.stripe.webhooks = "never"
    await stage.stripe.pay(page)
    await stage.ana.taps("I have paid")
    assert stage.ana.sees("120 of 120 minutes left")


async def test_when_stripe_is_down_nothing_is_lost(stage: Stage) -> None:
    await offers(stage, PRO)
    await stage.ana.says("/plans")
    await stage.ana.taps("Choose")
    with stage.stripe_is_away():
        await stage.ana.taps("Subscribe for")
        assert stage.ana.sees("The payment provider does not answer at the moment.")
    await stage.ana.says("/plans")
    await stage.ana.taps("Get the pay link")
    await stage.ana.pays(stage.ana.link("Pay €29.00"))
    await stage.ana.will_see("Your plan has begun")
    assert len(stage.stripe.world.sessions) == 1
