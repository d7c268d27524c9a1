"""The line to Telegram: it stays up, and comes back by itself after whatever ended it.

Updates are handed on before Telegram hears that they arrived, so one that could not be kept comes again.
"""

import asyncio
import logging
import os
import random
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from ssl import SSLContext
from typing import Final

import structlog
from httpx import create_ssl_context
from telegram import Bot
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter
from telegram.error import TelegramError as Trouble
from telegram.request import HTTPXRequest

from adapters.telegram.incoming import PLATFORM
from adapters.telegram.outgoing import pause
from adapters.telegram.updates import Body
from core.ports import DoorClosed

log = structlog.get_logger()

API: Final = "https://api.telegram.org"
WANTED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
LONG_POLL: Final = 25
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
CONNECTIONS: Final = 128
WEBHOOK_CONNECTIONS: Final = 40
Take = Callable[[Sequence[Body]], Awaitable[None]]


@cache
def _trusted() -> SSLContext:
    """The authorities that are trusted, read once: each client would read them for itself, and twice."""
    return create_ssl_context()


class Connection:
    """`bot` is the library's own. Without a `webhook` address Telegram is asked for updates."""

    def __init__(
        self, token: str, take: Take, *, api_base: str | None, webhook: str, secret: str, sending: float
    ) -> None:
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # or the library warns at every pause it reports
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses, and the token is in them
        base, trust = (api_base or API).rstrip("/"), {"verify": _trusted()}
        self.bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=HTTPXRequest(
                CONNECTIONS,
                read_timeout=sending,
                write_timeout=sending,
                pool_timeout=sending,
                httpx_kwargs=trust,
            ),
            get_updates_request=HTTPXRequest(
                1, read_timeout=sending, pool_timeout=sending, httpx_kwargs=trust
            ),
        )
        self._take = take
        self._webhook = webhook
        self._secret = secret
        self._keeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Returns once Telegram knows the bot, however long it is away. Raises `DoorClosed`."""
        await self._until_done(self.bot.initialize)

    async def listen(self) -> None:
        """Updates come from now on."""
        if self._webhook:
            await self._until_done(self._invite)
        else:
            await self._until_done(self.bot.delete_webhook)
            self._keeper = asyncio.create_task(self._keep_polling(), name="telegram polling")

    async def deafen(self) -> None:
        """No more updates; with a webhook Telegram keeps them until we are back."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})

    async def close(self) -> None:
        await self.bot.shutdown()

    async def _invite(self) -> None:
        await self.bot.set_webhook(
            self._webhook,
            secret_token=self._secret,
            allowed_updates=WANTED,
            max_connections=WEBHOOK_CONNECTIONS,
        )

    async def _until_done(self, step: Callable[[], Awaitable[object]]) -> None:
        wait = FIRST_PAUSE
        while True:
            try:
                await step()
            except InvalidToken:
                await self.close()
                raise DoorClosed("Telegram refuses the bot token: check [telegram] token.") from None
            except BadRequest as error:  # only an address for the webhook can be wrong
                await self.close()
                raise DoorClosed(f"Telegram refuses [telegram] webhook_url: {error.message}") from None
            except (NetworkError, RetryAfter) as error:
                wait = await self._rest(error, wait)
            else:
                return

    async def _keep_polling(self) -> None:
        """Whatever ends a life is a reason to begin again, so it is looked at, not caught."""
        wait = FIRST_PAUSE
        while True:
            began = asyncio.get_running_loop().time()
            life = asyncio.ensure_future(self._poll())
            try:
                await asyncio.wait({life})
            finally:
                life.cancel()
                await asyncio.wait({life})
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE:
                wait = FIRST_PAUSE
            wait = await self._rest(life.exception(), wait)

    async def _poll(self) -> None:
        offset: int | None = None
        while True:
            found = await self.bot.get_updates(offset, timeout=LONG_POLL, allowed_updates=WANTED)
            if found:
                await self._take([update.to_dict() for update in found])
                offset = found[-1].update_id + 1

    async def _rest(self, error: BaseException | None, wait: float) -> float:
        """Waits, and says how long to wait the next time."""
        rest = pause(error) if isinstance(error, RetryAfter) else wait * random.uniform(0.8, 1.2)
        reason = error.message if isinstance(error, Conflict) else type(error).__name__
        level = log.warning if isinstance(error, Trouble) else log.error
        level("door.disconnected", platform=PLATFORM, error=reason, retry_in=round(rest, 1))
        await asyncio.sleep(rest)
        return min(wait * 2, LONGEST_PAUSE)
