"""What a chat shows: parts, controls, a form, a week of free times."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from core.chat.routes import Route
from core.chat.texts import Markdown, Text, Value, _


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
