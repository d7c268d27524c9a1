"""Texts and values as words in the reader's language and zone, by CLDR. A door says how it marks them up."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from core import chat
from core.money import Money
from core.ports import Catalogue

MONDAY = date(2024, 1, 1)
HOUR = 60
DAY = 24 * HOUR
NEAR = "MMMEd"
FAR = "yMMMEd"
HALF_A_YEAR = timedelta(days=183)
AT = chat._("at {time}")
Formatted: TypeAlias = (
    Money
    | chat.Percent
    | chat.LanguageName
    | chat.Weekday
    | chat.Month
    | chat.Clock
    | chat.City
    | date
    | time
    | timedelta
    | float
)


@lru_cache(maxsize=256)
def locale_of(tag: str) -> Locale:
    """The CLDR locale nearest to a BCP 47 tag; English where there is none."""
    for candidate in (tag, tag.split("-", maxsplit=1)[0]):
        try:
            return Locale.parse(candidate, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")


@lru_cache(maxsize=1024)
def city_of(zone: str, locale: Locale) -> str:
    """A zone by its city. CLDR knows some by an older name than Babel asks it for: Kolkata as Asia/Calcutta."""
    aliases = get_global("zone_aliases")
    newest = aliases.get(zone, zone)
    names = (zone, newest, *(old for old, new in aliases.items() if new == newest))
    cities = (locale.time_zones.get(name, {}).get("city") for name in names)
    return next(filter(None, cities), "") or get_timezone_location(
        ZoneInfo(zone), locale=locale, return_city=True
    )


def language_name(code: str, locale: Locale) -> str:
    """A language's name in a language; its code where CLDR has no name for it."""
    own, language = locale_of(code), code.split("-", maxsplit=1)[0].lower()
    whole = own.get_display_name(locale) if own.language == language else None
    return str(whole or locale.languages.get(language, code))


@lru_cache(maxsize=4096)
def day_of(day: date, skeleton: str, locale: Locale) -> str:
    return str(format_skeleton(skeleton, day, locale=locale))


@lru_cache(maxsize=4096)
def time_of_day(hour: int, minute: int, locale: Locale) -> str:
    return format_time(time(hour, minute), "short", locale=locale)


@lru_cache(maxsize=4096, typed=True)
def formatted(value: Formatted, locale: Locale) -> str:
    """A value by CLDR, worked out once: it is the same for everybody who reads in this language."""
    match value:
        case Money():
            return format_currency(value.decimal, value.currency, locale=locale)
        case chat.Percent():
            share = Decimal(value.basis_points) / 10_000
            return format_percent(share, locale=locale, decimal_quantization=False)
        case chat.LanguageName():
            return language_name(value.code, locale_of(value.code) if value.in_itself else locale)
        case chat.Clock():
            return wall_clock(value, locale)
        case chat.City():
            return city_of(value.zone, locale)
        case chat.Weekday():
            return format_date(MONDAY + timedelta(days=value.number), "EEEE", locale=locale)
        case chat.Month():
            return str(format_skeleton("yMMMM", value.day, locale=locale))
        case timedelta():
            return span(value, locale)
        case date():
            return day_of(value, FAR, locale)
        case time():
            return format_time(value, "short", locale=locale)
        case _:
            return format_decimal(value, locale=locale)


def span(value: timedelta, locale: Locale) -> str:
    """A length of time in the one unit that says it exactly: 90 minutes, 24 hours, 60 days."""
    minutes = int(value.total_seconds() // 60)
    unit = "minute"
    if minutes >= 2 * DAY and minutes % DAY == 0:
        unit = "day"
    elif minutes >= 2 * HOUR and minutes % HOUR == 0:
        unit = "hour"
    return format_timedelta(value, granularity=unit, threshold=1e9, locale=locale)  # type: ignore[arg-type]


def wall_clock(clock: chat.Clock, locale: Locale) -> str:
    """A clock on somebody's wall, wherever the reader is."""
    local = clock.at.astimezone(ZoneInfo(clock.zone))
    shown = time_of_day(local.hour, local.minute, locale)
    return f"{format_date(local.date(), 'EEE', locale=locale)} {shown}" if clock.with_day else shown


class Words:
    """Plain words for one reader. A door overrides the hooks at the end."""

    def __init__(self, catalogue: Catalogue, reader: chat.Reader) -> None:
        self.catalogue = catalogue
        self.reader = reader
        self.locale = locale_of(reader.locale)
        self.zone = ZoneInfo(reader.zone)

    def say(self, text: chat.Text) -> str:
        """One sentence with its values filled in."""
        sentence = self.catalogue(self.reader.locale, text.msgid, text.plural, text.count)
        return self.sentence(sentence).format(**dict(self._rendered(text)))

    def show(self, value: chat.Value) -> str:
        """One value the way the reader's language writes it."""
        match value:
            case chat.Text():
                return self.say(value)
            case chat.When():
                return self.when(value)
            case chat.Markdown():
                return self.markdown(value)
            case chat.Code():
                return self.code(value)
            case chat.Word():
                return self.word(value)
            case chat.Series():
                return format_list([self.show(item) for item in value.items], locale=self.locale)
            case str():
                return self.escape(value)
            case _:
                return self.escape(formatted(value, self.locale))

    def _rendered(self, text: chat.Text) -> Iterator[tuple[str, str]]:
        for name, value in text.values.items():
            yield name, self.show(value)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def plain_when(self, when: chat.When) -> str:
        """An instant in the reader's zone; a whole moment names the zone."""
        local = self.local(when.at)
        match when.style:
            case chat.WhenStyle.DATE:
                return day_of(local.date(), FAR, self.locale)
            case chat.WhenStyle.DAY:
                return self._day(local.date())
            case chat.WhenStyle.CLOCK:
                return self.clock(local)
            case chat.WhenStyle.COUNTDOWN if self._today in (None, local.date()):
                return self.catalogue(self.reader.locale, AT.msgid).format(time=self.clock(local))
        city = city_of(self.zone.key, self.locale)
        return f"{self._day(local.date())}, {self.clock(local)} ({city})"

    @property
    def _today(self) -> date | None:
        return self.local(self.reader.at).date() if self.reader.at else None

    def _day(self, day: date) -> str:
        """With its year where another could be meant."""
        today = self._today
        is_near = today is not None and day.year == today.year and abs(day - today) <= HALF_A_YEAR
        return day_of(day, NEAR if is_near else FAR, self.locale)

    def clock(self, local: datetime) -> str:
        return time_of_day(local.hour, local.minute, self.locale)

    # --- what a door may mark up ---------------------------------------------------------------

    def sentence(self, sentence: str) -> str:
        """A sentence of the catalogue before its values are filled in."""
        return sentence

    def escape(self, raw: str) -> str:
        """A person's own words, so that they are shown and never obeyed."""
        return raw

    def word(self, word: chat.Word) -> str:
        """A word of the menu, where the app shows it in one language only."""
        return word.source

    def when(self, when: chat.When) -> str:
        return self.plain_when(when)

    def markdown(self, text: chat.Markdown) -> str:
        return text.source

    def code(self, code: chat.Code) -> str:
        return code.source


def plain_words(catalogue: Catalogue) -> Callable[[chat.Text, chat.Reader], str]:
    """Says a sentence to a reader without a door."""
    return lambda text, reader: Words(catalogue, reader).say(text)
