"""The sockets in the wall: what core needs of the world, said in core's own words."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Concatenate, ParamSpec, Protocol, TypeVar, runtime_checkable

from sqlalchemy.orm import Session

from core import chat
from core.money import Money

P = ParamSpec("P")
T = TypeVar("T")


class Store(Protocol):
    """The database as the edges see it: a verb runs inside one transaction that is not the verb's to end."""

    async def read(
        self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T: ...

    async def write(
        self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T: ...

    async def keep(
        self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Writes what nothing becomes due of, such as what a door has shown: it wakes nobody."""
        ...


class Catalogue(Protocol):
    """Looks a sentence up in the reader's language; the msgid itself where there is none."""

    def __call__(self, locale: str, msgid: str, plural: str = "", count: int | None = None) -> str: ...


class Catalogues(Catalogue, Protocol):
    """The catalogue, also asked which languages it speaks."""

    @property
    def languages(self) -> Sequence[str]: ...


# --- doors ------------------------------------------------------------------------------------


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


# --- browsers ---------------------------------------------------------------------------------


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


# --- payments ---------------------------------------------------------------------------------


class LinkStatus(StrEnum):
    """What a provider says of a pay link."""

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ask:
    """One amount to ask for. `key` is the idempotency key; the same key always carries the same ask."""

    key: str
    payment: str
    booking_id: str
    booking_code: str
    amount: Money
    title: str
    description: str
    locale: str
    expires_at: datetime
    return_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class LinkState:
    """`ref` is the provider's id of the link, `charge` of the money once there is any.

    `refunded` is all that went back of it or is on its way, whoever gave it.
    """

    ref: str
    status: LinkStatus
    url: str = ""
    amount: Money | None = None
    charge: str = ""
    paid_at: datetime | None = None
    payment: str = ""
    live: bool = False
    refunded: Money | None = None


class RefundStatus(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """A verified event: `event_id` is unique at its provider, `ref` or `charge` says what to look up."""

    event_id: str
    kind: str
    ref: str = ""
    charge: str = ""


class ProviderDown(Exception):
    """The provider did not answer, or answered that it cannot now. Trying again later may help."""


class ProviderRefused(Exception):
    """The provider says that this request can never work."""


class BadSignature(Exception):
    """The webhook was not sent by the provider."""


class BadBody(Exception):
    """The webhook is not what the provider sends."""


class PaymentProvider(Protocol):
    """A way to be paid by link. Every verb may raise `ProviderDown` or `ProviderRefused`."""

    @property
    def name(self) -> str: ...

    def minimum(self, currency: str) -> Money | None:
        """The least that can be asked in a currency; `None` where the provider does not take it."""
        ...

    async def open_link(self, ask: Ask) -> LinkState: ...

    async def look_up(self, ref: str) -> LinkState: ...

    async def expire(self, ref: str) -> LinkState:
        """Closes an open link. A link that was paid meanwhile comes back as what it is."""
        ...

    async def refund(
        self, charge: str, amount: Money, *, key: str, ref: str = ""
    ) -> tuple[str, RefundStatus]:
        """Gives money back; the provider's id of the refund and how far it is. With the id of one that was made
        it only says how far that is."""
        ...

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        """Verifies the raw body. Raises `BadSignature` or `BadBody`."""
        ...


# --- rooms and calendars ----------------------------------------------------------------------


class MeetingRooms(Protocol):
    def join_link(self, room: str, *, name: str, moderator: bool, opens: datetime, closes: datetime) -> str:
        """A link into the room for one person."""
        ...


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    confirmed: bool
    written_at: datetime


CalendarFile = Callable[[CalendarEntry], bytes]
Wake = Callable[[], None]
Job = Callable[[], Awaitable[datetime | None]]
