"""Sending words, answering presses, and passing messages on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from . import composing, markup, payloads
from .calls import Call, method
from .posts import Message
from .problems import TOO_OLD, bad

Json = dict[str, Any]
ANSWER = 200
PATIENCE = timedelta(seconds=30)
ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


@method("sendMessage", returns="Message")
def send_message(call: Call) -> Json:
    words = composing.text(call)
    return payloads.message(composing.post(call, call.chat(writes=True), words))


@method("sendLocation", returns="Message")
def send_location(call: Call) -> Json:
    place = {"latitude": float(call.text("latitude")), "longitude": float(call.text("longitude"))}
    posted = composing.post(call, call.chat(writes=True), ("", []), extra={"location": place})
    return payloads.message(posted)


@method("sendChatAction")
def send_action(call: Call) -> bool:
    if call.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    call.chat(writes=True).actions.append(call.text("action"))
    return True


@method("answerCallbackQuery")
def answer_query(call: Call) -> bool:
    """Once, and not for ever."""
    query = call.server.queries.get(call.text("callback_query_id"))
    if query is None:
        raise bad(TOO_OLD)
    is_repeated = any(u.deliveries > 1 for u in call.server.updates.done if u.body.get("id") == query.id)
    if query.answered:
        raise bad(TOO_OLD, blame=not is_repeated)
    if call.server.clock.now() - query.at > PATIENCE:
        query.answered = True
        raise bad(TOO_OLD, blame=False)
    said = call.text("text")
    if markup.length(said) > ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    query.answered = True
    query.opened = call.text("url")
    if call.flag("show_alert"):
        query.alert = said
    else:
        query.toast = said
    return True


@method("answerInlineQuery")
def answer_inline(call: Call) -> bool:
    if not isinstance(call.json("results"), list):
        raise bad("can't parse inline query results JSON object")
    return True


@method("forwardMessage", returns="Message")
def forward(call: Call) -> Json:
    origin = _source(call)
    assert origin.sender
    told = {
        "type": "user",
        "sender_user": payloads.user(origin.sender),
        "date": payloads.stamp(origin.date),
    }
    return payloads.message(_again(call, origin, {"forward_origin": told}))


@method("copyMessage", returns="MessageId")
def copy(call: Call) -> Json:
    return {"message_id": _again(call, _source(call), {}).id}


@method("setMessageReaction")
def react(call: Call) -> bool:
    call.message("react")
    return True


def _source(call: Call) -> Message:
    found = call.chat("from_chat_id").find(call.number("message_id"))
    if found is None:
        raise bad(f"message to {call.name.removesuffix('Message')} not found", blame=False)
    return found


def _again(call: Call, origin: Message, extra: Json) -> Message:
    chat = call.chat(writes=True)
    return composing.post(call, chat, (origin.text, origin.entities), file=origin.file, extra=extra)
