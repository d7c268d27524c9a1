"""`/bookings` is for what one has booked; who is booked by others finds the way to their schedule there."""

from core.chat import Button, Screen
from tests.bot.frontdesk import ANA, BEN, FrontDesk


def leads_to(screen: Screen, name: str) -> bool:
    return any(isinstance(each, Button) and each.route.name == name for each in screen.controls)


async def test_only_a_mentor_is_shown_the_way_to_a_schedule(desk: FrontDesk) -> None:
    assert leads_to(await desk.hear(BEN, "bookings"), "mentoring.schedule")
    assert not leads_to(await desk.hear(BEN, "bookings.past"), "mentoring.schedule")
    assert not leads_to(await desk.hear(ANA, "bookings"), "mentoring.schedule")
