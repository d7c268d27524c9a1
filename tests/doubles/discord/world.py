"""The world the double keeps: people, guilds, channels, messages, and a clock that a test may move.

It holds facts and tells `World.announce` what happened; it knows nothing of HTTP or of the gateway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from .places import BOT_DEFAULT, DM, MAY_TALK, TEXT, Channel, Guild, Member, Role
from .posts import Attachment, Message

if TYPE_CHECKING:
    from .hands import Chat

DISCORD_EPOCH = 1_420_070_400_000
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
    world: World = field(repr=False)
    id: int
    name: str
    locale: str = "en-US"
    bot: bool = False
    dms_open: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    @property
    def dms(self) -> list[Message]:
        """The messages of the bot that this person sees in their direct messages."""
        channel = self.world.dm_channels.get(self.id)
        seen = channel.seen_by(self) if channel else []
        return [message for message in seen if message.author is self.world.bot]

    @property
    def threads(self) -> list[Channel]:
        """The threads this person was added to."""
        return [c for c in self.world.channels.values() if c.is_thread and self.id in c.thread_members]

    def in_guild(self, guild: Guild, channel: Channel | str | None = None) -> Chat:
        """At the keyboard in a channel of the guild; without one, in its first text channel."""
        if not isinstance(channel, Channel):
            texts = [c for c in guild.channels.values() if c.kind == TEXT and channel in (None, c.name)]
            channel = texts[0] if texts else guild.add_channel(channel or "general")
        return self.world.seat(self, channel)

    def in_dm(self) -> Chat:
        return self.world.seat(self, self.world.dm_with(self))

    def close_dms(self) -> None:
        self.dms_open = False

    def open_dms(self) -> None:
        self.dms_open = True


class World:
    """Everything there is; ids are snowflakes of the world's own clock."""

    def __init__(self, announce: Callable[..., None], seat: Callable[[User, Channel], Chat]) -> None:
        self.clock = Clock()
        self.announce = announce
        self.seat = seat
        self._counter = 0
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.dm_channels: dict[int, Channel] = {}
        self.bot = self.add_user("Nearpeer", bot=True)

    def new_id(self) -> int:
        self._counter += 1
        milliseconds = int(self.clock.now().timestamp() * 1000) - DISCORD_EPOCH
        return (milliseconds << 22) | (self._counter & 0x3FFFFF)

    def add_user(self, name: str, *, locale: str = "en-US", bot: bool = False) -> User:
        user = User(self, self.new_id(), name, locale, bot)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, *, owner: User, locale: str = "en-US") -> Guild:
        guild = Guild(self, self.new_id(), name, owner, locale)
        guild.roles[guild.id] = Role(guild.id, "@everyone", int(MAY_TALK), position=0)
        bot_role = Role(self.new_id(), self.bot.name, int(BOT_DEFAULT), position=100, managed=True)
        guild.roles[bot_role.id] = bot_role
        now = self.clock.now()
        guild.members = {owner.id: Member(owner, now), self.bot.id: Member(self.bot, now, roles=[bot_role])}
        self.guilds[guild.id] = guild
        self.announce("guild_added", guild)
        return guild

    def remove_bot(self, guild: Guild) -> None:
        """The host throws the bot out."""
        del self.guilds[guild.id]
        for channel_id in [c.id for c in self.channels.values() if c.guild is guild]:
            del self.channels[channel_id]
        self.announce("guild_removed", guild)

    def dm_with(self, user: User) -> Channel:
        if user.id not in self.dm_channels:
            channel = Channel(self, self.new_id(), DM, recipient=user)
            self.channels[channel.id] = self.dm_channels[user.id] = channel
        return self.dm_channels[user.id]

    def threads_of(self, guild: Guild) -> list[Channel]:
        return [c for c in self.channels.values() if c.guild is guild and c.is_thread]

    def shares_guild(self, user: User) -> bool:
        return any(user.id in guild.members for guild in self.guilds.values())

    def attachment(self, attachment_id: int) -> Attachment | None:
        files = (f for channel in self.channels.values() for m in channel.history for f in m.files)
        return next((file for file in files if file.id == attachment_id), None)
