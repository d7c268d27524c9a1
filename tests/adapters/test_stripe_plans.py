"""Monthly plans: what core may rely on, whoever renews them, and what is Stripe's own."""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import stripe

from adapters.database import Database
from adapters.payments.sandbox import SandboxProvider
from adapters.payments.stripe import StripeProvider
from core.money import Money
from core.ports import (
    ProviderDown,
    ProviderRefused,
    RefundStatus,
    SubscriptionAsk,
    SubscriptionLook,
    SubscriptionProvider,
    SubscriptionStatus,
    TakesPlans,
)
from tests.adapters.banks import Bank, sandbox_bank, stripe_bank
from tests.databases import SqliteStock
from tests.doubles.stripe import StripeServer

pytestmark = pytest.mark.anyio
OPEN, ACTIVE, PAST_DUE = SubscriptionStatus.OPEN, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE
EXPIRED, ENDED = SubscriptionStatus.EXPIRED, SubscriptionStatus.ENDED
MONTH = timedelta(days=31, hours=2)


@dataclass
class PlanBank:
    """A provider of plans, and the hands of a person and of the bank."""

    bank: Bank
    plans: SubscriptionProvider
    decline_next: Callable[[str], Awaitable[None]]
    pay_due: Callable[[str], Awaitable[None]]

    def ask(self, key: str = "plan:1", **changes: object) -> SubscriptionAsk:
        made = SubscriptionAsk(
            key=key,
            subscription="K7Q2M9ABCD",
            plan="PR0PR0PR0P",
            price=Money(2_900, "USD"),
            name="Pro",
            description="120 minutes a month",
            locale="en",
            expires_at=self.bank.clock.now() + timedelta(minutes=60),
            return_url="https://nearpeer.example",
            cancel_url="https://nearpeer.example",
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    async def pay(self, look: SubscriptionLook) -> SubscriptionLook:
        link = await self.bank.provider.look_up(look.link)
        await self.bank.pay(replace(link, url=look.pay_url))
        return await self.plans.look_up(look.link)

    async def running(self) -> SubscriptionLook:
        return await self.pay(await self.plans.open(self.ask()))


@pytest.fixture(params=["stripe", "sandbox"])
async def planbank(
    request: pytest.FixtureRequest, sqlite_stock: SqliteStock, anyio_backend: str
) -> AsyncIterator[PlanBank]:
    if request.param == "stripe":
        async with stripe_bank() as bank:
            server = bank.double
            assert isinstance(server, StripeServer)
            assert isinstance(bank.provider, StripeProvider)

            async def decline(ref: str) -> None:
                server.decline_next(ref)

            yield PlanBank(bank, bank.provider.plans, decline, server.pay_due)
        return
    with sqlite_stock.fresh() as url:
        database = await Database.open(url)
        async with sandbox_bank(database) as bank:
            assert isinstance(bank.provider, SandboxProvider)
            plans = bank.provider.plans
            yield PlanBank(bank, plans, plans.fail_next, plans.pay_due)
        await database.close()


@pytest.fixture
async def stripe_only(anyio_backend: str) -> AsyncIterator[PlanBank]:
    async with stripe_bank() as bank:
        server = bank.double
        assert isinstance(server, StripeServer)
        assert isinstance(bank.provider, StripeProvider)

        async def decline(ref: str) -> None:
            server.decline_next(ref)

        yield PlanBank(bank, bank.provider.plans, decline, server.pay_due)


def double(planbank: PlanBank) -> StripeServer:
    assert isinstance(planbank.bank.double, StripeServer)
    return planbank.bank.double


# --- whoever renews them ----------------------------------------------------------------------------


async def test_a_provider_says_that_it_takes_plans(planbank: PlanBank) -> None:
    assert isinstance(planbank.bank.provider, TakesPlans)
    assert planbank.plans.minimum("USD")


async def test_a_link_waits_for_the_first_payment(planbank: PlanBank) -> None:
    look = await planbank.plans.open(planbank.ask())

    assert (look.status, look.ref, look.subscription) == (OPEN, "", "K7Q2M9ABCD")
    assert look.link
    assert look.pay_url.startswith("http")


async def test_the_same_key_opens_one_link(planbank: PlanBank) -> None:
    ask = planbank.ask()

    assert await planbank.plans.open(ask) == await planbank.plans.open(ask)
    with pytest.raises(ProviderRefused):
        await planbank.plans.open(replace(ask, price=Money(3_000, "USD")))


async def test_paid_it_runs_for_a_month(planbank: PlanBank) -> None:
    now = planbank.bank.clock.now()
    look = await planbank.running()

    assert (look.status, look.is_paid, look.plan) == (ACTIVE, True, "PR0PR0PR0P")
    assert look.period_start == now
    assert look.period_end is not None
    assert look.period_end.day == now.day
    [invoice] = look.invoices
    assert (invoice.amount, invoice.paid_at) == (Money(2_900, "USD"), now)
    assert invoice.charge
    again = await planbank.plans.look_up(look.ref)
    assert replace(again, link=look.link) == look


async def test_paying_tells_the_letterbox(planbank: PlanBank) -> None:
    look = await planbank.running()

    told = {event.subscription or event.ref for event in planbank.bank.letterbox.events}
    assert {look.link, look.ref} & told


async def test_the_next_month_is_a_bill_of_its_own(planbank: PlanBank) -> None:
    look = await planbank.running()
    planbank.bank.clock.move(MONTH)

    later = await planbank.plans.look_up(look.ref)

    assert (later.status, later.is_paid, later.period_start) == (ACTIVE, True, look.period_end)
    assert len({invoice.ref for invoice in later.invoices}) == 2


async def test_a_month_that_is_not_paid_is_past_due_until_it_is(planbank: PlanBank) -> None:
    look = await planbank.running()
    await planbank.decline_next(look.ref)
    planbank.bank.clock.move(MONTH)

    owed = await planbank.plans.look_up(look.ref)
    await planbank.pay_due(look.ref)
    paid = await planbank.plans.look_up(look.ref)

    assert (owed.status, owed.is_paid, len(owed.invoices)) == (PAST_DUE, False, 1)
    assert (paid.status, paid.is_paid, len(paid.invoices)) == (ACTIVE, True, 2)


async def test_what_nobody_pays_ends_after_two_weeks(planbank: PlanBank) -> None:
    look = await planbank.running()
    await planbank.decline_next(look.ref)
    planbank.bank.clock.move(MONTH + timedelta(days=14))

    assert (await planbank.plans.look_up(look.ref)).status is ENDED


async def test_it_ends_with_its_month_unless_that_is_taken_back(planbank: PlanBank) -> None:
    look = await planbank.running()

    ending = await planbank.plans.end(look.ref, ends=True, key="end:1")
    kept = await planbank.plans.end(look.ref, ends=False, key="end:2")
    await planbank.plans.end(look.ref, ends=True, key="end:3")
    planbank.bank.clock.move(MONTH)

    assert (ending.status, ending.ends_at_period_end, kept.ends_at_period_end) == (ACTIVE, True, False)
    over = await planbank.plans.look_up(look.ref)
    assert (kept.ended_at, over.status, over.ended_at) == (None, ENDED, look.period_end)


async def test_another_plan_is_charged_for_the_rest_of_the_month_once(planbank: PlanBank) -> None:
    look = await planbank.running()
    planbank.bank.clock.move(timedelta(days=15))
    ask = planbank.ask("change:1", plan="PREM1UM0PR", price=Money(5_900, "USD"), name="Premium")

    changed = await planbank.plans.change(look.ref, ask)
    again = await planbank.plans.change(look.ref, ask)

    assert (changed.plan, changed.price, changed.is_paid) == ("PREM1UM0PR", Money(5_900, "USD"), True)
    assert again == changed
    assert len(changed.invoices) == 2
    more = max(changed.invoices, key=lambda invoice: invoice.paid_at).amount
    assert Money(1_400, "USD") < more < Money(1_600, "USD")


async def test_a_link_that_nobody_wants_is_closed(planbank: PlanBank) -> None:
    look = await planbank.plans.open(planbank.ask())

    closed = await planbank.plans.close(look.link)

    assert (closed.status, closed.pay_url) == (EXPIRED, "")
    assert (await planbank.plans.close(look.link)).status is EXPIRED


async def test_closing_what_was_paid_meanwhile_says_so(planbank: PlanBank) -> None:
    look = await planbank.running()

    assert (await planbank.plans.close(look.link)).status is ACTIVE


async def test_a_link_expires_by_itself(planbank: PlanBank) -> None:
    look = await planbank.plans.open(planbank.ask())
    planbank.bank.clock.move(timedelta(hours=2))

    assert (await planbank.plans.look_up(look.link)).status is EXPIRED


async def test_stopped_it_is_over_at_once(planbank: PlanBank) -> None:
    look = await planbank.running()

    for _ in range(2):
        assert (await planbank.plans.stop(look.ref, key="stop")).status is ENDED


async def test_money_that_went_back_is_counted(planbank: PlanBank) -> None:
    [invoice] = (await planbank.running()).invoices
    before = await planbank.plans.returned(invoice.charge)
    await planbank.bank.provider.refund(invoice.charge, Money(900, "USD"), key="back:1")

    assert before == Money(0, "USD")
    assert await planbank.plans.returned(invoice.charge) == Money(900, "USD")


async def test_a_bill_goes_back_once_a_key_whichever_month_it_was(planbank: PlanBank) -> None:
    look = await planbank.running()
    planbank.bank.clock.move(MONTH)
    invoices = (await planbank.plans.look_up(look.ref)).invoices
    assert len(invoices) == 2

    for number, invoice in enumerate(invoices):
        first, again = [
            await planbank.plans.refund(invoice.charge, invoice.amount, key=f"back:{number}")
            for _ in range(2)
        ]
        assert first == again
        assert first[1] is RefundStatus.SUCCEEDED
        assert await planbank.plans.returned(invoice.charge) == Money(2_900, "USD")
        with pytest.raises(ProviderRefused):
            await planbank.plans.refund(invoice.charge, invoice.amount, key=f"another:{number}")


async def test_what_is_over_cannot_be_changed(planbank: PlanBank) -> None:
    look = await planbank.running()
    await planbank.plans.stop(look.ref, key="stop")

    with pytest.raises(ProviderRefused):
        await planbank.plans.end(look.ref, ends=True, key="end")
    with pytest.raises(ProviderRefused):
        await planbank.plans.change(look.ref, planbank.ask("change:1", plan="PREM1UM0PR"))


async def test_what_there_is_not_is_refused(planbank: PlanBank) -> None:
    with pytest.raises(ProviderRefused):
        await planbank.plans.look_up("sub_none")


# --- Stripe's own ------------------------------------------------------------------------------------


async def test_a_card_that_is_declined_changes_nothing(stripe_only: PlanBank) -> None:
    look = await stripe_only.running()
    await stripe_only.decline_next(look.ref)
    ask = stripe_only.ask("change:1", plan="PREM1UM0PR", price=Money(5_900, "USD"))

    with pytest.raises(ProviderRefused):
        await stripe_only.plans.change(look.ref, ask)
    assert (await stripe_only.plans.look_up(look.ref)).plan == "PR0PR0PR0P"


async def test_a_change_is_found_after_its_key_was_forgotten(stripe_only: PlanBank) -> None:
    look = await stripe_only.running()
    ask = stripe_only.ask("change:1", plan="PREM1UM0PR", price=Money(5_900, "USD"))
    await stripe_only.plans.change(look.ref, ask)
    double(stripe_only).forget_keys()

    assert len((await stripe_only.plans.change(look.ref, ask)).invoices) == 2


async def test_less_is_credit_for_the_next_bill(stripe_only: PlanBank) -> None:
    look = await stripe_only.running()
    ask = stripe_only.ask("change:1", plan="L1GHT", price=Money(900, "USD"))
    changed = await stripe_only.plans.change(look.ref, ask)
    stripe_only.bank.clock.move(MONTH)
    later = await stripe_only.plans.look_up(look.ref)

    assert [invoice.amount.amount for invoice in changed.invoices] == [0, 2_900]
    assert [invoice.amount.amount for invoice in later.invoices] == [0, 0, 2_900]


async def test_a_bill_is_a_draft_before_it_is_paid(stripe_only: PlanBank) -> None:
    look = await stripe_only.running()
    assert look.period_end is not None
    stripe_only.bank.clock.move(look.period_end - stripe_only.bank.clock.now() + timedelta(minutes=5))

    later = await stripe_only.plans.look_up(look.ref)

    assert (later.status, later.is_paid, later.period_start) == (ACTIVE, False, look.period_end)


async def test_a_bill_can_be_paid_after_its_subscription_has_ended(stripe_only: PlanBank) -> None:
    look = await stripe_only.running()
    await stripe_only.decline_next(look.ref)
    stripe_only.bank.clock.move(MONTH)
    await stripe_only.plans.stop(look.ref, key="stop")
    await stripe_only.pay_due(look.ref)

    later = await stripe_only.plans.look_up(look.ref)

    assert (later.status, len(later.invoices)) == (ENDED, 2)


async def test_too_little_for_a_card_is_added_to_the_next_bill(stripe_only: PlanBank) -> None:
    look = await stripe_only.running()
    assert look.period_end is not None
    stripe_only.bank.clock.move(look.period_end - stripe_only.bank.clock.now() - timedelta(minutes=5))
    ask = stripe_only.ask("change:1", plan="PREM1UM0PR", price=Money(5_900, "USD"))
    changed = await stripe_only.plans.change(look.ref, ask)
    stripe_only.bank.clock.move(timedelta(hours=2))
    later = await stripe_only.plans.look_up(look.ref)

    assert (changed.plan, changed.is_paid) == ("PREM1UM0PR", True)
    assert [invoice.amount.amount for invoice in changed.invoices] == [0, 2_900]
    assert later.invoices[0].amount.amount > 5_900 - 1


async def test_what_is_owed_can_be_paid_at_stripes_page(stripe_only: PlanBank) -> None:
    look = await stripe_only.running()
    await stripe_only.decline_next(look.ref)
    stripe_only.bank.clock.move(MONTH)

    assert (await stripe_only.plans.look_up(look.ref)).pay_url.startswith("https://invoice.stripe.com/")


@pytest.mark.parametrize("fault", ["500", "drop", "cut"])
async def test_a_stripe_that_does_not_answer_is_down(stripe_only: PlanBank, fault: str) -> None:
    double(stripe_only).fail_next(fault, times=9)

    with pytest.raises(ProviderDown):
        await stripe_only.plans.open(stripe_only.ask())


@pytest.mark.parametrize(
    "price", [Money(49, "USD"), Money(100, "XXX"), Money(1_001, "KWD")], ids=lambda price: price.currency
)
async def test_a_price_that_stripe_does_not_take_is_refused_before_it_is_asked(
    stripe_only: PlanBank, price: Money
) -> None:
    with pytest.raises(ProviderRefused):
        await stripe_only.plans.open(stripe_only.ask(price=price))
    assert not double(stripe_only).requests


async def test_every_event_of_a_subscription_says_which(stripe_only: PlanBank) -> None:
    look = await stripe_only.running()
    told = {event.kind: event.subscription for event in stripe_only.bank.letterbox.events}

    assert told["checkout.session.completed"] == look.link
    kinds = ("customer.subscription.created", "customer.subscription.updated", "invoice.paid")
    assert {told[kind] for kind in kinds} == {look.ref}


async def test_subscriptions_have_the_vendors_shape(stripe_only: PlanBank) -> None:
    await stripe_only.running()
    specs = os.environ.get("NEARPEER_SPECS")
    samples = json.loads((Path(specs) / "stripe-fixtures3.json").read_text())["resources"] if specs else {}
    plans = double(stripe_only).world.plans
    [subscription], [invoice] = plans.subscriptions.values(), plans.invoices.values()

    for ours, kind in (
        (subscription, stripe.Subscription),
        (subscription["items"]["data"][0], stripe.SubscriptionItem),
        (invoice, stripe.Invoice),
        (invoice["payments"]["data"][0], stripe.InvoicePayment),
        (next(iter(plans.prices.values())), stripe.Price),
    ):
        known = {*kind.__annotations__, "object"}
        assert set(ours) <= known
        assert set(ours) >= set(samples.get(kind.OBJECT_NAME, ())) & known


@pytest.mark.parametrize(
    "change",
    [
        {"line_items[0][price_data][recurring][interval]": None},
        {"payment_intent_data[description]": "a plan"},
        {"submit_type": "book"},
        {"line_items[0][price_data][unit_amount]": "49"},
    ],
    ids=["no interval", "payment data", "another button", "too little"],
)
async def test_the_double_refuses_what_is_no_subscription(
    stripe_only: PlanBank, change: dict[str, str | None]
) -> None:
    from tests.adapters.test_stripe_double import RIGHT, post

    right = RIGHT | {"mode": "subscription", "line_items[0][price_data][recurring][interval]": "month"}
    assert (await post(double(stripe_only), right))[0] == 200
    assert (await post(double(stripe_only), right | change))[0] == 400
