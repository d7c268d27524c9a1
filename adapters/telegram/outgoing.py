"""What Telegram says no to, as what it means for a message that has to arrive."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.error import TelegramError as Trouble

from core.ports import Undeliverable

NEVER: Final = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "message thread not found",
    "topic_closed",
    "topic_deleted",
    "participant_id_invalid",
    "user_not_participant",
    "can't remove chat owner",
    "user is an administrator",
    "tag_invalid",
)
"""Words of a 400 after which the same way will never work, whatever the message."""

GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message",
    "there is no caption in the message",
    "message to delete not found",
    "message can't be deleted",
)
NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Doubtful(Undeliverable):
    """Nobody answered: the message may have arrived."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=False)


@asynccontextmanager
async def deliverable(within: float) -> AsyncIterator[None]:
    """Whatever goes wrong on the way to Telegram is `Undeliverable`, silence for so many seconds included."""
    try:
        async with asyncio.timeout(within):
            yield
    except TimeoutError as error:
        raise Doubtful("Telegram did not answer in time") from error
    except Trouble as error:
        raise undeliverable(error) from error


def undeliverable(error: Trouble) -> Undeliverable:
    match error:
        case RetryAfter():
            return Undeliverable(f"Telegram wants a pause of {pause(error):.0f} s", permanent=False)
        case Forbidden():
            return Undeliverable(error.message, permanent=True)
        case BadRequest():
            return Undeliverable(error.message, permanent=_says(error, NEVER))
        case ChatMigrated():
            return Undeliverable("the group has moved", permanent=False)
        case InvalidToken():
            return Undeliverable("Telegram refuses the bot token", permanent=False)
        case NetworkError() if is_doubtful(error):
            return Doubtful(f"Telegram did not answer: {type(error.__cause__).__name__}")
    return Undeliverable(f"Telegram: {type(error).__name__}", permanent=False)


def is_doubtful(error: NetworkError) -> bool:
    """Whether the request left us and no answer came back."""
    cause = error.__cause__
    return isinstance(cause, httpx.HTTPError) and not isinstance(cause, NEVER_SENT)


def pause(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def is_gone(error: BadRequest) -> bool:
    """Whether a message can be changed no more."""
    return _says(error, GONE)


def is_same(error: BadRequest) -> bool:
    return "message is not modified" in error.message.lower()


def number(key: str, what: str) -> int:
    """One of Telegram's ids. Raises `Undeliverable`."""
    if not key.isascii() or not key.removeprefix("-").isdigit() or len(key) > 20:
        raise Undeliverable(f"{key!r} is no {what} of Telegram's", permanent=True)
    return int(key)


def _says(error: BadRequest, words: tuple[str, ...]) -> bool:
    said = error.message.lower()
    return any(word in said for word in words)
