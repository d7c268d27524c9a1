"""PayPal's ways: its token, its faults, what becomes of a capture, what goes back, its webhooks, its amounts."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.payments import paypal_amounts, paypal_words
from adapters.payments.paypal import PayPalProvider
from core.money import Money
from core.ports import BadSignature, LinkState, LinkStatus, ProviderDown, ProviderRefused, RefundStatus
from tests.adapters.banks import Bank, hang_up_after, paypal_bank
from tests.doubles.paypal import PayPalServer, rules
from tests.doubles.paypal.post import written

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bank(anyio_backend: str) -> AsyncIterator[Bank]:
    async with paypal_bank() as bank:
        yield bank


@pytest.fixture
def server(bank: Bank) -> PayPalServer:
    assert isinstance(bank.double, PayPalServer)
    return bank.double


@pytest.fixture
async def hasty(
    request: pytest.FixtureRequest, bank: Bank, server: PayPalServer
) -> AsyncIterator[PayPalProvider]:
    """Never asks twice, and waits a second for what never comes."""
    provider = PayPalProvider(
        *server.keys,
        clock=bank.clock,
        api_base=server.api_base,
        patience=hang_up_after(request),
        retries=0,
    )
    yield provider
    await provider.close()


async def approved(bank: Bank, key: str = "pay:1", **changes: object) -> LinkState:
    link = await bank.provider.open_link(bank.ask(key, **changes))
    assert bank.approve is not None
    await bank.approve(link)
    return link


async def take(bank: Bank, link: LinkState) -> LinkState:
    return await bank.provider.capture(link.ref, key="take:1")


# --- what is asked ------------------------------------------------------------------------------


async def test_our_ids_are_on_the_order_and_on_its_capture(bank: Bank, server: PayPalServer) -> None:
    paid = await bank.paid()

    [sent] = server.asked("POST", "/checkout/orders")
    [unit] = sent.body["purchase_units"]
    over = int((bank.clock.now() + timedelta(minutes=31)).timestamp())
    assert unit["custom_id"] == f"nearpeer:PAY1:{over}"
    assert unit["invoice_id"].startswith("NP-20261121-K7Q2-")
    assert server.world.captures[paid.charge]["custom_id"] == unit["custom_id"]
    assert server.violations == []


async def test_the_longest_texts_fit(bank: Bank, server: PayPalServer) -> None:
    ask = bank.ask("k" * 300, title="é" * 400, description="x" * 9000, cancel_url="", locale="xx-YY")

    assert (await bank.provider.open_link(ask)).status is LinkStatus.OPEN
    bare = bank.ask("pay:2", title="", description="")
    assert (await bank.provider.open_link(bare)).status is LinkStatus.OPEN
    assert server.violations == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("en", "en-US"), ("es", "es-ES"), ("de-AT", "de-DE"), ("pt-BR", "pt-BR"), ("hi", None), ("", None)],
)
async def test_the_pay_page_speaks_the_nearest_language(bank: Bank, ours: str, theirs: str | None) -> None:
    wallet = paypal_words.order(bank.ask(locale=ours))["payment_source"]["paypal"]
    assert wallet["experience_context"].get("locale") == theirs


# --- the token ----------------------------------------------------------------------------------


async def test_one_token_does_for_hours_and_is_renewed_before_its_end(
    bank: Bank, server: PayPalServer
) -> None:
    for hours in (0, 8, 1):
        bank.clock.move(timedelta(hours=hours))
        await bank.provider.open_link(bank.ask(f"pay:{hours}"))

    assert [one.status for one in server.asked("POST", "/oauth2/token")] == [200, 200]
    assert server.violations == []


async def test_a_token_that_is_taken_back_is_renewed_once(bank: Bank, server: PayPalServer) -> None:
    await bank.provider.open_link(bank.ask())
    server.fail_next("401")

    await bank.provider.open_link(bank.ask("pay:2"))

    assert len(server.asked("POST", "/oauth2/token")) == 2
    assert len(server.world.orders) == 2


async def test_wrong_keys_are_refused_without_being_told(bank: Bank, server: PayPalServer) -> None:
    secret = "EK-the-secret-of-someone-else"
    provider = PayPalProvider(server.client_id, secret, clock=bank.clock, api_base=server.api_base)

    with pytest.raises(ProviderRefused, match="invalid_client") as refused:
        await provider.look_up("5O190127TN364715T")

    assert secret not in str(refused.value)
    assert len(server.requests) == 1
    await provider.close()


# --- when PayPal stumbles -----------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["500", "503", "429", "409", "drop", "lost", "cut", "hang"])
async def test_a_fault_of_paypal_is_a_provider_that_is_down(
    bank: Bank, server: PayPalServer, hasty: PayPalProvider, fault: str
) -> None:
    server.fail_next(fault, on="POST /v2")

    with pytest.raises(ProviderDown) as down:
        await hasty.open_link(bank.ask())

    assert server.client_secret not in str(down.value)
    assert "A21AA" not in str(down.value)


@pytest.mark.parametrize("fault", ["500", "drop", "lost", "cut"])
async def test_one_fault_is_got_over_with_the_same_request_id(
    bank: Bank, server: PayPalServer, fault: str
) -> None:
    server.fail_next(fault, on="POST /v2")

    link = await bank.provider.open_link(bank.ask())

    assert list(server.world.orders) == [link.ref]
    assert len({one.request_id for one in server.asked("POST", "/checkout/orders")}) == 1


@pytest.mark.parametrize("fault", ["500", "drop", "lost", "cut", "hang"])
async def test_asking_again_with_the_key_after_a_lost_answer_opens_one_order(
    bank: Bank, server: PayPalServer, hasty: PayPalProvider, fault: str
) -> None:
    server.fail_next(fault, on="POST /v2")
    with pytest.raises(ProviderDown):
        await hasty.open_link(bank.ask())

    link = await bank.provider.open_link(bank.ask())

    assert list(server.world.orders) == [link.ref]


@pytest.mark.parametrize("fault", ["500", "lost", "cut", "hang"])
async def test_a_capture_whose_answer_was_lost_is_made_once(
    bank: Bank, server: PayPalServer, hasty: PayPalProvider, fault: str
) -> None:
    link = await approved(bank)
    server.fail_next(fault, on=f"POST /v2/checkout/orders/{link.ref}/capture")
    with pytest.raises(ProviderDown):
        await hasty.capture(link.ref, key="take:1")
    server.forget_keys()

    assert (await take(bank, link)).status is LinkStatus.PAID
    assert len(server.world.captures) == 1


async def test_a_server_that_is_not_there_is_down(bank: Bank) -> None:
    provider = PayPalProvider("id", "secret", clock=bank.clock, api_base="http://127.0.0.1:9", retries=0)

    with pytest.raises(ProviderDown):
        await provider.look_up("5O190127TN364715T")

    await provider.close()


@pytest.mark.parametrize("ref", ["", "..", "../../v1/x", "a b", "é"])
async def test_an_id_that_is_none_stays_one_step_of_a_path(
    bank: Bank, server: PayPalServer, ref: str
) -> None:
    with pytest.raises(ProviderRefused):
        await bank.provider.look_up(ref)

    assert not [one for one in server.requests if one.path.startswith("/v1/x")]


# --- late and twice -----------------------------------------------------------------------------


async def test_an_ask_that_is_over_opens_nothing(bank: Bank, server: PayPalServer) -> None:
    ask = bank.ask()
    bank.clock.move(timedelta(minutes=31))

    with pytest.raises(ProviderRefused):
        await bank.provider.open_link(ask)

    assert server.requests == []


async def test_two_orders_of_one_ask_are_paid_once(bank: Bank, server: PayPalServer) -> None:
    """Both were opened and approved, because PayPal had forgotten the request id: the second stays unpaid."""
    first = await approved(bank)
    server.forget_keys()
    second = await approved(bank)
    assert first.ref != second.ref

    await take(bank, first)

    with pytest.raises(ProviderRefused, match="DUPLICATE_INVOICE_ID"):
        await bank.provider.capture(second.ref, key="take:2")
    assert len(server.world.captures) == 1


async def test_an_order_that_is_none_of_ours_is_looked_at_and_left_alone(
    bank: Bank, server: PayPalServer
) -> None:
    link = await approved(bank)
    [unit] = server.world.orders[link.ref]["purchase_units"]
    unit["custom_id"] = "an order of the same host's shop"

    assert (await bank.provider.look_up(link.ref)).payment == ""
    with pytest.raises(ProviderRefused):
        await take(bank, link)
    assert (await bank.provider.expire(link.ref)).status is LinkStatus.APPROVED
    assert unit["custom_id"] == "an order of the same host's shop"
    assert not server.world.captures


async def test_approved_in_time_and_taken_too_late_is_not_taken(bank: Bank, server: PayPalServer) -> None:
    link = await approved(bank)
    assert (await bank.provider.look_up(link.ref)).status is LinkStatus.APPROVED
    bank.clock.move(timedelta(minutes=31))

    assert (await take(bank, link)).status is LinkStatus.EXPIRED
    assert not server.world.captures


async def test_a_closed_order_stays_closed_for_another_process(
    bank: Bank, server: PayPalServer, hasty: PayPalProvider
) -> None:
    link = await approved(bank)

    assert (await bank.provider.expire(link.ref)).status is LinkStatus.EXPIRED

    assert (await hasty.capture(link.ref, key="take:1")).status is LinkStatus.EXPIRED
    assert not server.world.captures


async def test_an_order_that_takes_no_note_is_closed_all_the_same(bank: Bank, server: PayPalServer) -> None:
    server.world.takes_notes_early = False
    link = await bank.provider.open_link(bank.ask())

    assert (await bank.provider.expire(link.ref)).status is LinkStatus.EXPIRED


async def test_an_order_that_paypal_has_forgotten_is_closed(bank: Bank) -> None:
    link = await bank.provider.open_link(bank.ask())
    bank.clock.move(timedelta(hours=4))

    assert (await bank.provider.expire(link.ref)).status is LinkStatus.EXPIRED
    with pytest.raises(ProviderRefused):
        await bank.provider.look_up(link.ref)


# --- what becomes of a capture ------------------------------------------------------------------


async def test_a_declined_card_sends_the_payer_back_and_another_one_pays(
    bank: Bank, server: PayPalServer
) -> None:
    link = await approved(bank)
    server.captures_end("INSTRUMENT_DECLINED")

    declined = await take(bank, link)

    assert (declined.status, declined.charge, declined.url) == (LinkStatus.OPEN, "", link.url)
    server.captures_end("COMPLETED")
    bank.clock.move(timedelta(minutes=1))
    await server.approve(declined.url)
    assert (await take(bank, link)).status is LinkStatus.PAID


async def test_a_capture_under_review_is_paid_when_the_review_is_over(
    bank: Bank, server: PayPalServer
) -> None:
    link = await approved(bank)
    server.captures_end("PENDING")

    waiting = await take(bank, link)

    assert (waiting.status, waiting.paid_at) == (LinkStatus.PROCESSING, None)
    assert (await bank.provider.expire(link.ref)).status is LinkStatus.PROCESSING
    bank.clock.move(timedelta(days=2))
    await server.complete(waiting.charge)
    assert (await bank.provider.look_up(link.ref)).status is LinkStatus.PAID
    told = [event.kind for event in bank.letterbox.events if event.charge == waiting.charge]
    assert told == ["PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.COMPLETED"]


async def test_a_capture_that_is_denied_after_its_review_has_failed(bank: Bank, server: PayPalServer) -> None:
    link = await approved(bank)
    server.captures_end("PENDING")
    waiting = await take(bank, link)
    await server.deny(waiting.charge)

    assert (await bank.provider.look_up(link.ref)).status is LinkStatus.FAILED
    last = bank.letterbox.events[-1]
    assert (last.kind, last.ref, last.charge) == ("PAYMENT.CAPTURE.DENIED", link.ref, waiting.charge)


async def test_a_capture_that_is_declined_at_once_has_failed(bank: Bank, server: PayPalServer) -> None:
    link = await approved(bank)
    server.captures_end("DECLINED")

    failed = await take(bank, link)

    assert (failed.status, failed.charge, failed.paid_at) == (LinkStatus.FAILED, "", None)


# --- going back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["lost", "cut", "hang"])
async def test_a_refund_whose_answer_was_lost_is_given_once_even_months_later(
    bank: Bank, server: PayPalServer, hasty: PayPalProvider, fault: str
) -> None:
    paid = await bank.paid()
    server.fail_next(fault, on=f"POST /v2/payments/captures/{paid.charge}/refund")
    with pytest.raises(ProviderDown):
        await hasty.refund(paid.charge, Money(2000, "USD"), key="refund:1")
    bank.clock.move(timedelta(days=60))

    ref, _ = await hasty.refund(paid.charge, Money(2000, "USD"), key="refund:1")

    assert list(server.world.refunds) == [ref]
    assert (await bank.provider.look_up(paid.ref)).refunded == Money(2000, "USD")


@pytest.mark.parametrize(
    ("end", "meant"),
    [
        ("COMPLETED", RefundStatus.SUCCEEDED),
        ("FAILED", RefundStatus.FAILED),
        ("CANCELLED", RefundStatus.FAILED),
    ],
)
async def test_a_refund_that_takes_its_time_ends_some_day(
    bank: Bank, server: PayPalServer, end: str, meant: RefundStatus
) -> None:
    paid = await bank.paid()
    server.world.refund_status = "PENDING"
    ref, status = await bank.provider.refund(paid.charge, Money(2000, "USD"), key="refund:1")
    assert status is RefundStatus.PENDING
    await server.end_refund(ref, end)

    assert await bank.provider.refund(paid.charge, Money(2000, "USD"), key="refund:1", ref=ref) == (
        ref,
        meant,
    )
    back = 2000 if meant is RefundStatus.SUCCEEDED else 0
    assert (await bank.provider.look_up(paid.ref)).refunded == Money(back, "USD")


async def test_a_refund_at_the_dashboard_names_the_capture(bank: Bank, server: PayPalServer) -> None:
    paid = await bank.paid()
    await server.refund_at_dashboard(paid.charge, "15.00")

    last = bank.letterbox.events[-1]
    assert (last.kind, last.ref, last.charge) == ("PAYMENT.CAPTURE.REFUNDED", "", paid.charge)
    assert (await bank.provider.look_up(paid.ref)).refunded == Money(1500, "USD")


async def test_a_payment_that_paypal_reverses_has_gone_back(bank: Bank, server: PayPalServer) -> None:
    paid = await bank.paid()
    await server.reverse(paid.charge)

    last = bank.letterbox.events[-1]
    assert (last.kind, last.ref, last.charge) == ("PAYMENT.CAPTURE.REVERSED", "", paid.charge)
    after = await bank.provider.look_up(paid.ref)
    assert (after.status, after.refunded) == (LinkStatus.PAID, Money(5000, "USD"))


async def test_a_refund_after_the_dashboards_full_refund_is_refused(bank: Bank, server: PayPalServer) -> None:
    paid = await bank.paid()
    await server.refund_at_dashboard(paid.charge)

    with pytest.raises(ProviderRefused, match="CAPTURE_FULLY_REFUNDED"):
        await bank.provider.refund(paid.charge, Money(5000, "USD"), key="refund:1")


# --- webhooks -----------------------------------------------------------------------------------


async def test_paypal_is_asked_with_the_raw_body(bank: Bank, server: PayPalServer) -> None:
    """Its slashes are escaped and its letters are not: written anew its checksum would be another."""
    await bank.paid()

    assert [delivery.status for delivery in server.deliveries] == [200, 200]
    assert len(server.asked("POST", "/verify-webhook-signature")) == 2
    assert server.violations == []


async def test_an_altered_body_or_header_is_not_believed(bank: Bank, server: PayPalServer) -> None:
    await bank.paid()
    event = server.events[-1]

    assert await server.send(event) == 200
    assert await server.send(event, body=written(event | {"id": "WH-other"})) == 401
    for header in ("Transmission-Id", "Transmission-Time", "Transmission-Sig"):
        changed = {f"PAYPAL-{header.upper()}": "2026-11-21T09:00:01Z"}
        assert await server.send(event, changes=changed) == 401


async def test_the_webhook_of_another_app_is_not_believed(bank: Bank, server: PayPalServer) -> None:
    await bank.paid()
    body = written(server.events[-1])
    other = server.post.headers(body, webhook="8PT597110X687430L")

    with pytest.raises(BadSignature):
        await bank.provider.read_webhook(other, body, bank.clock.now())


@pytest.mark.parametrize(
    "url",
    [
        "http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://evil.example/?api.sandbox.paypal.com",
        "https://api.sandbox.paypal.com@evil.example/",
        "https://api.sandbox.paypal.com:8443/",
        "//api.sandbox.paypal.com/",
        "",
    ],
)
async def test_a_certificate_that_is_not_at_paypal_is_not_even_asked_about(
    bank: Bank, server: PayPalServer, url: str
) -> None:
    await bank.paid()
    asked = len(server.requests)

    assert await server.send(server.events[-1], changes={"PAYPAL-CERT-URL": url}) == 401
    assert len(server.requests) == asked


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"not json",
        b'{},"webhook_id":"8PT597110X687430L"',
        b'{}}{"webhook_event":{}',
        b"[" * 100_000,
        '{"id":"WH-1"}'.encode("utf-16"),
    ],
)
async def test_what_is_no_json_object_is_not_even_asked_about(
    bank: Bank, server: PayPalServer, body: bytes
) -> None:
    """Nor can anybody write a second question into ours."""
    headers = server.post.headers(body, webhook="8PT597110X687430L")

    with pytest.raises(BadSignature):
        await bank.provider.read_webhook(headers, body, bank.clock.now())

    assert server.requests == []


@pytest.mark.parametrize(
    "body",
    [{}, {"id": "WH-1"}, {"id": "WH-1", "event_type": "x"}, {"id": "", "event_type": "x", "resource": {}}],
)
async def test_a_signed_body_that_is_no_event_is_malformed(
    server: PayPalServer, body: dict[str, object]
) -> None:
    assert await server.send(body) == 400


@pytest.mark.parametrize(
    "kind", ["CUSTOMER.DISPUTE.CREATED", "PAYMENT.CAPTURE.REFUNDED", "CHECKOUT.ORDER.APPROVED"]
)
async def test_an_event_that_says_nothing_of_an_order_says_nothing(
    bank: Bank, server: PayPalServer, kind: str
) -> None:
    resource = {"links": [{"rel": "up", "href": "https://evil.example/v2/payments/captures/../x"}]}
    assert await server.send({"id": "WH-1", "event_type": kind, "resource": resource}) == 200

    [event] = bank.letterbox.events
    assert (event.ref, event.charge) == ("", "")


@pytest.mark.parametrize("fault", ["500", "429", "hang"])
async def test_a_webhook_that_nobody_can_judge_now_may_come_again(
    bank: Bank, server: PayPalServer, hasty: PayPalProvider, fault: str
) -> None:
    await bank.paid()
    server.fail_next(fault)

    with pytest.raises(ProviderDown):
        await hasty.read_webhook(bank.letterbox.headers, bank.letterbox.body, bank.clock.now())
    server.fail_next("500", times=3)
    assert await server.send(server.events[-1]) == 503


async def test_a_webhook_that_comes_while_our_keys_are_wrong_may_come_again(
    bank: Bank, server: PayPalServer
) -> None:
    await bank.paid()
    provider = PayPalProvider(
        server.client_id, "wrong", server.webhook_id, clock=bank.clock, api_base=server.api_base
    )

    with pytest.raises(ProviderDown):
        await provider.read_webhook(bank.letterbox.headers, bank.letterbox.body, bank.clock.now())

    await provider.close()


async def test_without_a_webhook_id_nobody_is_believed(bank: Bank, server: PayPalServer) -> None:
    await bank.paid()
    provider = PayPalProvider(
        server.client_id, server.client_secret, clock=bank.clock, api_base=server.api_base
    )
    asked = len(server.requests)

    with pytest.raises(BadSignature):
        await provider.read_webhook(bank.letterbox.headers, bank.letterbox.body, bank.clock.now())

    assert len(server.requests) == asked


# --- amounts ------------------------------------------------------------------------------------


def test_our_currencies_are_the_vendors() -> None:
    for currency in rules.CURRENCIES:
        least = paypal_amounts.minimum(currency)
        assert least is not None
        value, written = rules.amount(paypal_amounts.written(least), "")
        assert (value, written) == (least.decimal, currency)
        assert paypal_amounts.read(paypal_amounts.written(least)) == least


@pytest.mark.parametrize("currency", ["INR", "KWD", "RUB", "XXX", "usd", ""])
def test_a_currency_that_is_not_taken_has_no_minimum(currency: str) -> None:
    assert paypal_amounts.minimum(currency) is None


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        (Money(1, "USD"), "0.01"),
        (Money(0, "USD"), None),
        (Money(123456, "EUR"), "1234.56"),
        (Money(5000, "JPY"), "5000"),
        (Money(500000, "HUF"), "5000"),
        (Money(500050, "HUF"), None),
        (Money(99, "TWD"), None),
        (Money(5000, "KWD"), None),
        (Money(100_000_000_000, "USD"), None),
    ],
)
async def test_what_paypal_would_refuse_is_not_sent(
    bank: Bank, server: PayPalServer, amount: Money, value: str | None
) -> None:
    if value is None:
        with pytest.raises(ProviderRefused, match="paypal:"):
            await bank.provider.refund("3C679366HH908993F", amount, key="refund:1")
    if value is not None:
        assert (await bank.provider.open_link(bank.ask(amount=amount))).amount == amount
        [sent] = server.asked("POST", "/checkout/orders")
        assert sent.body["purchase_units"][0]["amount"]["value"] == value
        return
    with pytest.raises(ProviderRefused):
        await bank.provider.open_link(bank.ask(amount=amount))
    assert server.requests == []


@pytest.mark.parametrize(
    "money", [None, {}, {"currency_code": "USD", "value": "x"}, {"currency_code": "USD", "value": "0.001"}]
)
def test_an_amount_that_could_not_be_counted_is_none(money: object) -> None:
    assert paypal_amounts.read(money) is None
