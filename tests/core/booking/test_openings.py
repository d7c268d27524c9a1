"""When a mentor can be booked: the first of the free times is the first of all of them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from core.booking.openings import Opening
from core.policy import Policy
from core.schedule.times import Hours, Span
from tests.cast import HOUR, MONDAY


@pytest.mark.parametrize("days", [1, 3, 7, 30, 31, 60])
def test_the_first_free_time_may_be_the_very_last_moment_that_can_be_booked(days: int) -> None:
    last = MONDAY + timedelta(days=days)
    hours = Hours(zone=ZoneInfo("UTC"), singles=(Span(last, last + HOUR),))
    opening = Opening(hours, (), (), Policy(notice_minutes=0, horizon_days=days), MONDAY)
    assert opening.ahead(60).times == (last,)
    assert opening.first(60) == last
