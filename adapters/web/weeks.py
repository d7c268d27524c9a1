"""A week of free times as the columns of a table, in the reader's own days."""

from dataclasses import dataclass
from datetime import date, timedelta

from adapters.words import Words
from core import chat

DAYS = 7


@dataclass(frozen=True, slots=True)
class Column:
    day: date
    times: tuple[chat.FreeTime, ...]
    is_day: bool


def columns(week: chat.Week, words: Words) -> list[Column]:
    """The days from the first that has a free time on, each with its times in order; all seven where none has."""
    days = [week.first + timedelta(days=number) for number in range(DAYS)]
    by_day: dict[date, list[chat.FreeTime]] = {day: [] for day in days}
    for time in sorted(week.times, key=lambda time: time.at):
        by_day.get(words.local(time.at).date(), []).append(time)
    since = min((day for day in days if by_day[day]), default=week.first)
    return [Column(day, tuple(by_day[day]), day == week.day) for day in days if day >= since]


def is_in(choice: chat.Choice, week: chat.Week | None) -> bool:
    """Whether the table beside it offers every option of a choice already."""
    offered = {time.route for time in week.times} if week else set()
    return all(option.route in offered for option in choice.options)
