"""What a person reads and can touch on a message or a modal, taken from raw components and embeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
ROW, BUTTON, STRING_SELECT, TEXT_INPUT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = range(
    1, 9
)
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR = range(9, 15)
CONTAINER, LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 17, 18, 19, 21, 22, 23
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)
LINK, PREMIUM = 5, 6

Path = tuple[str | int, ...]


def walk(components: list[Json], path: Path = ("components",)) -> Iterator[tuple[Path, Json]]:
    """Every component with its place in the request, in the order of the screen; accessories count."""
    for index, component in enumerate(components):
        here = (*path, index)
        yield here, component
        yield from walk(component.get("components") or [], (*here, "components"))
        for single in ("accessory", "component"):
            if isinstance(component.get(single), dict):
                yield (*here, single), component[single]


def visible_text(content: str, embeds: list[Json], components: list[Json]) -> str:
    lines = [content]
    for embed in embeds:
        lines += _embed_lines(embed)
    for _, component in walk(components):
        lines += _component_lines(component)
    return "\n".join(line for line in lines if line)


def _embed_lines(embed: Json) -> Iterator[str]:
    yield (embed.get("author") or {}).get("name") or ""
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    for part in embed.get("fields") or []:
        yield f"{part['name']}\n{part['value']}"
    yield (embed.get("footer") or {}).get("text") or ""


def _component_lines(component: Json) -> Iterator[str]:
    match component["type"]:
        case 10:
            yield component["content"]
        case 18:
            yield component["label"]
            yield component.get("description") or ""
        case 12:
            yield from (item.get("description") or "" for item in component["items"])
        case 11:
            yield component.get("description") or ""


def face(button: Json) -> str:
    emoji = (button.get("emoji") or {}).get("name") or ""
    return button.get("label") or emoji


def buttons(components: list[Json]) -> dict[str, str]:
    found = (component for _, component in walk(components) if component["type"] == BUTTON)
    return {face(button): button.get("custom_id") or button.get("url") or "" for button in found}


def selects(components: list[Json]) -> dict[str, list[str]]:
    found = (component for _, component in walk(components) if component["type"] in SELECTS)
    return {
        select.get("placeholder") or select["custom_id"]: [o["label"] for o in select.get("options") or []]
        for select in found
    }


def fields(modal: Json) -> dict[str, Json]:
    """The inputs of a modal by the label a person reads."""
    found: dict[str, Json] = {}
    for component in modal["components"]:
        if component["type"] == LABEL:
            found[component["label"]] = component["component"]
        elif component["type"] == ROW:
            found |= {part["label"]: part for part in component["components"]}
    return found
