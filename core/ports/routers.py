"""What can be said, as each door is handed it."""

from collections.abc import Sequence
from typing import Protocol

from core import chat


class Router(Protocol):
    """What can be said, handed to every door."""

    @property
    def commands(self) -> Sequence[chat.Command]: ...

    async def answer(self, incoming: chat.Incoming) -> chat.Reply: ...

    async def suggest(
        self, incoming: chat.Incoming, option: str, typed: str
    ) -> Sequence[chat.Suggestion]: ...


class RoomRouter(Router, Protocol):
    """The router, also told what people say without a command."""

    async def hear(self, said: chat.Said) -> chat.Reply | None:
        """Carries it to the other one of the room the person is in; a screen where there is something to say
        to them (they are in no room, it is too long, too many), `None` where it simply went on its way."""
        ...


class PageRouter(Router, Protocol):
    """The router, also told apart by what may be followed as a link."""

    def is_read(self, route: chat.Route) -> bool:
        """Whether the route, with nothing answered, shows something and writes nothing."""
        ...


class HostRouter(Router, Protocol):
    """The router, also told which communities host the bot."""

    async def joined(self, place: chat.Place, owner: chat.Account, locale: str) -> chat.Reply | None:
        """A welcome for the owner of a community that is new."""
        ...
