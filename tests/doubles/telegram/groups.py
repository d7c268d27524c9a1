"""What people do to a group: they come, go, bring the bot, make somebody an administrator, outgrow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import events, payloads
from .chats import ADMINISTRATOR, CHANNEL, CREATOR, KICKED, LEFT, MEMBER, SUPERGROUP, Chat, Member, Topic

if TYPE_CHECKING:
    from .server import TelegramServer
    from .world import User


def join(server: TelegramServer, chat: Chat, user: User) -> None:
    old = chat.member(user)
    chat.members[user.id] = Member(user)
    if chat.type != CHANNEL:
        events.service(server, chat, user, new_chat_members=[payloads.user(user)])
    events.other_status(server, chat, user, old, chat.members[user.id])


def leave(server: TelegramServer, chat: Chat, user: User) -> None:
    old = chat.member(user)
    chat.members[user.id] = Member(user, LEFT)
    if chat.type != CHANNEL:
        events.service(server, chat, user, left_chat_member=payloads.user(user))
    events.other_status(server, chat, user, old, chat.members[user.id])


def add_bot(server: TelegramServer, chat: Chat, by: User, *, as_admin: bool) -> None:
    """An invitation by a member; in a channel a bot can only be an administrator."""
    assert chat.member(by).is_inside, f"{by.name} is not in {chat.title}"
    status = ADMINISTRATOR if as_admin or chat.type == CHANNEL else MEMBER
    _set(server, chat, server.world.bot, by, status)
    if chat.type != CHANNEL:
        events.service(server, chat, by, new_chat_members=[payloads.user(server.world.bot)])


def remove_bot(server: TelegramServer, chat: Chat, by: User) -> None:
    assert chat.member(by).is_admin, f"{by.name} may not remove anybody from {chat.title}"
    _set(server, chat, server.world.bot, by, KICKED)


def promote(
    server: TelegramServer, chat: Chat, user: User, by: User, *, without: frozenset[str] = frozenset()
) -> None:
    assert chat.member(by).status == CREATOR, f"{by.name} may not promote in {chat.title}"
    _set(server, chat, user, by, ADMINISTRATOR, without)


def demote(server: TelegramServer, chat: Chat, user: User, by: User) -> None:
    assert chat.member(by).status == CREATOR, f"{by.name} may not demote in {chat.title}"
    _set(server, chat, user, by, MEMBER)


def migrate(server: TelegramServer, chat: Chat) -> Chat:
    """The old id only leads to the new one from now on."""
    assert chat.type == "group", "only a basic group becomes a supergroup"
    owner = next(member.user for member in chat.admins() if member.status == CREATOR)
    new = server.world.add_group(chat.title, owner, is_super=True, is_forum=False)
    assert new.type == SUPERGROUP
    new.members = dict(chat.members)
    events.service(server, chat, owner, migrate_to_chat_id=new.id)
    chat.migrated_to = new.id
    events.service(server, new, owner, migrate_from_chat_id=chat.id)
    return new


def add_topic(server: TelegramServer, chat: Chat, name: str, by: User) -> Topic:
    """A topic of a forum; its id is that of the message that opened it."""
    assert chat.is_forum, f"{chat.title} has no topics"
    created = {"name": name, "icon_color": 7322096}
    opened = events.service(server, chat, by, thread=0, forum_topic_created=created)
    chat.topics[opened.id] = topic = Topic(opened.id, name)
    return topic


def _set(
    server: TelegramServer,
    chat: Chat,
    user: User,
    by: User,
    status: str,
    without: frozenset[str] = frozenset(),
) -> None:
    old = chat.member(user)
    chat.members[user.id] = new = Member(user, status, without=without)
    tell = events.own_status if user is server.world.bot else events.other_status
    tell(server, chat, by, old, new)
