"""The router's commands as Discord wants them registered: data in, payload out."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import discord

from adapters.discord import menu
from adapters.discord.words import label
from adapters.words import Words
from core import chat
from core.ports import Catalogue

Json = dict[str, Any]
DESCRIPTION: Final = 100
CHOICE: Final = 100
MOST_CHOICES: Final = 25
CHAT_INPUT: Final = 1
GUILD, BOT_DM = 0, 1
GUILD_INSTALL: Final = 0
KINDS: Final = {chat.OptionKind.TEXT: 3, chat.OptionKind.NUMBER: 4}
MANAGERS: Final = discord.Permissions(manage_guild=True).value


def payload(commands: Sequence[chat.Command], catalogue: Catalogue) -> list[Json]:
    translated = _Translated(catalogue)
    return [_command(command, translated) for command in commands]


def digest(registration: list[Json]) -> str:
    return hashlib.sha256(json.dumps(registration, sort_keys=True).encode()).hexdigest()


def suggestions(found: Sequence[chat.Suggestion]) -> list[discord.app_commands.Choice[str]]:
    """Completions within Discord's limits; one that would arrive mangled is left out."""
    return [
        discord.app_commands.Choice(name=label(one.label, CHOICE), value=one.value)
        for one in found
        if 1 <= len(one.value) <= CHOICE
    ][:MOST_CHOICES]


class _Translated:
    """Names and descriptions in every language of Discord's that the catalogues speak."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def __call__(self, text: chat.Text) -> Json:
        english = self._say(text, "en")
        return _in_all("description", english, lambda locale: self._say(text, locale))

    def named(self, name: str, word: chat.Word) -> Json:
        """A command or option. What Discord would not take as a name stays the plain one."""
        return _in_all(
            "name", name, lambda locale: menu.bare(menu.word(self.catalogue, word.source, locale)) or name
        )

    def chosen(self, text: chat.Text) -> Json:
        """One of an option's values, which may have any name."""
        return _in_all("name", self._say(text, "en"), lambda locale: self._say(text, locale))

    def _say(self, text: chat.Text, locale: str) -> str:
        return label(Words(self.catalogue, chat.Reader(locale, "UTC")).say(text), DESCRIPTION)


def _in_all(key: str, english: str, say: Callable[[str], str]) -> Json:
    others = {locale: said for locale in menu.LOCALES if (said := say(locale)) != english}
    return {key: english} | ({f"{key}_localizations": others} if others else {})


def _command(command: chat.Command, translated: _Translated) -> Json:
    options = sorted(command.options, key=lambda option: not option.required)
    return {
        "type": CHAT_INPUT,
        **translated.named(command.name, command.word),
        **translated(command.description),
        "options": [_option(option, translated) for option in options],
        "contexts": [GUILD] if command.managers else [GUILD, BOT_DM],
        "integration_types": [GUILD_INSTALL],
        "default_member_permissions": MANAGERS if command.managers else None,
    }


def _option(option: chat.CommandOption, translated: _Translated) -> Json:
    found: Json = {
        "type": KINDS[option.kind],
        **translated.named(option.name, option.word),
        **translated(option.description),
        "required": option.required,
    }
    if option.suggests:
        found["autocomplete"] = True
    if option.choices:
        number = option.kind is chat.OptionKind.NUMBER
        found["choices"] = [
            {**translated.chosen(choice.label), "value": int(choice.value) if number else choice.value}
            for choice in option.choices
        ]
    return found
