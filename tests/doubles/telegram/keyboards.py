"""Inline keyboards: what Telegram lets stand on them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .problems import ApiError, bad

Json = dict[str, Any]
MOST_BUTTONS, MOST_IN_A_ROW, DATA_BYTES, COPIED = 100, 8, 64, 256
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
STYLES = ("primary", "success", "danger")
OTHERS = ("keyboard", "remove_keyboard", "force_reply")


def checked(markup: Any, *, allow_local_urls: bool, is_private: bool) -> Json | None:
    """The keyboard as it will stand under the message; `None` where there is none."""
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if any(key in markup for key in OTHERS):
        return dict(markup)
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('can\'t parse inline keyboard: field "inline_keyboard" must be an Array of Arrays')
    kept = [
        [_button(each, allow_local_urls=allow_local_urls, is_private=is_private) for each in row]
        for row in rows
        if row
    ]
    if any(len(row) > MOST_IN_A_ROW for row in kept):
        raise bad("REPLY_MARKUP_INVALID")
    if sum(map(len, kept)) > MOST_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any, *, allow_local_urls: bool, is_private: bool) -> Json:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: expected an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad('can\'t parse inline keyboard button: field "text" must be a non-empty String')
    actions = [name for name in ACTIONS if name in button]
    if not actions:
        raise bad("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: exactly one optional field must be used")
    if "style" in button and button["style"] not in STYLES:
        raise bad("can't parse inline keyboard button: invalid button style specified")
    if "url" in button:
        _address(button["url"], allow_local_urls=allow_local_urls)
    if "web_app" in button and not is_private:
        raise bad("BUTTON_TYPE_INVALID")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"].get("text", "")) <= COPIED:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    return dict(button)


def _address(url: str, *, allow_local_urls: bool) -> None:
    if not url:
        raise bad('can\'t parse inline keyboard button: field "url" must be non-empty')
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as broken:
        raise _wrong(url, "Wrong HTTP URL") from broken
    if parts.scheme == "tg":
        return
    if parts.scheme not in ("http", "https"):
        raise _wrong(url, "Unsupported URL protocol")
    is_local = host == "localhost" or host.startswith("127.")
    if (is_local and not allow_local_urls) or ("." not in host and not is_local) or " " in url:
        raise _wrong(url, "Wrong HTTP URL")


def _wrong(url: str, reason: str) -> ApiError:
    return bad(f"inline keyboard button URL '{url}' is invalid: {reason}")
