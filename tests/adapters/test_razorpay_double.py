"""The double is as strict as Razorpay: what the vendor turns away, it turns away too."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from tests.doubles.clock import MovableClock
from tests.doubles.razorpay import RazorpayServer

pytestmark = pytest.mark.anyio
MINUTE = 60


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[RazorpayServer]:
    async with RazorpayServer(clock=MovableClock()) as server:
        yield server


async def call(
    server: RazorpayServer,
    method: str,
    path: str,
    body: object = None,
    *,
    secret: str = "",
    headers: dict[str, str] | None = None,
) -> tuple[int, Any]:
    auth = aiohttp.BasicAuth(server.key_id, secret or server.key_secret).encode()
    async with (
        aiohttp.ClientSession() as http,
        http.request(
            method,
            f"{server.api_base}/v1/{path}",
            json=body,
            headers={"Authorization": auth} | (headers or {}),
        ) as answer,
    ):
        return answer.status, await answer.json()


def wanted(server: RazorpayServer, **changes: object) -> dict[str, object]:
    plain = {"amount": 5_000, "currency": "INR", "expire_by": server.world.now() + 20 * MINUTE}
    return {**plain, "reference_id": "pay-1", **changes}


async def opened(server: RazorpayServer, **changes: object) -> str:
    status, link = await call(server, "POST", "payment_links", wanted(server, **changes))
    assert status == 200, link
    return str(link["id"])


async def test_a_link_has_the_fields_of_the_documentation(server: RazorpayServer) -> None:
    _, link = await call(server, "POST", "payment_links", wanted(server, notes={"payment": "PAY1"}))

    assert (link["status"], link["amount_paid"], link["payments"]) == ("created", 0, None)
    assert (link["upi_link"], link["cancelled_at"], link["expired_at"]) == (False, 0, 0)
    assert link["short_url"].startswith("https://rzp.io/i/")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 99}, "amount"),
        ({"amount": "5000"}, "amount"),
        ({"amount": True}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"expire_by": 0}, "expire_by"),
        ({"reference_id": "x" * 41}, "reference_id"),
        ({"description": "x" * 2_049}, "description"),
        ({"notes": {str(number): "x" for number in range(16)}}, "notes"),
        ({"notes": {"note": "x" * 257}}, "notes"),
        ({"notes": {"note": 7}}, "notes"),
        ({"notify": {"sms": "no"}}, "notify"),
        ({"reminder_enable": "false"}, "reminder_enable"),
        ({"callback_url": "https://x.example"}, "callback_method"),
        ({"callback_method": "get"}, "callback_method"),
        ({"callback_url": "x", "callback_method": "get"}, "callback_url"),
    ],
)
async def test_a_field_that_does_not_fit_is_named(
    server: RazorpayServer, changes: dict[str, object], field: str
) -> None:
    status, answer = await call(server, "POST", "payment_links", wanted(server, **changes))

    assert (status, answer["error"]["code"], answer["error"]["field"]) == (400, "BAD_REQUEST_ERROR", field)
    assert not server.world.links


@pytest.mark.parametrize(("minutes", "is_taken"), [(14, False), (15, True), (16, True)])
async def test_a_link_lives_a_quarter_of_an_hour_at_least(
    server: RazorpayServer, minutes: int, is_taken: bool
) -> None:
    expire_by = server.world.now() + minutes * MINUTE
    status, answer = await call(server, "POST", "payment_links", wanted(server, expire_by=expire_by))

    assert (status == 200) is is_taken
    if not is_taken:
        assert answer["error"]["description"].startswith("expire_by should be at least 15 minutes")


async def test_fields_that_nobody_knows_are_turned_away(server: RazorpayServer) -> None:
    status, answer = await call(server, "POST", "payment_links", wanted(server, colour="blue"))
    assert (status, answer["error"]["description"]) == (
        400,
        "colour is/are not required and should not be sent",
    )
    assert (await call(server, "GET", "payment_links?colour=blue"))[0] == 400


async def test_a_second_link_of_one_reference_is_turned_away_for_ever(server: RazorpayServer) -> None:
    ref = await opened(server)
    await call(server, "POST", f"payment_links/{ref}/cancel", {})

    status, answer = await call(server, "POST", "payment_links", wanted(server))

    assert status == 400
    assert answer["error"]["description"] == "payment link with given reference_id already exists"
    _, found = await call(server, "GET", "payment_links?reference_id=pay-1")
    assert [link["id"] for link in found["payment_links"]] == [ref]


async def test_a_list_does_not_tell_of_payments(server: RazorpayServer) -> None:
    ref = await opened(server)
    await server.pay(ref)

    _, found = await call(server, "GET", "payment_links?reference_id=pay-1")
    _, link = await call(server, "GET", f"payment_links/{ref}")

    assert (found["payment_links"][0]["status"], found["payment_links"][0]["payments"]) == ("paid", [])
    assert [payment["status"] for payment in link["payments"]] == ["captured"]


@pytest.mark.parametrize("end", ["paid", "partially_paid", "cancelled", "expired"])
async def test_only_what_is_open_can_be_closed(server: RazorpayServer, end: str) -> None:
    ref = await opened(server)
    match end:
        case "paid":
            await server.pay(ref)
        case "partially_paid":
            await server.pay_part(ref, 1_000)
        case "cancelled":
            await call(server, "POST", f"payment_links/{ref}/cancel", {})
        case "expired":
            clock = server.world._clock
            assert isinstance(clock, MovableClock)
            clock.move(timedelta(minutes=20))

    assert (await call(server, "POST", f"payment_links/{ref}/cancel", {}))[0] == 400
    assert (await call(server, "GET", f"payment_links/{ref}"))[1]["status"] == end


@pytest.mark.parametrize(
    "path", ["payment_links/plink_x", "payments/pay_x", "refunds/rfnd_x", "payments/x/refunds"]
)
async def test_what_does_not_exist_is_a_bad_request(server: RazorpayServer, path: str) -> None:
    status, answer = await call(server, "GET", path)
    assert (status, answer["error"]["description"]) == (400, "The id provided does not exist")


async def test_who_has_no_key_is_told_nothing(server: RazorpayServer) -> None:
    ref = await opened(server)
    status, answer = await call(server, "GET", f"payment_links/{ref}", secret="a guess")
    assert (status, answer["error"]["description"]) == (401, "Authentication failed")


@pytest.mark.parametrize("key", ["short", "with:colon:in:it", "ä" * 10])
async def test_a_key_of_a_refund_is_long_and_plain(server: RazorpayServer, key: str) -> None:
    payment = await server.pay(await opened(server))
    headers = {"X-Refund-Idempotency": key}
    assert (await call(server, "POST", f"payments/{payment}/refund", {"amount": 100}, headers=headers))[
        0
    ] == 400
    assert not server.world.refunds


async def test_a_key_of_a_refund_is_good_for_one_body(server: RazorpayServer) -> None:
    payment = await server.pay(await opened(server))
    path, headers = f"payments/{payment}/refund", {"X-Refund-Idempotency": "refund-0001"}
    first = await call(server, "POST", path, {"amount": 100}, headers=headers)
    assert first == await call(server, "POST", path, {"amount": 100}, headers=headers)
    status, answer = await call(server, "POST", path, {"amount": 200}, headers=headers)
    assert (status, len(server.world.refunds)) == (400, 1)
    assert answer["error"]["description"].startswith("Different request with the same idempotency key")


async def test_no_more_goes_back_than_was_paid(server: RazorpayServer) -> None:
    payment = await server.pay(await opened(server))
    path = f"payments/{payment}/refund"
    assert (await call(server, "POST", path, {"amount": 5_001}))[0] == 400
    assert (await call(server, "POST", path, {"amount": 99}))[0] == 400
    assert (await call(server, "POST", path, {"amount": 4_000}))[0] == 200
    assert (await call(server, "POST", path, {"amount": 1_001}))[0] == 400
    assert (await call(server, "POST", path, {}))[1]["amount"] == 1_000
    _, answer = await call(server, "POST", path, {"amount": 100})
    assert answer["error"]["description"] == "The payment has been fully refunded already"


async def test_a_payment_that_failed_is_not_given_back(server: RazorpayServer) -> None:
    payment = await server.fail(await opened(server))
    _, answer = await call(server, "POST", f"payments/{payment}/refund", {"amount": 100})
    assert "should be captured" in answer["error"]["description"]


async def test_nobody_pays_what_is_closed(server: RazorpayServer) -> None:
    ref = await opened(server)
    await call(server, "POST", f"payment_links/{ref}/cancel", {})
    with pytest.raises(AssertionError, match="cancelled"):
        await server.pay(ref)
