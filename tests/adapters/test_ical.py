"""Calendar files that every calendar reads the same way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from icalendar import Calendar, Event

from adapters.calendars.ical import calendar_file
from core.ports import CalendarEntry

ENTRY = CalendarEntry(
    uid="K7Q2M9ABCD@nearpeer",
    sequence=0,
    starts_at=datetime(2026, 11, 26, 16, 0, tzinfo=UTC),
    ends_at=datetime(2026, 11, 26, 17, 0, tzinfo=UTC),
    summary="60 minutes with Ben; algebra, geometry",
    description="Room: https://nearpeer.example/j/token\nBring the exercise \\ notes é 数学 " + "x" * 200,
    confirmed=True,
    written_at=datetime(2026, 11, 21, 9, 0, 0, 123456, tzinfo=UTC),
)


def event(content: bytes) -> Event:
    (found,) = Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(found, Event)
    return found


def test_a_calendar_reads_back_what_was_written() -> None:
    read = event(calendar_file(ENTRY))

    assert (read.decoded("dtstart"), read.decoded("dtend")) == (ENTRY.starts_at, ENTRY.ends_at)
    assert read.decoded("dtstamp") == ENTRY.written_at.replace(microsecond=0)
    assert (str(read["summary"]), str(read["description"])) == (ENTRY.summary, ENTRY.description)
    assert (str(read["uid"]), read["sequence"], str(read["status"])) == (ENTRY.uid, 0, "CONFIRMED")


def test_a_moved_booking_is_the_same_event_with_a_higher_sequence() -> None:
    moved = event(calendar_file(replace(ENTRY, sequence=1, starts_at=ENTRY.starts_at + timedelta(hours=1))))

    assert (str(moved["uid"]), moved["sequence"]) == (ENTRY.uid, 1)


def test_a_canceled_booking_is_a_canceled_event_that_blocks_nothing() -> None:
    canceled = event(calendar_file(replace(ENTRY, sequence=2, confirmed=False)))

    assert (str(canceled["status"]), str(canceled["transp"])) == ("CANCELLED", "TRANSPARENT")


def test_times_are_written_in_utc_whatever_their_zone() -> None:
    there = ENTRY.starts_at.astimezone(timezone(timedelta(hours=5, minutes=30)))

    content = calendar_file(replace(ENTRY, starts_at=there))

    assert b"DTSTART:20261126T160000Z\r\n" in content
    assert b"DTSTAMP:20261121T090000Z\r\n" in content
    assert b"VTIMEZONE" not in content


def test_the_file_keeps_to_the_form() -> None:
    lines = calendar_file(ENTRY).split(b"\r\n")

    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"METHOD:PUBLISH" in lines
    assert b"VERSION:2.0" in lines
    assert all(len(line) <= 75 for line in lines)


def test_an_entry_without_a_description_has_none() -> None:
    assert b"DESCRIPTION" not in calendar_file(replace(ENTRY, description=""))
