"""The Telegram door where Telegram calls instead of being asked."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.telegram.door import WEBHOOK
from core.ports import DoorClosed
from tests.adapters.telegram_parts import House
from tests.doubles.telegram import Hands
from webhooks import telegram as edge

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.telegram_fixtures"]


def test_the_edge_listens_where_the_door_has_telegram_call() -> None:
    assert edge.PATH == WEBHOOK


async def test_with_a_webhook_telegram_is_told_where_and_not_asked(house: House) -> None:
    async with house.door(webhook_url="https://book.example.org", webhook_secret="s3cret") as door:
        hook = house.server.updates.webhook
        assert (hook.url, hook.secret) == ("https://book.example.org/telegram/updates", "s3cret")
        assert door.secret == "s3cret"
        assert not any("getUpdates" in line for line in house.server.log)


async def test_what_telegram_posts_is_answered_once(house: House, phone: Hands) -> None:
    door = house.made(webhook_url="https://book.example.org", webhook_secret="s3cret")
    app = web.Application()
    app.add_routes(edge.routes(door.secret, door.take))
    async with TestServer(app) as letterbox:
        await door.start()
        house.server.updates.webhook.url = str(letterbox.make_url(edge.PATH))
        phone.say("/show")
        await house.heard(door)
        house.server.repeat()
        await house.heard(door)
        await door.stop()
    assert house.server.updates.webhook.answers == [200, 200]
    assert [str(said.route) for said in house.router.heard] == ["show"]


async def test_an_address_that_telegram_refuses_closes_the_door(house: House) -> None:
    house.server.fail_next(
        "setWebhook", status=400, description="Bad Request: bad webhook: HTTPS URL must be provided"
    )
    door = house.made(webhook_url="https://book.example.org", webhook_secret="s3cret")
    with pytest.raises(DoorClosed, match=r"(?i)HTTPS URL must be provided"):
        await door.start()
    await door.stop()
