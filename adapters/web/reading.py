"""Who reads a page that belongs to no account: the browser's best language that we speak, and no zone but UTC."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aiohttp import web
from babel import negotiate_locale

from core import chat

FALLBACK: Final = "en"
LANGUAGES: Final = web.AppKey("languages", Sequence[str])
WISH: Final = re.compile(r"\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?")
LONGEST_HEADER: Final = 500


def reader_of(request: web.Request) -> chat.Reader:
    """In the browser's own region's ways: `en-GB` where English is spoken."""
    return chat.Reader(next(_heard(request), (FALLBACK, FALLBACK))[0], "UTC")


def languages(request: web.Request) -> Sequence[str]:
    """Those that are spoken here."""
    return request.config_dict.get(LANGUAGES, (FALLBACK,))


def chosen_language(request: web.Request) -> str:
    """The language that the address names, if we speak it."""
    named = request.query.get("lang", "")
    return named if named in languages(request) else ""


def negotiated(request: web.Request) -> str:
    """The language that the address names, else the one we speak that the browser likes best."""
    return chosen_language(request) or next(_heard(request), (FALLBACK, FALLBACK))[1]


def _heard(request: web.Request) -> Iterator[tuple[str, str]]:
    """What the browser would like to read, the dearest first, each with the language we speak that answers it."""
    header = request.headers.get("Accept-Language", "")[:LONGEST_HEADER]
    wishes = [wish for part in header.split(",") if (wish := WISH.fullmatch(part))]
    for wish in sorted(wishes, key=_weight, reverse=True):
        spoken = negotiate_locale([wish[1]], languages(request), sep="-")
        if spoken and _weight(wish):
            yield wish[1], spoken


def _weight(wish: re.Match[str]) -> float:
    return float(wish[2] or 1)
