"""What a bot may know of a chat, and leaving it."""

from __future__ import annotations

from typing import Any

from . import events, payloads
from .calls import Call, method
from .chats import LEFT, Chat, Member
from .problems import bad

Json = dict[str, Any]


@method("getChat", returns="ChatFullInfo")
def get_chat(call: Call) -> Json:
    return payloads.full_chat(call.chat())


@method("getChatMember", returns="ChatMember")
def get_member(call: Call) -> Json:
    return payloads.member(call.chat().member(call.user()), call.chat())


@method("getChatAdministrators", returns="Array of ChatMember")
def get_admins(call: Call) -> list[Json]:
    """Bots other than itself are left out."""
    chat, bot = _group(call), call.server.bot
    shown = [each for each in chat.admins() if not each.user.is_bot or each.user is bot]
    return [payloads.member(each, chat) for each in shown]


@method("getChatMemberCount", returns="Integer")
def count_members(call: Call) -> int:
    chat = call.chat()
    return 2 if chat.is_private else sum(1 for _ in chat.inside())


@method("leaveChat")
def leave(call: Call) -> bool:
    chat, bot = _group(call, writes=True), call.server.bot
    old = chat.member(bot)
    chat.members[bot.id] = Member(bot, LEFT)
    events.own_status(call.server, chat, bot, old, chat.members[bot.id])
    return True


def _group(call: Call, *, writes: bool = False) -> Chat:
    chat = call.chat(writes=writes)
    if chat.is_private:
        raise bad(
            "there are no administrators in the private chat"
            if not writes
            else "chat member status can't be changed in private chats"
        )
    return chat
