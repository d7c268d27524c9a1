"""Nights are quiet, switches are obeyed, and one message in the morning stands for many."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import steps
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

TEN_AT_NIGHT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
at_night = pytest.mark.parametrize("start", [TEN_AT_NIGHT], indirect=True)


@at_night
async def test_at_night_who_pays_hears_at_once_and_the_mentor_in_the_morning(stage: Stage) -> None:
    """In Madrid and in Lagos it is half past eleven."""
    ana, ben = stage.ana, stage.ben
    await steps.books(ana)
    await ana.will_see("is confirmed", "Payment received")
    await ben.will_not_see("Ana Ruiz has booked")
    await stage.moves_to(datetime(2026, 11, 24, 6, 59, tzinfo=UTC))
    await ben.will_not_see("Ana Ruiz has booked")
    await stage.moves(minutes=1)
    await ben.will_see("Ana Ruiz has booked")
    assert ben.times_seen("Ana Ruiz has booked") == 1


@at_night
async def test_what_is_over_by_the_morning_is_not_said(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await steps.books(ana)
    [intent] = stage.stripe.world.intents
    await stage.stripe.refund_at_dashboard(intent)
    await stage.moves(hours=12)
    await ben.will_not_see("Ana Ruiz has booked")
    await ben.will_see("The payment was given back")


@at_night
async def test_quiet_hours_are_as_everybody_likes_them(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await ben.says("/settings")
    await ben.taps("Messages")
    assert ben.sees("10:00 PM to 8:00 AM")
    await ben.taps("Quiet hours")
    await ben.fills({"From and until": "all night"})
    assert ben.sees("I cannot read “all night” as quiet hours")
    await ben.tries_again()
    await ben.fills({"From and until": "6:00-23:00"})
    assert ben.sees("Quiet hours last at most 16 hours")
    await ben.tries_again()
    await ben.fills({"From and until": "00:30-06:00"})
    assert ben.sees("12:30 AM to 6:00 AM")
    await steps.books(ana)
    await ben.will_see("Ana Ruiz has booked")


async def test_a_session_within_two_hours_is_told_in_the_night(stage: Stage) -> None:
    """Ben sleeps early, and his afternoon is still open."""
    ana, ben = stage.ana, stage.ben
    await ben.says("/settings")
    await ben.taps("Messages")
    await ben.taps("Quiet hours")
    await ben.fills({"From and until": "10:00-18:00"})
    await steps.books(ana, "Tue, Nov 24", "10:00 AM")
    await ben.will_not_see("Ana Ruiz has booked")
    await steps.books(stage.cleo, "Mon, Nov 23", "2:00 PM")
    await stage.moves_to(datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
    await ben.will_see("Cleo Marsh has booked")
    await ben.will_not_see("Ana Ruiz has booked")
    await stage.moves_to(datetime(2026, 11, 23, 17, 0, tzinfo=UTC))
    await ben.will_see("Ana Ruiz has booked")


async def test_reminders_that_are_off_do_not_come(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await ana.says("/settings")
    await ana.taps("Messages")
    await ana.taps("Reminders before a session")
    await steps.books(ana)
    await stage.moves_to(WEDNESDAY_TEN)
    await ana.will_not_see("A reminder", "Here is the link")
    await ben.will_see("Here is the link")


async def test_one_message_in_the_morning_instead_of_many(stage: Stage) -> None:
    ana, ben, cleo = stage.ana, stage.ben, stage.cleo
    await ben.says("/settings")
    await ben.taps("Messages")
    assert ben.sees("instead of the news of each new booking")
    await ben.taps("Morning agenda")
    await ben.fills({"At what time": "late"})
    assert ben.sees("I cannot read “late” as a time")
    await ben.tries_again()
    await ben.fills({"At what time": "07:30"})
    assert ben.sees("7:30 AM")
    await steps.books(ana)
    await steps.books(cleo, at="2:00 PM")
    await stage.moves_to(WEDNESDAY_TEN.replace(hour=6, minute=29))
    await ben.will_not_see("has booked a session", "A reminder", "Your sessions on")
    await stage.moves(minutes=1)
    await ben.will_see("Your sessions on", "2 sessions today", "Ana Ruiz", "Cleo Marsh", "Portfolio")
    await stage.moves_to(WEDNESDAY_TEN - timedelta(minutes=10))
    await ben.will_see("Here is the link")
    await ben.taps("Open", beside="Cleo Marsh")
    assert ben.sees("Confirmed · Cleo Marsh")
