"""The picture of a week in words, for those who do not see it, in no more than `MOST_LETTERS` or so: on Telegram they
are part of the caption, which has a limit."""

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.pictures.days import Block, Day, days
from core.chat import Series, Text, Week, When, WhenStyle, _, _n

MOST_LETTERS: Final = 750
MOST_BLOCKS: Final = 24


def alt(week: Week, zone: ZoneInfo) -> Text:
    """Which days have free times, how many, and when."""
    free = [day for day in days(week, zone) if day.starts]
    in_full = sum(len(day.blocks) for day in free) <= MOST_BLOCKS
    said = Series(tuple(_day(day, week.length, in_full=in_full) for day in free))
    if not free:
        return _("No free times in the week from {day}.", day=week.first)
    return _("Free times, in {zone}: {days}.", zone=zone.key, days=said)


def _day(day: Day, length: timedelta, *, in_full: bool) -> Text:
    first, blocks = day.starts[0], day.blocks
    if day.more or not in_full:
        blocks = (Block(first, day.starts[-1] + length),)
    name, times = When(first, WhenStyle.DAY), Series(tuple(map(_block, blocks)))
    return _n(
        "{day} ({n} time: {times})", "{day} ({n} times: {times})", len(day.starts), day=name, times=times
    )


def _block(block: Block) -> Text:
    at = When(block.at, WhenStyle.CLOCK)
    if block.until is None:
        return _("{time}", time=at)
    return _("{start}–{end}", start=at, end=When(block.until, WhenStyle.CLOCK))
