"""What the picture of a week says, in the reader's language, zone and clock. What no font of this machine can
write is said in English, and what English cannot say either (a name) is left out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from babel.dates import format_date, format_interval, get_timezone_gmt

from adapters.words import Words, city_of
from bot.pictures import fonts
from bot.pictures.days import DAYS, Block, Day, days
from core.chat import Reader, Text, Week, _
from core.ports import Catalogue


@dataclass(frozen=True, slots=True)
class Column:
    """A day: `pills` are a line each for a start, and two for a stretch of them. `lit` is the day in question."""

    weekday: str
    number: str
    pills: tuple[tuple[str, ...], ...]
    lit: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    span: str
    columns: tuple[Column, ...]
    notes: tuple[str, ...]
    nothing: str
    mirrored: bool


class Pen:
    """Words that can be drawn."""

    def __init__(self, catalogue: Catalogue, reader: Reader) -> None:
        self.own = Words(catalogue, reader)
        self._words = (self.own, Words(catalogue, replace(reader, locale="en")))

    def write(self, say: Callable[[Words], str]) -> str:
        return next((line for words in self._words if (line := fonts.writable(say(words)))), "")

    def say(self, text: Text) -> str:
        return self.write(lambda words: words.say(text))

    def clock(self, at: datetime) -> str:
        return self.write(lambda words: words.clock(words.local(at)))

    def day(self, day: date, pattern: str) -> str:
        return self.write(lambda words: format_date(day, pattern, locale=words.locale))


def sheet(week: Week, reader: Reader, catalogue: Catalogue) -> Sheet:
    pen = Pen(catalogue, reader)
    columns = tuple(_column(day, pen, lit=day.day == week.day) for day in days(week, pen.own.zone))
    is_free = any(column.pills for column in columns)
    last = week.first + timedelta(days=DAYS - 1)
    return Sheet(
        title=pen.say(week.title),
        span=pen.write(lambda words: format_interval(week.first, last, "yMMMd", locale=words.locale)),
        columns=columns,
        notes=tuple(_notes(week, pen)),
        nothing="" if is_free else pen.say(_("No free times this week")),
        mirrored=pen.own.locale.text_direction == "rtl",
    )


def _column(day: Day, pen: Pen, *, lit: bool) -> Column:
    pills = [_pill(block, pen) for block in day.blocks]
    if day.more:
        pills.append((f"+{day.more}",))
    return Column(pen.day(day.day, "ccc"), pen.day(day.day, "d"), tuple(pills), lit)


def _pill(block: Block, pen: Pen) -> tuple[str, ...]:
    return tuple(pen.clock(at) for at in (block.at, block.until) if at is not None)


def _notes(week: Week, pen: Pen) -> list[str]:
    """The zone, with its distance from Greenwich or the day in this week on which that changes."""
    zone = pen.own.zone
    mornings = [datetime.combine(week.first + timedelta(days=n), time(12), zone) for n in range(DAYS)]
    changed = [day for day in mornings if day.utcoffset() != mornings[0].utcoffset()]
    city = pen.write(lambda words: city_of(zone.key, words.locale))
    if changed:
        return [
            pen.say(_("Times in {zone}", zone=city)),
            pen.say(_("The clocks change on {day}", day=changed[0].date())),
        ]
    gmt = pen.write(lambda words: get_timezone_gmt(mornings[0], "long", locale=words.locale))
    return [pen.say(_("Times in {zone} ({offset})", zone=city, offset=gmt))]
