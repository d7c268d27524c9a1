"""What monitoring sees."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter
from sqlalchemy import text
from sqlalchemy.orm import Session

from adapters.database import Database
from tests.adapters.banks import served
from webhooks import health
from webhooks.health import Ping

pytestmark = pytest.mark.anyio


async def answer(
    ping: Ping,
    path: str = "/healthz",
    registry: CollectorRegistry | None = None,
    patience: timedelta = timedelta(minutes=1),
) -> tuple[int, str]:
    app = web.Application()
    app.add_routes(health.routes(ping, ping, registry=registry or CollectorRegistry(), patience=patience))
    async with served(app) as url, aiohttp.ClientSession() as http, http.get(url + path) as response:
        return response.status, await response.text()


async def test_a_database_that_answers_is_health(db: Database) -> None:
    def look(session: Session) -> object:
        return session.scalar(text("SELECT 1"))

    assert await answer(lambda: db.read(look)) == (200, '{"status": "ok"}')


async def test_a_database_that_fails_or_hangs_is_none() -> None:
    async def fails() -> None:
        raise OSError("no such file: /secret/place")

    async def hangs() -> None:
        await asyncio.Event().wait()

    for ping in (fails, hangs):
        status, body = await answer(ping, patience=timedelta(milliseconds=200))
        assert status == 503
        assert "secret" not in body


async def test_metrics_are_what_prometheus_reads() -> None:
    registry = CollectorRegistry()
    Counter("bookings", "Bookings made", registry=registry).inc(3)

    async def well() -> None: ...

    assert "bookings_total 3.0" in (await answer(well, "/metrics", registry))[1]
