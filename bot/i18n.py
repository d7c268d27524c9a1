"""The message catalogues: a sentence in the reader's language, or in English where nobody has translated it.

A language is spoken as soon as `locales/<language>/LC_MESSAGES/nearpeer.po` stands there, or what it was compiled
to. The compiled file is read where it is not older than the translators' own, so that nothing stale is ever shown;
what is marked fuzzy is not used.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "locales"
DOMAIN: Final = "nearpeer"
SOURCE: Final = "en"
LONGEST_TAG: Final = 35
ENGLISH: Final = NullTranslations()


class Catalogue:
    """Looks a sentence up for a BCP 47 locale: first in the region's language, then in the language's own."""

    def __init__(self, folder: Path = FOLDER) -> None:
        written = {tag_of(path): _read(path) for path in _newest(folder)}
        self.languages: Sequence[str] = (SOURCE, *sorted(written.keys() - {SOURCE}))
        self._known = {tag.lower(): sentences for tag, sentences in written.items()}

    def __call__(self, locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
        if not msgid:  # the empty msgid is a catalogue's own header
            return ""
        sentences = self._sentences(locale)
        if count is None:
            return sentences.gettext(msgid)
        return sentences.ngettext(msgid, plural or msgid, count)

    def _sentences(self, locale: str) -> NullTranslations:
        key = locale[:LONGEST_TAG].replace("_", "-").lower()
        while key:
            if key in self._known:
                return self._known[key]
            key = key.rpartition("-")[0]
        return ENGLISH


def files(folder: Path) -> list[Path]:
    """The catalogues that translators have written."""
    return sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def language_of(path: Path) -> str:
    """As gettext's folders name it: `pt_BR`."""
    return path.parts[-3]


def tag_of(path: Path) -> str:
    """As everybody else names it: `pt-BR`."""
    return language_of(path).replace("_", "-")


def compiled(written: Path) -> bytes:
    """A translators' file as gettext reads it."""
    from babel.messages.mofile import write_mo  # nothing of this is needed where all is compiled
    from babel.messages.pofile import read_po

    with written.open("rb") as file, BytesIO() as whole:
        write_mo(whole, read_po(file, language_of(written), DOMAIN))
        return whole.getvalue()


def _newest(folder: Path) -> Iterator[Path]:
    """Of each language the compiled file, or the written one where that is younger."""
    for home in sorted(folder.glob("*/LC_MESSAGES")):
        standing = [path for path in (home / f"{DOMAIN}.mo", home / f"{DOMAIN}.po") if path.is_file()]
        if standing:
            yield max(standing, key=lambda path: path.stat().st_mtime_ns)  # the first of equals


def _read(path: Path) -> NullTranslations:
    return _parsed(path.read_bytes() if path.suffix == ".mo" else compiled(path))


@lru_cache(maxsize=16)
def _parsed(catalogue: bytes) -> NullTranslations:
    """All houses of a process share one."""
    return GNUTranslations(BytesIO(catalogue))
