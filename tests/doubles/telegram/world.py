"""The world the double keeps: people, chats, messages, and a clock that a test may move.

It holds facts; it knows nothing of HTTP or of updates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from .chats import CHANNEL, CREATOR, GROUP, PRIVATE, SUPERGROUP, Chat, Member

if TYPE_CHECKING:
    from .posts import Attachment

FIRST_USER, FIRST_GROUP, FIRST_SUPERGROUP = 7_000_000_001, 4_000_000_001, 1_002_000_000_001
PATIENCE = 120.0
"""Seconds after which what did not happen is not waited for; a laden machine takes some of them."""


class Clock:
    """It stands but for what the test adds, and for a microsecond at each look: nothing happens at once, and a laden
    machine is not late."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._at = datetime.now(UTC)

    def now(self) -> datetime:
        self._at += timedelta(microseconds=1)
        return self._at + self.ahead

    def advance(self, by: timedelta) -> None:
        self.ahead += by


@dataclass(eq=False)
class User:
    """`language` may be missing, as it is for many people."""

    world: World = field(repr=False)
    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language: str | None = "en"
    is_bot: bool = False
    deactivated: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def private(self) -> Chat:
        """Their chat with the bot, which is there before anything was said in it."""
        return self.world.private(self)


class World:
    def __init__(self) -> None:
        self.clock = Clock()
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Attachment] = {}
        self._messages = 0
        self.bot = self.add_user("Nearpeer", username="NearpeerBot", language=None, is_bot=True)

    def add_user(
        self, name: str, *, username: str = "", language: str | None = "en", is_bot: bool = False
    ) -> User:
        first, _, last = name.partition(" ")
        user = User(self, FIRST_USER + len(self.users), first, last, username, language, is_bot)
        self.users[user.id] = user
        return user

    def private(self, user: User) -> Chat:
        if user.id not in self.chats:
            self.chats[user.id] = Chat(self, user.id, PRIVATE, user=user, username=user.username)
        return self.chats[user.id]

    def add_group(self, title: str, owner: User, *, is_super: bool, is_forum: bool) -> Chat:
        made = Chat(
            self, self._group_id(is_super), SUPERGROUP if is_super else GROUP, title, is_forum=is_forum
        )
        return self._kept(made, owner)

    def add_channel(self, title: str, owner: User, *, username: str = "") -> Chat:
        return self._kept(Chat(self, self._group_id(is_super=True), CHANNEL, title, username=username), owner)

    def next_message_id(self) -> int:
        self._messages += 1
        return self._messages

    def shares_chat(self, user: User) -> bool:
        """Whether the bot may know of somebody through a group."""
        groups = (chat for chat in self.chats.values() if not chat.is_private)
        return any(chat.member(user).is_inside and chat.member(self.bot).is_inside for chat in groups)

    def _kept(self, chat: Chat, owner: User) -> Chat:
        chat.members[owner.id] = Member(owner, CREATOR)
        self.chats[chat.id] = chat
        return chat

    def _group_id(self, is_super: bool) -> int:
        count = len(self.chats)
        return -(FIRST_SUPERGROUP + count) if is_super else -(FIRST_GROUP + count)
