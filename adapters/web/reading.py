"""Who reads a page that belongs to no account: the browser's language, and no zone but UTC."""

import re

from aiohttp import web

from core import chat

TAG = re.compile(r"\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)")


def reader_of(request: web.Request) -> chat.Reader:
    wanted = TAG.match(request.headers.get("Accept-Language", ""))
    return chat.Reader(wanted[1] if wanted else "en", "UTC")
