"""What a bot writes: its text measured after parsing, its keyboard checked, its message put into the chat."""

from __future__ import annotations

from typing import Any

from . import keyboards, markup
from .calls import Call
from .chats import Chat
from .posts import Attachment, Message
from .problems import Refused, bad

Json = dict[str, Any]
TEXT, CAPTION, MOST_ENTITIES = 4096, 1024, 100
MODES = ("html", "")


def worded(
    call: Call, name: str, mode: str = "parse_mode", entities: str = "entities"
) -> tuple[str, list[Json]]:
    """A text with its entities, as it will be read."""
    raw, given = call.text(name), call.json(entities) or []
    kind = call.text(mode).lower()
    if kind not in MODES:
        raise bad(f"unsupported parse_mode (the double reads HTML, not {kind})")
    return read(call, raw, given, is_html=kind == "html")


def read(call: Call, raw: str, given: list[Json], *, is_html: bool) -> tuple[str, list[Json]]:
    text, found = markup.parse(raw) if is_html else (raw, given)
    text, found = markup.trimmed(text, found)
    if len(found) > MOST_ENTITIES:
        reason = f"{len(found)} entities, of which {MOST_ENTITIES} are kept"
        call.server.violations.append(Refused(call.name, 200, reason, call.params))
    found = [each for each in map(lambda e: _mention(call, e), found[:MOST_ENTITIES]) if each]
    return text, markup.found(text, found)


def _mention(call: Call, entity: Json) -> Json | None:
    if entity["type"] != "text_mention" or "user_id" not in entity:
        return entity
    from . import payloads

    user = call.server.world.users.get(entity["user_id"])
    rest = {k: v for k, v in entity.items() if k != "user_id"}
    return rest | {"user": payloads.user(user)} if user else None


def text(call: Call, *, is_edit: bool = False) -> tuple[str, list[Json]]:
    """What may be a message's text."""
    if not call.text("text"):
        raise bad("message text is empty")
    words, entities = worded(call, "text")
    if not words:
        raise bad("message text is empty" if not call.text("parse_mode") else "text must be non-empty")
    if markup.length(words) > TEXT:
        raise bad("MESSAGE_TOO_LONG" if is_edit else "message is too long")
    return words, entities


def caption(call: Call) -> tuple[str, list[Json]]:
    words, entities = worded(call, "caption", entities="caption_entities")
    if markup.length(words) > CAPTION:
        raise bad("message caption is too long")
    return words, entities


def keyboard(call: Call, chat: Chat) -> Json | None:
    given = call.json("reply_markup")
    if given is None:
        return None
    allow = call.server.allow_local_urls
    return keyboards.checked(given, allow_local_urls=allow, is_private=chat.is_private)


def post(
    call: Call,
    chat: Chat,
    words: tuple[str, list[Json]],
    *,
    file: Attachment | None = None,
    extra: Json | None = None,
) -> Message:
    """The bot's message, as it stands in the chat from now on."""
    made = Message(
        0,
        chat,
        call.server.bot,
        call.server.clock.now(),
        text=words[0],
        entities=words[1],
        file=file,
        markup=keyboard(call, chat),
        thread=_thread(call, chat),
        reply_to=_replied(call, chat),
        silent=call.flag("disable_notification"),
        preview=not (call.json("link_preview_options") or {}).get("is_disabled"),
        extra=extra or {},
    )
    made.id = chat.next_message_id()
    chat.history.append(made)
    if file:
        call.server.world.files[file.id] = file
    return made


def _thread(call: Call, chat: Chat) -> int | None:
    wanted = call.number("message_thread_id")
    if not wanted:
        return None
    if wanted not in chat.topics:
        raise bad("message thread not found", blame=False)
    return wanted


def _replied(call: Call, chat: Chat) -> Message | None:
    asked = call.json("reply_parameters")
    if not asked:
        return None
    found = chat.find(asked["message_id"])
    if found is None and not asked.get("allow_sending_without_reply"):
        raise bad("message to be replied not found", blame=False)
    return found
