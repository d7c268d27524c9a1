"""The message catalogues: a sentence in the reader's language, or in English where nobody has translated it.

They are read from `locales/<language>/LC_MESSAGES/nearpeer.po` as the translators wrote them; what is marked
fuzzy there is not used.
"""

from collections.abc import Mapping
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER: Final = Path(__file__).parent / "locales"
DOMAIN: Final = "nearpeer"
LONGEST_TAG: Final = 35
ENGLISH: Final = NullTranslations()


class Catalogue:
    """Looks a sentence up for a BCP 47 locale: first in the region's language, then in the language's own."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._known: Mapping[str, NullTranslations] = {
            _key(language_of(path)): _read(path) for path in files(folder)
        }

    def __call__(self, locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
        if not msgid:  # the empty msgid is a catalogue's own header
            return ""
        sentences = self._sentences(locale)
        if count is None:
            return sentences.gettext(msgid)
        return sentences.ngettext(msgid, plural or msgid, count)

    def _sentences(self, locale: str) -> NullTranslations:
        key = _key(locale[:LONGEST_TAG])
        while key:
            if key in self._known:
                return self._known[key]
            key = key.rpartition("-")[0]
        return ENGLISH


def files(folder: Path) -> list[Path]:
    """The catalogues that translators have written."""
    return sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def language_of(path: Path) -> str:
    return path.parts[-3]


def _key(locale: str) -> str:
    return locale.replace("_", "-").lower()


def _read(path: Path) -> NullTranslations:
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, language_of(path), DOMAIN))
    compiled.seek(0)
    return GNUTranslations(compiled)
