"""Times as choices, and as weeks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.visit import stamp
from core.chat import Choice, FreeTime, Option, Route, Text, Week, When, WhenStyle, _, to
from core.people.mentors import Mentor

ONE_WEEK = timedelta(days=7)


def to_hold(slug: str, minutes: int, starts: Sequence[datetime], *, clock_only: bool = False) -> Choice:
    """Free starts of a mentor; taking one holds it. At most 25."""
    style = WhenStyle.CLOCK if clock_only else WhenStyle.MOMENT
    options = tuple(
        Option(_("{time}", time=When(start, style)), to("book.hold", slug, minutes, stamp(start)))
        for start in starts[:25]
    )
    return Choice(_("Free times") if clock_only else _("The nearest free times"), options)


def week(
    mentor: Mentor,
    minutes: int,
    free: Mapping[date, Sequence[datetime]],
    first: date,
    day: date | None = None,
) -> Week:
    """A mentor's free times of the seven days from `first` on; taking one holds it."""
    days = (first + timedelta(days=number) for number in range(7))
    times = tuple(
        FreeTime(start, to("book.hold", mentor.slug, minutes, stamp(start)))
        for each in days
        for start in free.get(each, ())
    )
    length = timedelta(minutes=minutes)
    title = _("Free times of {name} · {length}", name=mentor.name, length=length)
    return Week(title, first, length, times, day)


def first_of_week(day: date, today: date) -> date:
    """The first day of the week that a day falls into, where weeks are counted from today: no day of them is past."""
    return day - (day - today) % ONE_WEEK


def to_take(short: str, starts: Sequence[datetime]) -> Choice:
    """Other times for money that came late."""
    options = tuple(
        Option(_("{time}", time=When(start)), to("late.take", short, stamp(start))) for start in starts[:25]
    )
    return Choice(_("Take another time"), options)


def leading(label: Text, starts: Sequence[datetime], way: Callable[[datetime], Route]) -> Choice:
    """Times that lead somewhere. At most 25."""
    return Choice(label, tuple(Option(_("{time}", time=When(start)), way(start)) for start in starts[:25]))
