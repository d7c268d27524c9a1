"""HTML as Telegram reads it: its own few tags, its own errors, lengths and offsets in UTF-16 units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .problems import ApiError, bad

Json = dict[str, Any]
KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
ATTRIBUTE = re.compile(r"\s*([^\s=>]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([a-zA-Z0-9.-]*)(?=[\s>]))")
FLAG = re.compile(r"\s*(expandable)(?=[\s>])")
TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
TIME_LIMIT = 2**31
MENTION_URL = re.compile(r"tg://user\?id=(\d+)")
FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?![\w/]))|(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<mention>(?<!\w)@[a-zA-Z]\w{2,31})"
)


def length(text: str) -> int:
    """In UTF-16 code units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def part(text: str, entity: Json) -> str:
    """The words that an entity covers."""
    raw = text.encode("utf-16-le")
    return raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")


def unescape(text: str) -> str:
    """Only the four named references and numbers; anything else stays as it is."""
    return REFERENCE.sub(_referred, text)


def parse(html: str) -> tuple[str, list[Json]]:
    """Plain text and entities. Raises `ApiError` with what Telegram says of broken markup."""
    reading = _Reading(html)
    reading.run()
    return reading.text, sorted(reading.entities, key=lambda e: (e["offset"], -e["length"]))


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without the space around it, which Telegram cuts off; entities move along."""
    kept = text.rstrip()
    cut = length(kept) - length(kept.lstrip())
    kept = kept.lstrip()
    most, left = length(kept), []
    for entity in entities:
        begin = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] - cut + entity["length"], most)
        if end > begin:
            left.append(entity | {"offset": begin, "length": end - begin})
    return kept, left


def found(text: str, entities: list[Json]) -> list[Json]:
    """The commands, addresses and mentions that Telegram makes touchable by itself."""
    busy = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in UNTOUCHED]
    more = []
    for match in FOUND.finditer(text):
        begin, size = length(text[: match.start()]), length(match.group())
        if not any(begin < end and start < begin + size for start, end in busy):
            more.append({"type": match.lastgroup, "offset": begin, "length": size})
    return sorted([*entities, *more], key=lambda e: (e["offset"], -e["length"]))


UNTOUCHED = ("code", "pre", "text_link", "text_mention", "date_time")


def _referred(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return NAMED.get(name, match.group())
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x10FFFF else match.group()


def _broken(reason: str) -> ApiError:
    return bad(f"can't parse entities: {reason}")


@dataclass(slots=True)
class _Open:
    tag: str
    argument: Json
    offset: int


class _Reading:
    def __init__(self, html: str) -> None:
        self.html, self.place = html, 0
        self.text, self.size = "", 0
        self.entities: list[Json] = []
        self.open: list[_Open] = []

    @property
    def byte(self) -> int:
        return len(self.html[: self.place].encode())

    def run(self) -> None:
        while self.place < len(self.html):
            end = self.html.find("<", self.place)
            end = len(self.html) if end < 0 else end
            self._add(unescape(self.html[self.place : end]))
            self.place = end
            if end < len(self.html):
                self._close() if self.html.startswith("</", end) else self._begin()
        if self.open:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')

    def _add(self, text: str) -> None:
        self.text += text
        self.size += length(text)

    def _begin(self) -> None:
        at, name = self.byte, re.match(r"<([^\s>]*)", self.html[self.place :])
        assert name
        after = self.place + name.end()
        if after >= len(self.html):
            raise _broken(f"Unclosed start tag at byte offset {at}")
        tag = name.group(1).lower()
        if tag not in KINDS:
            raise _broken(f'Unsupported start tag "{tag}" at byte offset {at}')
        given, after = self._attributes(tag, after, at)
        self.open.append(_Open(tag, _argument(tag, given, at), self.size))
        self.place = after

    def _attributes(self, tag: str, place: int, at: int) -> tuple[dict[str, str], int]:
        given: dict[str, str] = {}
        while not (end := re.compile(r"\s*>").match(self.html, place)):
            if tag == "blockquote" and (flag := FLAG.match(self.html, place)):
                given["expandable"], place = "", flag.end()
                continue
            match = ATTRIBUTE.match(self.html, place)
            if match is None:
                raise _broken(
                    f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {at}'
                )
            name, *values = match.groups()
            given[name] = unescape(next(v for v in values if v is not None))
            place = match.end()
        return given, end.end()

    def _close(self) -> None:
        at, match = self.byte, re.match(r"</([^\s>]*)\s*(>?)", self.html[self.place :])
        assert match
        if not self.open:
            raise _broken(f"Unexpected end tag at byte offset {at}")
        if not match.group(2):
            raise _broken(f"Unclosed end tag at byte offset {at}")
        last, tag = self.open.pop(), match.group(1).lower()
        if tag and tag != last.tag:
            raise _broken(
                f'Unmatched end tag at byte offset {at}, expected "</{last.tag}>", found "</{tag}>"'
            )
        self.place += match.end()
        self._note(last)

    def _note(self, ended: _Open) -> None:
        size = self.size - ended.offset
        kind = KINDS[ended.tag]
        is_dead_link = kind == "text_link" and not ended.argument
        if not size or is_dead_link:
            return
        if "expandable" in ended.argument:
            kind = "expandable_blockquote"
        extra = {k: v for k, v in ended.argument.items() if k != "expandable"}
        if kind == "text_link" and (user := MENTION_URL.fullmatch(extra["url"])):
            kind, extra = "text_mention", {"user_id": int(user.group(1))}
        self.entities.append({"type": kind, "offset": ended.offset, "length": size} | extra)


def _argument(tag: str, given: dict[str, str], at: int) -> Json:
    match tag:
        case "span" if given.get("class") != "tg-spoiler":
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        case "a":
            return {"url": given["href"]} if given.get("href") else {}
        case "tg-emoji":
            if not given.get("emoji-id", "").isdecimal():
                raise _broken("Invalid custom emoji identifier specified")
            return {"custom_emoji_id": given["emoji-id"]}
        case "tg-time":
            return _moment(given, at)
        case "blockquote" if "expandable" in given:
            return {"expandable": True}
        case "code" if given.get("class", "").startswith("language-"):
            return {"language": given["class"].removeprefix("language-")}
    return {}


def _moment(given: dict[str, str], at: int) -> Json:
    unix, shape = given.get("unix", ""), given.get("format", "")
    if not unix.isdecimal() or not 0 < int(unix) < TIME_LIMIT:
        raise _broken(f'Tag "tg-time" must have a valid Unix time at byte offset {at}')
    if not TIME_FORMAT.fullmatch(shape):
        raise _broken(f'Tag "tg-time" has an invalid format at byte offset {at}')
    return {"unix_time": int(unix)} | ({"date_time_format": shape} if shape else {})
