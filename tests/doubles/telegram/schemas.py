"""The official description of the Bot API as a second opinion, where NEARPEER_SPECS names its folder."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PLAIN: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
    "True": (bool,),
    "InputFile": (str, bytes),
}


@functools.cache
def _description() -> tuple[dict[str, Json], dict[str, Json]]:
    """Types, and methods by their name in lower case."""
    folder = os.environ.get("NEARPEER_SPECS")
    if not folder:
        return {}, {}
    document = json.loads((Path(folder) / "telegram-bot-api-10.3.json").read_text())
    types: dict[str, Json] = {}
    methods: dict[str, Json] = {}
    for section in document["items"]:
        for item in section["children"]:
            fields = {field["name"]: field for field in item["annotations"]}
            variants = re.findall(r"^ - (\w+)$", item["description"], re.MULTILINE)
            entry = {"fields": fields, "variants": [] if fields else variants}
            if item["category"] == "types":
                types[item["name"]] = entry
            else:
                methods[item["name"].lower()] = entry
    return types, methods


def request_faults(method: str, params: Json) -> list[str]:
    """Where a request leaves the description: unknown, missing and misshapen parameters."""
    described = _description()[1].get(method.lower())
    if described is None:
        return []
    given = {
        name: _typed(described["fields"][name]["type"], value)
        for name, value in params.items()
        if name in described["fields"]
    }
    unknown = [f"{name}: no such parameter" for name in params if name not in described["fields"]]
    return unknown + list(_object(described, given, ""))


def faults(kind: str, value: Any) -> list[str]:
    """Where something the double says leaves the published type (`Update`, `Message`, `Array of X`)."""
    return list(_check(kind, value, kind)) if _description()[0] else []


def _typed(kind: str, value: Any) -> Any:
    """A form's string as what the description says it is; what cannot be read stays a string."""
    if not isinstance(value, str) or kind in ("String", "InputFile or String"):
        return value
    if kind == "Integer or String":
        return int(value) if re.fullmatch(r"-?\d+", value) else value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _check(kind: str, value: Any, path: str) -> Iterator[str]:
    if kind.startswith("Array of "):
        yield from _array(kind.removeprefix("Array of "), value, path)
        return
    if kind in PLAIN:
        is_whole = kind in ("Boolean", "True") or not isinstance(value, bool)
        if not isinstance(value, PLAIN[kind]) or not is_whole:
            yield f"{path}: {value!r} is no {kind}"
        return
    choices = re.split(r" or |, | and ", kind)
    if len(choices) > 1:
        yield from _best(choices, value, path)
        return
    described = _description()[0].get(kind)
    if described is None:
        yield f"{path}: no such type {kind}"
    elif described["variants"]:
        yield from _best(described["variants"], value, path)
    elif kind in ("RichText", "CallbackGame"):
        return
    elif not isinstance(value, dict):
        yield f"{path}: {value!r} is no {kind}"
    else:
        yield from _object(described, value, path)


def _array(kind: str, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: {value!r} is no Array"
        return
    for number, each in enumerate(value):
        yield from _check(kind, each, f"{path}[{number}]")


def _best(choices: list[str], value: Any, path: str) -> Iterator[str]:
    """The complaints of the variant that complains least."""
    yield from min((list(_check(choice, value, path)) for choice in choices), key=len)


def _object(described: Json, value: Json, path: str) -> Iterator[str]:
    fields = described["fields"]
    for name, field in fields.items():
        if name not in value:
            if field["required"]:
                yield f"{path}.{name}: is missing"
            continue
        here = f"{path}.{name}"
        yield from _check(field["type"], value[name], here)
        fixed = re.search(r"(?:always|must be) “?\"?(\w+)”?\"?$", field["description"])
        if fixed and name in ("type", "status", "source") and value[name] != fixed.group(1):
            yield f"{here}: {value[name]!r} is not {fixed.group(1)!r}"
    yield from (f"{path}.{name}: no such field" for name in value if name not in fields)
