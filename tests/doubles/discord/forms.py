"""The documented limits of modals and of autocomplete choices. Each function fills `Problems`."""

from __future__ import annotations

from typing import Any

from .limits import options, select, unique
from .problems import Problems
from .reading import (
    CHECKBOX,
    CHECKBOX_GROUP,
    FILE_UPLOAD,
    LABEL,
    RADIO_GROUP,
    ROW,
    SELECTS,
    TEXT_DISPLAY,
    TEXT_INPUT,
    Path,
    walk,
)

Json = dict[str, Any]
IN_LABEL = (TEXT_INPUT, *SELECTS, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX)


def modal(problems: Problems, data: Json) -> None:
    path: Path = ("data",)
    problems.length((*path, "custom_id"), data.get("custom_id"), 1, 100)
    problems.length((*path, "title"), data.get("title"), 1, 45)
    components = data.get("components") or []
    problems.count((*path, "components"), components, 1, 5)
    everything = list(walk(components, (*path, "components")))
    unique(
        problems,
        everything,
        "custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
        "Component custom id cannot be duplicated",
    )
    for index, component in enumerate(components):
        problems.choice(
            (*path, "components", index, "type"), component.get("type"), (ROW, TEXT_DISPLAY, LABEL)
        )
    for here, component in everything:
        _modal_component(problems, component, here)


def _modal_component(problems: Problems, component: Json, here: Path) -> None:
    kind = component.get("type")
    if kind == ROW:
        problems.count((*here, "components"), component.get("components"), 1, 1)
        for index, part in enumerate(component.get("components") or []):
            problems.choice((*here, "components", index, "type"), part.get("type"), (TEXT_INPUT,))
            problems.length((*here, "components", index, "label"), part.get("label"), 1, 45)
    elif kind == TEXT_DISPLAY:
        problems.length((*here, "content"), component.get("content"), 1, 4000)
    elif kind == LABEL:
        problems.length((*here, "label"), component.get("label"), 1, 45)
        problems.length((*here, "description"), component.get("description"), 0, 100)
        problems.choice(
            (*here, "component", "type"), (component.get("component") or {}).get("type"), IN_LABEL
        )
    else:
        _input(problems, component, here)


def _input(problems: Problems, found: Json, here: Path) -> None:
    kind = found.get("type")
    if kind in SELECTS:
        select(problems, found, here)
        if found.get("disabled"):
            problems.add((*here, "disabled"), "BASE_TYPE_CHOICES", "A select in a modal cannot be disabled")
        return
    problems.length((*here, "custom_id"), found.get("custom_id"), 1, 100)
    if kind == RADIO_GROUP:
        options(problems, found.get("options"), here, least=2, most=10)
    elif kind == CHECKBOX_GROUP:
        options(problems, found.get("options"), here, least=1, most=10)
    elif kind == TEXT_INPUT:
        _text_input(problems, found, here)


def _text_input(problems: Problems, found: Json, here: Path) -> None:
    problems.choice((*here, "style"), found.get("style"), (1, 2))
    problems.length((*here, "placeholder"), found.get("placeholder"), 0, 100)
    problems.within((*here, "min_length"), found.get("min_length"), 0, 4000)
    problems.within((*here, "max_length"), found.get("max_length"), 1, 4000)
    most = found.get("max_length") or 4000
    if (found.get("min_length") or 0) > most:
        problems.add((*here, "min_length"), "BASE_TYPE_BAD_LENGTH", "min_length is above max_length")
    problems.length((*here, "value"), found.get("value"), 0, most)


def autocomplete(problems: Problems, data: Json) -> None:
    path: Path = ("data", "choices")
    choices(problems, data.get("choices") or [], path)


def choices(problems: Problems, found: list[Json], path: Path) -> None:
    problems.count(path, found, 0, 25)
    for index, choice in enumerate(found):
        problems.length((*path, index, "name"), choice.get("name"), 1, 100)
        if isinstance(choice.get("value"), str):
            problems.length((*path, index, "value"), choice["value"], 1, 100)
        elif not isinstance(choice.get("value"), int | float):
            problems.add((*path, index, "value"), "BASE_TYPE_REQUIRED", "This field is required")
