"""Changing and taking back what the bot said, and only what the bot said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from . import composing, files, payloads
from .calls import Call, method
from .posts import Message
from .problems import NOT_MODIFIED, bad, gone

Json = dict[str, Any]
DELETABLE = timedelta(hours=48)


@method("editMessageText", returns="Message")
def edit_text(call: Call) -> Json:
    message = _own(call)
    if message.file or message.extra:
        raise bad("there is no text in the message to edit")
    return _change(call, message, composing.text(call, is_edit=True))


@method("editMessageCaption", returns="Message")
def edit_caption(call: Call) -> Json:
    message = _own(call)
    if message.file is None:
        raise bad("there is no caption in the message to edit")
    return _change(call, message, composing.caption(call))


@method("editMessageReplyMarkup", returns="Message")
def edit_markup(call: Call) -> Json:
    message = _own(call)
    return _change(call, message, (message.text, message.entities))


@method("editMessageMedia", returns="Message")
def edit_media(call: Call) -> Json:
    """A text message may become a picture, a picture never a text."""
    message, media = _own(call), call.json("media")
    if not isinstance(media, dict):
        raise bad("can't parse input media JSON object")
    file = files.named(call, media)
    words = files.caption(call, media)
    message.file, message.extra = file, {}
    call.server.world.files[file.id] = file
    return _change(call, message, words, is_new=True)


@method("deleteMessage")
def delete(call: Call) -> bool:
    _delete(call, call.message("delete"))
    return True


@method("deleteMessages")
def delete_many(call: Call) -> bool:
    """Those that are not there are skipped."""
    chat, ids = call.chat(writes=True), call.json("message_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad(
            "too many message identifiers specified" if ids else "message identifiers are not specified"
        )
    for message in filter(None, map(chat.find, ids)):
        _delete(call, message)
    return True


def _delete(call: Call, message: Message) -> None:
    bot, chat = call.server.bot, message.chat
    is_own = message.sender is bot
    if not is_own and not chat.is_private and not chat.member(bot).is_admin:
        raise bad("message can't be deleted", blame=False)
    if (is_own or chat.is_private) and call.server.clock.now() - message.date > DELETABLE:
        raise bad("message can't be deleted for everyone", blame=False)
    message.deleted = True


def _own(call: Call) -> Message:
    if call.text("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    message = call.chat(writes=True).find(call.number("message_id"))
    if message is None:
        raise gone("edit")
    if message.sender is not call.server.bot or "forward_origin" in message.extra:
        raise bad("message can't be edited")
    return message


def _change(call: Call, message: Message, words: tuple[str, list[Json]], *, is_new: bool = False) -> Json:
    """Whatever keyboard is not named again is gone."""
    keyboard = composing.keyboard(call, message.chat)
    same = (message.text, message.entities, message.markup) == (*words, keyboard)
    if same and not is_new:
        raise bad(NOT_MODIFIED, blame=False)
    message.edits.append(message.text)
    message.text, message.entities = words
    message.markup, message.edited_at = keyboard, call.server.clock.now()
    return payloads.message(message)
