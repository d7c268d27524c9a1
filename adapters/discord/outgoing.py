"""What Discord says no to, as what it means for a message that has to arrive."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
import discord

from core.ports import Undeliverable

UNKNOWN_MESSAGE: Final = 10008
NEVER: Final = {
    10003: "unknown channel",
    10004: "unknown community",
    10007: "not a member",
    10011: "unknown role",
    10013: "unknown user",
    30005: "the community has as many roles as Discord allows",
    50001: "missing access",
    50007: "direct messages are closed",
    50013: "missing permissions",
    50024: "cannot be done in this kind of channel",
    50033: "cannot receive messages",
    50278: "no community in common",
    160005: "the thread is locked",
}
"""Error codes after which the same way will never work, whatever the message."""


@asynccontextmanager
async def deliverable(within: float) -> AsyncIterator[None]:
    """Whatever goes wrong on the way to Discord is `Undeliverable`, silence for so many seconds included."""
    try:
        async with asyncio.timeout(within):
            yield
    except discord.HTTPException as error:
        reason = NEVER.get(error.code)
        raise Undeliverable(
            reason or f"Discord {error.status} {error.code}", permanent=bool(reason)
        ) from error
    except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Undeliverable(f"Discord did not answer: {error!r}", permanent=False) from error


def snowflake(key: str, what: str) -> int:
    """One of Discord's ids. Raises `Undeliverable`."""
    if not key.isascii() or not key.isdigit() or len(key) > 20:
        raise Undeliverable(f"{key!r} is no {what} of Discord's", permanent=True)
    return int(key)
