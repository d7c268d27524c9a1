"""What happens in the world becomes updates for the bot, where Telegram lets a bot know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import payloads, schemas
from .chats import CHANNEL, Chat, Member
from .posts import Message
from .problems import Refused
from .updates import Update

if TYPE_CHECKING:
    from .queries import Query
    from .server import TelegramServer
    from .world import User

Json = dict[str, Any]


def tell(server: TelegramServer, kind: str, body: Json, queue: int) -> Update | None:
    """Queues an update, checked against the published types."""
    for complaint in schemas.faults("Update", {"update_id": 1, kind: body}):
        server.violations.append(Refused(kind, 0, f"the double said: {complaint}", body))
    return server.updates.put(kind, body, queue)


def posted(server: TelegramServer, message: Message) -> None:
    """A new message of a person's, as far as the bot may read it."""
    message.chat.history.append(message)
    if is_readable(server, message):
        kind = "channel_post" if message.chat.type == CHANNEL else "message"
        tell(server, kind, payloads.message(message), message.chat.id)
    server.stir()


def edited(server: TelegramServer, message: Message) -> None:
    if is_readable(server, message):
        kind = "edited_channel_post" if message.chat.type == CHANNEL else "edited_message"
        tell(server, kind, payloads.message(message), message.chat.id)


def is_readable(server: TelegramServer, message: Message) -> bool:
    """Privacy mode: of a group a bot reads commands, answers to itself and what happens to the group."""
    chat, bot = message.chat, server.world.bot
    if chat.is_private:
        return True
    own = chat.member(bot)
    if not own.is_inside:
        return False
    if own.is_admin or message.is_service:
        return True
    if message.reply_to and message.reply_to.sender is bot:
        return True
    word = message.text.split(maxsplit=1)[0] if message.text else ""
    _, is_named, name = word.partition("@")
    if f"@{bot.username.lower()}" in message.text.lower():
        return True
    return word.startswith("/") and not (is_named and name)


def service(
    server: TelegramServer, chat: Chat, sender: User, *, thread: int | None = None, **extra: Any
) -> Message:
    """A line of Telegram's own, such as somebody joining; with `thread` 0 it opens a topic."""
    number, now = chat.next_message_id(), server.world.clock.now()
    made = Message(number, chat, sender, now, extra=extra, is_service=True)
    made.thread = number if thread == 0 else thread
    posted(server, made)
    return made


def own_status(server: TelegramServer, chat: Chat, by: User, old: Member, new: Member) -> None:
    """What became of the bot in a chat; in a private one, whether it was stopped."""
    body: Json = {
        "chat": payloads.chat(chat),
        "from": payloads.user(by),
        "date": payloads.stamp(server.world.clock.now()),
        "old_chat_member": payloads.member(old, chat),
        "new_chat_member": payloads.member(new, chat),
    }
    tell(server, "my_chat_member", body, chat.id)
    server.stir()


def other_status(server: TelegramServer, chat: Chat, by: User, old: Member, new: Member) -> None:
    """What became of a member; told only to an administrator that asks for it."""
    if not chat.member(server.world.bot).is_admin:
        return
    body: Json = {
        "chat": payloads.chat(chat),
        "from": payloads.user(by),
        "date": payloads.stamp(server.world.clock.now()),
        "old_chat_member": payloads.member(old, chat),
        "new_chat_member": payloads.member(new, chat),
    }
    tell(server, "chat_member", body, chat.id)


def pressed(server: TelegramServer, query: Query, *, is_inaccessible: bool) -> None:
    body: Json = {
        "id": query.id,
        "from": payloads.user(query.user),
        "chat_instance": str(abs(hash(query.message.chat)) if query.message else 1),
        "data": query.data,
    }
    if query.message is None:
        body["inline_message_id"] = f"inline{query.id}"
    else:
        is_gone = is_inaccessible or query.message.deleted
        body["message"] = (payloads.inaccessible if is_gone else payloads.message)(query.message)
    server.queries[query.id] = query
    update = tell(server, "callback_query", body, query.user.id)
    if update is None:
        query.answered = True
    server.stir()


def asked_inline(server: TelegramServer, user: User, text: str) -> None:
    body = {
        "id": str(server.world.next_message_id()),
        "from": payloads.user(user),
        "query": text,
        "offset": "",
    }
    tell(server, "inline_query", body, user.id)
