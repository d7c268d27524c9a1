"""The letterbox for payments: what it lets in, and what it answers to the rest."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from adapters.payments.sandbox import SIGNATURE, SandboxProvider, sign
from core.ports import WebhookEvent
from tests.adapters.banks import Letterbox, served
from tests.doubles.clock import MovableClock
from webhooks import payments

pytestmark = pytest.mark.anyio

SECRET = b"a secret"
EVENT = {"id": "e1", "kind": "link.paid", "ref": "sbl_1", "charge": "sbp_1"}
CLOCK = MovableClock()


class Nothing:
    """The letterbox verifies without a database, so the provider gets none."""

    async def read(self, *_: object, **__: object) -> object:
        raise AssertionError("the letterbox reads nothing")

    write = read


class BrokenBox(Letterbox):
    async def take(self, provider: str, event: WebhookEvent, body: bytes) -> bool:
        raise OSError("the disk is full")


@asynccontextmanager
async def posted_to(letterbox: Letterbox, patience: timedelta = timedelta(minutes=1)) -> AsyncIterator[str]:
    provider = SandboxProvider(Nothing(), SECRET.decode(), clock=CLOCK)  # type: ignore[arg-type]
    app = web.Application()
    app.add_routes(payments.routes({"sandbox": provider}, letterbox.take, CLOCK, patience=patience))
    async with served(app) as url:
        yield f"{url}/webhooks/sandbox"


async def post(url: str, body: bytes, signature: str | None = None) -> tuple[int, object]:
    headers = {SIGNATURE: sign(SECRET, body, CLOCK.now()) if signature is None else signature}
    async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_an_event_is_stored_with_its_raw_body() -> None:
    letterbox = Letterbox()
    body = json.dumps(EVENT, indent=3).encode()
    async with posted_to(letterbox) as url:
        assert await post(url, body) == (200, {"stored": True, "duplicate": False})

    assert letterbox.events == [WebhookEvent("e1", "link.paid", ref="sbl_1", charge="sbp_1")]
    assert letterbox.body == body


async def test_the_same_event_again_is_welcome_and_stored_once() -> None:
    letterbox = Letterbox()
    body = json.dumps(EVENT).encode()
    async with posted_to(letterbox) as url:
        await post(url, body)
        assert await post(url, body) == (200, {"stored": True, "duplicate": True})

    assert len(letterbox.events) == 1


@pytest.mark.parametrize("signature", ["", "t=1,v1=00", "t=1,v1=é", "nonsense"])
async def test_what_the_provider_did_not_sign_is_turned_away(signature: str) -> None:
    letterbox = Letterbox()
    async with posted_to(letterbox) as url:
        status, _ = await post(url, json.dumps(EVENT).encode(), signature)

    assert status == 401
    assert letterbox.events == []


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'{"id": "e1"}'])
async def test_a_signed_but_malformed_body_is_turned_away(body: bytes) -> None:
    letterbox = Letterbox()
    async with posted_to(letterbox) as url:
        status, _ = await post(url, body)

    assert status == 400
    assert letterbox.events == []


async def test_a_provider_we_do_not_have_is_not_found() -> None:
    async with posted_to(Letterbox()) as url:
        status, _ = await post(url.replace("sandbox", "paypal"), b"{}")

    assert status == 404


async def test_a_body_that_is_too_large_is_not_read() -> None:
    letterbox = Letterbox()
    async with posted_to(letterbox) as url:
        status, _ = await post(url, b" " * (payments.LARGEST + 1))
        assert status == 413
        status, _ = await post(url, json.dumps(EVENT).encode().ljust(payments.LARGEST))
        assert status == 200


async def test_a_body_that_hides_its_length_is_not_read_to_its_end() -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 16_384

    async with (
        posted_to(Letterbox()) as url,
        aiohttp.ClientSession() as http,
        http.post(url, data=endless()) as answer,
    ):
        assert answer.status == 413


async def test_a_body_that_never_comes_is_not_waited_for() -> None:
    async def stuck() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with (
        posted_to(Letterbox(), patience=timedelta(milliseconds=200)) as url,
        aiohttp.ClientSession() as http,
        http.post(url, data=stuck()) as answer,
    ):
        assert answer.status == 408


async def test_an_event_we_cannot_store_is_asked_for_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    async with posted_to(BrokenBox()) as url:
        assert await post(url, json.dumps(EVENT).encode()) == (503, {"error": "try again later"})

    assert "webhook.failed provider=sandbox event=e1" in caplog.text


async def test_nobody_reads_the_letterbox() -> None:
    async with posted_to(Letterbox()) as url, aiohttp.ClientSession() as http, http.get(url) as answer:
        assert answer.status == 405
