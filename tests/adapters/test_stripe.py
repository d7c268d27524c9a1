"""Stripe's ways: its faults, its slow methods, its events, its amounts and languages."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import stripe

from adapters.payments import stripe_amounts, stripe_words
from adapters.payments.stripe import StripeProvider
from core.money import Money
from core.ports import (
    BadSignature,
    LinkStatus,
    ProviderDown,
    ProviderRefused,
    RefundStatus,
)
from tests.adapters.banks import Bank, hang_up_after, stripe_bank
from tests.doubles.stripe import StripeServer, rules

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bank(anyio_backend: str) -> AsyncIterator[Bank]:
    async with stripe_bank() as bank:
        yield bank


@pytest.fixture
def server(bank: Bank) -> StripeServer:
    assert isinstance(bank.double, StripeServer)
    return bank.double


@pytest.fixture
async def hasty(request: pytest.FixtureRequest, server: StripeServer) -> AsyncIterator[StripeProvider]:
    """Never asks twice, and waits a second for what never comes."""
    provider = StripeProvider(
        server.secret_key,
        server.webhook_secret,
        api_base=server.api_base,
        patience=hang_up_after(request),
        retries=0,
    )
    yield provider
    await provider.close()


async def test_our_ids_are_on_the_session_and_on_the_payment(bank: Bank, server: StripeServer) -> None:
    await bank.paid()

    sent = server.requests[0]
    assert sent.key == "pay:1"
    assert sent.params["client_reference_id"] == "PAY1"
    for place in ("metadata", "payment_intent_data[metadata]"):
        assert sent.params[f"{place}[payment]"] == "PAY1"
        assert sent.params[f"{place}[booking]"] == "K7Q2M9ABCD"
        assert sent.params[f"{place}[booking_code]"] == "NP-20261121-K7Q2"
    assert server.violations == []


async def test_the_longest_texts_fit(bank: Bank, server: StripeServer) -> None:
    ask = bank.ask(title="é" * 400, description="x" * 9000, cancel_url="", locale="xx-YY")

    assert (await bank.provider.open_link(ask)).status is LinkStatus.OPEN
    assert (await bank.provider.open_link(bank.ask("pay:2", description=""))).status is LinkStatus.OPEN


@pytest.mark.parametrize("fault", ["500", "429", "409", "drop", "lost", "cut", "hang"])
async def test_a_fault_of_stripe_is_a_provider_that_is_down(
    bank: Bank, server: StripeServer, hasty: StripeProvider, fault: str
) -> None:
    server.fail_next(fault)

    with pytest.raises(ProviderDown) as down:
        await hasty.open_link(bank.ask())

    assert server.secret_key not in str(down.value)


@pytest.mark.parametrize("fault", ["500", "drop", "lost", "cut", "hang"])
async def test_asking_again_with_the_key_after_a_lost_answer_opens_one_session(
    bank: Bank, server: StripeServer, hasty: StripeProvider, fault: str
) -> None:
    server.fail_next(fault)
    with pytest.raises(ProviderDown):
        await hasty.open_link(bank.ask())

    link = await bank.provider.open_link(bank.ask())

    assert list(server.world.sessions) == [link.ref]


@pytest.mark.parametrize("fault", ["500", "409", "drop", "lost"])
async def test_one_fault_is_got_over_without_anyone_noticing(
    bank: Bank, server: StripeServer, fault: str
) -> None:
    server.fail_next(fault)

    link = await bank.provider.open_link(bank.ask())

    assert list(server.world.sessions) == [link.ref]


async def test_an_error_that_stripe_remembers_needs_a_new_key(
    bank: Bank, server: StripeServer, hasty: StripeProvider
) -> None:
    server.fail_next("500_kept")

    for _ in range(2):
        with pytest.raises(ProviderDown):
            await hasty.open_link(bank.ask())

    assert (await hasty.open_link(bank.ask("pay:1:2"))).status is LinkStatus.OPEN


@pytest.mark.parametrize("fault", ["lost", "cut", "hang"])
async def test_a_refund_whose_answer_was_lost_is_given_once_even_days_later(
    bank: Bank, server: StripeServer, hasty: StripeProvider, fault: str
) -> None:
    paid = await bank.paid()
    server.fail_next(fault, on="POST /v1/refunds")
    with pytest.raises(ProviderDown):
        await hasty.refund(paid.charge, Money(2000, "USD"), key="refund:1")
    server.forget_keys()

    await hasty.refund(paid.charge, Money(2000, "USD"), key="refund:1")

    assert [one["amount"] for one in server.world.refunds.values()] == [2000]


async def test_a_wrong_key_is_refused_without_being_told(server: StripeServer, bank: Bank) -> None:
    secret = "sk_test_of_someone_else"
    provider = StripeProvider(secret, server.webhook_secret, api_base=server.api_base)

    with pytest.raises(ProviderRefused) as refused:
        await provider.look_up("cs_test_x")

    assert secret not in str(refused.value)
    await provider.close()


async def test_a_server_that_is_not_there_is_down(bank: Bank) -> None:
    provider = StripeProvider("sk_test_x", "whsec_x", api_base="http://127.0.0.1:9", retries=0)

    with pytest.raises(ProviderDown):
        await provider.look_up("cs_test_x")

    await provider.close()


async def test_a_declined_card_leaves_the_link_open(bank: Bank, server: StripeServer) -> None:
    link = await bank.provider.open_link(bank.ask())
    await server.decline(link.url)

    after = await bank.provider.look_up(link.ref)

    assert (after.status, after.charge, after.paid_at) == (LinkStatus.OPEN, "", None)
    await server.pay(link.url)
    assert (await bank.provider.look_up(link.ref)).status is LinkStatus.PAID


async def test_a_completed_but_unpaid_session_is_not_paid(bank: Bank, server: StripeServer) -> None:
    link = await bank.provider.open_link(bank.ask())
    await server.pay_unpaid(link.url)

    waiting = await bank.provider.look_up(link.ref)

    assert (waiting.status, waiting.paid_at) == (LinkStatus.PROCESSING, None)
    assert (await bank.provider.expire(link.ref)).status is LinkStatus.PROCESSING


async def test_slow_money_that_arrives_is_paid_when_it_arrives(bank: Bank, server: StripeServer) -> None:
    link = await bank.provider.open_link(bank.ask())
    await server.pay_unpaid(link.url)
    bank.clock.move(timedelta(days=2))
    await server.succeed(link.ref)

    paid = await bank.provider.look_up(link.ref)

    assert (paid.status, paid.paid_at) == (LinkStatus.PAID, bank.clock.now())
    told = [event.kind for event in bank.letterbox.events if event.ref == link.ref]
    assert told == ["checkout.session.completed", "checkout.session.async_payment_succeeded"]


async def test_slow_money_that_never_arrives_has_failed(bank: Bank, server: StripeServer) -> None:
    link = await bank.provider.open_link(bank.ask())
    await server.pay_unpaid(link.url)
    await server.fail(link.ref)

    assert (await bank.provider.look_up(link.ref)).status is LinkStatus.FAILED
    told = [event.kind for event in bank.letterbox.events if event.ref == link.ref]
    assert told == ["checkout.session.completed", "checkout.session.async_payment_failed"]


async def test_a_session_that_expires_tells_so(bank: Bank, server: StripeServer) -> None:
    link = await bank.provider.open_link(bank.ask())
    bank.clock.move(timedelta(minutes=32))
    await server.tick()

    assert [(event.kind, event.ref) for event in bank.letterbox.events] == [
        ("checkout.session.expired", link.ref)
    ]


async def test_a_refund_at_the_dashboard_names_the_charge(bank: Bank, server: StripeServer) -> None:
    paid = await bank.paid()
    await server.refund_at_dashboard(paid.charge, 1500)

    told = [event for event in bank.letterbox.events if event.kind == "charge.refunded"]
    assert [(event.ref, event.charge) for event in told] == [("", paid.charge)]
    assert (await bank.provider.look_up(paid.ref)).refunded == Money(1500, "USD")


async def test_a_refund_that_takes_its_time_is_pending(bank: Bank, server: StripeServer) -> None:
    paid = await bank.paid()
    server.world.refund_status = "pending"

    _, status = await bank.provider.refund(paid.charge, Money(5000, "USD"), key="refund:1")

    assert status is RefundStatus.PENDING


async def test_a_refund_after_the_dashboards_full_refund_is_refused(bank: Bank, server: StripeServer) -> None:
    paid = await bank.paid()
    await server.refund_at_dashboard(paid.charge)

    with pytest.raises(ProviderRefused, match="charge_already_refunded"):
        await bank.provider.refund(paid.charge, Money(5000, "USD"), key="refund:1")


async def test_an_old_or_foreign_signature_is_refused(bank: Bank, server: StripeServer) -> None:
    await bank.paid()
    event = server.events[-1]

    assert await server.send(event) == 200
    assert await server.send(event, signed_at=int(time.time()) - 301) == 401
    assert await server.send(event, secret="whsec_of_someone_else") == 401


async def test_an_event_of_the_other_mode_is_not_ours(bank: Bank, server: StripeServer) -> None:
    await bank.paid()

    assert await server.send(server.events[-1] | {"livemode": True}) == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"object": "event", "livemode": False},
        {"object": "event", "livemode": False, "id": 7, "type": "x", "data": {"object": {}}},
        {"object": "event", "livemode": False, "id": "evt_1", "type": "x", "data": []},
        {"object": "v2.core.event", "livemode": False, "id": "evt_1", "type": "x", "data": {"object": {}}},
    ],
)
async def test_a_signed_body_that_is_no_event_is_malformed(
    server: StripeServer, body: dict[str, object]
) -> None:
    assert await server.send(body) == 400


async def test_an_empty_webhook_secret_believes_nobody(bank: Bank, server: StripeServer) -> None:
    await bank.paid()
    provider, body = StripeProvider(server.secret_key, ""), bank.letterbox.body
    signed = stripe.WebhookSignature.generate_signature_header(body.decode(), "")

    for headers in (bank.letterbox.headers, {"Stripe-Signature": signed}):
        with pytest.raises(BadSignature):
            await provider.read_webhook(headers, body, bank.clock.now())


def test_our_least_amounts_are_the_vendors() -> None:
    for currency, least in rules.LEAST.items():
        assert stripe_amounts.minimum(currency.upper()) == Money(least, currency.upper())


@pytest.mark.parametrize("currency", ["ISK", "UGX", "XXX", "usd", ""])
def test_a_currency_that_is_not_taken_has_no_minimum(currency: str) -> None:
    assert stripe_amounts.minimum(currency) is None


@pytest.mark.parametrize(
    ("amount", "is_taken"),
    [
        (Money(50, "USD"), True),
        (Money(49, "USD"), False),
        (Money(50, "JPY"), True),
        (Money(5000, "KWD"), True),
        (Money(5001, "KWD"), False),
        (Money(99_999_999, "USD"), True),
        (Money(100_000_000, "USD"), False),
        (Money(500, "UGX"), False),
    ],
)
async def test_what_stripe_would_refuse_is_not_sent(
    bank: Bank, server: StripeServer, amount: Money, is_taken: bool
) -> None:
    if is_taken:
        assert (await bank.provider.open_link(bank.ask(amount=amount))).amount == amount
        return
    with pytest.raises(ProviderRefused):
        await bank.provider.open_link(bank.ask(amount=amount))
    assert server.requests == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("pt-BR", "pt-BR"),
        ("hi", "hi-IN"),
        ("nb-NO", "nb"),
        ("zh-Hant", "zh-TW"),
        ("xx", "auto"),
        ("", "auto"),
    ],
)
async def test_the_pay_page_speaks_the_nearest_language(bank: Bank, ours: str, theirs: str) -> None:
    assert stripe_words.params(bank.ask(locale=ours)).get("locale") == theirs
