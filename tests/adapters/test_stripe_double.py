"""The double is as strict as Stripe: what it refuses, and the shapes it answers in."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import stripe
from stripe.checkout import Session

from tests.adapters.banks import Bank, stripe_bank
from tests.doubles.stripe import StripeServer

pytestmark = pytest.mark.anyio

RIGHT = {
    "mode": "payment",
    "success_url": "https://nearpeer.example/done",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "5000",
    "line_items[0][price_data][product_data][name]": "An hour",
}
WRONG = {
    "an unknown parameter": {"payment_method_types[0]": "card"},
    "an unknown nested parameter": {"line_items[0][price_data][colour]": "red"},
    "a word that is none": {"locale": "tlh"},
    "an amount that is no integer": {"line_items[0][price_data][unit_amount]": "50.00"},
    "an amount too small": {"line_items[0][price_data][unit_amount]": "49"},
    "an amount too large": {"line_items[0][price_data][unit_amount]": "100000000"},
    "a currency in capitals": {"line_items[0][price_data][currency]": "USD"},
    "an empty string": {"line_items[0][price_data][product_data][description]": ""},
    "a boolean that is none": {"allow_promotion_codes": "yes"},
    "a missing url": {"success_url": None},
    "an address that is none": {"cancel_url": "nearpeer.example"},
    "no line": {name: None for name in RIGHT if name.startswith("line_items")},
    "a missing quantity": {"line_items[0][quantity]": None},
    "a long reference": {"client_reference_id": "x" * 201},
    "a long metadata key": {f"metadata[{'x' * 41}]": "1"},
    "a long metadata value": {"payment_intent_data[metadata][a]": "x" * 501},
    "too much metadata": {f"metadata[{number}]": "1" for number in range(51)},
    "a hole in a list": {"expand[1]": "payment_intent"},
    "something that does not expand": {"expand[0]": "payment_intent.mood"},
    "an end that is too near": {"expires_at": "1"},
    "a mode that is none": {"mode": "rent"},
}


@pytest.fixture
async def bank(anyio_backend: str) -> AsyncIterator[Bank]:
    async with stripe_bank() as bank:
        yield bank


@pytest.fixture
def server(bank: Bank) -> StripeServer:
    assert isinstance(bank.double, StripeServer)
    return bank.double


async def post(server: StripeServer, params: dict[str, Any], **headers: str) -> tuple[int, dict[str, Any]]:
    every = {
        "Authorization": f"Bearer {server.secret_key}",
        "Stripe-Version": stripe._api_version._ApiVersion.CURRENT,
        **headers,
    }
    form = {name: value for name, value in params.items() if value is not None}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server.api_base}/v1/checkout/sessions", data=form, headers=every) as answer,
    ):
        return answer.status, await answer.json() | {"replayed": answer.headers.get("Idempotent-Replayed")}


async def test_a_right_request_is_answered(server: StripeServer) -> None:
    status, session = await post(server, RIGHT)

    assert (status, session["status"], session["payment_intent"]) == (200, "open", None)


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
async def test_a_wrong_request_is_refused_and_remembered(
    server: StripeServer, change: dict[str, Any]
) -> None:
    status, body = await post(server, RIGHT | change)

    assert (status, body["error"]["type"]) == (400, "invalid_request_error")
    assert len(server.violations) == 1
    assert server.world.sessions == {}


@pytest.mark.parametrize("key", ["", "Bearer sk_test_other", "Basic eA=="])
async def test_nobody_gets_in_without_the_key(server: StripeServer, key: str) -> None:
    status, _ = await post(server, RIGHT, Authorization=key)

    assert status == 401


async def test_another_api_version_is_refused(server: StripeServer) -> None:
    status, _ = await post(server, RIGHT, **{"Stripe-Version": "2022-08-01"})

    assert status == 400


async def test_a_key_gets_its_first_answer_again(server: StripeServer) -> None:
    _, first = await post(server, RIGHT, **{"Idempotency-Key": "a"})
    _, again = await post(server, RIGHT, **{"Idempotency-Key": "a"})
    _, other = await post(server, RIGHT, **{"Idempotency-Key": "b"})

    assert (first["replayed"], again["replayed"], other["replayed"]) == (None, "true", None)
    assert first["id"] == again["id"] != other["id"]


async def test_a_key_with_other_parameters_is_refused(server: StripeServer) -> None:
    await post(server, RIGHT, **{"Idempotency-Key": "a"})
    status, body = await post(server, RIGHT | {"locale": "de"}, **{"Idempotency-Key": "a"})

    assert (status, body["error"]["type"]) == (400, "idempotency_error")


async def test_a_key_is_free_again_when_its_parameters_were_refused(server: StripeServer) -> None:
    await post(server, RIGHT | {"mode": "rent"}, **{"Idempotency-Key": "a"})
    status, _ = await post(server, RIGHT, **{"Idempotency-Key": "a"})

    assert status == 200


@pytest.mark.parametrize(
    ("mode", "count"), [("normal", 1), ("twice", 2), ("reordered", 1), ("hold", 0), ("never", 0)]
)
async def test_webhooks_come_as_they_are_told_to(
    bank: Bank, server: StripeServer, mode: str, count: int
) -> None:
    server.webhooks = mode
    await bank.paid()

    kinds = [delivery.kind for delivery in server.deliveries]
    assert kinds.count("checkout.session.completed") == count
    assert all(delivery.status == 200 for delivery in server.deliveries)
    if mode == "reordered":
        assert kinds[0] == "checkout.session.completed"


async def test_held_webhooks_come_when_released(bank: Bank, server: StripeServer) -> None:
    server.webhooks = "hold"
    paid = await bank.paid()
    await server.release()

    assert paid.ref in {event.ref for event in bank.letterbox.events}


async def test_what_a_request_causes_is_told_too(bank: Bank, server: StripeServer) -> None:
    link = await bank.provider.open_link(bank.ask())
    await bank.provider.expire(link.ref)
    await server.quiet()

    assert [event.kind for event in bank.letterbox.events] == ["checkout.session.expired"]


async def test_answers_have_the_vendors_shape(bank: Bank, server: StripeServer) -> None:
    paid = await bank.paid()
    await server.refund_at_dashboard(paid.charge, 100)
    specs = os.environ.get("NEARPEER_SPECS")
    samples = json.loads((Path(specs) / "stripe-fixtures3.json").read_text())["resources"] if specs else {}
    world = server.world

    for ours, kind in (
        (world.sessions, Session),
        (world.intents, stripe.PaymentIntent),
        (world.charges, stripe.Charge),
        (world.refunds, stripe.Refund),
    ):
        keys = set(next(iter(ours.values())))
        assert keys <= set(kind.__annotations__) | {"object"}
        assert keys >= set(samples.get(kind.OBJECT_NAME, ()))
    assert set(server.events[0]) >= set(samples.get("event", ()))
