"""Moving a session: the student within the policy, the mentor by a proposal that the student answers."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from tests.stories import steps
from tests.stories.hands import Hands
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FRIDAY_TEN: Final = WEDNESDAY_TEN + timedelta(days=2)
DAYS: Final = ("Thu, Nov 26", "Fri, Nov 27", "Sat, Nov 28", "Sun, Nov 29")


async def moves(ana: Hands, day: str, at: str = "10:00 AM") -> None:
    await ana.taps("Change or cancel")
    await ana.taps("Move")
    await ana.taps(day)
    await ana.taps(at)
    await ana.taps("Move it")


async def proposes(ben: Hands, *days: str) -> None:
    """Ben asks for another time at ten, on one of these days."""
    await ben.taps("Change or cancel")
    await ben.taps("Propose other times")
    for day in days:
        if day != days[0]:
            await ben.taps("Add another time")
        await ben.taps(day)
        await ben.taps("10:00 AM")
    await ben.taps("Send to Ana Ruiz")
    await ben.fills({"A few words": "My train is late"})


def refunded(stage: Stage) -> int:
    return sum(refund["amount"] for refund in stage.stripe.world.refunds.values())


async def booked(stage: Stage) -> tuple[Hands, Hands]:
    await steps.books(stage.ana)
    await stage.ben.will_see("Ana Ruiz has booked")
    return stage.ana, stage.ben


async def test_a_student_moves_and_only_the_new_reminders_come(stage: Stage) -> None:
    ana, ben = await booked(stage)
    await moves(ana, "Fri, Nov 27")
    assert ana.sees("It is moved. I have told Ben Okafor.")
    assert ana.sees_time(FRIDAY_TEN)
    await ben.will_see("Your session with Ana Ruiz moves from")
    assert ben.sees_time(FRIDAY_TEN)
    await stage.moves_to(WEDNESDAY_TEN + timedelta(hours=2))
    for person in (ana, ben):
        await person.will_not_see("Here is the link", "A reminder, 60 minutes ahead")
    await stage.moves_to(FRIDAY_TEN - timedelta(minutes=10))
    for person in (ana, ben):
        await person.will_see("Here is the link")
    assert len(stage.stripe.world.charges) == 1


async def test_the_calendar_file_of_a_moved_session_replaces_the_old_one(stage: Stage) -> None:
    ana, _ben = await booked(stage)
    await moves(ana, "Fri, Nov 27")
    await ana.taps("Calendar file")
    found = await ana.downloads(".ics")
    assert b"SEQUENCE:1" in found
    assert b"20261127T090000Z" in found


async def test_a_student_moves_twice_and_not_a_third_time(stage: Stage) -> None:
    ana, _ben = await booked(stage)
    for day in ("Thu, Nov 26", "Fri, Nov 27"):
        await moves(ana, day)
        await ana.will_see("Your session with Ben Okafor moves from")
    await ana.taps("Change or cancel")
    assert ana.sees("It was moved 2 times already. You can still cancel it.")
    assert not ana.offers("Move")


async def test_a_student_does_not_move_on_the_last_day(stage: Stage) -> None:
    ana, _ben = await booked(stage)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=20))
    await ana.says("/bookings")
    await ana.taps("Open")
    await ana.taps("Change or cancel")
    assert ana.sees("It can be moved until 24 hours before it starts")
    assert not ana.offers("Move")
    await ana.taps("Cancel")
    assert not ana.offers("Move it instead")


async def test_a_move_does_not_better_the_refund(stage: Stage) -> None:
    ana, _ben = await booked(stage)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=30))
    await ana.says("/bookings")
    await ana.taps("Open")
    await moves(ana, "Sun, Nov 29")
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=10))
    await ana.says("/bookings")
    await ana.taps("Open")
    await ana.taps("Change or cancel")
    await ana.taps("Cancel")
    assert ana.sees("the terms count from its first start")
    await ana.taps("Cancel and get €20.00 back")
    await stage.settles()
    assert refunded(stage) == 2_000


async def test_a_time_that_is_gone_meanwhile_is_refused_with_others(stage: Stage) -> None:
    ana, _ben = await booked(stage)
    await ana.taps("Change or cancel")
    await ana.taps("Move")
    await ana.taps("Fri, Nov 27")
    await ana.taps("10:00 AM")
    await steps.books(stage.cleo, "Fri, Nov 27")
    await ana.taps("Move it")
    assert ana.sees("It cannot be moved there")
    await ana.taps("Fri, Nov 27, 2:00 PM")
    await ana.taps("Move it")
    assert ana.sees_time(FRIDAY_TEN + timedelta(hours=4))


# --- the mentor proposes --------------------------------------------------------------------------


async def test_the_mentor_proposes_and_the_student_takes_one(stage: Stage) -> None:
    ana, ben = await booked(stage)
    await proposes(ben, "Thu, Nov 26", "Fri, Nov 27")
    assert ben.sees("I have asked Ana Ruiz")
    await ana.will_see("Ben Okafor proposes another time", "My train is late")
    await ana.taps("Fri, Nov 27, 10:00 AM")
    assert ana.sees_time(FRIDAY_TEN)
    await ben.will_see("Ana Ruiz takes the time that you proposed")
    await ana.taps("Change or cancel")
    assert ana.sees("You can move it 2 more times")


async def test_the_student_refuses_and_everything_stays(stage: Stage) -> None:
    ana, ben = await booked(stage)
    await proposes(ben, "Fri, Nov 27")
    await ana.will_see("Ben Okafor proposes another time")
    await ana.taps("Leave it as it is")
    assert ana.sees("It stays as it is")
    assert ana.sees_time(WEDNESDAY_TEN)
    await ben.will_see("Ana Ruiz would rather leave the time as it is")


async def test_the_student_would_rather_have_the_money(stage: Stage) -> None:
    ana, ben = await booked(stage)
    await proposes(ben, "Fri, Nov 27")
    await ana.will_see("Ben Okafor proposes another time")
    await ana.taps("Cancel and get all back")
    assert ana.sees("All of it goes back to you")
    await ben.will_see("It does not count against you")
    await stage.settles()
    assert refunded(stage) == 4_000


async def test_a_proposal_that_is_too_old_is_answered_with_what_is_true(stage: Stage) -> None:
    ana, ben = await booked(stage)
    await proposes(ben, "Fri, Nov 27")
    await ana.will_see("Ben Okafor proposes another time")
    route = ana.route("Fri, Nov 27, 10:00 AM")
    await stage.moves(minutes=1)
    await proposes_again(ben)
    await ana.will_see("Sorry")
    await ana.forges(route)
    assert ana.sees("This button does not lead anywhere any more")
    await ana.says("/bookings")
    await ana.taps("Open")
    await moves(ana, "Sun, Nov 29")
    await ana.will_see("Your session with Ben Okafor moves from")
    await ana.forges(route)
    assert ana.sees("This proposal is not open any more")


async def proposes_again(ben: Hands) -> None:
    await ben.taps("Change or cancel")
    await ben.taps("Propose other times")
    await ben.taps("Sat, Nov 28")
    await ben.taps("10:00 AM")
    await ben.taps("Send to Ana Ruiz")
    await ben.fills({"A few words": "Sorry"})


# --- who cancels too often ------------------------------------------------------------------------


async def test_a_mentor_who_cancels_three_times_is_paused_until_the_staff_says_so(stage: Stage) -> None:
    ben, olga = stage.ben, stage.olga
    await olga.says("/staff")
    for student, day in ((stage.ana, "Wed, Nov 25"), (stage.cleo, "Thu, Nov 26"), (stage.ana, "Fri, Nov 27")):
        await steps.books(student, day)
        await ben.will_see("has booked a session with you")
        await ben.taps("Change or cancel")
        await ben.taps("Cancel")
        await ben.taps("Cancel the session")
        await ben.fills({"Reason": "I have a fever"})
    await ben.will_see("You have canceled more than once", "Your bookings are paused")
    await olga.will_see("Ben Okafor's bookings are paused")
    await stage.ana.says("/book", mentor="Ben Okafor")
    assert stage.ana.sees("Ben Okafor cannot be booked at the moment")
    await ben.says("/mentoring")
    assert ben.sees("Your bookings are paused")
    await olga.taps("Resume bookings")
    await olga.will_see("Ben Okafor can be booked again")
    await ben.will_see("You can be booked again")
    await steps.takes_a_time(stage.ana)
