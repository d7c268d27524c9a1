"""What people typed, read as values: amounts, languages, dates, hours. Unreadable words are refused by name."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from babel.dates import format_time, get_month_names
from babel.numbers import NumberFormatError, format_decimal, list_currencies, parse_decimal
from rapidfuzz import fuzz, process

from core import money
from core.errors import Invalid
from core.money import Money
from core.policy import Tier

RANGE: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–—]\s*(\d{1,2})(?::(\d{2}))?")
REGIONS: Final = re.compile(r"[A-Z]\w+/.+|UTC")
MOST_ZONES: Final = 20
YEARS: Final = range(2000, 2200)


def amount(text: str, currency: str, locale: str) -> Money:
    """An amount in major units, with the separators of the reader's language."""
    try:
        value = parse_decimal(_digits(text), locale=_locale(locale), strict=True)
    except (NumberFormatError, UnknownLocaleError):
        raise Invalid("money.unreadable", value=text) from None
    if not value.is_finite() or abs(value) > Decimal(10) ** 9:
        raise Invalid("money.unreadable", value=text)
    return money.from_decimal(value, currency)


def typed(price: Money, locale: str) -> str:
    """An amount as a person of this language would type it."""
    return str(format_decimal(price.decimal, locale=_locale(locale), group_separator=False))


def language_name(code: str, locale: str) -> str:
    names = _locale(locale).languages
    return str(names.get(code.replace("-", "_")) or names.get(code.split("-")[0], code))


def clock(at: datetime, locale: str) -> str:
    """The time of day as the reader's language writes it."""
    return str(format_time(at.time(), "short", locale=_locale(locale)))


def currency(text: str) -> str:
    code = text.strip().upper()
    if code not in list_currencies():
        raise Invalid("policy.currency", currency=text)
    return code


def language(text: str, locale: str) -> str:
    """A language's code, from its code or its name in the reader's language or in English."""
    code = _languages(locale).get(text.strip().casefold()) or _languages("en").get(text.strip().casefold())
    if code is None:
        raise Invalid("language.unknown", value=text)
    return code


def language_names(code: str, locale: str) -> tuple[str, ...]:
    """A language's name in itself, then, folded, in the reader's language and in English."""
    others = (language_name(code, each).casefold() for each in (locale, "en"))
    return language_name(code, code), *others


def spoken(text: str, codes: Sequence[str], locale: str) -> str:
    """One of the languages that are spoken, from its code or one of its names."""
    typed = text.strip().casefold()
    for code in codes:
        if typed in (code.casefold(), *(name.casefold() for name in language_names(code, locale))):
            return code
    raise Invalid("policy.language", language=text)


def languages(text: str, locale: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(language(part, locale) for part in words(text)))


def words(text: str) -> tuple[str, ...]:
    """Entries with commas between them, each once whatever its case."""
    parts = (" ".join(part.split()) for part in re.split(r"[,;\n]", text))
    return tuple({part.casefold(): part for part in reversed([p for p in parts if p])}.values())[::-1]


def whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", _digits(text), re.ASCII):
        raise Invalid("number.unreadable", value=text)
    return int(text)


def year(text: str) -> int | None:
    """A year, or nothing where nothing was typed."""
    if not text.strip():
        return None
    if not re.fullmatch(r"\d{4}", _digits(text), re.ASCII):
        raise Invalid("year.unreadable", value=text)
    return int(text)


def day(text: str, locale: str = "en") -> date:
    """A date such as 2026-11-26, or with the month's name in English or in the reader's language."""
    try:
        found = _dated(_digits(text), locale)
    except ValueError:
        raise Invalid("date.unreadable", value=text) from None
    if found.year not in YEARS:
        raise Invalid("date.unreadable", value=text)
    return found


def ranges(text: str) -> list[tuple[int, int]]:
    """Hours of a day as minutes after midnight, such as `9-12, 14:00-17:30`; nothing is closed."""
    found = []
    for part in words(_digits(text)):
        match = RANGE.fullmatch(part)
        if match is None:
            raise Invalid("time.unreadable", value=text)
        found.append((_minute(match[1], match[2], text), _minute(match[3], match[4], text)))
    return sorted(found)


def tiers(text: str) -> tuple[Tier, ...]:
    """Steps such as `24:100, 4:50, 0:0`: hours before the start, percent given back."""
    steps = []
    for part in words(_digits(text)):
        match = re.fullmatch(r"(\d{1,4})\s*:\s*(\d{1,3})\s*%?", part, re.ASCII)
        if match is None:
            raise Invalid("policy.tiers")
        steps.append(Tier(int(match[1]), int(match[2])))
    return tuple(steps)


def offsets(text: str) -> tuple[int, ...]:
    """Minutes before a start, the longest first."""
    return tuple(sorted({whole(part) for part in words(text)}, reverse=True))


def percent(text: str) -> int:
    """A percentage as basis points."""
    try:
        return int(Decimal(_digits(text).removesuffix("%").strip()) * 100)
    except (ArithmeticError, ValueError):  # a ValueError is not a number that says so: NaN
        raise Invalid("policy.commission") from None


def zone(text: str) -> str:
    """The one zone that a city or a zone's name clearly means."""
    found = zones(text)
    if not found:
        raise Invalid("zone.unknown", zone=text)
    return found[0]


def zones(text: str) -> Sequence[str]:
    """Zones whose name is like what was typed, the likeliest first."""
    typed = text.strip().replace(" ", "_").casefold()
    if not typed:
        return ()
    having = [name for name in _zones() if typed in name.casefold()]
    if having:
        return sorted(having, key=lambda name: (not _city(name).startswith(typed), len(name), name))[
            :MOST_ZONES
        ]
    cities = {name: _city(name) for name in _zones()}
    alike = process.extract(typed, cities, scorer=fuzz.ratio, limit=5, score_cutoff=70)
    return [name for _, _, name in alike]


@lru_cache(maxsize=1)
def _zones() -> Sequence[str]:
    return sorted(
        name for name in available_timezones() if REGIONS.fullmatch(name) and not name.startswith("Etc/")
    )


def _city(name: str) -> str:
    return name.rsplit("/", maxsplit=1)[-1].casefold()


def _minute(hour: str, minute: str | None, text: str) -> int:
    value = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or value > 24 * 60:
        raise Invalid("time.unreadable", value=text)
    return value


def _digits(text: str) -> str:
    """Without the space around it, and with the digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in text.strip())


def _dated(typed: str, locale: str) -> date:
    """Raises `ValueError` for what is no date."""
    if re.fullmatch(r"[\d-]*", typed):
        return date.fromisoformat(typed)
    numbers, names = re.findall(r"\d+", typed), re.findall(r"[^\d\s,]+", typed)
    if len(numbers) != 2 or len(names) != 1 or max(map(len, numbers)) > 4:
        raise ValueError(typed)
    in_month, year = sorted(map(int, numbers))
    return date(year, _months(locale).get(names[0].casefold().rstrip(".॰"), 0), in_month)


@lru_cache(maxsize=16)
def _months(tag: str) -> dict[str, int]:
    """The names of the months, folded, as they stand in a date and alone, in a language and in English."""
    found: dict[str, int] = {}
    for locale in (Locale("en"), _locale(tag)):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                months = get_month_names(width, context, locale)
                found |= {str(name).casefold().rstrip(".॰"): number for number, name in months.items()}
    return found


def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except ValueError:
        return Locale("en")


@lru_cache(maxsize=16)
def _languages(tag: str) -> dict[str, str]:
    """Codes and names of all languages, folded, to codes."""
    names = {str(code): str(name) for code, name in _locale(tag).languages.items()}
    by_name = {name.casefold(): code for code, name in names.items() if len(code) <= 3}
    return by_name | {code.casefold(): code for code in names if len(code) <= 3}
