"""Texts cut where a reader would cut them: between paragraphs, lines, words, at worst between letters.

Lengths are Telegram's: UTF-16 units of what is left once the marks are parsed. No piece breaks a mark, a time,
a link or a letter with its accents.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

import regex

TEXT: Final = 4096
CAPTION: Final = 1024
ELLIPSIS: Final = "…"
LETTER: Final = regex.compile(r"\X")
WHOLE: Final = frozenset({"a", "code", "tg-time"})
CUTS: Final = ("\n\n", "\n", " ")


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag with what it covers."""

    start: int
    end: int
    tag: str
    opening: str


@dataclass(slots=True)
class Marked:
    """Plain text, and the marks over it."""

    text: str = ""
    marks: list[Mark] = field(default_factory=list)


def length(marked_up: str) -> int:
    """How long Telegram finds it."""
    return units(_read(marked_up).text.strip())


def units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)


def split(marked_up: str, most: int = TEXT) -> list[str]:
    """Pieces of at most so many units, none of them empty."""
    read = _read(marked_up)
    return [_written(read, start, end) for start, end in _spans(read, most)]


def clip(text: str, most: int) -> str:
    """Plain words of at most so many characters, no letter cut in two."""
    if len(text) <= most:
        return text
    return text[: _letter_before(text, 0, most - 1)].rstrip() + ELLIPSIS


def label(text: str, most: int) -> str:
    """Plain words for a button: one line, never empty."""
    return clip(" ".join(text.split()), most) or ELLIPSIS


# --- where to cut -----------------------------------------------------------------------------


def _spans(read: Marked, most: int) -> Iterator[tuple[int, int]]:
    start, text = 0, read.text
    while start < len(text):
        start += len(text[start:]) - len(text[start:].lstrip())
        end = _cut(read, start, most)
        if stop := start + len(text[start:end].rstrip()) - start:
            yield start, start + stop
        start = max(end, start + 1)


def _cut(read: Marked, start: int, most: int) -> int:
    """Where a piece from `start` ends."""
    text = read.text
    furthest = start + len(
        text[start : start + most].encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
    )
    if furthest >= len(text.rstrip()):
        return len(text)
    for mark in CUTS:
        found = text.rfind(mark, start + (furthest - start) // 4, furthest + len(mark))
        if found > start and (cut := _outside(read, start, found)) > start:
            return cut
    return _outside(read, start, _letter_before(text, start, furthest))


def _letter_before(text: str, start: int, furthest: int) -> int:
    """The last end of a letter up to there; a single letter that is longer than all the room is cut."""
    end = start
    for letter in LETTER.finditer(text, start, min(len(text), furthest + 64)):
        if letter.end() > furthest:
            break
        end = letter.end()
    return end if end > start else furthest


def _outside(read: Marked, start: int, cut: int) -> int:
    """Not in the middle of what only makes sense as a whole."""
    inside = [mark.start for mark in read.marks if mark.tag in WHOLE and mark.start < cut < mark.end]
    return min([cut, *(begin for begin in inside if begin > start)])


# --- marks -------------------------------------------------------------------------------------


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Marked()
        self.open: list[tuple[str, str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append((tag, self.get_starttag_text() or "", len(self.read.text)))

    def handle_endtag(self, tag: str) -> None:
        name, opening, start = self.open.pop()
        if name != tag:
            raise ValueError(f"</{tag}> closes <{name}>")
        if start < len(self.read.text):
            self.read.marks.append(Mark(start, len(self.read.text), tag, opening))

    def handle_data(self, data: str) -> None:
        self.read.text += data


def _read(marked_up: str) -> Marked:
    reading = _Reading()
    reading.feed(marked_up)
    reading.close()
    if reading.open:
        raise ValueError(f"{reading.open} left open")
    return reading.read


def _written(read: Marked, start: int, end: int) -> str:
    """A stretch of it with the marks that cover it."""
    tags: list[tuple[int, int, int, str]] = []
    for order, mark in enumerate(read.marks):  # in the order they end, the innermost first
        begin, finish = max(mark.start, start), min(mark.end, end)
        if begin < finish:
            tags.append((begin, 1, -order, mark.opening))
            tags.append((finish, 0, order, f"</{mark.tag}>"))
    written, place = "", start
    for at, _kind, _order, tag in sorted(tags):
        written += html.escape(read.text[place:at], quote=False) + tag
        place = at
    return written + html.escape(read.text[place:end], quote=False)
