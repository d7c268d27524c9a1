"""Razorpay's ways: links that are made once, its faults, its events, and refunds that fail after all."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.payments import razorpay_words
from adapters.payments.razorpay import RazorpayProvider
from core.money import Money
from core.ports import (
    BadBody,
    BadSignature,
    LinkStatus,
    ProviderDown,
    ProviderRefused,
    RefundStatus,
)
from tests.adapters.banks import Bank, hang_up_after, razorpay_bank
from tests.doubles.razorpay import RazorpayServer
from tests.doubles.razorpay.post import signature

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bank(anyio_backend: str) -> AsyncIterator[Bank]:
    async with razorpay_bank() as bank:
        yield bank


@pytest.fixture
def server(bank: Bank) -> RazorpayServer:
    assert isinstance(bank.double, RazorpayServer)
    return bank.double


@pytest.fixture
async def hasty(request: pytest.FixtureRequest, server: RazorpayServer) -> AsyncIterator[RazorpayProvider]:
    """Never asks twice, and waits a second for what never comes."""
    provider = RazorpayProvider(
        server.key_id,
        server.key_secret,
        api_base=server.api_base,
        patience=hang_up_after(request),
        retries=0,
    )
    yield provider
    await provider.close()


# --- links --------------------------------------------------------------------------------------


async def test_our_ids_are_on_the_link_and_nobody_is_written_to(bank: Bank, server: RazorpayServer) -> None:
    await bank.paid()

    sent = server.requests[0].content
    assert sent["reference_id"] == "pay-1"
    assert sent["notes"] == {"payment": "PAY1", "booking": "K7Q2M9ABCD", "booking_code": "NP-20261121-K7Q2"}
    assert (sent["notify"], sent["reminder_enable"]) == ({"sms": False, "email": False}, False)
    assert (sent["accept_partial"], sent["callback_url"]) == (False, bank.ask().return_url)
    assert server.violations == []


async def test_the_longest_texts_fit(bank: Bank) -> None:
    ask = bank.ask(title="₹" * 400, description="x" * 9000, booking_code="y" * 300)

    assert (await bank.provider.open_link(ask)).status is LinkStatus.OPEN


@pytest.mark.parametrize("method", ["upi", "card"])
async def test_a_link_is_paid_by_upi_or_card(bank: Bank, server: RazorpayServer, method: str) -> None:
    link = await bank.provider.open_link(bank.ask())

    charge = await server.pay(link.url, method)

    paid = await bank.provider.look_up(link.ref)
    assert (paid.status, paid.charge, paid.amount) == (LinkStatus.PAID, charge, Money(5000, "INR"))


@pytest.mark.parametrize("fault", ["500", "429", "drop", "lost", "cut", "hang", "html"])
async def test_a_fault_of_razorpay_is_a_provider_that_is_down(
    bank: Bank, server: RazorpayServer, hasty: RazorpayProvider, fault: str
) -> None:
    server.fail_next(fault)

    with pytest.raises(ProviderDown) as down:
        await hasty.open_link(bank.ask())

    assert server.key_secret not in str(down.value)


@pytest.mark.parametrize("fault", ["500", "drop", "lost", "cut", "hang", "html"])
async def test_asking_again_after_a_lost_answer_opens_one_link(
    bank: Bank, server: RazorpayServer, hasty: RazorpayProvider, fault: str
) -> None:
    server.fail_next(fault)
    with pytest.raises(ProviderDown):
        await hasty.open_link(bank.ask())

    link = await bank.provider.open_link(bank.ask())

    assert list(server.world.links) == [link.ref]


@pytest.mark.parametrize("fault", ["500", "429", "drop", "lost"])
async def test_one_fault_is_got_over_without_anyone_noticing(
    bank: Bank, server: RazorpayServer, fault: str
) -> None:
    server.fail_next(fault)

    link = await bank.provider.open_link(bank.ask())

    assert list(server.world.links) == [link.ref]


async def test_a_link_that_was_made_and_never_told_of_is_found_although_its_time_runs_out(
    bank: Bank, server: RazorpayServer, hasty: RazorpayProvider
) -> None:
    ask = bank.ask()
    server.fail_next("lost")
    with pytest.raises(ProviderDown):
        await hasty.open_link(ask)
    bank.clock.move(timedelta(minutes=20))

    link = await bank.provider.open_link(ask)

    assert (link.status, list(server.world.links)) == (LinkStatus.OPEN, [link.ref])


async def test_a_new_attempt_is_a_new_link(bank: Bank, server: RazorpayServer) -> None:
    first = await bank.provider.open_link(bank.ask("pay:PAY1:1"))
    second = await bank.provider.open_link(bank.ask("pay:PAY1:2"))

    assert first.ref != second.ref
    assert {link["reference_id"] for link in server.world.links.values()} == {"pay-PAY1-1", "pay-PAY1-2"}


async def test_a_link_of_somebody_elses_payment_is_not_taken_for_ours(bank: Bank) -> None:
    await bank.provider.open_link(bank.ask())

    with pytest.raises(ProviderRefused, match="already exists"):
        await bank.provider.open_link(bank.ask(payment="PAY2"))


async def test_a_payer_whose_bank_says_no_may_try_again(bank: Bank, server: RazorpayServer) -> None:
    link = await bank.provider.open_link(bank.ask())
    await server.fail(link.url)

    after = await bank.provider.look_up(link.ref)

    assert (after.status, after.charge, after.paid_at) == (LinkStatus.OPEN, "", None)
    [told] = bank.letterbox.events
    assert (told.kind, told.ref, told.charge) == ("payment.failed", "", "")
    charge = await server.pay(link.url)
    assert (await bank.provider.look_up(link.ref)).charge == charge


async def test_a_link_that_is_paid_in_its_last_minute_cannot_be_closed(
    bank: Bank, server: RazorpayServer
) -> None:
    link = await bank.provider.open_link(bank.ask())
    bank.clock.move(timedelta(minutes=30, seconds=59))
    await server.pay(link.url)
    bank.clock.move(timedelta(seconds=1))

    assert (await bank.provider.expire(link.ref)).status is LinkStatus.PAID


async def test_a_closing_whose_answer_was_lost_is_closed(bank: Bank, server: RazorpayServer) -> None:
    link = await bank.provider.open_link(bank.ask())
    server.fail_next("lost")

    assert (await bank.provider.expire(link.ref)).status is LinkStatus.EXPIRED


async def test_a_link_that_expires_tells_so(bank: Bank, server: RazorpayServer) -> None:
    link = await bank.provider.open_link(bank.ask())
    bank.clock.move(timedelta(minutes=32))
    await server.tick()

    assert [(event.kind, event.ref) for event in bank.letterbox.events] == [
        ("payment_link.expired", link.ref)
    ]


async def test_a_part_that_was_paid_is_not_taken_for_all_of_it(bank: Bank, server: RazorpayServer) -> None:
    link = await bank.provider.open_link(bank.ask())
    await server.pay_part(link.url, 2000)

    part = await bank.provider.look_up(link.ref)

    assert (part.status, part.amount) == (LinkStatus.PAID, Money(2000, "INR"))
    assert (await bank.provider.expire(link.ref)).amount == Money(2000, "INR")
    assert bank.letterbox.events[-1].kind == "payment_link.partially_paid"


async def test_a_paid_link_that_does_not_name_its_payment_yet_is_asked_again(
    bank: Bank, server: RazorpayServer
) -> None:
    link = await bank.provider.open_link(bank.ask())
    await server.pay(link.url)
    server.world.links[link.ref]["payments"] = None

    with pytest.raises(ProviderDown):
        await bank.provider.look_up(link.ref)


# --- refunds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["lost", "cut", "hang"])
async def test_a_refund_whose_answer_was_lost_is_given_once_even_days_later(
    bank: Bank, server: RazorpayServer, hasty: RazorpayProvider, fault: str
) -> None:
    paid = await bank.paid()
    server.fail_next(fault, on=f"POST /v1/payments/{paid.charge}/refund")
    with pytest.raises(ProviderDown):
        await hasty.refund(paid.charge, Money(2000, "INR"), key="refund:1")
    server.forget_keys()

    await hasty.refund(paid.charge, Money(2000, "INR"), key="refund:1")

    assert [one["amount"] for one in server.world.refunds.values()] == [2000]


async def test_a_refund_is_asked_for_with_a_key(bank: Bank, server: RazorpayServer) -> None:
    paid = await bank.paid()

    await bank.provider.refund(paid.charge, Money(2000, "INR"), key="refund:7:canceled")

    [sent] = [seen for seen in server.requests if seen.key]
    assert sent.key == "nearpeer-refund-7-canceled"
    assert sent.content == {"amount": 2000, "speed": "normal", "notes": {"key": "refund:7:canceled"}}


@pytest.mark.parametrize(
    ("ends", "is_now"), [("processed", RefundStatus.SUCCEEDED), ("failed", RefundStatus.FAILED)]
)
async def test_a_refund_that_takes_its_time_is_asked_about_by_its_id(
    bank: Bank, server: RazorpayServer, ends: str, is_now: RefundStatus
) -> None:
    paid = await bank.paid()
    server.world.refund_status = "pending"
    ref, status = await bank.provider.refund(paid.charge, Money(5000, "INR"), key="refund:1")
    assert status is RefundStatus.PENDING
    await server.end_refund(ref, ends)

    assert await bank.provider.refund(paid.charge, Money(5000, "INR"), key="refund:1", ref=ref) == (
        ref,
        is_now,
    )
    told = bank.letterbox.events[-1]
    assert (told.kind, told.ref, told.charge) == (f"refund.{ends}", "", paid.charge)


async def test_a_refund_that_failed_is_money_that_is_here_again(bank: Bank, server: RazorpayServer) -> None:
    paid = await bank.paid()
    await bank.provider.refund(paid.charge, Money(1000, "INR"), key="refund:1")
    ref, _ = await bank.provider.refund(paid.charge, Money(2000, "INR"), key="refund:2")
    await server.end_refund(ref, "failed")

    assert (await bank.provider.look_up(paid.ref)).refunded == Money(1000, "INR")
    assert await bank.provider.refund(paid.charge, Money(2000, "INR"), key="refund:2") == (
        ref,
        RefundStatus.FAILED,
    )


async def test_a_refund_at_the_dashboard_names_the_charge(bank: Bank, server: RazorpayServer) -> None:
    paid = await bank.paid()
    await server.refund_at_dashboard(paid.charge, 1500)

    told = [event for event in bank.letterbox.events if event.kind == "refund.processed"]
    assert [(event.ref, event.charge) for event in told] == [("", paid.charge)]
    assert (await bank.provider.look_up(paid.ref)).refunded == Money(1500, "INR")


async def test_a_refund_after_the_dashboards_full_refund_is_refused(
    bank: Bank, server: RazorpayServer
) -> None:
    paid = await bank.paid()
    await server.refund_at_dashboard(paid.charge)

    with pytest.raises(ProviderRefused, match="fully refunded already"):
        await bank.provider.refund(paid.charge, Money(5000, "INR"), key="refund:1")
    assert (await bank.provider.look_up(paid.ref)).status is LinkStatus.PAID


# --- webhooks -----------------------------------------------------------------------------------


async def test_a_foreign_signature_is_refused(bank: Bank, server: RazorpayServer) -> None:
    await bank.paid()
    event = server.events[-1]

    assert await server.send(event) == 200
    assert await server.send(event, secret="somebody else's") == 401
    assert await server.send(event, body=b'{"entity": "event"}') == 401


async def test_an_event_without_its_id_is_malformed(bank: Bank, server: RazorpayServer) -> None:
    await bank.paid()

    assert await server.send(server.events[-1], names=False) == 400


async def test_what_happened_before_a_change_of_the_secret_is_believed_while_the_old_one_is_kept(
    bank: Bank, server: RazorpayServer
) -> None:
    await bank.paid()
    old, new = server.webhook_secret, "the new one"
    headers, body = bank.letterbox.headers, bank.letterbox.body
    keeps, forgets = (RazorpayProvider("rzp_test_x", "x", secrets) for secrets in ([new, old], [new]))

    assert (await keeps.read_webhook(headers, body, bank.clock.now())).kind == "payment_link.paid"
    with pytest.raises(BadSignature):
        await forgets.read_webhook(headers, body, bank.clock.now())
    for provider in (keeps, forgets):
        signed = {**headers, "X-Razorpay-Signature": signature(new, body)}
        assert await provider.read_webhook(signed, body, bank.clock.now())


@pytest.mark.parametrize("secrets", [[], [""]])
async def test_without_a_secret_nobody_is_believed(bank: Bank, secrets: list[str]) -> None:
    provider = RazorpayProvider("rzp_test_x", "x", secrets)
    headers = {"X-Razorpay-Signature": signature("", b"{}"), "x-razorpay-event-id": "1"}

    with pytest.raises(BadSignature):
        await provider.read_webhook(headers, b"{}", bank.clock.now())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"entity": "event", "event": "payment_link.paid"}',
        b'{"entity": "event", "event": 7, "payload": {}}',
        b'{"entity": "payment", "event": "payment_link.paid", "payload": {}}',
    ],
)
async def test_a_signed_body_that_is_no_event_is_malformed(
    bank: Bank, server: RazorpayServer, body: bytes
) -> None:
    headers = {
        "x-razorpay-signature": signature(server.webhook_secret, body),
        "X-Razorpay-Event-Id": "1",
    }

    with pytest.raises(BadBody):
        await bank.provider.read_webhook(headers, body, bank.clock.now())


@pytest.mark.parametrize("event_id", ["", "x" * 101, "é"])
async def test_an_event_id_that_cannot_be_one_is_malformed(
    bank: Bank, server: RazorpayServer, event_id: str
) -> None:
    headers = {
        "X-Razorpay-Signature": signature(server.webhook_secret, b"{}"),
        "x-razorpay-event-id": event_id,
    }

    with pytest.raises(BadBody):
        await bank.provider.read_webhook(headers, b"{}", bank.clock.now())


# --- amounts and secrets --------------------------------------------------------------------------


@pytest.mark.parametrize("currency", ["USD", "EUR", "inr", "", "KWD"])
def test_only_rupees_are_taken(currency: str) -> None:
    assert RazorpayProvider("rzp_test_x", "x").minimum(currency) is None


@pytest.mark.parametrize(
    ("amount", "is_taken"),
    [
        (Money(100, "INR"), True),
        (Money(99, "INR"), False),
        (Money(0, "INR"), False),
        (Money(5000, "USD"), False),
    ],
)
async def test_what_razorpay_would_refuse_is_not_sent(
    bank: Bank, server: RazorpayServer, amount: Money, is_taken: bool
) -> None:
    if is_taken:
        assert amount == bank.provider.minimum("INR")
        assert (await bank.provider.open_link(bank.ask(amount=amount))).amount == amount
        return
    with pytest.raises(ProviderRefused):
        await bank.provider.open_link(bank.ask(amount=amount))
    assert server.requests == []


async def test_a_key_that_razorpay_would_cut_is_not_sent(bank: Bank, server: RazorpayServer) -> None:
    with pytest.raises(ProviderRefused):
        await bank.provider.open_link(bank.ask("x" * 41))
    assert server.requests == []


async def test_a_wrong_key_is_refused_without_being_told(server: RazorpayServer) -> None:
    secret = "of someone else"
    provider = RazorpayProvider(server.key_id, secret, api_base=server.api_base)

    with pytest.raises(ProviderRefused, match="401") as refused:
        await provider.look_up("plink_x")

    assert secret not in str(refused.value)
    assert server.key_id not in str(refused.value)
    await provider.close()


async def test_a_server_that_is_not_there_is_down() -> None:
    provider = RazorpayProvider("rzp_test_x", "x", api_base="http://127.0.0.1:9", retries=0)

    with pytest.raises(ProviderDown):
        await provider.look_up("plink_x")

    await provider.close()


async def test_a_live_key_makes_live_links(bank: Bank) -> None:
    assert RazorpayProvider("rzp_live_x", "x").live
    assert not (await bank.provider.open_link(bank.ask())).live


async def test_a_ref_with_a_path_in_it_leads_nowhere_else(bank: Bank) -> None:
    paid = await bank.paid()

    with pytest.raises(ProviderRefused):
        await bank.provider.look_up(f"../payments/{paid.charge}")


@pytest.mark.parametrize("ref", ["", ".", ".."])
async def test_an_id_that_is_none_is_not_asked_for(bank: Bank, ref: str) -> None:
    with pytest.raises(ProviderRefused, match="an id that is none"):
        await bank.provider.look_up(ref)


def test_a_key_is_written_in_razorpays_letters() -> None:
    assert razorpay_words.plain("pay:01J:2") == "pay-01J-2"
