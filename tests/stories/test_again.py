"""Book again: from a session that is over to the same weekday and clock."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import steps
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
A_WEEK = timedelta(days=7)


async def has_had_a_session(stage: Stage) -> None:
    await steps.books(stage.ana)
    await stage.moves_to(WEDNESDAY_TEN + timedelta(hours=9))
    await stage.ana.says("/bookings")
    await stage.ana.taps("Past")
    await stage.ana.taps("Open")


async def test_ana_books_the_same_time_a_week_later_in_two_taps(stage: Stage) -> None:
    ana = stage.ana
    await has_had_a_session(stage)
    await ana.taps("Book again")
    assert ana.sees("Book Ben Okafor again")
    assert ana.sees("It costs €40.00, as last time.")
    await ana.taps("Take Wed, Dec 2, 10:00 AM")
    assert ana.sees("Held · Ben Okafor")
    assert ana.sees_time(WEDNESDAY_TEN + A_WEEK)


async def test_a_time_that_somebody_else_has_is_proposed_for_the_week_after(stage: Stage) -> None:
    await steps.books(stage.cleo, "Wed, Dec 2")
    await has_had_a_session(stage)
    await stage.ana.taps("Book again")
    assert stage.ana.offers("Take Wed, Dec 9, 10:00 AM")
    assert stage.ana.offers("Wed, Dec 9, 10:30 AM")


async def test_a_price_that_has_changed_is_said_before_it_is_booked(stage: Stage) -> None:
    ben = stage.ben
    await has_had_a_session(stage)
    await ben.says("/mentoring")
    await ben.taps("Prices")
    await ben.taps("60 minutes")
    await ben.fills({"Price in EUR": "55", "I offer this duration": True})
    await stage.ana.taps("Book again")
    assert stage.ana.sees("It cost €40.00 last time; it costs €55.00 now.")
    await stage.ana.taps("Take Wed, Dec 2, 10:00 AM")
    assert stage.ana.sees("€55.00")


async def test_a_duration_that_is_not_offered_any_more_is_said(stage: Stage) -> None:
    ben = stage.ben
    await has_had_a_session(stage)
    await ben.says("/mentoring")
    await ben.taps("Prices")
    await ben.taps("60 minutes")
    await ben.fills({"I offer this duration": False})
    await stage.ana.taps("Book again")
    assert stage.ana.sees("Ben Okafor does not offer this duration any more.")


async def test_the_booking_of_another_leads_nowhere(stage: Stage) -> None:
    await has_had_a_session(stage)
    again = stage.ana.route("Book again")
    await stage.cleo.says("/help")
    await stage.cleo.forges(again)
    assert stage.cleo.sees("There is no such booking of yours.")
