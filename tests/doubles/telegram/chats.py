"""Chats of every kind, who is in them and what they may do there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .posts import Message
    from .world import User, World

PRIVATE, GROUP, SUPERGROUP, CHANNEL = "private", "group", "supergroup", "channel"
CREATOR, ADMINISTRATOR, MEMBER, LEFT, KICKED = "creator", "administrator", "member", "left", "kicked"
INSIDE = (CREATOR, ADMINISTRATOR, MEMBER)


@dataclass(slots=True)
class Member:
    """`without` are the rights that an administrator was not given; `tag` stands beside a member's name."""

    user: User
    status: str = MEMBER
    tag: str = ""
    without: frozenset[str] = frozenset()

    @property
    def is_inside(self) -> bool:
        return self.status in INSIDE

    @property
    def is_admin(self) -> bool:
        return self.status in (CREATOR, ADMINISTRATOR)

    def may(self, right: str) -> bool:
        return self.is_admin and right not in self.without


@dataclass(frozen=True, slots=True)
class Topic:
    id: int
    name: str


@dataclass(eq=False)
class Chat:
    """`started` says of a private chat that its person pressed Start, `blocked` that they stopped the bot."""

    world: World = field(repr=False)
    id: int
    type: str
    title: str = ""
    user: User | None = None
    username: str = ""
    is_forum: bool = False
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    members: dict[int, Member] = field(default_factory=dict, repr=False)
    topics: dict[int, Topic] = field(default_factory=dict)
    history: list[Message] = field(default_factory=list, repr=False)
    pinned: list[int] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    last_id: int = 0

    @property
    def is_private(self) -> bool:
        return self.type == PRIVATE

    @property
    def messages(self) -> list[Message]:
        """What stands there now."""
        return [message for message in self.history if not message.deleted]

    @property
    def said(self) -> list[Message]:
        """The bot's own messages that stand there now."""
        return [message for message in self.messages if message.sender is self.world.bot]

    @property
    def last_seen(self) -> int:
        """The id of the newest message, standing or not."""
        return self.history[-1].id if self.history else 0

    def next_message_id(self) -> int:
        """Supergroups and channels count for themselves, everything else together."""
        if self.type in (SUPERGROUP, CHANNEL):
            self.last_id += 1
            return self.last_id
        return self.world.next_message_id()

    def find(self, message_id: int) -> Message | None:
        return next((m for m in self.messages if m.id == message_id), None)

    def member(self, user: User) -> Member:
        return self.members.get(user.id) or Member(user, LEFT)

    def inside(self) -> Iterator[Member]:
        return (member for member in self.members.values() if member.is_inside)

    def admins(self) -> list[Member]:
        return [member for member in self.members.values() if member.is_admin]
