"""The ways out: one platform's door, its threads, and how a message may fail to arrive."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from core import chat

Painter = Callable[[chat.Week, chat.Reader], chat.File]
"""Draws a week of free times as a PNG with its alternative text. Pure, but slow enough for a thread."""


class RungKind(StrEnum):
    DIRECT = "direct"
    THREAD = "thread"
    NUDGE = "nudge"


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to reach a person: their own chat, or a mention in `channel`, which is the booking's own thread or
    a channel of the community."""

    platform: str
    kind: RungKind
    account: str
    channel: str = ""


class Undeliverable(Exception):
    """A message did not arrive. `permanent`: this rung will never work; else try again later."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class DoorClosed(Exception):
    """A platform will not let the bot in, and trying again will not help. The message says what would."""


class ChatPlatform(Protocol):
    """One door's way out. Its way in is the router it was handed."""

    @property
    def platform(self) -> str: ...

    async def deliver(
        self, rung: Rung, screen: chat.Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> None:
        """Shows a screen to a person. `key` makes a repeat harmless. A screen with a subject takes the
        place of the last one with that subject: edited in place, or sent anew where it `rings`.
        Raises `Undeliverable`."""
        ...

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None:
        """Gives or takes a role of the community. Raises `Undeliverable`."""
        ...

    def invitation(self, payload: str) -> str | None:
        """A link from anywhere into this door's private chat, which says `/start payload` there; `None`
        where the platform has none. The payload is 1-64 of `A-Za-z0-9_-`."""
        ...


@runtime_checkable
class Roles(Protocol):
    """A door whose communities have roles that the bot can make and look up. Every verb raises `Undeliverable`."""

    async def make_role(self, place: str, name: str) -> str:
        """A role of the community that allows nothing; its key. Asked again it is the one that it made before."""
        ...

    async def roles_of(self, place: str, account: str) -> frozenset[str] | None:
        """The keys of the roles that a member has there; `None` where they are no member."""
        ...


@runtime_checkable
class Presence(Protocol):
    """A door that can say who is in one of its communities."""

    async def is_there(self, place: str, account: str) -> bool:
        """Whether somebody is a member of the community now. Raises `Undeliverable`."""
        ...


@runtime_checkable
class Threads(Protocol):
    """A door whose communities have private threads. Every verb raises `Undeliverable`."""

    async def open_thread(self, channel: str, name: str, accounts: Sequence[str], *, key: str) -> str:
        """A private thread of these accounts under a channel; its key. `key` makes a repeat harmless."""
        ...

    async def post(
        self, thread: str, screen: chat.Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> None:
        """Shows a screen there; one with a subject takes the place of the last one with that subject."""
        ...

    async def close_thread(self, thread: str) -> None:
        """Nobody writes there any more; it stays to be read."""
        ...

    def thread_address(self, place: str, thread: str) -> str:
        """Where somebody who is in it finds a thread of a community."""
        ...
