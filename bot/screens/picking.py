"""Choosing a time for something that is booked already: days, then times of a day, as one books a session."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.screens import book, times
from core.chat import (
    Button,
    Choice,
    Control,
    FreeTime,
    Option,
    Paragraph,
    Route,
    Screen,
    Text,
    Tone,
    Week,
    When,
    WhenStyle,
    _,
    _n,
)
from core.schedule.times import Reason

Days = Mapping[date, Sequence[datetime]]
OPTIONS = 25


@dataclass(frozen=True, slots=True)
class Picker:
    """What is asked, where each tap leads, and the ways out. `today` and `zone` are the reader's."""

    title: Text
    subject: str
    length: timedelta
    to_page: Callable[[int], Route]
    to_day: Callable[[date], Route]
    to_time: Callable[[datetime], Route]
    ways: tuple[Control, ...]
    today: date
    zone: str
    has_zone: bool


def days(picker: Picker, free: Days, page: int, why_not: Reason) -> Screen:
    """Days of the reader's calendar with free times, twenty at once, and the week of the first of them."""
    if not free:
        nothing = Paragraph(book.nothing(why_not, None))
        return Screen(picker.title, (nothing,), picker.ways, subject=picker.subject, tone=Tone.WAITING)
    ordered = sorted(free)
    page = min(page, (len(ordered) - 1) // book.DAYS_A_PAGE)
    shown = ordered[page * book.DAYS_A_PAGE : (page + 1) * book.DAYS_A_PAGE]
    options = tuple(
        Option(
            _("{day}", day=day),
            picker.to_day(day),
            hint=_n("{n} free time", "{n} free times", len(free[day])),
        )
        for day in shown
    )
    controls: list[Control] = [Choice(_("Day"), options)]
    if page > 0:
        controls.append(Button(_("Earlier days"), picker.to_page(page - 1)))
    if (page + 1) * book.DAYS_A_PAGE < len(ordered):
        controls.append(Button(_("Later days"), picker.to_page(page + 1)))
    parts = (Paragraph(_("Which day?")), book.zone_note(picker.zone, has_zone=picker.has_zone))
    week = _week(picker, free, times.first_of_week(shown[0], picker.today))
    return Screen(picker.title, parts, (*controls, *picker.ways), week=week, subject=picker.subject)


def clock_times(picker: Picker, free: Days, day: date, why_not: Reason) -> Screen:
    """The free times of one day, and its week."""
    starts = free.get(day, ())
    other_day = Button(_("Other day"), picker.to_page(0))
    if not starts:
        first = min((each[0] for each in free.values()), default=None)
        nothing = Paragraph(book.nothing(why_not, first))
        ways = (*nearest(picker, [first] if first else []), other_day, *picker.ways)
        return Screen(picker.title, (nothing,), ways, subject=picker.subject, tone=Tone.WAITING)
    choices = [
        Choice(_("Free times"), _options(picker, starts[at : at + OPTIONS], WhenStyle.CLOCK))
        for at in range(0, len(starts), OPTIONS)
    ]
    parts = (Paragraph(_("Which time?")), book.zone_note(picker.zone, has_zone=picker.has_zone))
    week = _week(picker, free, times.first_of_week(day, picker.today), day)
    controls = (*choices, other_day, *picker.ways)
    return Screen(picker.title, parts, controls, week=week, subject=picker.subject)


def nearest(picker: Picker, starts: Sequence[datetime]) -> tuple[Choice, ...]:
    """A few times at once, with their days."""
    options = _options(picker, starts, WhenStyle.MOMENT)
    return (Choice(_("The nearest free times"), options),) if options else ()


def _options(picker: Picker, starts: Sequence[datetime], style: WhenStyle) -> tuple[Option, ...]:
    return tuple(Option(_("{time}", time=When(start, style)), picker.to_time(start)) for start in starts)


def _week(picker: Picker, free: Days, first: date, day: date | None = None) -> Week:
    found = tuple(
        FreeTime(start, picker.to_time(start))
        for each in (first + timedelta(days=number) for number in range(7))
        for start in free.get(each, ())
    )
    return Week(picker.title, first, picker.length, found, day)
