"""The world as the Bot API spells it out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from .chats import ADMINISTRATOR, CREATOR, KICKED, Chat, Member
from .posts import Attachment, Message

if TYPE_CHECKING:
    from .world import User

Json = dict[str, Any]
ANONYMOUS_FIELDS = {"is_anonymous": False}
RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
GROUP_RIGHTS = ("can_pin_messages", "can_manage_tags")
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages")


def stamp(at: datetime) -> int:
    return int(at.timestamp())


def user(who: User) -> Json:
    said: Json = {"id": who.id, "is_bot": who.is_bot, "first_name": who.first_name}
    more = {"last_name": who.last_name, "username": who.username, "language_code": who.language}
    return said | {name: value for name, value in more.items() if value}


def me(who: User) -> Json:
    return user(who) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "supports_guest_queries": False,
        "can_manage_bots": False,
    }


def chat(where: Chat) -> Json:
    said: Json = {"id": where.id, "type": where.type}
    if where.user:
        named = user(where.user)
        return said | {k: named[k] for k in ("first_name", "last_name", "username") if k in named}
    said["title"] = where.title
    if where.username:
        said["username"] = where.username
    return said | ({"is_forum": True} if where.is_forum else {})


def full_chat(where: Chat) -> Json:
    gifts = {
        "unlimited_gifts": True,
        "limited_gifts": True,
        "unique_gifts": True,
        "premium_subscription": True,
        "gifts_from_channels": True,
    }
    return chat(where) | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def member(who: Member, where: Chat) -> Json:
    said: Json = {"status": who.status, "user": user(who.user)}
    match who.status:
        case s if s == CREATOR:
            return said | ANONYMOUS_FIELDS
        case s if s == ADMINISTRATOR:
            more = CHANNEL_RIGHTS if where.type == "channel" else GROUP_RIGHTS
            rights = {right: who.may(right) for right in RIGHTS + more}
            rights |= {"can_manage_topics": who.may("can_manage_topics")} if where.is_forum else {}
            return said | ANONYMOUS_FIELDS | rights | {"can_be_edited": False}
        case s if s == KICKED:
            return said | {"until_date": 0}
    return said | ({"tag": who.tag} if who.tag else {})


def message(what: Message) -> Json:
    said: Json = {"message_id": what.id, "date": stamp(what.date), "chat": chat(what.chat)}
    if what.sender and what.chat.type != "channel":
        said["from"] = user(what.sender)
    if what.chat.type == "channel":
        said["sender_chat"] = chat(what.chat)
    if what.thread is not None:
        said |= {"message_thread_id": what.thread, "is_topic_message": True}
    if what.reply_to and not what.reply_to.deleted:
        said["reply_to_message"] = {
            k: v for k, v in message(what.reply_to).items() if k != "reply_to_message"
        }
    if what.edited_at:
        said["edit_date"] = stamp(what.edited_at)
    if what.markup and "inline_keyboard" in what.markup:
        said["reply_markup"] = what.markup
    return said | _content(what) | what.extra


def _content(what: Message) -> Json:
    if what.file is None:
        if not what.text:
            return {}
        return {"text": what.text} | ({"entities": what.entities} if what.entities else {})
    said: Json = {what.file.kind: attached(what.file)}
    if what.text:
        said["caption"] = what.text
    if what.entities:
        said["caption_entities"] = what.entities
    return said


def attached(file: Attachment) -> Json | list[Json]:
    size = file.size or len(file.content)
    said: Json = {"file_id": file.id, "file_unique_id": f"u{file.id}", "file_size": size}
    match file.kind:
        case "photo":
            return [said | {"width": file.width, "height": file.height}]
        case "sticker":
            shape = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
            return said | shape | {"type": "regular", "emoji": "👋"}
        case "voice":
            return said | {"duration": 3, "mime_type": file.media_type}
    return said | {"file_name": file.name, "mime_type": file.media_type}


def inaccessible(what: Message) -> Json:
    return {"chat": chat(what.chat), "message_id": what.id, "date": 0}
