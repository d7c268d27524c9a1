"""What our own short links lead to, and who may come in through a browser."""

from dataclasses import dataclass
from typing import Protocol

from core import chat


class PayPages(Protocol):
    """What our own short pay links lead to."""

    async def open(self, token: str) -> str | chat.Reply:
        """The provider's page to go to, or a screen that says why there is nothing to pay."""
        ...

    async def done(self, token: str) -> chat.Reply:
        """What happens next, for someone the provider sent back."""
        ...


class JoinLinks(Protocol):
    """Our own short addresses into the video room, one for each side. Open where the house has an address."""

    @property
    def is_open(self) -> bool: ...

    def link(self, short: str, side: str) -> str: ...


class JoinPages(Protocol):
    """What our own join links lead to."""

    async def open(self, short: str, side: str, *, is_person: bool) -> str | chat.Reply:
        """The room to go to, or a screen that says why it is closed. That somebody came is noted where it is a
        person who looks, and not a program that reads ahead."""
        ...


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is signed in in a browser. `ways` are the main ways on from any page."""

    account: chat.Account
    locale: str
    reader: chat.Reader
    ways: tuple[chat.Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A browser that has just been signed in: its secret, and the route that the link led to."""

    secret: str
    route: str


class Guests(Protocol):
    """Who may come in through a browser."""

    async def invited(self, secret: str, locale: str) -> Guest | chat.Reply:
        """Whom a link would sign in, or a screen that says why it will not."""
        ...

    async def enter(self, secret: str, agent: str, leaving: str, locale: str) -> Entry | chat.Reply:
        """Takes the link, once; the secret of the session that stood there before ends."""
        ...

    async def known(self, secret: str) -> Guest | None:
        """Whose browser holds this secret."""
        ...

    async def leave(self, secret: str) -> None: ...


class Entrance(Protocol):
    """Where our pages let people in. It is open where the house has an address on the web."""

    @property
    def is_open(self) -> bool: ...

    def link(self, secret: str) -> str:
        """The signed address for a link's secret."""
        ...
