"""Stripe's wire: form bodies with nested keys, checked against the parameters the installed library knows.

The library's TypedDicts are generated from the pinned API version: a parameter they do not have is one that
Stripe refuses. Where a type is a list of words "or any string", only the words pass.
"""

import re
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from urllib.parse import parse_qsl

from stripe._request_options import RequestOptions
from typing_extensions import get_type_hints, is_typeddict

LONGEST = 5000


class Refused(Exception):
    """An answer that is an error. `kept`: the request had begun, so its idempotency key keeps the answer."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        kept: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kept = kept
        facts = {"type": kind, "code": code, "message": message, "param": param}
        self.body = {"error": {name: value for name, value in facts.items() if value}}


def decode(body: str) -> dict[str, Any]:
    """`line_items[0][quantity]=1` becomes `{"line_items": {"0": {"quantity": "1"}}}`."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        *way, last = re.findall(r"[^\[\]]+", name)
        spot = tree
        for step in way:
            spot = spot.setdefault(step, {})
            if not isinstance(spot, dict):
                raise Refused(f"Invalid request: {name} is both a value and a hash", param=name)
        spot[last] = value
    return tree


def check(given: dict[str, Any], kind: Any) -> dict[str, Any]:
    """The parameters with their types. Raises `Refused`."""
    return _hash(given, kind, "")


def _hash(given: Any, kind: Any, path: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Refused(f"Invalid object for {path}", param=path)
    known = _fields(kind)
    for name in given:
        if name not in known:
            where = _inside(path, name)
            raise Refused(f"Received unknown parameter: {where}", code="parameter_unknown", param=where)
    for name in kind.__required_keys__ & set(known):
        if name not in given:
            where = _inside(path, name)
            raise Refused(f"Missing required param: {where}.", code="parameter_missing", param=where)
    return {name: _value(value, known[name], _inside(path, name)) for name, value in given.items()}


@cache
def _fields(kind: Any) -> dict[str, Any]:
    own = {name: hint for name, hint in kind.__annotations__.items() if name not in OPTIONS}
    holder = type("Fields", (), {"__annotations__": own, "__module__": kind.__module__})
    return get_type_hints(holder, globalns=vars(sys.modules[kind.__module__]))


OPTIONS = set(RequestOptions.__annotations__)


def _value(given: Any, hint: Any, path: str) -> Any:
    if is_typeddict(hint):
        return _hash(given, hint, path)
    origin = get_origin(hint)
    if origin is list:
        return _list(given, get_args(hint)[0], path)
    if origin is dict:
        return {
            name: _text(value, f"{path}[{name}]", may_be_empty=True) for name, value in _dict(given, path)
        }
    if origin in (Union, UnionType):
        return _either(given, get_args(hint), path)
    if origin is Literal:
        return _word(given, get_args(hint), path)
    return READERS[hint](given, path)


def _either(given: Any, hints: tuple[Any, ...], path: str) -> Any:
    words = [word for hint in hints if get_origin(hint) is Literal for word in get_args(hint)]
    others = [hint for hint in hints if get_origin(hint) is not Literal and hint is not str]
    if words and (not others or given in words):
        return _word(given, tuple(words), path)
    return _value(given, others[0] if others else str, path)


def _word(given: Any, words: tuple[Any, ...], path: str) -> str:
    if given not in words:
        raise Refused(f"Invalid {path}: must be one of {', '.join(map(str, words))}", param=path)
    return str(given)


def _list(given: Any, hint: Any, path: str) -> list[Any]:
    items = dict(_dict(given, path))
    if set(items) != {str(number) for number in range(len(items))}:
        raise Refused(f"Invalid array for {path}", param=path)
    return [_value(items[str(number)], hint, f"{path}[{number}]") for number in range(len(items))]


def _dict(given: Any, path: str) -> list[tuple[str, Any]]:
    if not isinstance(given, dict):
        raise Refused(f"Invalid object for {path}", param=path)
    return list(given.items())


def _text(given: Any, path: str, *, may_be_empty: bool = False) -> str:
    if not isinstance(given, str):
        raise Refused(f"Invalid string for {path}", param=path)
    if not given and not may_be_empty:
        raise Refused(f"{path} cannot be unset: it is empty", code="parameter_invalid_empty", param=path)
    if len(given) > LONGEST:
        raise Refused(f"Invalid string for {path}: at most {LONGEST} characters", param=path)
    return given


def _integer(given: Any, path: str) -> int:
    if not isinstance(given, str) or not re.fullmatch(r"-?\d+", given):
        raise Refused(f"Invalid integer: {given}", code="parameter_invalid_integer", param=path)
    return int(given)


def _truth(given: Any, path: str) -> bool:
    if given not in ("true", "false"):
        raise Refused(f"Invalid boolean: {given}", param=path)
    return bool(given == "true")


def _number(given: Any, path: str) -> Decimal:
    try:
        return Decimal(given)
    except (InvalidOperation, TypeError):
        raise Refused(f"Invalid decimal: {given}", param=path) from None


READERS: dict[Any, Callable[[Any, str], Any]] = {str: _text, int: _integer, bool: _truth, Decimal: _number}


def _inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
