"""Keeps the catalogues: `extract` writes what the code says to `locales/nearpeer.pot`, `update` carries that list into
every language's catalogue, `compile` makes of each what gettext reads; `begin:pt_BR` is the one file of a new
language. The list holds no dates and no line numbers, so that it changes only when a sentence does.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from babel.plural import to_gettext

from bot import commands
from bot.i18n import DOMAIN, FOLDER, compiled, files, language_of
from core.chat import Word

ROOT: Final = Path(__file__).parents[1]
SAID_IN: Final = ("core", "bot", "adapters")
MARKERS: Final = {"_": None, "_n": (1, 2)}
WIDTH: Final = 100


def said() -> Catalog:
    """Every sentence of the code, and every word of the menu."""
    catalogue = Catalog(domain=DOMAIN)
    for folder in SAID_IN:
        found = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=MARKERS)
        for _path, _line, sentence, _comments, context in found:
            catalogue.add(sentence, context=context)
    for word in words():
        catalogue.add(word.source)
    return catalogue


def words() -> Iterator[Word]:
    """What the menu calls the commands and their options."""
    for command in commands.table().commands:
        yield command.word
        yield from (option.word for option in command.options)


def template(folder: Path = FOLDER) -> Path:
    return folder / f"{DOMAIN}.pot"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, None if path.suffix == ".pot" else language_of(path), DOMAIN)


def extract(folder: Path = FOLDER) -> list[Path]:
    """Writes the list of all sentences; which files were written."""
    _write(template(folder), said(), omit_header=True)
    return [template(folder)]


def update(folder: Path = FOLDER) -> list[Path]:
    """Carries the list into every language; what was translated stays, at the end where it is not said any more."""
    for path in files(folder):
        catalogue = read(path)
        catalogue.update(read(template(folder)), no_fuzzy_matching=True, update_creation_date=False)
        _write(path, catalogue, omit_header=False)
    return files(folder)


def begin(language: str, folder: Path = FOLDER) -> Path:
    """The catalogue of a new language, empty but for how it counts, which CLDR knows."""
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    path.parent.mkdir(parents=True)
    locale, catalogue = Locale.parse(language), read(template(folder))
    catalogue.locale, catalogue.project, catalogue.version = locale, "Nearpeer", "1"
    catalogue.header_comment = (
        f"# {locale.english_name} for Nearpeer. How to translate it: docs/translating.md"
    )
    catalogue.mime_headers = [("Plural-Forms", _plurals(locale))]
    for message in catalogue:
        if isinstance(message.id, tuple | list):
            message.string = ("",) * catalogue.num_plurals
    catalogue.fuzzy = False
    _write(path, catalogue, omit_header=False)
    return path


def build(folder: Path = FOLDER) -> list[Path]:
    """Compiles every language."""
    for path in files(folder):
        path.with_suffix(".mo").write_bytes(compiled(path))
    return [path.with_suffix(".mo") for path in files(folder)]


def _plurals(locale: Locale) -> str:
    """How the language counts. CLDR's numbers written like 1.2e6 are none of ours, and gettext has no word for them."""
    return re.sub(r"\b[ce]\b", "0", to_gettext(locale.plural_form))


def _write(path: Path, catalogue: Catalog, *, omit_header: bool) -> None:
    with path.open("wb") as file:
        write_po(file, catalogue, width=WIDTH, omit_header=omit_header, no_location=True, sort_output=True)


DEEDS: Final = {"extract": extract, "update": update, "compile": build}

if __name__ == "__main__":
    for deed, _, language in (argument.partition(":") for argument in sys.argv[1:]):
        begin(language) if language else DEEDS[deed]()
