"""getUpdates and webhooks: one way or the other, and one poller."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

from . import payloads
from .calls import Call, method
from .problems import bad, conflict
from .updates import Webhook

Json = dict[str, Any]
ANOTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"
HOOKED = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
LONGEST = 50
PORTS = (443, 80, 88, 8443)


@method("getUpdates", returns="Array of Update")
async def get_updates(call: Call) -> list[Json]:
    updates = call.server.updates
    if updates.webhook.url:
        raise conflict(HOOKED)
    if updates.poll is not None:
        updates.poll.set()
    mine = updates.poll = asyncio.Event()
    allowed = call.json("allowed_updates") if call.text("allowed_updates") else None
    offset, limit = call.number("offset"), call.number("limit", 100)
    try:
        found = updates.take(offset, limit, allowed)
        if not found:
            await _wait(call, mine, min(call.number("timeout"), LONGEST))
            found = updates.take(offset, limit, None)
    finally:
        if updates.poll is mine:
            updates.poll = None
    return [each.json() for each in found]


async def _wait(call: Call, mine: asyncio.Event, seconds: float) -> None:
    """Until there is something, or somebody else polls, or the time is over."""
    updates, deadline = call.server.updates, asyncio.get_running_loop().time() + seconds
    while not updates.waiting and asyncio.get_running_loop().time() < deadline:
        updates.arrived.clear()
        tasks = [asyncio.ensure_future(each.wait()) for each in (updates.arrived, mine)]
        left = deadline - asyncio.get_running_loop().time()
        try:
            await asyncio.wait(tasks, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        if mine.is_set():
            raise conflict(HOOKED if updates.webhook.url else ANOTHER)


@method("setWebhook")
def set_webhook(call: Call) -> bool:
    url, secret = call.text("url"), call.text("secret_token")
    if url:
        _address(url)
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters")
    updates = call.server.updates
    if call.flag("drop_pending_updates"):
        updates.drop_all()
    if call.text("allowed_updates"):
        updates.allowed = call.json("allowed_updates") or None
    if updates.poll is not None and url:
        updates.poll.set()
    updates.hook(Webhook(url, secret, call.number("max_connections", 40)))
    return True


@method("deleteWebhook")
def delete_webhook(call: Call) -> bool:
    if call.flag("drop_pending_updates"):
        call.server.updates.drop_all()
    call.server.updates.hook(Webhook())
    return True


@method("getWebhookInfo", returns="WebhookInfo")
def webhook_info(call: Call) -> Json:
    updates, hook = call.server.updates, call.server.updates.webhook
    said: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(updates.waiting),
    }
    if hook.url:
        said["max_connections"] = hook.connections
    if hook.error_at:
        said |= {"last_error_date": payloads.stamp(hook.error_at), "last_error_message": hook.error}
    return said | ({"allowed_updates": updates.allowed} if updates.allowed else {})


def _address(url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname in ("127.0.0.1", "localhost"):
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
