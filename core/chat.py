"""What a chat shows and what a person says, without a platform.

A screen keeps every text translatable and every time and amount typed; only a door renders them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

from core.money import Money

# --- texts ------------------------------------------------------------------------------------


class WhenStyle(StrEnum):
    MOMENT = "moment"
    DAY = "day"
    CLOCK = "clock"
    COUNTDOWN = "countdown"


@dataclass(frozen=True, slots=True)
class When:
    """An instant (aware UTC), shown in the reader's own zone, natively where the platform can."""

    at: datetime
    style: WhenStyle = WhenStyle.MOMENT


@dataclass(frozen=True, slots=True)
class Weekday:
    """0 is Monday."""

    number: int


@dataclass(frozen=True, slots=True)
class LanguageName:
    """A BCP 47 language, shown by its name in the reader's language, or in its own where it is to be found by
    those who read nothing else."""

    code: str
    in_itself: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the menu, `/book` or `mentor:`, shown as the reader's own app shows it there."""

    source: str


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text a person wrote with simple marks; a door shows the marks and nothing else of it."""

    source: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code to be read letter by letter."""

    source: str


@dataclass(frozen=True, slots=True)
class Series:
    """Several values, joined the way the reader's language joins a list."""

    items: tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Percent:
    basis_points: int


Value: TypeAlias = (
    "str | int | float | date | time | timedelta | When | Weekday | LanguageName | Word | Markdown | Code | Series"
    " | Percent | Money | Text"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of the catalogues with named values. A `str` value is a person's own word and is escaped."""

    msgid: str
    values: Mapping[str, Value] = field(default_factory=dict)
    plural: str = ""
    count: int | None = None


def _(msgid: str, /, **values: Value) -> Text:
    """A translatable sentence; the marker that the catalogues are extracted by."""
    return Text(msgid, values)


def _n(singular: str, plural: str, n: int, /, **values: Value) -> Text:
    """A translatable sentence that counts; `{n}` is the count."""
    return Text(singular, {"n": n, **values}, plural, n)


# --- routes -----------------------------------------------------------------------------------

ROUTE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Route:
    """A short path in a button: `booking.release:K7Q2M9`. A name without a dot is a command."""

    name: str
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ":".join((self.name, *self.args))

    @classmethod
    def parse(cls, path: str) -> "Route":
        """Any string is a route; the router refuses those it does not know."""
        name, *args = path.split(":")
        return cls(name, tuple(args))


def to(name: str, *args: str | int) -> Route:
    """A route. Raises `ValueError` past 64 bytes, the least that a platform carries in a button."""
    route = Route(name, tuple(str(arg) for arg in args))
    if len(str(route).encode()) > ROUTE_BYTES:
        raise ValueError(f"the route {route} is longer than {ROUTE_BYTES} bytes")
    return route


# --- screens ----------------------------------------------------------------------------------


class Style(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


class Tone(StrEnum):
    NEUTRAL = "neutral"
    GOOD = "good"
    WAITING = "waiting"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Button:
    """Label at most 80 characters once rendered (a door clips)."""

    label: Text
    route: Route
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Link:
    label: Text
    url: str


@dataclass(frozen=True, slots=True)
class Option:
    """One way to go from a choice. `hint` says a few words more, `chosen` marks the present one."""

    label: Text
    route: Route
    hint: Text | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of at most 25 options; taking one goes to its route."""

    label: Text
    options: tuple[Option, ...]


class Entity(StrEnum):
    ROLE = "role"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Pick:
    """Asks for one of the community's own roles or channels, which only its platform can list.

    Picking goes to the route with the answers `key` (the platform's id) and `name`. `given` says of a role that
    the bot hands it out; else it only looks who has it.
    """

    label: Text
    entity: Entity
    route: Route
    given: bool = False


Control: TypeAlias = Button | Link | Choice | Pick


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text


@dataclass(frozen=True, slots=True)
class Prose:
    """A longer text of a person's own, with simple marks."""

    text: Markdown


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    text: Text


@dataclass(frozen=True, slots=True)
class Fact:
    label: Text
    value: Value


@dataclass(frozen=True, slots=True)
class Facts:
    items: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One of several alike: a mentor in a list, a booking in a list. At most one button."""

    title: Text
    lines: tuple[Text, ...] = ()
    button: Button | None = None


Part: TypeAlias = Paragraph | Prose | Note | Facts | Card


class FieldKind(StrEnum):
    SHORT = "short"
    LONG = "long"
    CHOICE = "choice"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class FieldOption:
    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a form. Answers arrive as strings; a ticked check arrives as "yes"."""

    name: str
    label: Text
    kind: FieldKind = FieldKind.SHORT
    hint: Text | None = None
    default: str = ""
    required: bool = True
    max_length: int = 200
    options: tuple[FieldOption, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """Questions asked together. `reopen` shows the form again, `submit` takes the answers.

    At most five fields: a longer form is several forms, its draft kept in a row between them.
    """

    title: Text
    fields: tuple[Field, ...]
    submit: Route
    reopen: Route
    submit_label: Text = field(default_factory=lambda: _("Send"))


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes
    media_type: str
    alt: Text


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A start that can be taken; taking it goes to `route`."""

    at: datetime
    route: Route


@dataclass(frozen=True, slots=True)
class Week:
    """Free times on seven days of the reader's calendar, from `first` on: a picture in a chat, where the
    controls beside it take a time, and a table to take a time from on a page. `day` is the day in question."""

    title: Text
    first: date
    length: timedelta
    times: tuple[FreeTime, ...]
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """What is shown. `subject` names what it is about (`booking:K7Q2M9`), so a door can edit it later."""

    title: Text
    parts: tuple[Part, ...] = ()
    controls: tuple[Control, ...] = ()
    form: Form | None = None
    week: Week | None = None
    files: tuple[File, ...] = ()
    subject: str = ""
    private: bool = True
    tone: Tone = Tone.NEUTRAL


# --- what a person says -----------------------------------------------------------------------


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
class Reader:
    """Who a screen is rendered for: BCP 47 locale and IANA zone; `app` is the locale their app itself speaks."""

    locale: str
    zone: str
    app: str = ""


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
