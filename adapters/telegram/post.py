"""Messages put into chats, changed in place, and taken away, at Telegram's pace.

A group that has become a supergroup is followed. A message that cannot be changed any more is sent anew.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog
from telegram import Bot, InlineKeyboardMarkup, InputMediaPhoto, LinkPreviewOptions, ReplyParameters
from telegram import Message as Sent
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, RetryAfter
from telegram.error import TelegramError as Trouble

from adapters.telegram.outgoing import is_gone, is_same, pause
from adapters.telegram.pace import Pace
from adapters.telegram.render import Message, Rendered
from adapters.telegram.spots import Spot
from core import chat

log = structlog.get_logger()

T = TypeVar("T")
Moved = Callable[[int, int], Awaitable[None]]
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Manner:
    """How messages go out. `patience` is how many seconds of a pause that Telegram asks for are waited."""

    thread: int | None = None
    answers: int | None = None
    quiet: bool = False
    patience: float = 60.0


PLAINLY: Final = Manner()


class Post:
    def __init__(self, bot: Bot, moved: Moved) -> None:
        self._bot = bot
        self._moved = moved
        self._pace = Pace()

    async def send(self, to: int, rendered: Rendered, manner: Manner = PLAINLY) -> Spot:
        """Everything of it; where the message with the buttons stands."""
        for message in rendered.before:
            await self.put(to, message, manner)
        return await self.put(to, rendered.main, manner)

    async def put(self, to: int, message: Message, manner: Manner = PLAINLY) -> Spot:
        sent = await self._paced(to, lambda: self._put(to, message, manner), manner)
        if isinstance(sent, ChatMigrated):
            await self._moved(to, sent.new_chat_id)
            return await self.put(sent.new_chat_id, message, manner)
        return Spot(sent.chat_id, sent.message_id, message.has_picture)

    async def replace(self, spot: Spot, rendered: Rendered, manner: Manner = PLAINLY) -> Spot:
        """In the place of a message where that can be, else as a new one and the old one goes."""
        if rendered.in_one_place and (changed := await self._changed(spot, rendered.main, manner)):
            for message in rendered.before:
                await self.put(spot.chat, message, manner)
            return changed
        sent = await self.send(spot.chat, rendered, manner)
        await self.remove(spot)
        return sent

    async def remove(self, spot: Spot) -> None:
        """Best effort: what stands below it says all. What is too old to go loses its buttons."""
        try:
            await self._bot.delete_message(spot.chat, spot.message)
        except Trouble:
            await self.strip(spot)

    async def strip(self, spot: Spot) -> None:
        """Takes the buttons away; best effort, for the old ones do no harm."""
        try:
            await self._bot.edit_message_reply_markup(spot.chat, spot.message)
        except Trouble as error:
            log.debug("message.kept", platform="telegram", reason=type(error).__name__)

    async def _changed(self, spot: Spot, message: Message, manner: Manner) -> Spot | None:
        """`None` where the message cannot become the other."""
        if spot.has_picture and not message.has_picture:
            return None
        try:
            changed = await self._paced(spot.chat, lambda: self._change(spot, message), manner)
        except BadRequest as error:
            if is_same(error):
                return spot
            if is_gone(error) or message.has_picture != spot.has_picture:
                return None
            raise
        return (
            None if isinstance(changed, ChatMigrated) else Spot(spot.chat, spot.message, message.has_picture)
        )

    async def _paced(self, to: int, call: Callable[[], Awaitable[T]], manner: Manner) -> T | ChatMigrated:
        """Raises `RetryAfter` where the pause is longer than there is patience for."""
        if silence := self._pace.silence(to):
            if silence > manner.patience:
                raise RetryAfter(int(silence) + 1)
            await asyncio.sleep(silence)
        await self._pace.turn(to)
        try:
            return await call()
        except ChatMigrated as error:
            return error
        except RetryAfter as error:
            self._pace.wait(to, pause(error))
            if pause(error) > manner.patience:
                raise
            return await self._paced(to, call, manner)

    async def _put(self, to: int, message: Message, manner: Manner) -> Sent:
        common: dict[str, Any] = {
            "parse_mode": ParseMode.HTML,
            "reply_markup": _markup(message),
            "message_thread_id": manner.thread,
            "disable_notification": manner.quiet or None,
            "reply_parameters": _reply(manner),
        }
        file = message.file
        if file is None:
            return await self._bot.send_message(to, message.text, link_preview_options=NO_PREVIEW, **common)
        common |= {"caption": message.text or None, "filename": file.name}
        if message.has_picture:
            return await self._bot.send_photo(to, file.content, **common)
        return await self._bot.send_document(to, file.content, **common)

    async def _change(self, spot: Spot, message: Message) -> object:
        where: dict[str, Any] = {
            "chat_id": spot.chat,
            "message_id": spot.message,
            "reply_markup": _markup(message),
        }
        if message.file is None:
            return await self._bot.edit_message_text(
                message.text, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW, **where
            )
        return await self._bot.edit_message_media(_media(message.text, message.file), **where)


def _media(text: str, file: chat.File) -> InputMediaPhoto:
    return InputMediaPhoto(file.content, caption=text, parse_mode=ParseMode.HTML, filename=file.name)


def _markup(message: Message) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup(message.rows) if message.rows else None


def _reply(manner: Manner) -> ReplyParameters | None:
    return ReplyParameters(manner.answers, allow_sending_without_reply=True) if manner.answers else None
