"""Two people's wall clocks, and when one of them is put forward or back. Pure rules on zones."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Zones:
    """The IANA zones of the one who reads and of the other one, empty where somebody never said; `fallback` is
    the community's, which then counts for whoever reads."""

    own: str
    other: str
    fallback: str

    @property
    def read_in(self) -> str:
        return self.own or self.fallback


@dataclass(frozen=True, slots=True)
class Change:
    """The clocks of a zone change on a date of its own calendar."""

    zone: str
    on: date


def differ(zone: str, other: str, at: datetime) -> bool:
    """Whether the clocks on two walls show different times at a moment."""
    return at.astimezone(ZoneInfo(zone)).utcoffset() != at.astimezone(ZoneInfo(other)).utcoffset()


def on_other_days(zone: str, other: str, at: datetime) -> bool:
    """Whether a moment falls on different days of two calendars."""
    return at.astimezone(ZoneInfo(zone)).date() != at.astimezone(ZoneInfo(other)).date()


def change(zone: str, since: datetime, until: datetime) -> Change | None:
    """The last change of a zone's clocks between two moments, where they show something else after it."""
    place = ZoneInfo(zone)
    at_last = _offset(place, until)
    if _offset(place, since) == at_last:
        return None
    changed = until
    while _offset(place, changed - ONE_DAY) == at_last:
        changed -= ONE_DAY
    first = _first_with(place, at_last, changed - ONE_DAY, changed)
    return Change(zone, first.astimezone(place).date())


def _first_with(place: ZoneInfo, offset: timedelta, before: datetime, after: datetime) -> datetime:
    """The first minute of an offset that holds after a change, by halves."""
    while after - before > ONE_MINUTE:
        middle = before + (after - before) / 2
        before, after = (before, middle) if _offset(place, middle) == offset else (middle, after)
    return after


def _offset(place: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(UTC).astimezone(place).utcoffset()
    assert offset is not None
    return offset
