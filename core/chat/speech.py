"""What a person says, what can be said, and the answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.chat.routes import Route
from core.chat.screens import FieldOption, Screen
from core.chat.texts import Text, Word


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account on one platform; `name` is what the platform shows for it."""

    platform: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """The community where something was said, by its platform's own key."""

    platform: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """A command, a button or a form, as a door received it.

    `key` is the platform's id of the interaction, `may_manage` and `roles` are what the platform
    vouches for about the actor in `place`, `answers` are a command's options or a form's answers.
    `in_chat` is false where one of our pages stands in for the chat: nothing is learnt of the account then.
    """

    account: Account
    route: Route
    key: str
    place: Place | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    locale: str = "en"
    may_manage: bool = False
    roles: frozenset[str] = frozenset()
    in_chat: bool = True


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that somebody sent; `size` in bytes as the platform says, `fetch` downloads it when it is wanted, or
    raises `ports.Undeliverable`."""

    name: str
    media_type: str
    size: int
    fetch: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Said:
    """Something that is no command and no answer to a form: words or files for whoever is in the room.

    `key` is the platform's id of the message, so that the same one twice counts once and an edit (`is_edit`)
    finds it. `thread` is the platform's key of the thread it was said in; empty in the private chat. `locale` is
    empty where the platform does not tell it with a message.
    """

    account: Account
    key: str
    text: str
    files: tuple[Attachment, ...] = ()
    thread: str = ""
    is_edit: bool = False
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a screen is rendered for: BCP 47 locale and IANA zone; `app` is the locale their app itself speaks.

    `at` is when they read it: days around then need no year. Where nobody knows it, every day has its year.
    """

    locale: str
    zone: str
    app: str = ""
    at: datetime | None = None


class Outcome(StrEnum):
    """What became of what was said; a page tells it by its status."""

    DONE = "done"
    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Reply:
    screen: Screen
    reader: Reader
    outcome: Outcome = Outcome.DONE


class OptionKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class CommandOption:
    """`suggests`: the router completes what is typed. `choices`: the only values there are."""

    name: str
    description: Text
    kind: OptionKind = OptionKind.TEXT
    required: bool = False
    suggests: bool = False
    choices: tuple[FieldOption, ...] = ()

    @property
    def word(self) -> Word:
        return Word(f"{self.name}:")


@dataclass(frozen=True, slots=True)
class Command:
    """A word people type after a slash. `managers`: only for those who may manage the community.

    The name is what platforms send. The catalogues may hold other words to show for it and for its options.
    """

    name: str
    description: Text
    options: tuple[CommandOption, ...] = ()
    managers: bool = False

    @property
    def word(self) -> Word:
        return Word(f"/{self.name}")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion: what is shown and what is sent."""

    label: str
    value: str
