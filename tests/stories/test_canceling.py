"""Calling a session off: what comes back is said first, and is exactly what comes back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from sqlalchemy.orm import Session

from core.people import communities, governing, memberships, people
from tests.stories import steps
from tests.stories.hands import Hands
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
OFF: Final = "Canceled · Ben Okafor"


def refunded(stage: Stage) -> int:
    """Minor units that went back at the bank."""
    return sum(refund["amount"] for refund in stage.stripe.world.refunds.values())


async def looks_at_the_quote(person: Hands) -> None:
    await person.taps("Change or cancel")
    await person.taps("Cancel")


def be_kind(session: Session, stage: Stage) -> None:
    """Olga lets who cancels have the full price as credit."""
    community = communities.at(session, stage.place)
    assert community
    olga = people.find(session, memberships.staff(session, community.id)[0])
    governing.change(session, community, olga, now=stage.now, credit_instead=True)


async def test_a_day_ahead_all_of_it_comes_back(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await steps.books(ana)
    await looks_at_the_quote(ana)
    assert ana.sees("You cancel 2 days before the start: 100%")
    assert not ana.sees("Is kept")
    await ana.taps("Cancel and get €40.00 back")
    assert ana.sees("The session is off. €40.00 goes back.")
    await stage.settles()
    assert refunded(stage) == 4_000
    await ben.will_see("Ana Ruiz canceled this session")
    await stage.moves_to(WEDNESDAY_TEN + timedelta(hours=2))
    for person in (ana, ben):
        await person.will_not_see("A reminder", "Here is the link")


async def test_later_half_of_it_and_the_rest_is_kept(stage: Stage) -> None:
    ana = stage.ana
    await steps.books(ana)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=10))
    await ana.says("/bookings")
    await ana.taps("Open")
    await looks_at_the_quote(ana)
    assert ana.sees("You cancel 10 hours before the start: 50%")
    assert ana.sees("It can be moved until 24 hours before it starts")
    assert ana.sees("€20.00")
    await ana.taps("Cancel and get €20.00 back")
    await stage.settles()
    assert refunded(stage) == 2_000


async def test_at_the_last_moment_nothing_comes_back_and_that_is_said_first(stage: Stage) -> None:
    ana = stage.ana
    await steps.books(ana)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=1))
    await ana.says("/bookings")
    await ana.taps("Open")
    await looks_at_the_quote(ana)
    assert ana.sees("You cancel 60 minutes before the start: 0%")
    await ana.taps("Cancel without a refund")
    assert ana.sees(OFF)
    await stage.settles()
    assert refunded(stage) == 0


async def test_what_the_quote_said_is_given_back_although_the_step_has_changed_since(stage: Stage) -> None:
    ana = stage.ana
    await steps.books(ana)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=4, minutes=2))
    await ana.says("/bookings")
    await ana.taps("Open")
    await looks_at_the_quote(ana)
    await stage.moves(minutes=4)
    await ana.taps("Cancel and get €20.00 back")
    await stage.settles()
    assert refunded(stage) == 2_000


async def test_a_quote_that_is_too_old_is_shown_anew(stage: Stage) -> None:
    ana = stage.ana
    await steps.books(ana)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=4, minutes=2))
    await ana.says("/bookings")
    await ana.taps("Open")
    await looks_at_the_quote(ana)
    await stage.moves(minutes=6)
    await ana.taps("Cancel and get €20.00 back")
    assert ana.sees("What I told you was good for five minutes")
    await ana.taps("See it again")
    await ana.taps("Cancel without a refund")
    await stage.settles()
    assert refunded(stage) == 0


async def test_a_quote_that_was_altered_or_is_somebody_elses_does_nothing(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await steps.books(ana)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=10))
    await ana.says("/bookings")
    await ana.taps("Open")
    await looks_at_the_quote(ana)
    route = ana.route("Cancel and get €20.00 back")
    await ana.forges(route.replace(":2000:", ":4000:"))
    assert ana.sees("This button is not one that I made for you")
    await cleo.says("/help")
    await cleo.forges(route)
    assert cleo.sees("There is no such booking of yours")
    await stage.ben.forges(route)
    assert stage.ben.sees("You cannot do this with this booking")
    await stage.settles()
    assert refunded(stage) == 0


async def test_a_quote_of_money_that_went_back_meanwhile_is_made_anew(stage: Stage) -> None:
    ana = stage.ana
    await steps.books(ana)
    await looks_at_the_quote(ana)
    route = ana.route("Cancel and get €40.00 back")
    [intent] = stage.stripe.world.intents
    await stage.stripe.refund_at_dashboard(intent, 1_000)
    await stage.settles()
    await ana.forges(route)
    assert ana.sees("Look again at what comes back now.")
    await ana.taps("See it again")
    await ana.taps("Cancel and get €30.00 back")
    await stage.settles()
    assert refunded(stage) == 4_000


async def test_a_quote_is_used_once(stage: Stage) -> None:
    ana = stage.ana
    await steps.books(ana)
    await looks_at_the_quote(ana)
    route = ana.route("Cancel and get €40.00 back")
    await ana.taps("Cancel and get €40.00 back")
    await ana.forges(route)
    assert ana.sees("This booking was canceled")
    await stage.settles()
    assert refunded(stage) == 4_000


async def test_the_mentor_says_why_and_the_student_gets_everything_back(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await steps.books(ana)
    await ben.will_see("Ana Ruiz has booked")
    await ben.taps("Change or cancel")
    await ben.taps("Cancel")
    assert ben.sees("Ana Ruiz gets everything back when you cancel")
    assert ben.offers("Propose other times")
    await ben.taps("Cancel the session")
    await ben.fills({"Reason": "I have a fever"})
    assert ben.sees("The session is off. €40.00 goes back.")
    await ana.will_see("Ben Okafor is sorry", "I have a fever", "€40.00")
    assert refunded(stage) == 4_000


async def test_other_times_stand_before_the_red_button(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await steps.books(ana)
    await looks_at_the_quote(ana)
    await ana.taps("Wed, Nov 25, 10:30 AM")
    assert ana.sees("Move the session with Ben Okafor?")
    await ana.taps("Move it")
    assert ana.sees_time(WEDNESDAY_TEN + timedelta(minutes=30))
    await ben.will_see("Your session with Ana Ruiz moves from")
    assert refunded(stage) == 0


async def test_where_the_policy_says_so_the_full_price_may_be_credit_instead(stage: Stage) -> None:
    ana = stage.ana

    await stage.house.db.write(be_kind, stage)
    await steps.books(ana)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=10))
    await ana.says("/bookings")
    await ana.taps("Open")
    await looks_at_the_quote(ana)
    await ana.taps("Take €40.00 as credit")
    assert ana.sees("€40.00 is in your wallet")
    await stage.settles()
    assert refunded(stage) == 0


async def test_both_cancel_at_the_same_moment_and_one_does(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await steps.books(ana)
    await ben.will_see("Ana Ruiz has booked")
    await looks_at_the_quote(ana)
    await ben.taps("Change or cancel")
    await ben.taps("Cancel")
    await ben.taps("Cancel the session")
    await asyncio.gather(ana.taps("Cancel and get €40.00 back"), ben.fills({"Reason": "I have a fever"}))
    await stage.settles()
    assert refunded(stage) == 4_000
    assert [ana.sees("The session is off"), ben.sees("The session is off")].count(True) == 1


async def test_who_cancels_a_session_that_is_moved_at_that_moment_is_told(stage: Stage) -> None:
    ana = stage.ana
    await steps.books(ana)
    await looks_at_the_quote(ana)
    route = ana.route("Cancel and get €40.00 back")
    await ana.taps("Wed, Nov 25, 10:30 AM")
    await ana.taps("Move it")
    await ana.will_see("Your session with Ben Okafor moves from")
    await ana.forges(route)
    assert ana.sees("The session was moved since")
    await stage.settles()
    assert refunded(stage) == 0
