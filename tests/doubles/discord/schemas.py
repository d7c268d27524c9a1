"""The official specifications as a second opinion, where NEARPEER_SPECS names their folder.

Snowflakes may also be integers (discord.py sends both), flags are integers, unknown properties are allowed.
"""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@functools.cache
def folder() -> Path | None:
    named = os.environ.get("NEARPEER_SPECS")
    return Path(named) if named else None


def request_faults(method: str, template: str, body: Any) -> list[tuple[tuple[str | int, ...], str]]:
    """Where a request body leaves the OpenAPI description: path and reason."""
    validator = _request_validator(method, template)
    if validator is None or body is None:
        return []
    return [(tuple(fault.instance_path), fault.message) for fault in validator.iter_errors(body)]


def event_faults(name: str, payload: Json) -> list[str]:
    """Where something the double says leaves the published types (Ready, GuildCreate, Interaction, ...)."""
    validator = _event_validator(name)
    if validator is None:
        return []
    return [
        f"{name} {list(fault.instance_path)}: {fault.message[:400]}"
        for fault in validator.iter_errors(payload)
    ]


@functools.cache
def _openapi() -> Json:
    root = folder()
    assert root
    document: Json = json.loads((root / "discord-openapi.json").read_text())
    document["components"]["schemas"]["SnowflakeType"] = {"type": ["string", "integer"]}
    return document


@functools.cache
def _request_validator(method: str, template: str) -> Any:
    if folder() is None:
        return None
    import jsonschema_rs

    operation = _openapi()["paths"].get(template, {}).get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    schemas = {"schemas": _openapi()["components"]["schemas"]}
    return jsonschema_rs.Draft202012Validator({**content["schema"], "components": schemas})


@functools.cache
def _event_validator(name: str) -> Any:
    root = folder()
    if root is None:
        return None
    import jsonschema_rs

    schema = json.loads((root / f"discord-api-types-schema-{name}.json").read_text())
    for title in schema["definitions"]:
        if title.endswith("Flags"):
            schema["definitions"][title] = {"type": "integer"}
    return jsonschema_rs.Draft7Validator(_opened(schema))


def _opened(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {k: _opened(v) for k, v in schema.items() if not (k == "additionalProperties" and v is False)}
    return [_opened(each) for each in schema] if isinstance(schema, list) else schema
