"""Times: held, contested, let go, and what a mentor's calendar and a country's clocks do to them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import steps
from tests.stories.hands import Hands
from tests.stories.people import Opening
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
BEFORE_SUMMER_TIME = datetime(2027, 3, 22, 9, 0, tzinfo=UTC)


async def looks_at_wednesday(person: Hands) -> None:
    await person.says("/book", mentor="Ben Okafor")
    await person.taps("60 minutes")
    await person.taps("Wed, Nov 25")


async def test_of_two_students_one_gets_the_time_and_the_other_the_nearest(stage: Stage) -> None:
    both = (stage.ana, stage.cleo)
    for person in both:
        await looks_at_wednesday(person)
    await asyncio.gather(*(person.taps("10:00 AM") for person in both))
    winner, loser = sorted(both, key=lambda person: not person.sees("Held · Ben Okafor"))
    assert winner.sees("Held · Ben Okafor")
    assert not loser.sees("Held · Ben Okafor")
    assert loser.sees("That does not work")
    await loser.taps("Wed, Nov 25, 2:00 PM")
    assert loser.sees("Held · Ben Okafor")


async def test_a_hold_that_is_not_paid_is_warned_of_and_lapses(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await ana.opens(await steps.holds(ana))
    await stage.moves(minutes=10)
    await ana.will_see("Your hold is about to lapse")
    await looks_at_wednesday(cleo)
    assert "10:00 AM" not in cleo.options()
    await stage.moves(minutes=5)
    await ana.will_see("Your hold has lapsed", "You were not charged")
    [session] = stage.stripe.world.sessions.values()
    assert session["status"] == "expired"
    await looks_at_wednesday(cleo)
    await cleo.taps("10:00 AM")
    assert cleo.sees("Held · Ben Okafor")


async def test_a_released_time_is_free_at_once_and_cannot_be_paid_any_more(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    link = await steps.holds(ana)
    await ana.opens(link)
    await ana.taps("Release the time")
    assert ana.sees("The time is free again")
    await steps.takes_a_time(cleo)
    assert cleo.sees("Held · Ben Okafor")
    await stage.settles()
    [session] = stage.stripe.world.sessions.values()
    assert session["status"] == "expired"
    assert "There is nothing to pay here" in await ana.opens(link)


async def test_a_new_tap_moves_the_hold(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await steps.holds(ana)
    await steps.takes_a_time(ana, at="2:00 PM")
    assert ana.sees_time(WEDNESDAY_TEN + timedelta(hours=4))
    await ana.says("/bookings")
    assert ana.options().count("Open") == 1
    await looks_at_wednesday(cleo)
    assert "10:00 AM" in cleo.options()
    assert "2:00 PM" not in cleo.options()


async def test_on_vacation_nothing_new_can_be_booked_and_what_is_booked_stays(stage: Stage) -> None:
    ana, ben, cleo = stage.ana, stage.ben, stage.cleo
    await steps.books(ana)
    await cleo.says("/book", mentor="Ben Okafor")
    await cleo.taps("60 minutes")
    await ben.says("/mentoring")
    await ben.taps("Vacation")
    await ben.fills({"First day": "2026-11-23", "Last day": "2026-12-31"})
    assert ben.sees("Nov 23, 2026 to")
    await cleo.taps("Thu, Nov 26")
    assert cleo.sees("The mentor is away on these days.")
    assert cleo.sees_time(datetime(2027, 1, 1, 8, 0, tzinfo=UTC))
    await ben.says("/mentoring")
    await ben.taps("Schedule (1)")
    assert ben.sees("Ana Ruiz")
    await stage.moves_to(WEDNESDAY_TEN - timedelta(minutes=10))
    for person in (ana, ben):
        await person.will_see("Here is the link")
    await ben.says("/mentoring")
    await ben.taps("Come back")
    await cleo.says("/mentor", name="Ben Okafor")
    assert cleo.sees_time(datetime(2026, 11, 25, 13, 0, tzinfo=UTC))


@pytest.mark.parametrize("start", [BEFORE_SUMMER_TIME], indirect=True)
@pytest.mark.parametrize("opening", [Opening(zone="Europe/Madrid")], indirect=True)
async def test_clocks_that_change_between_booking_and_session_move_nothing(stage: Stage) -> None:
    """Ben opens at nine by the clocks of Madrid, which go forward on Sunday."""
    ana, ben = stage.ana, stage.ben
    nine_on_monday = datetime(2027, 3, 29, 7, 0, tzinfo=UTC)
    await ana.says("/book", mentor="Ben Okafor")
    await ana.taps("60 minutes")
    for day in ("Fri, Mar 26", "Mon, Mar 29"):
        await ana.taps(day)
        assert ana.options()[0] == "9:00 AM"
        await ana.taps("Other day")
    await steps.books(ana, "Mon, Mar 29", "9:00 AM")
    assert ana.sees_time(nine_on_monday)
    await stage.moves_to(nine_on_monday - timedelta(hours=24))
    for person in (ana, ben):
        await person.will_see("A reminder, 24 hours ahead")
        assert person.sees_time(nine_on_monday)
    await stage.moves_to(nine_on_monday - timedelta(minutes=10))
    await ana.will_see("Here is the link")
    await ana.says("/bookings")
    assert ana.sees_time(nine_on_monday)
