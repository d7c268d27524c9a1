"""What a page posts, checked for its shape: each part as a value, or 400 with the part's name."""

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from core import chat

Body = Mapping[str, Any]
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
LONGEST_LINE = 8_000
LONGEST_ROUTE = 200
LARGEST = 2**63


async def read(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise web.HTTPBadRequest(text="not JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="not an object")
    return body


def line(body: Body) -> str:
    text = body.get("text")
    if not isinstance(text, str) or len(text) > LONGEST_LINE:
        raise web.HTTPBadRequest(text="text is malformed")
    return text


def route(body: Body) -> chat.Route:
    path = body.get("route")
    if not isinstance(path, str) or not path or len(path) > LONGEST_ROUTE:
        raise web.HTTPBadRequest(text="route is malformed")
    return chat.Route.parse(path)


def answers(body: Body) -> dict[str, str]:
    answers = body.get("answers") or {}
    if not (isinstance(answers, dict) and all(isinstance(value, str) for value in answers.values())):
        raise web.HTTPBadRequest(text="answers are malformed")
    return answers


def picked(body: Body) -> dict[str, tuple[str, str]]:
    picked = body.get("picked") or {}
    if not isinstance(picked, dict) or not all(_is_pair(pair) for pair in picked.values()):
        raise web.HTTPBadRequest(text="picked is malformed")
    return {name: (pair[0], pair[1]) for name, pair in picked.items()}


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(item, str) for item in value)


def key(body: Body) -> str:
    given = body.get("key")
    if not isinstance(given, str) or not KEY.fullmatch(given):
        raise web.HTTPBadRequest(text="key is malformed")
    return given


def count(body: Body, name: str) -> int | None:
    """A whole number, or nothing."""
    given = body.get(name)
    if given is None:
        return None
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < LARGEST:
        raise web.HTTPBadRequest(text=f"{name} is malformed")
    return given
