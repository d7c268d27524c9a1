"""What a person's client sends for a form: every input, checked as the form itself checks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import reading
from .places import Channel
from .typing_in import chosen

if TYPE_CHECKING:
    from .server import DiscordServer

Json = dict[str, Any]


def modal(server: DiscordServer, channel: Channel, shown: Json, answers: Mapping[str, Any]) -> Json:
    """What is left out keeps its preset value, as on a person's screen."""
    left, resolved = dict(answers), dict[str, Any]()
    parts: list[Json] = []
    for number, component in enumerate(shown["components"], 1):
        if component["type"] == reading.TEXT_DISPLAY:
            parts.append({"type": reading.TEXT_DISPLAY, "id": number})
            continue
        is_label = component["type"] == reading.LABEL
        found = component["component"] if is_label else component["components"][0]
        label = component["label"] if is_label else found["label"]
        key = label if label in left else found["custom_id"]
        answer = _filled(server, channel, label, found, left.pop(key, None), resolved) | {"id": number + 100}
        filled: Json = {"component": answer} if is_label else {"components": [answer]}
        parts.append({"type": component["type"], "id": number, **filled})
    assert not left, f"the form has no {list(left)}, only {list(reading.fields(shown))}"
    data: Json = {"custom_id": shown["custom_id"], "components": parts}
    return data | ({"resolved": resolved} if resolved else {})


def _filled(
    server: DiscordServer, channel: Channel, label: str, found: Json, given: Any, resolved: Json
) -> Json:
    answer = {"type": found["type"], "custom_id": found["custom_id"]}
    is_required = found.get("required") is not False
    if found["type"] == reading.TEXT_INPUT:
        text = found.get("value") or "" if given is None else str(given)
        least, most = found.get("min_length") or 0, found.get("max_length") or 4000
        assert text or not is_required, f"{label!r} must be filled in"
        assert not text or least <= len(text) <= most, f"{label!r} takes {least} to {most} characters"
        return answer | {"value": text}
    if found["type"] == reading.CHECKBOX:
        return answer | {"value": bool(found.get("default") if given is None else given)}
    presets = [o["value"] for o in found.get("options") or [] if o.get("default")]
    picked = presets if given is None else list(given) if isinstance(given, list) else [given]
    assert picked or not is_required, f"{label!r} must be chosen"
    values = chosen(server, channel, found, picked, resolved) if picked else []
    if found["type"] == reading.RADIO_GROUP:
        return answer | {"value": values[0] if values else None}
    return answer | {"values": values}


def forged_modal(custom_id: str, values: Mapping[str, str]) -> Json:
    inputs = [
        {"type": 4, "id": n, "custom_id": key, "value": text}
        for n, (key, text) in enumerate(values.items(), 50)
    ]
    parts = [{"type": 18, "id": number, "component": each} for number, each in enumerate(inputs, 1)]
    return {"custom_id": custom_id, "components": parts}
