"""Free times by the days of a reader's calendar. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from core.chat import Week

DAYS: Final = 7
MOST_SINGLES: Final = 6
MOST_BLOCKS: Final = 7


@dataclass(frozen=True, slots=True)
class Block:
    """One start, or where `until` is set, free from the first of several starts to the end of the last."""

    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """All starts of a day; `blocks` show them, `more` says how many they leave out."""

    day: date
    starts: tuple[datetime, ...]
    blocks: tuple[Block, ...]
    more: int = 0


def days(week: Week, zone: ZoneInfo) -> tuple[Day, ...]:
    """The seven days of a week. One that has many times makes all of them stretches instead of starts."""
    starts = sorted({time.at for time in week.times})
    calendar = [week.first + timedelta(days=number) for number in range(DAYS)]
    by_day = {day: tuple(at for at in starts if at.astimezone(zone).date() == day) for day in calendar}
    if all(len(each) <= MOST_SINGLES for each in by_day.values()):
        return tuple(Day(day, each, tuple(map(Block, each))) for day, each in by_day.items())
    step = _step(starts, week.length)
    return tuple(_stretched(day, each, step, week.length) for day, each in by_day.items())


def _step(starts: Sequence[datetime], length: timedelta) -> timedelta:
    """How far apart starts are that follow on each other."""
    gaps = Counter(later - earlier for earlier, later in pairwise(starts))
    return min(gaps.most_common(1)[0][0], length) if gaps else length


def _stretched(day: date, starts: tuple[datetime, ...], step: timedelta, length: timedelta) -> Day:
    stretches: list[list[datetime]] = []
    for at in starts:
        if stretches and at - stretches[-1][-1] <= step:
            stretches[-1].append(at)
        else:
            stretches.append([at])
    shown = stretches if len(stretches) <= MOST_BLOCKS else stretches[: MOST_BLOCKS - 1]
    blocks = tuple(Block(stretch[0], stretch[-1] + length) for stretch in shown)
    return Day(day, starts, blocks, len(starts) - sum(map(len, shown)))
