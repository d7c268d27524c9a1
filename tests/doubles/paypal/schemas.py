"""The official specifications as a second opinion, where NEARPEER_SPECS names their folder."""

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

FILES = {
    "/v2/checkout": "paypal-checkout_orders_v2.json",
    "/v2/payments": "paypal-payments_payment_v2.json",
    "/v1/notifications": "paypal-notifications_webhooks_v1.json",
}


@functools.cache
def folder() -> Path | None:
    named = os.environ.get("NEARPEER_SPECS")
    return Path(named) if named else None


def request_faults(method: str, path: str, body: Any) -> list[str]:
    """Where the body of a request leaves the specification."""
    found = _operation(method, path)
    if found is None or body is None:
        return []
    file, operation = found
    wanted = operation.get("requestBody", {})
    if "$ref" in wanted:
        wanted = _document(file)["components"]["requestBodies"][wanted["$ref"].rpartition("/")[2]]
    return _faults(file, wanted.get("content", {}), body)


def answer_faults(method: str, path: str, status: int, body: Any) -> list[str]:
    """Where an answer leaves the specification."""
    found = _operation(method, path)
    if found is None:
        return []
    file, operation = found
    return _faults(file, operation["responses"].get(str(status), {}).get("content", {}), body)


def event_faults(event: Any) -> list[str]:
    if folder() is None:
        return []
    schema = {"$ref": "#/components/schemas/event"}
    content = {"application/json": {"schema": schema}}
    return _faults(FILES["/v1/notifications"], content, event)


def _faults(file: str, content: dict[str, Any], body: Any) -> list[str]:
    schema = content.get("application/json", {}).get("schema")
    if schema is None:
        return []
    found = _validator(file, json.dumps(schema)).iter_errors(body)
    return [f"{list(fault.instance_path)}: {fault.message[:300]}" for fault in found]


@functools.cache
def _document(file: str) -> dict[str, Any]:
    root = folder()
    assert root
    document: dict[str, Any] = json.loads((root / file).read_text())
    return document


@functools.cache
def _validator(file: str, schema: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft4Validator(
        {"allOf": [json.loads(schema)], "components": _document(file)["components"]}
    )


@functools.cache
def _operation(method: str, path: str) -> tuple[str, dict[str, Any]] | None:
    file = next((file for begin, file in FILES.items() if path.startswith(begin)), None)
    if folder() is None or file is None:
        return None
    for template, operations in _document(file)["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in operations:
            return file, operations[method.lower()]
    return None
