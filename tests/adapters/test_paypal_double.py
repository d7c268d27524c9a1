"""The double is as strict as PayPal: what it refuses, and the shapes it answers in."""

import json
from collections.abc import AsyncIterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from tests.adapters.banks import Bank, paypal_bank
from tests.doubles.paypal import PayPalServer, schemas
from tests.doubles.paypal.post import signature, written

pytestmark = pytest.mark.anyio

ORDERS = "/v2/checkout/orders"
UNIT = "/purchase_units/0"
CONTEXT = "/payment_source/paypal/experience_context"
RIGHT: dict[str, Any] = {
    "intent": "CAPTURE",
    "purchase_units": [
        {
            "custom_id": "PAY1 0",
            "invoice_id": "NP-1",
            "description": "An hour",
            "amount": {"currency_code": "USD", "value": "50.00"},
        }
    ],
    "payment_source": {
        "paypal": {
            "experience_context": {
                "return_url": "https://nearpeer.example/done",
                "cancel_url": "https://nearpeer.example/",
                "user_action": "PAY_NOW",
            }
        }
    },
}
WRONG: dict[str, tuple[str, Any, int]] = {
    "an unknown field": ("/colour", "red", 400),
    "an unknown nested field": (f"{UNIT}/colour", "red", 400),
    "an intent that is none": ("/intent", "RENT", 400),
    "no purchase unit": ("/purchase_units", [], 400),
    "a missing amount": (f"{UNIT}/amount", None, 400),
    "an amount that is a number": (f"{UNIT}/amount/value", 50.0, 400),
    "an amount in words": (f"{UNIT}/amount/value", "fifty", 400),
    "an amount of nothing": (f"{UNIT}/amount/value", "0.00", 422),
    "three decimals": (f"{UNIT}/amount/value", "50.001", 422),
    "a currency that is not taken": (f"{UNIT}/amount/currency_code", "INR", 422),
    "a currency in small letters": (f"{UNIT}/amount/currency_code", "usd", 422),
    "yen with decimals": (f"{UNIT}/amount", {"currency_code": "JPY", "value": "50.00"}, 422),
    "forints with decimals": (f"{UNIT}/amount", {"currency_code": "HUF", "value": "50.5"}, 422),
    "a long custom id": (f"{UNIT}/custom_id", "x" * 128, 400),
    "an empty description": (f"{UNIT}/description", "", 400),
    "an address that is none": (f"{CONTEXT}/return_url", "nearpeer.example", 400),
    "a missing address": (f"{CONTEXT}/cancel_url", None, 400),
    "a locale that is none": (f"{CONTEXT}/locale", "English", 400),
    "an action that is none": (f"{CONTEXT}/user_action", "PAY_LATER", 400),
}


@pytest.fixture
async def bank(anyio_backend: str) -> AsyncIterator[Bank]:
    async with paypal_bank() as bank:
        yield bank


@pytest.fixture
def server(bank: Bank) -> PayPalServer:
    assert isinstance(bank.double, PayPalServer)
    return bank.double


async def call(
    server: PayPalServer, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    form, login = {"grant_type": "client_credentials"}, aiohttp.encode_basic_auth(*server.keys[:2])
    async with aiohttp.ClientSession() as http:
        url = f"{server.api_base}/v1/oauth2/token"
        async with http.post(url, data=form, headers={"Authorization": login}) as answer:
            token = (await answer.json())["access_token"]
        every = {"Authorization": f"Bearer {token}", "PayPal-Request-Id": "a"} | headers
        async with http.request(method, f"{server.api_base}{path}", json=body, headers=every) as answer:
            return answer.status, await answer.json() if await answer.text() else {}


def changed(path: str, value: Any) -> dict[str, Any]:
    body = deepcopy(RIGHT)
    *way, last = path.strip("/").split("/")
    spot: Any = body
    for step in way:
        spot = spot[int(step)] if step.isdigit() else spot[step]
    spot[last] = value
    if value is None:
        del spot[last]
    return body


async def test_a_right_request_is_answered(server: PayPalServer) -> None:
    status, order = await call(server, "POST", ORDERS, RIGHT)

    assert (status, order["status"]) == (200, "PAYER_ACTION_REQUIRED")
    assert [link["rel"] for link in order["links"]] == ["self", "payer-action"]
    assert server.violations == []


@pytest.mark.parametrize(("path", "value", "status"), WRONG.values(), ids=WRONG)
async def test_a_wrong_request_is_refused_and_remembered(
    server: PayPalServer, path: str, value: Any, status: int
) -> None:
    found, body = await call(server, "POST", ORDERS, changed(path, value))

    assert found in (status, 400)
    assert body["name"] in ("INVALID_REQUEST", "UNPROCESSABLE_ENTITY")
    assert body["details"][0]["issue"]
    assert body["debug_id"]
    assert len(server.violations) == 1
    assert server.world.orders == {}


@pytest.mark.parametrize("key", ["", "Bearer A21AAother", "Basic eA=="])
async def test_nobody_gets_in_without_a_token(server: PayPalServer, key: str) -> None:
    status, body = await call(server, "GET", f"{ORDERS}/X", Authorization=key)

    assert (status, body["name"]) == (401, "AUTHENTICATION_FAILURE")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", f"{ORDERS}/X", 405),
        ("PUT", f"{ORDERS}/X/capture", 405),
        ("POST", "/v2/payments/refunds/X", 405),
        ("GET", "/v2/nothing", 404),
        ("GET", f"{ORDERS}/X", 404),
        ("GET", "/v2/payments/captures/X", 404),
    ],
)
async def test_a_wrong_place_or_method_is_refused(
    server: PayPalServer, method: str, path: str, status: int
) -> None:
    assert (await call(server, method, path, None if method == "GET" else {}))[0] == status


@pytest.mark.parametrize("request_id", ["", "x" * 109])
async def test_an_order_needs_a_request_id(server: PayPalServer, request_id: str) -> None:
    status, _ = await call(server, "POST", ORDERS, RIGHT, **{"PayPal-Request-Id": request_id})

    assert status == 400


async def test_a_request_id_gets_its_first_answer_for_six_hours(bank: Bank, server: PayPalServer) -> None:
    _, first = await call(server, "POST", ORDERS, RIGHT)
    other = changed(f"{UNIT}/amount/value", "70.00")
    bank.clock.move(timedelta(hours=5, minutes=59))
    assert (await call(server, "POST", ORDERS, other))[1] == first

    bank.clock.move(timedelta(minutes=1))

    assert (await call(server, "POST", ORDERS, other))[1]["id"] != first["id"]


async def test_a_request_id_is_free_again_when_its_body_was_refused(server: PayPalServer) -> None:
    await call(server, "POST", ORDERS, changed("/intent", "RENT"))

    assert (await call(server, "POST", ORDERS, RIGHT))[0] == 200


async def test_an_order_is_captured_once_and_only_when_approved(server: PayPalServer) -> None:
    _, order = await call(server, "POST", ORDERS, RIGHT)
    path = f"{ORDERS}/{order['id']}/capture"

    status, early = await call(server, "POST", path, {})
    assert (status, early["details"][0]["issue"]) == (422, "ORDER_NOT_APPROVED")
    await server.approve(order["id"])
    status, taken = await call(server, "POST", path, {})
    assert (status, taken["status"]) == (201, "COMPLETED")
    status, again = await call(server, "POST", path, {}, **{"PayPal-Request-Id": "b"})
    assert (status, again["details"][0]["issue"]) == (422, "ORDER_ALREADY_CAPTURED")


async def test_an_order_that_nobody_pays_for_is_forgotten_after_three_hours(
    bank: Bank, server: PayPalServer
) -> None:
    _, order = await call(server, "POST", ORDERS, RIGHT)
    bank.clock.move(timedelta(hours=3))

    assert (await call(server, "GET", f"{ORDERS}/{order['id']}"))[0] == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"op": "replace", "path": "/purchase_units/@reference_id=='default'/custom_id", "value": "x"}, 204),
        ({"op": "replace", "path": "/purchase_units/@reference_id=='PUHF'/custom_id", "value": "x"}, 422),
        ({"op": "replace", "path": "/purchase_units/@reference_id=='default'/payee", "value": "x"}, 400),
        ({"op": "move", "path": "/purchase_units/@reference_id=='default'/custom_id", "value": "x"}, 400),
        ({"op": "replace", "path": "/status", "value": "VOIDED"}, 400),
    ],
)
async def test_little_of_an_order_can_be_changed(
    server: PayPalServer, change: dict[str, str], status: int
) -> None:
    _, order = await call(server, "POST", ORDERS, RIGHT)

    assert (await call(server, "PATCH", f"{ORDERS}/{order['id']}", [change]))[0] == status


@pytest.mark.parametrize(
    ("body", "issue"),
    [
        ({"amount": {"currency_code": "USD", "value": "50.01"}}, "REFUND_AMOUNT_EXCEEDED"),
        ({"amount": {"currency_code": "EUR", "value": "5.00"}}, "REFUND_CAPTURE_CURRENCY_MISMATCH"),
        ({"custom_id": "refund:1"}, "INVALID_PARAMETER_SYNTAX"),
        ({"reason": "sorry"}, "NOT_SUPPORTED"),
    ],
)
async def test_a_wrong_refund_is_refused(
    bank: Bank, server: PayPalServer, body: dict[str, Any], issue: str
) -> None:
    paid = await bank.paid()

    _, refusal = await call(server, "POST", f"/v2/payments/captures/{paid.charge}/refund", body)

    assert refusal["details"][0]["issue"] == issue
    assert server.world.refunds == {}


@pytest.mark.parametrize(
    ("mode", "count"), [("normal", 1), ("twice", 2), ("reordered", 1), ("hold", 0), ("never", 0)]
)
async def test_webhooks_come_as_they_are_told_to(
    bank: Bank, server: PayPalServer, mode: str, count: int
) -> None:
    server.webhooks = mode
    await bank.paid()

    kinds = [delivery.kind for delivery in server.deliveries]
    assert kinds.count("CHECKOUT.ORDER.APPROVED") == kinds.count("PAYMENT.CAPTURE.COMPLETED") == count
    assert all(delivery.status == 200 for delivery in server.deliveries)


async def test_held_webhooks_come_in_disorder_when_they_are_told_to(bank: Bank, server: PayPalServer) -> None:
    server.webhooks = "hold"
    await bank.paid()
    server.webhooks = "reordered"
    await server.release()

    assert [event.kind for event in bank.letterbox.events] == [
        "PAYMENT.CAPTURE.COMPLETED",
        "CHECKOUT.ORDER.APPROVED",
    ]


@pytest.mark.parametrize("rewritten", [False, True])
async def test_a_signature_holds_for_the_raw_body_alone(server: PayPalServer, rewritten: bool) -> None:
    raw = written({"id": "WH-1", "summary": "über", "links": [{"href": "https://x/y", "rel": "self"}]})
    facts: dict[str, Any] = {
        "auth_algo": "SHA256withRSA",
        "cert_url": server.post.headers(raw)["PAYPAL-CERT-URL"],
        "transmission_id": "69cd13f0-d67a-11e5-baa3-778b53f4ae55",
        "transmission_time": "2026-11-21T09:00:00Z",
        "webhook_id": server.webhook_id,
    }
    facts["transmission_sig"] = signature(
        facts["transmission_id"], facts["transmission_time"], server.webhook_id, raw
    )
    body = json.dumps(json.loads(raw)) if rewritten else raw.decode()

    answer = server.api.verified(f'{json.dumps(facts)[:-1]},"webhook_event":{body}}}')

    assert answer == {"verification_status": "FAILURE" if rewritten else "SUCCESS"}


async def test_answers_and_events_have_the_vendors_shape(bank: Bank, server: PayPalServer) -> None:
    if schemas.folder() is None:
        pytest.skip("NEARPEER_SPECS names no folder")
    paid = await bank.paid()
    await server.refund_at_dashboard(paid.charge, "1.00")
    for path in (f"{ORDERS}/{paid.ref}", f"/v2/payments/captures/{paid.charge}"):
        assert (await call(server, "GET", path))[0] == 200

    assert server.violations == []
    assert schemas.request_faults("POST", ORDERS, {"intent": 7})
    assert schemas.answer_faults("GET", f"{ORDERS}/X", 200, {"status": "PAID"})
