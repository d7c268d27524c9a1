"""Keeps the list of all sentences: `python -m bot.messages` writes what the code says to `locales/nearpeer.pot`
and carries it into every language's catalogue. The list holds no dates and no line numbers, so that it changes
only when a sentence does.
"""

from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.i18n import DOMAIN, FOLDER, files, language_of

ROOT: Final = Path(__file__).parents[1]
SAID_IN: Final = ("core", "bot", "adapters")
MARKERS: Final = {"_": None, "_n": (1, 2)}
WIDTH: Final = 100


def extract() -> Catalog:
    """Every sentence of the code."""
    catalogue = Catalog(domain=DOMAIN)
    for folder in SAID_IN:
        found = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=MARKERS)
        for _path, _line, sentence, _comments, context in found:
            catalogue.add(sentence, context=context)
    return catalogue


def template(folder: Path = FOLDER) -> Path:
    return folder / f"{DOMAIN}.pot"


def write(folder: Path = FOLDER) -> list[Path]:
    """Brings the template and all catalogues in `folder` up to date; which files were written."""
    sentences = extract()
    _write(template(folder), sentences, omit_header=True)
    for path in files(folder):
        with path.open("rb") as file:
            catalogue = read_po(file, language_of(path), DOMAIN)
        catalogue.update(sentences, no_fuzzy_matching=True, update_creation_date=False)
        _write(path, catalogue, omit_header=False)
    return [template(folder), *files(folder)]


def _write(path: Path, catalogue: Catalog, *, omit_header: bool) -> None:
    with path.open("wb") as file:
        write_po(file, catalogue, width=WIDTH, omit_header=omit_header, no_location=True, sort_output=True)


if __name__ == "__main__":
    write()
