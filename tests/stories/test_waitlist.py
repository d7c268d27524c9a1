"""Waiting for a time: it is held for the first in line, who takes it, lets it go, or says nothing."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.people import mentors, people
from core.schedule import availability
from tests.stories import steps
from tests.stories.hands import Hands
from tests.stories.stage import Stage
from tests.stories.test_plans import has_pro

pytestmark = pytest.mark.anyio

WEDNESDAY = date(2026, 11, 25)
WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
OFFER = "Ben Okafor has a free time"


def opens_only(session: Session, now: datetime, *hours: int) -> None:
    """Ben is open on Wednesday alone, an hour from each of these on his clock."""
    ben = mentors.by_slug(session, "ben-okafor")
    himself = people.find(session, ben.person_id)
    for weekday in range(7):
        availability.open_weekly(session, ben, himself, weekday, [], now=now)
    ranges = [(hour * 60, hour * 60 + 60) for hour in hours]
    availability.open_dated(session, ben, himself, WEDNESDAY, ranges, now=now)


async def ben_opens(stage: Stage, *hours: int) -> None:
    await stage.house.db.write(opens_only, stage.now, *hours)
    await stage.settles()


async def waits_for_ben(person: Hands) -> None:
    """From the screen that has nothing to offer into the line."""
    await person.says("/book", mentor="Ben Okafor")
    await person.taps("Tell me when there is a free time")
    await person.taps("60 minutes")


async def calls_off(person: Hands) -> None:
    await person.says("/bookings")
    await person.taps("Open")
    await person.taps("Change or cancel")
    await person.taps("Cancel")
    await person.taps("Cancel and get")
    assert person.sees("The session is off")


async def test_a_canceled_session_is_offered_to_who_waits_and_she_takes_it(stage: Stage) -> None:
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await ben_opens(stage, 10)
    await steps.books(ana)
    await waits_for_ben(cleo)
    assert cleo.sees("You are first in line.")
    await waits_for_ben(olga)
    assert olga.sees("1 person is before you.")

    await calls_off(ana)
    await cleo.will_see(OFFER)
    assert cleo.sees_time(WEDNESDAY_TEN)
    assert cleo.sees_time(stage.now + timedelta(minutes=60))
    await olga.will_not_see(OFFER)
    await ana.says("/book", mentor="Ben Okafor")
    assert ana.sees("no free time")

    await cleo.taps("Take it")
    assert cleo.sees("The time is yours")
    await steps.says_what_about(cleo)
    await cleo.pays(cleo.link("Pay €40.00"))
    await cleo.will_see("is confirmed")
    await stage.ben.will_see("Cleo Marsh has booked a session with you")
    await cleo.says("/waitlist")
    assert cleo.sees("You wait for nobody")
    await olga.says("/waitlist")
    assert olga.sees("You are first in line.")


async def test_an_offer_says_that_included_minutes_pay_for_it(stage: Stage) -> None:
    ana = stage.ana
    await has_pro(stage)
    await ben_opens(stage)
    await waits_for_ben(ana)
    await ben_opens(stage, 10)
    await ana.will_see(OFFER, "60 minutes of your plan")
    await ana.taps("Take it")
    assert ana.sees("60 minutes of your plan"), ana.view()


async def test_silence_and_no_thanks_pass_it_on_at_once(stage: Stage) -> None:
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await ben_opens(stage, 10)
    await steps.books(ana)
    await waits_for_ben(cleo)
    await waits_for_ben(olga)
    await calls_off(ana)
    await stage.moves(minutes=59)
    await olga.will_not_see(OFFER)
    await stage.moves(minutes=1)
    await olga.will_see(OFFER)
    await cleo.will_not_see("Your hold has lapsed")
    await cleo.taps("Take it")
    assert cleo.sees("the time has gone to the next in line")
    await olga.taps("No, thanks")
    assert olga.sees("You keep your place")
    await ana.says("/book", mentor="Ben Okafor")
    await ana.taps("60 minutes")
    await ana.taps(steps.WEDNESDAY)
    await ana.taps("10:00 AM")
    assert ana.sees("Held · Ben Okafor")


async def test_a_claim_races_a_new_booking_and_one_of_them_wins(stage: Stage) -> None:
    """Cleo taps in the last second; Olga has had the time on her screen since before it was held."""
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await ben_opens(stage, 10)
    await olga.says("/book", mentor="Ben Okafor")
    await olga.taps("60 minutes")
    await olga.taps(steps.WEDNESDAY)
    await steps.books(ana)
    await waits_for_ben(cleo)
    await calls_off(ana)
    await cleo.will_see(OFFER)
    await stage.moves(minutes=59, seconds=59)
    await asyncio.gather(cleo.taps("Take it"), olga.taps("10:00 AM"))
    assert cleo.sees("The time is yours")
    assert olga.sees("That does not work")
    await stage.moves(minutes=16)
    await cleo.will_see("Your hold has lapsed")
    await olga.taps("Other day") if olga.offers("Other day") else await olga.says(
        "/book", mentor="Ben Okafor"
    )
    await steps.takes_a_time(olga)
    assert olga.sees("Held · Ben Okafor")


async def test_a_tap_on_the_time_that_is_held_for_her_takes_it(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await ben_opens(stage, 10)
    await cleo.says("/book", mentor="Ben Okafor")
    await cleo.taps("60 minutes")
    await cleo.taps(steps.WEDNESDAY)
    tap = cleo.route("10:00 AM")
    await steps.books(ana)
    await waits_for_ben(cleo)
    await calls_off(ana)
    await cleo.will_see(OFFER)
    await cleo.forges(tap)
    assert cleo.sees("Held · Ben Okafor")
    await steps.says_what_about(cleo)
    await cleo.pays(cleo.link("Pay €40.00"))
    await cleo.will_see("is confirmed")
    await cleo.says("/waitlist")
    assert cleo.sees("You wait for nobody")


async def test_hours_that_ben_opens_are_offered_to_the_line(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await ben_opens(stage, 10)
    await steps.books(ana)
    await waits_for_ben(cleo)
    await ben_opens(stage, 10, 16)
    await cleo.will_see(OFFER)
    assert cleo.sees_time(WEDNESDAY_TEN + timedelta(hours=6))
    await cleo.taps("Leave the line")
    assert cleo.sees("You do not wait for Ben Okafor any more")
    await steps.takes_a_time(ana, at="4:00 PM")
    assert ana.sees("Held · Ben Okafor")


async def test_who_waits_although_something_is_free_is_shown_it(stage: Stage) -> None:
    cleo = stage.cleo
    await cleo.says("/waitlist")
    await cleo.forges("waitlist.join:ben-okafor:60")
    assert cleo.sees("Ben Okafor has free times")
    await cleo.taps("Mon, Nov 23, 2:00 PM")
    assert cleo.sees("Held · Ben Okafor")


async def test_a_day_is_waited_for_from_its_own_screen(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await ben_opens(stage, 10)
    await cleo.says("/book", mentor="Ben Okafor")
    await cleo.taps("60 minutes")
    await steps.books(ana)
    await cleo.taps(steps.WEDNESDAY)
    await cleo.taps("Wait for this day")
    assert cleo.sees("60 minutes on")
    await calls_off(ana)
    await cleo.will_see(OFFER)
    await cleo.says("/waitlist")
    await cleo.taps("Take the time with Ben Okafor")
    assert cleo.sees("The time is yours")


async def test_a_session_moves_to_an_earlier_time_when_there_is_one(stage: Stage) -> None:
    ana, ben, cleo, olga = stage.ana, stage.ben, stage.cleo, stage.olga
    await ben_opens(stage, 10, 16)
    await steps.books(ana)
    await steps.books(cleo, at="4:00 PM")
    await cleo.says("/bookings")
    await cleo.taps("Open")
    await cleo.taps("Change or cancel")
    await cleo.taps("Tell me of earlier times")
    assert cleo.sees("A time before")
    await waits_for_ben(olga)
    await calls_off(ana)
    await cleo.will_see(OFFER, "it does not count as a move")
    await cleo.taps("Take it")
    assert cleo.sees("Your session is earlier now")
    assert cleo.sees_time(WEDNESDAY_TEN)
    await ben.will_see("Cleo Marsh")
    assert ben.sees_time(WEDNESDAY_TEN)
    await olga.will_see(OFFER)
    assert olga.sees_time(WEDNESDAY_TEN + timedelta(hours=6))
    await stage.moves_to(WEDNESDAY_TEN - timedelta(minutes=10))
    await cleo.will_see("Here is the link")


async def test_three_offers_without_an_answer_end_it(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await ben_opens(stage, 10)
    await steps.books(ana)
    await waits_for_ben(cleo)
    await ben_opens(stage, 10, 12, 14, 16)
    await stage.moves(minutes=62)
    await stage.moves(minutes=62)
    await stage.moves(minutes=62)
    await cleo.will_see("so I took you off Ben Okafor's waitlist")
    await cleo.says("/waitlist")
    assert cleo.sees("You wait for nobody")


async def test_an_offer_is_nobody_elses(stage: Stage) -> None:
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await ben_opens(stage, 10)
    await steps.books(ana)
    await waits_for_ben(cleo)
    await calls_off(ana)
    await cleo.will_see(OFFER)
    await olga.says("/waitlist")
    for label in ("Take it", "No, thanks", "Leave the line"):
        await olga.forges(cleo.route(label))
        assert olga.sees("no such booking") or olga.sees("not in this line")
    await cleo.taps("Take it")
    assert cleo.sees("The time is yours")
