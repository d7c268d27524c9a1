"""What a person says of themselves who would like to mentor: every part of it is checked here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.errors import Invalid
from core.money import Money

MAX_TOPICS: Final = 8
MAX_LANGUAGES: Final = 6
LONGEST: Final = {"headline": 100, "bio": 2_000, "university": 100, "degree": 100, "company": 100}


@dataclass(frozen=True, slots=True)
class Application:
    """As it was written. `check` says whether it can stand, `mentors.checked` whether its price can."""

    headline: str
    bio: str
    topics: tuple[str, ...]
    university: str
    degree: str
    graduation_year: int | None
    company: str
    languages: tuple[str, ...]
    hourly: Money


def check(application: Application, *, now: datetime) -> None:
    """Raises `Invalid` for the first part that cannot stand."""
    for part, longest in LONGEST.items():
        if len(getattr(application, part)) > longest:
            raise Invalid("text.long", field=part, longest=longest)
    if not application.headline or not application.bio:
        raise Invalid("text.empty", field="headline" if not application.headline else "bio")
    _check_list("topics", application.topics, MAX_TOPICS, 40)
    _check_list("languages", application.languages, MAX_LANGUAGES, 12)
    year = application.graduation_year
    if year is not None and not 1950 <= year <= now.year + 8:
        raise Invalid("mentor.year", lowest="1950", highest=str(now.year + 8))


def _check_list(part: str, items: tuple[str, ...], most: int, longest: int) -> None:
    if not items:
        raise Invalid("text.empty", field=part)
    if len(items) > most:
        raise Invalid("list.long", field=part, most=most)
    if any(not item or len(item) > longest for item in items):
        raise Invalid("text.long", field=part, longest=longest)
