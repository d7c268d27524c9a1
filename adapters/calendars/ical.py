"""A booking as a calendar file to download: one event, in UTC.

The UID stays through every change and the sequence rises with it, so that a calendar replaces what it has; a
canceled booking is a canceled event, not a missing one.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.ports import CalendarEntry

if TYPE_CHECKING:
    from icalendar import Event


def calendar_file(entry: CalendarEntry) -> bytes:
    from icalendar import Calendar  # half a second, at the first file instead of at every start

    calendar = Calendar()
    calendar.add("prodid", "-//Nearpeer//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", _whole(entry.written_at))
    event.add("last-modified", _whole(entry.written_at))
    event.add("dtstart", _whole(entry.starts_at))
    event.add("dtend", _whole(entry.ends_at))
    event.add("summary", entry.summary)
    if entry.description:
        event.add("description", entry.description)
    event.add("status", "CONFIRMED" if entry.confirmed else "CANCELLED")
    event.add("transp", "OPAQUE" if entry.confirmed else "TRANSPARENT")
    return event


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
