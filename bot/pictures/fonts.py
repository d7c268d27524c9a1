"""The fonts of the pictures. What no font of this machine can write is never drawn as empty boxes.

Fonts are the system's Noto Sans, a file for each script, found by name where the system keeps its fonts. Latin
letters and digits can always be written, for Pillow carries a font of its own.
"""

import unicodedata
from functools import lru_cache
from itertools import groupby, islice
from typing import Final

from PIL import ImageFont, features
from PIL.ImageFont import FreeTypeFont

BASES: Final = ("NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf", "Arial Bold.ttf", "arialbd.ttf")
SIMPLE: Final = ("LATIN", "GREEK", "CYRILLIC")
"""Scripts that need no shaping."""
PROBE: Final = 24
LONGEST: Final = 200
MOST_MARKS: Final = 3
DASH: Final = "–"
JOINERS: Final = "\u200c\u200d"
UNASSIGNED: Final = "\u0378"
"""No font has it, so every font draws it the way it draws whatever it lacks."""


def can_write(text: str) -> bool:
    """Whether all of a text has a shape, and letters that have to be joined will be."""
    return all(_is_known(char) for char in set(text))


def writable(text: str) -> str:
    """A text without the signs that cannot be written; nothing of it where a letter cannot."""
    text = _tamed(text[:LONGEST])
    if not can_write(DASH):
        text = text.replace(DASH, "-")
    if not can_write("".join(char for char in text if _is_letter(char))):
        return ""
    return " ".join("".join(char if _is_known(char) else " " for char in text).split())


def runs(text: str, size: int) -> list[tuple[FreeTypeFont, str]]:
    """A text in stretches of one font each, from left to right."""
    found = [(_font(script, size), "".join(chars)) for script, chars in groupby(text, key=_Scripts())]
    directions = (unicodedata.bidirectional(char) for char in text)
    first = next((direction for direction in directions if direction in ("L", "R", "AL")), "L")
    return found if first == "L" else [(font, _turned(run)) for font, run in reversed(found)]


@lru_cache(maxsize=1024)
def width(text: str, size: int) -> float:
    return sum(font.getlength(run) for font, run in runs(text, size))


def _tamed(text: str) -> str:
    """A text whose letters carry no towers of marks."""
    kept: list[str] = []
    for is_mark, chars in groupby(text, key=lambda char: unicodedata.category(char) in ("Mn", "Me")):
        kept += islice(chars, MOST_MARKS if is_mark else None)
    return "".join(kept)


def _turned(run: str) -> str:
    """A stretch with the space around it on the other side, for a line that is read from the right."""
    words = run.strip()
    before, _words, after = run.partition(words) if words else ("", "", run)
    return after + words + before


class _Scripts:
    """The script of each letter of a text in turn; marks and joiners stay with the letter before them."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, char: str) -> str:
        if unicodedata.category(char) not in ("Mn", "Mc", "Cf"):
            self._last = _script(char)
        return self._last


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    """`Telugu` for what the font of Telugu writes; empty for what the font of Latin does."""
    if _has("", char):
        return ""
    script = unicodedata.name(char, "").partition(" ")[0].title()
    return script if script and _has(script, char) else ""


@lru_cache(maxsize=4096)
def _is_known(char: str) -> bool:
    if char.isspace() or unicodedata.category(char) == "Cf":
        return char.isspace() or char in JOINERS
    shaped = features.check("raqm") or unicodedata.name(char, "").startswith(SIMPLE)
    return _has(_script(char), char) and (shaped or not _is_letter(char))


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _has(script: str, char: str) -> bool:
    if unicodedata.category(char) in ("Cn", "Co", "Cs"):
        return False
    font = _font(script, PROBE)
    return _shape(font, char) != _shape(font, UNASSIGNED)


def _shape(font: FreeTypeFont, char: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(char)
    return mask.size, bytes(mask)


@lru_cache(maxsize=256)
def _font(script: str, size: int) -> FreeTypeFont:
    for name in (f"NotoSans{script}-Bold.ttf",) if script else BASES:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return _font("", size) if script else _built_in(size)


def _built_in(size: int) -> FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, FreeTypeFont), "Pillow was built without FreeType"
    return font
