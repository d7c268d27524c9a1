"""What is no command and no answer: words, pictures and files for whoever is in the room with the person.

A picture or a file is fetched only when the room takes it. What else Telegram can send is not passed on.
"""

from functools import partial
from typing import Final

import telegram
from telegram import Bot

from adapters.telegram import incoming
from adapters.telegram.marked import markdown
from adapters.telegram.outgoing import deliverable
from core import chat

FETCHING: Final = 30.0
"""Seconds that Telegram has for one file; it gives none above 20 MB."""
PHOTO: Final = "photo.jpg"
JPEG: Final = "image/jpeg"
UNNAMED: Final = "file"


def is_passed_on(message: telegram.Message) -> bool:
    return bool(message.text is not None or message.photo or message.document)


def said(message: telegram.Message, user: telegram.User, bot: Bot, *, is_edit: bool = False) -> chat.Said:
    """A message in private, by the number that it keeps when it is edited."""
    words = message.text if message.text is not None else message.caption
    entities = message.entities if message.text is not None else message.caption_entities
    return chat.Said(
        account=incoming.account(user),
        key=f"{message.chat_id}:{message.message_id}",
        text=markdown(words or "", entities),
        files=_files(message, bot),
        is_edit=is_edit,
        locale=incoming.locale(user),
    )


def _files(message: telegram.Message, bot: Bot) -> tuple[chat.Attachment, ...]:
    if message.photo:
        largest = message.photo[-1]
        return (chat.Attachment(PHOTO, JPEG, largest.file_size or 0, partial(_fetch, bot, largest.file_id)),)
    if message.document:
        sent = message.document
        name, size = sent.file_name or UNNAMED, sent.file_size or 0
        return (chat.Attachment(name, sent.mime_type or "", size, partial(_fetch, bot, sent.file_id)),)
    return ()


async def _fetch(bot: Bot, file_id: str) -> bytes:
    """Raises `Undeliverable`."""
    async with deliverable(FETCHING):
        file = await bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())
