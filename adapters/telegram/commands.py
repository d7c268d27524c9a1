"""The menu of commands as Telegram keeps it: for each kind of chat and each language."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from adapters.telegram import incoming, shown
from adapters.telegram.incoming import PLATFORM
from adapters.telegram.pieces import label
from adapters.words import Words
from core import chat
from core.clock import Clock
from core.ports import Catalogue, Catalogues, Store

log = structlog.get_logger()

DESCRIPTION: Final = 256
DEFAULT: Final = ""
"""For those whose language we do not speak."""


@dataclass(frozen=True, slots=True)
class Menu:
    """`commands` are names with descriptions."""

    scope: BotCommandScope
    language: str
    commands: tuple[tuple[str, str], ...]


async def register(
    bot: Bot, commands: Sequence[chat.Command], store: Store, catalogue: Catalogues, clock: Clock
) -> None:
    """Registers the commands, where they are not what Telegram has."""
    wanted = menus(commands, catalogue)
    if await store.read(shown.registered, bot.id) == digest(wanted):
        return
    try:
        for menu in wanted:
            await bot.set_my_commands(menu.commands, scope=menu.scope, language_code=menu.language or None)
    except TelegramError as error:
        log.error("commands.refused", platform=PLATFORM, error=error.message)
        return
    await store.keep(shown.register, bot.id, digest(wanted), now=clock.now())
    log.info("commands.registered", platform=PLATFORM, count=len(wanted))


def menus(commands: Sequence[chat.Command], catalogue: Catalogues) -> list[Menu]:
    """Managers' commands are offered to a group's administrators alone."""
    return [
        Menu(scope, language, tuple(_described(chosen, catalogue, language)))
        for scope, chosen in (
            (BotCommandScopeAllPrivateChats(), [c for c in commands if not c.managers]),
            (BotCommandScopeAllGroupChats(), [c for c in commands if not c.managers]),
            (BotCommandScopeAllChatAdministrators(), list(commands)),
        )
        for language in (DEFAULT, *catalogue.languages)
    ]


def digest(registration: Sequence[Menu]) -> str:
    said = [(menu.scope.type, menu.language, menu.commands) for menu in registration]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _described(
    commands: Sequence[chat.Command], catalogue: Catalogue, language: str
) -> Iterator[tuple[str, str]]:
    words = Words(catalogue, chat.Reader(language or "en", "UTC"))
    for command in commands:
        yield incoming.typed(command.name), label(words.say(command.description), DESCRIPTION)
