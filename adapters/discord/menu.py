"""The words of Discord's own menu: what it shows for a command or an option, which is only ever what it was given.

A translation that it would refuse as a name is none, so a slip in a catalogue never costs the registration.
"""

import re
from typing import Final

import discord

from core.ports import Catalogue

NAME: Final = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")
LOCALES: Final = tuple(locale.value for locale in discord.Locale)


def word(catalogue: Catalogue, source: str, locale: str) -> str:
    """`/book` or `mentor:` in a language; nothing where it has no word for it that Discord takes."""
    if locale not in LOCALES:
        return ""
    found = catalogue(locale, source)
    is_name = NAME.fullmatch(bare(found)) and found == found.lower()
    return found if is_name and found == source.replace(bare(source), bare(found)) else ""


def bare(source: str) -> str:
    """The name alone."""
    return source.removeprefix("/").removesuffix(":")


def nearest(locale: str) -> str:
    """Discord's own locale for one that it may have told us, or for its language."""
    return locale if locale in LOCALES else locale.split("-", maxsplit=1)[0]
