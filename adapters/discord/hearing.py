"""What a person writes to the bot without a command. Only they: no bot, no system message, no channel."""

from functools import partial
from typing import Final

import discord

from adapters.discord.connection import Line
from adapters.discord.delivery import Delivery
from adapters.discord.incoming import PLATFORM
from adapters.discord.outgoing import deliverable
from adapters.discord.turns import Turns
from core import chat, ports

SPOKEN: Final = (discord.MessageType.default, discord.MessageType.reply)
FETCHING: Final = 30.0
"""Seconds that Discord has for one file."""
UNNAMED: Final = "application/octet-stream"


class Ear:
    """Hears each person's words in the order they write them, and answers where there is something to say."""

    def __init__(self, router: ports.RoomRouter, delivery: Delivery) -> None:
        self._router = router
        self._delivery = delivery
        self._turns = Turns()

    async def hear(self, line: Line, message: discord.Message, *, is_edit: bool) -> None:
        async with self._turns.of(message.author.id):
            said = read(message, is_edit=is_edit)
            reply = await self._router.hear(said)
            if reply is not None:
                key = f"said:{said.key}:{message.edited_at}"
                await self._delivery.say(line, message.channel.id, reply.screen, reply.reader, key=key)


def is_for_us(message: discord.Message, *, is_edit: bool) -> bool:
    """Discord tells of an edit too where it has only unfolded a link."""
    in_private = isinstance(message.channel, discord.DMChannel)
    was_changed = not is_edit or message.edited_at is not None
    return in_private and message.type in SPOKEN and not message.author.bot and was_changed


def read(message: discord.Message, *, is_edit: bool) -> chat.Said:
    """Discord does not tell the language of the author's app with it."""
    author = message.author
    return chat.Said(
        account=chat.Account(PLATFORM, str(author.id), author.display_name),
        key=str(message.id),
        text=message.content,
        files=tuple(map(_file, message.attachments)),
        is_edit=is_edit,
        locale="",
    )


def _file(sent: discord.Attachment) -> chat.Attachment:
    media_type = (sent.content_type or UNNAMED).partition(";")[0].strip()
    return chat.Attachment(sent.filename, media_type, sent.size, partial(_fetch, sent))


async def _fetch(sent: discord.Attachment) -> bytes:
    """Raises `Undeliverable`."""
    async with deliverable(FETCHING):
        return await sent.read()
