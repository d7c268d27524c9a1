"""What our public pages show of mentors: values that any page can lay out, and the socket they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from core.chat import Fact, Link, Markdown, Series, Text, Week


@dataclass(frozen=True, slots=True)
class Face:
    """A mentor in a list. Times are shown in `zone`, the community's own."""

    slug: str
    name: str
    headline: str
    places: Series
    topics: tuple[str, ...]
    languages: Series
    price: Text
    rating: Text
    next_free: datetime | None
    zone: str
    community: str


@dataclass(frozen=True, slots=True)
class Hall:
    """One page of mentors, with what can be asked for. `problem` says what of it could not be read."""

    faces: tuple[Face, ...] = ()
    number: int = 1
    pages: int = 1
    total: int = 0
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    sorts: Mapping[str, Text] = field(default_factory=dict)
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class Praise:
    """A student's review: `author` is a first name, `reply` the mentor's own, where there is one."""

    stars: int
    words: str
    at: datetime
    author: str
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A mentor's own page. `earlier` and `later` are the first days of the weeks beside this one."""

    face: Face
    bio: Markdown
    facts: tuple[Fact, ...]
    week: Week
    earlier: date | None
    later: date | None
    lengths: Mapping[int, Text]
    minutes: int
    why_not: Text | None
    reviews: tuple[Praise, ...]
    invitations: tuple[Link, ...]


class Directory(Protocol):
    """The mentors whom anybody may see. What is asked is a page's own query, unchecked."""

    async def hall(self, asked: Mapping[str, str], locale: str) -> Hall: ...

    async def portrait(self, slug: str, asked: Mapping[str, str]) -> Portrait | None: ...
