"""Telegram's letterbox: only who knows the secret is heard, and only updates are taken."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from webhooks.telegram import HEADER, LARGEST, PATH, Update, routes

pytestmark = pytest.mark.anyio

SECRET = "s3cret-of-ours"
Client = TestClient[web.Request, web.Application]


class Letterbox:
    """Takes what is posted, unless it is full."""

    def __init__(self) -> None:
        self.taken: list[Update] = []
        self.is_full = False

    async def take(self, updates: Sequence[Update]) -> None:
        if self.is_full:
            raise OSError("the disk is full")
        self.taken += updates


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


@pytest.fixture
async def client(box: Letterbox) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(routes(SECRET, box.take, patience=timedelta(minutes=1)))
    async with TestClient(TestServer(app)) as client:
        yield client


async def post(client: Client, body: bytes, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {HEADER: secret}
    async with client.post(PATH, data=body, headers=headers) as response:
        return response.status


async def test_an_update_is_taken(client: Client, box: Letterbox) -> None:
    assert await post(client, b'{"update_id": 7, "message": {}}') == 200
    assert box.taken == [{"update_id": 7, "message": {}}]


@pytest.mark.parametrize("secret", [None, "", "s3cret", "s3cret-of-ourS", SECRET + "x", "\u00fc"])
async def test_who_does_not_know_the_secret_is_not_heard(
    client: Client, box: Letterbox, secret: str | None
) -> None:
    assert await post(client, b'{"update_id": 7}', secret) == 401
    assert box.taken == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 1e3}',
        b'{"update_id": 99999999999999999999}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
async def test_what_is_no_update_is_refused(client: Client, box: Letterbox, body: bytes) -> None:
    assert await post(client, body) == 400
    assert box.taken == []


async def test_what_is_too_large_is_not_read(client: Client, box: Letterbox) -> None:
    body = json.dumps({"update_id": 7, "message": "x" * LARGEST}).encode()
    assert await post(client, body) == 413
    assert box.taken == []


async def test_where_it_cannot_be_kept_telegram_is_asked_to_come_again(
    client: Client, box: Letterbox
) -> None:
    box.is_full = True
    assert await post(client, b'{"update_id": 7}') == 503


def test_an_edge_without_a_secret_is_not_opened(box: Letterbox) -> None:
    with pytest.raises(ValueError, match="secret"):
        routes("", box.take)
