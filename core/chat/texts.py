"""Sentences of the catalogues and the values in them, typed until a door renders them for its reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

from core.money import Money


class WhenStyle(StrEnum):
    """`DATE` is a day with its year, for lists of what was."""

    MOMENT = "moment"
    DAY = "day"
    DATE = "date"
    CLOCK = "clock"
    COUNTDOWN = "countdown"


@dataclass(frozen=True, slots=True)
class When:
    """An instant (aware UTC), shown in the reader's own zone, natively where the platform can."""

    at: datetime
    style: WhenStyle = WhenStyle.MOMENT


@dataclass(frozen=True, slots=True)
class Clock:
    """What a wall clock in an IANA zone shows at an instant, whoever reads it; with the day where it is needed."""

    at: datetime
    zone: str
    with_day: bool = False


@dataclass(frozen=True, slots=True)
class City:
    """An IANA zone by its city, and nothing nearer."""

    zone: str


@dataclass(frozen=True, slots=True)
class Weekday:
    """0 is Monday."""

    number: int


@dataclass(frozen=True, slots=True)
class Month:
    """The month of a day and its year, no nearer."""

    day: date


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
    "str | int | float | date | time | timedelta | When | Clock | City | Weekday | Month | LanguageName | Word"
    " | Markdown | Code | Series | Percent | Money | Text"
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
