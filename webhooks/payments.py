"""Where payment providers post what happened: the raw body is verified, stored once, and answered.

200 means that the event is stored, now or before. Anything that goes wrong on our side is a 503, so that the
provider comes again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final, TypeAlias

from aiohttp import web

from core.clock import Clock
from core.ports import BadBody, BadSignature, PaymentProvider, ProviderDown, WebhookEvent

log = logging.getLogger(__name__)

LARGEST: Final = 256 * 1024
PATIENCE: Final = timedelta(seconds=10)

Take: TypeAlias = Callable[[str, WebhookEvent, bytes], Awaitable[bool]]


def routes(
    providers: Mapping[str, PaymentProvider], take: Take, clock: Clock, *, patience: timedelta = PATIENCE
) -> list[web.RouteDef]:
    """`take(provider, event, body)` stores an event and says whether it is new."""

    async def receive(request: web.Request) -> web.Response:
        provider = providers.get(request.match_info["provider"])
        if provider is None:
            return _refusal(404, "unknown provider")
        try:
            body = await _body(request, patience)
        except TimeoutError:
            return _refusal(408, "the body did not arrive")
        if body is None:
            return _refusal(413, f"more than {LARGEST} bytes")
        return await _accept(provider, request, body)

    async def _accept(provider: PaymentProvider, request: web.Request, body: bytes) -> web.Response:
        try:
            event = await provider.read_webhook(request.headers, body, clock.now())
        except BadSignature:
            log.warning("webhook.refused provider=%s reason=signature", provider.name)
            return _refusal(401, "bad signature")
        except BadBody as error:
            log.warning("webhook.refused provider=%s reason=%s", provider.name, error)
            return _refusal(400, "malformed")
        except ProviderDown as error:
            log.warning("webhook.refused provider=%s reason=%s", provider.name, error)
            return _refusal(503, "try again later")
        return await _store(provider.name, event, body)

    async def _store(provider: str, event: WebhookEvent, body: bytes) -> web.Response:
        try:
            is_new = await take(provider, event, body)
        except Exception:
            log.exception("webhook.failed provider=%s event=%s", provider, event.event_id)
            return _refusal(503, "try again later")
        log.info(
            "webhook.taken provider=%s event=%s kind=%s new=%s", provider, event.event_id, event.kind, is_new
        )
        return web.json_response({"stored": True, "duplicate": not is_new})

    return [web.post("/webhooks/{provider}", receive)]


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


def _refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status)
