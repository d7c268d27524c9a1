"""What somebody wrote in Telegram, with the marks that their app gave it, as Markdown; all else is meant as letters.

Lengths and places are Telegram's: UTF-16 units.
"""

import re
from collections.abc import Sequence
from typing import Final

from telegram import MessageEntity
from telegram.constants import MessageEntityType as Kind

AROUND: Final = {Kind.BOLD: "**", Kind.ITALIC: "*", Kind.STRIKETHROUGH: "~~"}
AS_IT_IS: Final = (Kind.URL, Kind.EMAIL)
KNOWN: Final = (*AROUND, *AS_IT_IS, Kind.CODE, Kind.PRE, Kind.TEXT_LINK, Kind.BLOCKQUOTE)
MARK: Final = re.compile(r"[\\*_~`]")
LINE_START: Final = re.compile(r"^( {0,3}\d*)([#>+=|-]|(?<=\d)[.)])", re.MULTILINE)
INDENTED: Final = re.compile(r"(?:^(?: {4}|\t).*(?:\n|\Z))+", re.MULTILINE)
FENCE: Final = "```"


def markdown(text: str, entities: Sequence[MessageEntity]) -> str:
    """The text as Markdown. Entities that only an app puts there, such as mentions, are letters like all others."""
    units = text.encode("utf-16-le")
    known = sorted((each for each in entities if each.type in KNOWN), key=lambda e: (e.offset, -e.length))
    return _between(units, known, 0, len(units) // 2).strip("\n")


def _between(units: bytes, entities: Sequence[MessageEntity], start: int, end: int) -> str:
    """A stretch with the entities inside it, the outermost first."""
    written, place, left = "", start, list(entities)
    while left:
        outer = left.pop(0)
        stop = min(outer.offset + outer.length, end)
        inside = [each for each in left if each.offset < stop]
        left = [each for each in left if each.offset >= stop]
        if outer.offset < place:
            continue
        written += _plain(_cut(units, place, outer.offset)) + _marked(units, outer, inside, stop)
        place = stop
    return written + _plain(_cut(units, place, end))


def _marked(units: bytes, outer: MessageEntity, inside: Sequence[MessageEntity], stop: int) -> str:
    raw = _cut(units, outer.offset, stop)
    match outer.type:
        case Kind.PRE:
            return f"\n{_fenced(raw, outer.language or '')}\n"
        case Kind.CODE:
            return _code(raw)
        case Kind.URL | Kind.EMAIL:
            return raw
    inner = _between(units, inside, outer.offset, stop)
    match outer.type:
        case Kind.TEXT_LINK:
            return f"{inner} ({outer.url})"
        case Kind.BLOCKQUOTE:
            return "\n" + "\n".join(f"> {line}" for line in inner.splitlines()) + "\n\n"
    return "\n".join(_around(line, AROUND[Kind(outer.type)]) for line in inner.split("\n"))


def _around(line: str, mark: str) -> str:
    """Marks touch the letters; the space beside them stays outside."""
    bare = line.strip()
    return line.replace(bare, f"{mark}{bare}{mark}", 1) if bare else line


def _plain(text: str) -> str:
    """Letters that are no marks. Lines that are set in are code, or their indent would be lost."""
    written, place = "", 0
    for found in INDENTED.finditer(text):
        block = found[0].rstrip("\n")
        written += _escaped(text[place : found.start()]) + _fenced(block, "") + "\n"
        place = found.end()
    return written + _escaped(text[place:])


def _escaped(text: str) -> str:
    return LINE_START.sub(r"\1\\\2", MARK.sub(r"\\\g<0>", text)) if text else ""


def _code(raw: str) -> str:
    mark = "`" if "`" not in raw else "``"
    pad = " " if raw.startswith("`") or raw.endswith("`") else ""
    return f"{mark}{pad}{raw}{pad}{mark}"


def _fenced(raw: str, language: str) -> str:
    fence = FENCE if FENCE not in raw else "````"
    named = language if re.fullmatch(r"[\w+#.-]{1,20}", language) else ""
    return f"{fence}{named}\n{raw}\n{fence}"


def _cut(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", "ignore")
