"""Guilds, their roles and members, and channels: where things are said, and who may do what there."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .posts import Message
    from .world import User, World

TEXT, DM, VOICE, CATEGORY, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 0, 1, 2, 4, 11, 12, 15
KINDS = {"text": TEXT, "voice": VOICE, "category": CATEGORY, "forum": FORUM}


class Permission(enum.IntFlag):
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


MAY_TALK = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.SEND_MESSAGES_IN_THREADS
)
ALL = Permission((1 << 50) - 1)
BOT_DEFAULT = ALL & ~Permission.ADMINISTRATOR


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: int = 0
    position: int = 1
    managed: bool = False
    mentionable: bool = False

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(eq=False)
class Member:
    user: User
    joined_at: datetime
    permissions: int = 0
    roles: list[Role] = field(default_factory=list)
    nick: str | None = None


@dataclass(eq=False)
class Guild:
    world: World = field(repr=False)
    id: int
    name: str
    owner: User
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)

    def add_role(
        self, name: str, *, permissions: int = 0, position: int = 1, mentionable: bool = False
    ) -> Role:
        role = Role(self.world.new_id(), name, permissions, position, mentionable=mentionable)
        self.roles[role.id] = role
        self.world.announce("role_added", self, role)
        return role

    def add_channel(self, name: str, *, kind: str = "text", bot_denied: int = 0) -> Channel:
        channel = Channel(self.world, self.world.new_id(), KINDS[kind], name, self, bot_denied=bot_denied)
        self.world.channels[channel.id] = self.channels[channel.id] = channel
        self.world.announce("channel_added", self, channel)
        return channel

    def channel(self, name: str) -> Channel:
        return next(channel for channel in self.channels.values() if channel.name == name)

    def join(self, user: User, *, permissions: int = 0, roles: Iterable[Role] = ()) -> Member:
        member = Member(user, self.world.clock.now(), permissions, list(roles))
        self.members[user.id] = member
        self.world.announce("member_joined", self, member)
        return member

    def leave(self, user: User) -> None:
        self.world.announce("member_left", self, self.members.pop(user.id))

    def roles_of(self, user: User) -> list[Role]:
        return list(self.members[user.id].roles)

    def permissions_of(self, user: User, channel: Channel | None = None) -> int:
        member = self.members[user.id]
        held = member.permissions | self.everyone.permissions
        for role in member.roles:
            held |= role.permissions
        if user is self.owner or held & Permission.ADMINISTRATOR:
            return int(ALL)
        denied = channel.root.bot_denied if channel and user is self.world.bot else 0
        return held & ~denied

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    @property
    def bot_role(self) -> Role:
        """The bot's managed role: take permissions away here, or lower its position."""
        return next(role for role in self.roles.values() if role.managed)


@dataclass(eq=False)
class Channel:
    world: World = field(repr=False)
    id: int
    kind: int
    name: str = ""
    guild: Guild | None = None
    parent: Channel | None = None
    recipient: User | None = None
    bot_denied: int = 0
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    auto_archive: int = 1440
    thread_members: set[int] = field(default_factory=set)
    hidden_from: set[int] = field(default_factory=set)
    history: list[Message] = field(default_factory=list, repr=False)
    nonces: dict[str, tuple[datetime, Message]] = field(default_factory=dict, repr=False)

    @property
    def is_thread(self) -> bool:
        return self.kind in (PUBLIC_THREAD, PRIVATE_THREAD)

    @property
    def root(self) -> Channel:
        return self.parent or self

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def messages(self) -> list[Message]:
        """What everybody in the channel sees now: nothing deleted, nothing ephemeral."""
        return [message for message in self.history if not message.deleted and not message.ephemeral_for]

    @property
    def threads(self) -> list[Channel]:
        return [channel for channel in self.world.channels.values() if channel.parent is self]

    def delete(self) -> None:
        """A moderator deletes it."""
        assert self.guild
        del self.world.channels[self.id]
        self.guild.channels.pop(self.id, None)
        self.world.announce("thread_deleted" if self.is_thread else "channel_deleted", self.guild, self)

    def is_visible_to(self, user: User) -> bool:
        if self.guild is None:
            return user is self.recipient
        is_hidden = user.id in self.root.hidden_from
        return (
            user.id in self.guild.members
            and not is_hidden
            and (self.kind != PRIVATE_THREAD or user.id in self.thread_members)
        )

    def seen_by(self, user: User) -> list[Message]:
        if not self.is_visible_to(user):
            return []
        return [m for m in self.history if not m.deleted and m.ephemeral_for in (None, user)]

    def find(self, message_id: int) -> Message | None:
        return next((m for m in reversed(self.history) if m.id == message_id and not m.deleted), None)
