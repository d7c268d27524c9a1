"""Small questions and bad ones: help, settings, the calendar file, and routes that nobody was offered."""

from datetime import UTC, datetime

import icalendar
import pytest

from bot.visit import stamp
from tests.stories import steps
from tests.stories.hands import plain
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
while_typing = pytest.mark.parametrize("door", ["discord", "web"], indirect=True)
"""Telegram suggests nothing while somebody types; what it makes of half a name is told in its own stories."""

FORGED = (
    "no.such:route",
    "booking",
    "booking.show",
    "booking.show:",
    "booking.show:00000000",
    "book.days:ben-okafor:sixty:0",
    "book.days:ben-okafor:45:0",
    "book.days:nobody:60:0",
    "book.times:ben-okafor:60:99999999",
    "book.hold:ben-okafor:60:",
    "book.hold:ben-okafor:60:zzzzzzzzzzzzzzzz",
    "book.hold:ben-okafor:60:0",
    "book.hold:ben-okafor:-60:9",
    "mentors.sort:-:worst",
    "review.give:00000000:6",
    "settings.zone:Mars/Olympus",
    "settings.language:xx",
    "staff.approve:ben-okafor",
    "staff.application:ben-okafor",
    "mentoring.workweek",
    "mentoring.day_form:9",
    "mentoring.price_form:45",
    "setup.pick:mentor_role",
)


async def test_an_unknown_word_is_answered_with_the_nearest_command(stage: Stage) -> None:
    await stage.ana.says("/help", word="bookigns")
    assert stage.ana.sees("Did you mean /bookings?")
    await stage.ana.taps("/bookings")
    assert stage.ana.sees("Nothing is coming up")
    await stage.ana.says("/help", word="qqqqqqqq")
    assert stage.ana.sees("I do not know “qqqqqqqq”.")


async def test_a_zone_is_searched_for_and_changes_how_times_are_read(stage: Stage) -> None:
    ana = stage.ana
    await ana.says("/settings", zone="Asia/Kolkata")
    assert ana.sees("Asia/Kolkata (2:30 PM now)")
    await ana.taps("Time zone")
    await ana.fills({"City or zone": "xyzzy"})
    assert ana.sees("I do not know the time zone “xyzzy”")
    await ana.tries_again()
    await ana.fills({"City or zone": "new york"})
    await ana.taps("America/New York · 4:00 AM" if ana.offers("America/New York") else "America/New_York")
    await ana.says("/book", mentor="Ben Okafor")
    await ana.taps("60 minutes")
    await ana.taps("Wed, Nov 25")
    assert ana.options()[0] == "3:00 AM"


@while_typing
async def test_names_topics_and_places_are_completed_while_they_are_typed(stage: Stage) -> None:
    assert await stage.ana.is_offered("/book", "mentor", "oka") == ["Ben Okafor"]
    assert await stage.ana.is_offered("/mentors", "topic", "port") == ["Portfolio"]
    assert await stage.ana.is_offered("/mentors", "place", "lagos") == ["University of Lagos"]
    [zone] = await stage.ana.is_offered("/settings", "zone", "kolk")
    assert plain(zone) == "Asia/Kolkata · 2:30 PM"


async def test_the_calendar_file_says_when_and_with_whom(stage: Stage) -> None:
    await steps.books(stage.ana)
    await stage.ana.taps("Calendar file")
    [event] = icalendar.Calendar.from_ical(await stage.ana.downloads(".ics")).walk("VEVENT")
    assert event.decoded("dtstart") == WEDNESDAY_TEN
    assert event.decoded("dtend") == WEDNESDAY_TEN.replace(hour=10)
    assert str(event["summary"]) == "Session with Ben Okafor"
    assert str(event["status"]) == "CONFIRMED"
    assert "Portfolio" in str(event["description"])


async def test_somebody_elses_booking_does_not_exist(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await steps.takes_a_time(ana)
    short = ana.route("Release the time").partition(":")[2]
    await steps.says_what_about(ana)
    await cleo.says("/bookings")
    for verb in ("show", "pay", "paid", "release", "calendar"):
        await cleo.forges(f"booking.{verb}:{short}")
        assert cleo.sees("There is no such booking of yours."), verb
    for route in (
        f"late.refund:{short}",
        f"late.take:{short}:{stamp(WEDNESDAY_TEN)}",
        f"review.give:{short}:1",
    ):
        await cleo.forges(route)
        assert cleo.sees("There is no such booking of yours."), (route, cleo.view())
    await cleo.forges(f"book.agree:{short}", {"topic": "Mine now", "agenda": "", "terms": "yes"})
    assert cleo.sees("There is no such booking of yours.")
    assert not cleo.sees("Portfolio")
    await ana.pays(ana.link("Pay €40.00"))
    await ana.will_see("is confirmed", "Portfolio")


async def test_a_route_that_nobody_was_offered_is_refused_in_words(stage: Stage) -> None:
    cleo = stage.cleo
    await cleo.says("/help")
    for route in FORGED:
        await cleo.forges(route)
        assert not cleo.sees("Something went wrong"), route
        assert cleo.sees("That does not work") or cleo.sees("I do not know"), (route, cleo.view())


async def test_a_page_that_is_not_there_is_the_last_one(stage: Stage) -> None:
    await stage.cleo.says("/mentors")
    await stage.cleo.forges("mentors.page:-:99999")
    assert stage.cleo.offers("View", beside="Ben Okafor")
    await stage.cleo.forges("book.days:ben-okafor:60:99999")
    assert stage.cleo.sees("Which day?")
