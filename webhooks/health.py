"""What a host's monitoring asks: whether we answer, and how we are."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeAlias

from aiohttp import web
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

log = logging.getLogger(__name__)

PATIENCE: Final = timedelta(seconds=3)

Ping: TypeAlias = Callable[[], Awaitable[object]]


def routes(
    ping: Ping,
    measure: Ping,
    *,
    registry: CollectorRegistry = REGISTRY,
    patience: timedelta = PATIENCE,
) -> list[web.RouteDef]:
    """`ping` asks the database anything at all, and raises where it does not answer.

    `measure` brings those figures up to date that are only looked at when somebody asks.
    """

    async def healthz(_: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await ping()
        except Exception:
            log.exception("health.failed what=database")
            return web.json_response({"status": "down", "database": "does not answer"}, status=503)
        return web.json_response({"status": "ok"})

    async def metrics(_: web.Request) -> web.Response:
        await measure()
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", healthz), web.get("/metrics", metrics)]
