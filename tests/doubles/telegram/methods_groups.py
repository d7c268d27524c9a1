"""What an administrator bot does in a group: topics, pins, invitations."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Any

from . import groups, payloads
from .calls import Call, method
from .chats import Chat
from .problems import bad

Json = dict[str, Any]


@method("createForumTopic", returns="ForumTopic")
def create_topic(call: Call) -> Json:
    chat = _administered(call)
    if not chat.is_forum:
        raise bad("the chat is not a forum", blame=False)
    name = call.text("name")
    if not 1 <= len(name) <= 128:
        raise bad("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    topic = groups.add_topic(call.server, chat, name, call.server.bot)
    return {"message_thread_id": topic.id, "name": name, "icon_color": 7322096}


@method("closeForumTopic")
@method("deleteForumTopic")
def close_topic(call: Call) -> bool:
    chat, wanted = _administered(call), call.number("message_thread_id")
    if wanted not in chat.topics:
        raise bad("message thread not found", blame=False)
    if call.name == "deleteForumTopic":
        del chat.topics[wanted]
    return True


@method("pinChatMessage")
def pin(call: Call) -> bool:
    message = call.message("pin")
    if not message.chat.is_private and not message.chat.member(call.server.bot).is_admin:
        raise bad("not enough rights to manage pinned messages in the chat", blame=False)
    message.chat.pinned.append(message.id)
    return True


@method("unpinChatMessage")
def unpin(call: Call) -> bool:
    message = call.message("unpin")
    if message.id in message.chat.pinned:
        message.chat.pinned.remove(message.id)
    return True


@method("setChatMemberTag")
def set_tag(call: Call) -> bool:
    """A word beside the name of a regular member."""
    chat, user, tag = _administered(call), call.user(), call.text("tag")
    member = chat.member(user)
    if not chat.member(call.server.bot).may("can_manage_tags"):
        raise bad("not enough rights to edit member tags", blame=False)
    if not member.is_inside:
        raise bad("member not found", blame=False)
    if member.is_admin:
        raise bad("CHAT_ADMIN_REQUIRED", blame=False)
    if len(tag) > 16 or any(unicodedata.category(letter) == "So" for letter in tag):
        raise bad("TAG_INVALID")
    member.tag = tag
    return True


@method("createChatInviteLink", returns="ChatInviteLink")
def invite(call: Call) -> Json:
    _administered(call)
    return {
        "invite_link": f"https://t.me/+{secrets.token_urlsafe(12)}",
        "creator": payloads.user(call.server.bot),
        "creates_join_request": call.flag("creates_join_request"),
        "is_primary": False,
        "is_revoked": False,
    }


def _administered(call: Call) -> Chat:
    chat = call.chat(writes=True)
    if chat.is_private or not chat.member(call.server.bot).is_admin:
        raise bad("not enough rights", blame=False)
    return chat
