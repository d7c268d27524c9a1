"""Booking again: the next time that a past booking's weekday and clock come round. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.booking import bookings, openings
from core.booking.life import Booking
from core.booking.openings import Opening
from core.money import Money
from core.people import mentors, rates
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid import entitlement
from core.schedule import times
from core.schedule.times import Span

ONE_WEEK: Final = timedelta(days=7)
WEEKS: Final = 8
"""How far ahead the same time is looked for."""


@dataclass(frozen=True, slots=True)
class Again:
    """`start` is the same weekday and clock, `others` the times nearest to it. `price` is today's: nothing where
    the duration is not offered any more, or the mentor cannot be booked. `has_pack`: a session of a pack pays."""

    booking: Booking
    mentor: Mentor
    price: Money | None
    start: datetime | None
    others: tuple[datetime, ...]
    has_pack: bool = False

    @property
    def has_new_price(self) -> bool:
        """A booking that a pack paid for has a value, which was nobody's price."""
        return self.price is not None and self.booking.pack_id is None and self.price != self.booking.price


def again(session: Session, booking: Booking, student: Person, zone: ZoneInfo, *, now: datetime) -> Again:
    """What can be booked in a booking's stead, by the student's own calendar."""
    bookings.require_student(booking, student)
    mentor = mentors.find(session, booking.mentor_id)
    price = rates.prices(session, mentor).get(booking.minutes) if mentor.is_bookable else None
    if price is None:
        return Again(booking, mentor, None, None, ())
    opening = openings.of(session, mentor, now=now, student_id=student.id)
    wanted = list(same_times(booking.starts_at, zone, now))
    start = next((start for start in wanted if _is_free(opening, start, booking.minutes)), None)
    nearest = opening.nearest(booking.minutes, start or wanted[0])
    others = tuple(other for other in nearest if other != start)
    found = entitlement.find(session, mentor, student.id, booking.minutes, starts_at=start, now=now)
    return Again(booking, mentor, price, start, others, has_pack=found.pack is not None)


def same_times(at: datetime, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    """A weekday and wall clock of a zone in the weeks from now on."""
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    ahead = now.astimezone(zone).date() - local.date()
    day = local.date() + ONE_WEEK * max(ahead // ONE_WEEK, 0)
    while (start := times.instant(day, minute, zone)) <= now + ONE_WEEK * WEEKS:
        if start > now and start != at:
            yield start
        day += ONE_WEEK


def _is_free(opening: Opening, start: datetime, minutes: int) -> bool:
    return start in opening.free(minutes, Span(start, start + timedelta(minutes=1))).times
