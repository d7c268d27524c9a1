"""The documented limits of application commands, and finding a command's declared options."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from .forms import choices
from .problems import Problems
from .reading import Path

Json = dict[str, Any]
NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")
LOCALES = frozenset(
    "ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl pt-BR ro ru sv-SE"
    " th tr uk vi zh-CN zh-TW".split()
)
SUBCOMMAND, GROUP, STRING = 1, 2, 3
LIMIT_OF_KIND = {1: 100, 2: 15, 3: 15}


def check(problems: Problems, commands: list[Json]) -> None:
    for kind, most in LIMIT_OF_KIND.items():
        if sum(command.get("type", 1) == kind for command in commands) > most:
            problems.add((), "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    names = Counter((command.get("type", 1), command.get("name")) for command in commands)
    for index, command in enumerate(commands):
        path: Path = (index,)
        if names[command.get("type", 1), command.get("name")] > 1:
            problems.add(
                (*path, "name"),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            )
        _described(problems, command, path, has_description=command.get("type", 1) == 1)
        _one_of_a_name(problems, commands, index, path)
        _options(problems, command.get("options") or [], path, depth=0)
        if _size(command) > 8000:
            problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")


def _described(problems: Problems, found: Json, path: Path, *, has_description: bool = True) -> None:
    if has_description:
        _name(problems, found.get("name"), (*path, "name"))
        problems.length((*path, "description"), found.get("description"), 1, 100)
    else:
        problems.length((*path, "name"), found.get("name"), 1, 32)
    for locale, name in (found.get("name_localizations") or {}).items():
        place = (*path, "name_localizations", locale)
        _locale(problems, locale, place)
        if has_description:
            _name(problems, name, place)
    for locale, text in (found.get("description_localizations") or {}).items():
        place = (*path, "description_localizations", locale)
        _locale(problems, locale, place)
        problems.length(place, text, 1, 100)


def _one_of_a_name(problems: Problems, siblings: list[Json], index: int, path: Path) -> None:
    """In no language may two beside each other be called the same."""
    for locale, name in (siblings[index].get("name_localizations") or {}).items():
        others = [each for number, each in enumerate(siblings) if number != index]
        if name in [(each.get("name_localizations") or {}).get(locale, each.get("name")) for each in others]:
            place = (*path, "name_localizations", locale)
            problems.add(
                place, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
            )


def _name(problems: Problems, name: Any, path: Path) -> None:
    if not isinstance(name, str) or not NAME.fullmatch(name) or name != name.lower():
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _locale(problems: Problems, locale: str, path: Path) -> None:
    if locale not in LOCALES:
        problems.add(path, "BASE_TYPE_CHOICES", f"Locale {locale} is not supported")


def _options(problems: Problems, options: list[Json], path: Path, *, depth: int) -> None:
    problems.count((*path, "options"), options, 0, 25)
    names = Counter(option.get("name") for option in options)
    optional_seen = False
    for index, option in enumerate(options):
        place = (*path, "options", index)
        if names[option.get("name")] > 1:
            problems.add(
                (*place, "name"),
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            )
        _described(problems, option, place)
        _one_of_a_name(problems, options, index, place)
        nested = option.get("type") in (SUBCOMMAND, GROUP)
        if nested and (depth > 1 or (depth == 1 and option["type"] == GROUP)):
            problems.add(
                (*place, "type"),
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                "Sub-command option is invalid here",
            )
        if option.get("required") and optional_seen:
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            problems.add(
                (*place, "required"), code, "Required options must be placed before non-required options"
            )
        optional_seen |= not nested and not option.get("required")
        if option.get("choices") and option.get("autocomplete"):
            problems.add(
                (*place, "autocomplete"),
                "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE",
                "Choices exclude autocomplete",
            )
        choices(problems, option.get("choices") or [], (*place, "choices"))
        _options(problems, option.get("options") or [], place, depth=depth + 1)
    if len({option.get("type") in (SUBCOMMAND, GROUP) for option in options}) > 1:
        code = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"
        problems.add((*path, "options"), code, "Sub-command and other options cannot be mixed")


def _size(found: Json) -> int:
    def longest(key: str) -> int:
        texts = [found.get(key) or "", *(found.get(f"{key}_localizations") or {}).values()]
        return max(map(len, texts))

    values = sum(len(c["name"]) + len(str(c["value"])) for c in found.get("choices") or [])
    return longest("name") + longest("description") + values + sum(map(_size, found.get("options") or []))
