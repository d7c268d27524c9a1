"""The documented limits of messages. Each function fills `Problems`."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from .problems import Problems
from .reading import (
    BUTTON,
    CONTAINER,
    FILE,
    GALLERY,
    LINK,
    PREMIUM,
    ROW,
    SECTION,
    SELECTS,
    SEPARATOR,
    STRING_SELECT,
    TEXT_DISPLAY,
    THUMBNAIL,
    Path,
    walk,
)

Json = dict[str, Any]
TOP_V2 = (ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)
IN_CONTAINER = TOP_V2[:-1]
ATTACHMENT = re.compile(r"attachment://(.+)")
EMBED_TEXTS = {"title": 256, "description": 4096}


def message(problems: Problems, data: Json, *, v2: bool, files: Collection[str], path: Path = ()) -> None:
    components = data.get("components") or []
    if v2:
        _no_legacy_fields(problems, data, path)
        problems.count((*path, "components"), components, 1, 40)
    else:
        problems.length((*path, "content"), data.get("content"), 0, 2000)
        problems.count((*path, "components"), components, 0, 5)
        embeds(problems, data.get("embeds") or [], (*path, "embeds"))
    problems.count((*path, "attachments"), data.get("attachments") or [], 0, 10)
    layout(problems, components, v2=v2, path=(*path, "components"))
    _media(problems, data, files, path)
    _mentions(problems, data.get("allowed_mentions") or {}, (*path, "allowed_mentions"))


def _no_legacy_fields(problems: Problems, data: Json, path: Path) -> None:
    for name in ("content", "embeds", "poll", "sticker_ids"):
        if data.get(name):
            problems.add(
                (*path, name),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def layout(problems: Problems, components: list[Json], *, v2: bool, path: Path) -> None:
    top = TOP_V2 if v2 else (ROW,)
    for index, component in enumerate(components):
        problems.choice((*path, index, "type"), component.get("type"), top)
    everything = list(walk(components, path))
    unique(
        problems,
        everything,
        "custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
        "Component custom id cannot be duplicated",
    )
    unique(problems, everything, "id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
    if len(everything) > 40:
        problems.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer in length.")
    if sum(len(c.get("content") or "") for _, c in everything if c.get("type") == TEXT_DISPLAY) > 4000:
        problems.add(
            path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The total text exceeds 4000 characters"
        )
    for here, component in everything:
        _component(problems, component, here)


def unique(
    problems: Problems, everything: list[tuple[Path, Json]], key: str, code: str, sentence: str
) -> None:
    seen: set[Any] = set()
    for here, component in everything:
        value = component.get(key)
        if value and value in seen:
            problems.add((*here, key), code, sentence)
        seen.add(value)


def _component(problems: Problems, component: Json, here: Path) -> None:
    match component.get("type"):
        case 1:
            _row(problems, component, here)
        case 2:
            button(problems, component, here)
        case 3 | 5 | 6 | 7 | 8:
            select(problems, component, here)
        case 9:
            problems.count((*here, "components"), component.get("components"), 1, 3)
            for index, part in enumerate(component.get("components") or []):
                problems.choice((*here, "components", index, "type"), part.get("type"), (TEXT_DISPLAY,))
            problems.choice(
                (*here, "accessory"), (component.get("accessory") or {}).get("type"), (BUTTON, THUMBNAIL)
            )
        case 10:
            problems.length((*here, "content"), component.get("content"), 1, 4000)
        case 12:
            problems.count((*here, "items"), component.get("items"), 1, 10)
            for index, item in enumerate(component.get("items") or []):
                problems.length((*here, "items", index, "description"), item.get("description"), 0, 1024)
        case 17:
            problems.count((*here, "components"), component.get("components"), 1, 40)
            for index, part in enumerate(component.get("components") or []):
                problems.choice((*here, "components", index, "type"), part.get("type"), IN_CONTAINER)
            problems.within((*here, "accent_color"), component.get("accent_color"), 0, 0xFFFFFF)


def _row(problems: Problems, row: Json, here: Path) -> None:
    parts = row.get("components") or []
    problems.count((*here, "components"), parts, 1, 5)
    for index, part in enumerate(parts):
        problems.choice((*here, "components", index, "type"), part.get("type"), (BUTTON, *SELECTS))
    if len(parts) > 1 and any(part.get("type") != BUTTON for part in parts):
        problems.add(
            (*here, "components"),
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        )


def button(problems: Problems, found: Json, here: Path) -> None:
    style = found.get("style")
    problems.choice((*here, "style"), style, (1, 2, 3, 4, 5, 6))
    problems.length((*here, "label"), found.get("label"), 0, 80)
    if style == PREMIUM:
        return
    if not (found.get("label") or "").strip() and not found.get("emoji"):
        problems.add((*here, "label"), "BASE_TYPE_REQUIRED", "A button needs a label or an emoji")
    if style != LINK:
        problems.length((*here, "custom_id"), found.get("custom_id"), 1, 100)
        if found.get("url"):
            problems.add((*here, "url"), "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "Only a link button has a url")
        return
    problems.length((*here, "url"), found.get("url"), 1, 512)
    if not re.match(r"(https?|discord)://[^\s/]+", found.get("url") or ""):
        problems.add(
            (*here, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https', 'discord')."
        )
    if found.get("custom_id"):
        problems.add(
            (*here, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A link button has no custom id"
        )


def select(problems: Problems, found: Json, here: Path) -> None:
    problems.length((*here, "custom_id"), found.get("custom_id"), 1, 100)
    problems.length((*here, "placeholder"), found.get("placeholder"), 0, 150)
    least, most = found.get("min_values"), found.get("max_values")
    problems.within((*here, "min_values"), least, 0, 25)
    problems.within((*here, "max_values"), most, 1, 25)
    if (least or 0) > (most or 1):
        problems.add((*here, "min_values"), "BASE_TYPE_BAD_LENGTH", "min_values is above max_values")
    if found["type"] == STRING_SELECT:
        options(problems, found.get("options"), here, least=1, most=25)
        size = len(found.get("options") or [])
        if max(least or 0, most or 0) > size:
            problems.add(
                (*here, "max_values"), "SELECT_COMPONENT_TOO_FEW_OPTIONS", f"There are only {size} options"
            )
        if sum(bool(o.get("default")) for o in found.get("options") or []) > (most or 1):
            problems.add(
                (*here, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many default options"
            )


def options(problems: Problems, found: list[Json] | None, here: Path, *, least: int, most: int) -> None:
    problems.count((*here, "options"), found, least, most)
    seen: set[str] = set()
    for index, option in enumerate(found or []):
        place = (*here, "options", index)
        problems.length((*place, "label"), option.get("label"), 1, 100)
        problems.length((*place, "value"), option.get("value"), 1, 100)
        problems.length((*place, "description"), option.get("description"), 0, 100)
        if option.get("value") in seen:
            problems.add(
                (*place, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The value is already used"
            )
        seen.add(option.get("value") or "")


def embeds(problems: Problems, found: list[Json], path: Path) -> None:
    problems.count(path, found, 0, 10)
    total = 0
    for index, embed in enumerate(found):
        here = (*path, index)
        texts = [((*here, name), embed.get(name), 0, most) for name, most in EMBED_TEXTS.items()]
        texts.append(((*here, "footer", "text"), (embed.get("footer") or {}).get("text"), 0, 2048))
        texts.append(((*here, "author", "name"), (embed.get("author") or {}).get("name"), 0, 256))
        problems.count((*here, "fields"), embed.get("fields") or [], 0, 25)
        for number, part in enumerate(embed.get("fields") or []):
            texts.append(((*here, "fields", number, "name"), part.get("name"), 1, 256))
            texts.append(((*here, "fields", number, "value"), part.get("value"), 1, 1024))
        for text in texts:
            problems.length(*text)
            total += len(text[1] or "")
    if total > 6000:
        problems.add(path, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _media(problems: Problems, data: Json, files: Collection[str], path: Path) -> None:
    for here, url in media_urls(data, path):
        named = ATTACHMENT.fullmatch(url)
        if named and named[1] not in files:
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            problems.add(here, code, f"The referenced attachment '{named[1]}' was not found")
        elif not named and not re.match(r"https?://", url):
            problems.add(
                here, "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https', 'attachment')."
            )


def media_urls(data: Json, path: Path = ()) -> list[tuple[Path, str]]:
    return [(where, holder["url"]) for where, holder in media(data, path)]


def media(data: Json, path: Path = ()) -> list[tuple[Path, Json]]:
    """Every object with a media `url` in a message body."""
    found: list[tuple[Path, Json]] = []
    for here, component in walk(data.get("components") or [], (*path, "components")):
        if component.get("type") == GALLERY:
            found += [
                ((*here, "items", i, "media"), item["media"])
                for i, item in enumerate(component.get("items") or [])
            ]
        elif component.get("type") == THUMBNAIL:
            found.append(((*here, "media"), component["media"]))
        elif component.get("type") == FILE:
            found.append(((*here, "file"), component["file"]))
    for index, embed in enumerate(data.get("embeds") or []):
        found += [((*path, "embeds", index, k), embed[k]) for k in ("image", "thumbnail") if embed.get(k)]
    return found


def _mentions(problems: Problems, allowed: Json, path: Path) -> None:
    for name in ("users", "roles"):
        if name in (allowed.get("parse") or []) and allowed.get(name):
            problems.add(
                path,
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f"parse:['{name}'] and {name}: [ids...] exclude",
            )
        problems.count((*path, name), allowed.get(name) or [], 0, 100)
