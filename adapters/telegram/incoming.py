"""An update as what a person said. Its sender may have forged all of it but who they are and where they are."""

from dataclasses import dataclass
from typing import Final

import telegram

from core import chat

PLATFORM: Final = "telegram"
GROUPS: Final = (telegram.Chat.GROUP, telegram.Chat.SUPERGROUP)
START: Final = "start"
PAYLOAD: Final = "to"
HELP: Final = chat.Route("help")
GO: Final = "go_"


@dataclass(frozen=True, slots=True)
class Line:
    """A command as typed: its name, what follows it, and the whole without the bot's own name."""

    name: str
    rest: str

    @property
    def whole(self) -> str:
        return f"/{self.name} {self.rest}"


def account(user: telegram.User) -> chat.Account:
    return chat.Account(PLATFORM, str(user.id), user.full_name)


def place(group: telegram.Chat) -> chat.Place:
    return chat.Place(PLATFORM, str(group.id), group.title or "")


def locale(user: telegram.User) -> str:
    return user.language_code or "en"


def said(
    user: telegram.User, key: str, place: chat.Place | None = None, *, may_manage: bool = False
) -> chat.Incoming:
    """Somebody who says something; what it is comes after."""
    return chat.Incoming(account(user), HELP, key, place, locale=locale(user), may_manage=may_manage)


def line(text: str, username: str) -> Line | None:
    """A command to this bot; `None` for other words, and for other bots' commands."""
    if not text.startswith("/"):
        return None
    first, _, rest = text[1:].partition(" ") if " " in text else text[1:].partition("\n")
    first, newline, more = first.partition("\n")
    name, _, whose = first.partition("@")
    if whose and whose.casefold() != username.casefold():
        return None
    return Line(name.lower(), f"{more} {rest}".strip() if newline else rest.strip())


def typed(name: str) -> str:
    """A command's name as Telegram lets people type it: letters, digits and underscores."""
    return name.replace("-", "_")


def is_anonymous(message: telegram.Message) -> bool:
    """Whether somebody writes as the group or as a channel, so that nobody knows who it is."""
    return message.sender_chat is not None or message.from_user is None or message.from_user.is_bot
