"""Where Telegram posts updates: the sender is checked, the update kept once, and answered.

200 means that the update is kept, now or before; it is answered to the person afterwards. Anything that goes
wrong on our side is a 503, so that Telegram comes again.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

from aiohttp import web

log = logging.getLogger(__name__)

PATH: Final = "/telegram/updates"
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
LARGEST: Final = 1024 * 1024
HIGHEST: Final = 2**53
PATIENCE: Final = timedelta(seconds=10)

Update: TypeAlias = Mapping[str, object]
Take: TypeAlias = Callable[[Sequence[Update]], Awaitable[None]]


def routes(secret: str, take: Take, *, patience: timedelta = PATIENCE) -> list[web.RouteDef]:
    """`take` keeps updates that are new. The secret is what Telegram was told to send along; it is never empty."""
    if not secret:
        raise ValueError("a webhook without a secret would believe anybody")

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            log.warning("webhook.refused provider=telegram reason=secret")
            return _refusal(401, "bad secret")
        try:
            body = await _body(request, patience)
        except TimeoutError:
            return _refusal(408, "the body did not arrive")
        if body is None:
            return _refusal(413, f"more than {LARGEST} bytes")
        update = _read(body)
        return _refusal(400, "malformed") if update is None else await _keep(update)

    async def _keep(update: Update) -> web.Response:
        try:
            await take([update])
        except Exception:
            log.exception("webhook.failed provider=telegram event=%s", update["update_id"])
            return _refusal(503, "try again later")
        return web.json_response({"stored": True})

    return [web.post(PATH, receive)]


async def _body(request: web.Request, patience: timedelta) -> bytes | None:
    """The raw body, or `None` where it is too large: told by its length, or found while reading."""
    if (request.content_length or 0) > LARGEST:
        return None
    body = bytearray()
    async with asyncio.timeout(patience.total_seconds()):
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > LARGEST:
                return None
    return bytes(body)


def _read(body: bytes) -> Update | None:
    """What may be an update: an object with a number of its own."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    number = found.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return found if 0 <= number < HIGHEST else None


def _refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status)
