"""The house goes down in the middle of things, and nobody loses anything by it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import steps
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


async def test_every_old_button_works_after_a_restart_and_the_hold_can_be_paid(stage: Stage) -> None:
    ana = stage.ana
    await ana.says("/mentors")
    await ana.says("/mentor", name="Ben Okafor")
    await ana.says("/book", mentor="Ben Okafor")
    link = await steps.holds(ana)
    await stage.restarts()
    for button, beside, shown in (
        ("View", "Ben Okafor", "New here"),
        ("30 minutes", "", "Which day?"),
        ("Fri, Nov 27", "", "Which time?"),
        ("I have paid", "", "The provider has not seen your payment yet"),
    ):
        await ana.taps(button, beside=beside)
        assert ana.sees(shown)
    await ana.pays(link)
    await ana.will_see("is confirmed")
    await stage.ben.will_see("Ana Ruiz has booked")


async def test_a_form_that_was_open_over_a_restart_is_taken(stage: Stage) -> None:
    ana = stage.ana
    await steps.takes_a_time(ana)
    await ana.taps("Topic and terms")
    await stage.restarts()
    await ana.fills({"Topic": "Portfolio", steps.TERMS: True})
    await ana.pays(ana.link("Pay €40.00"))
    await ana.will_see("is confirmed")


async def test_who_pays_while_the_house_is_down_is_confirmed_when_it_is_up(stage: Stage) -> None:
    page = await stage.ana.opens(await steps.holds(stage.ana))
    await stage.closes()
    await stage.stripe.pay(page)
    assert [delivery.status for delivery in stage.stripe.deliveries] == [None, None]
    await stage.moves(minutes=5)
    await stage.comes_back()
    await stage.ana.will_see("is confirmed")
    await stage.ben.will_see("Ana Ruiz has booked")


async def test_a_hold_that_ends_while_the_house_is_down_is_free_when_it_is_up(stage: Stage) -> None:
    await stage.ana.opens(await steps.holds(stage.ana))
    await stage.closes()
    await stage.moves(minutes=20)
    await stage.comes_back()
    await stage.ana.will_see("Your hold has lapsed")
    await stage.ana.will_not_see("about to lapse")
    await steps.takes_a_time(stage.cleo)
    assert stage.cleo.sees("Held · Ben Okafor")


async def test_a_reminder_that_fell_into_the_downtime_is_sent_once_if_it_is_not_too_late(
    stage: Stage,
) -> None:
    await steps.books(stage.ana)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(minutes=61))
    await stage.closes()
    await stage.moves(minutes=10)
    await stage.comes_back()
    await stage.restarts()
    for person in (stage.ana, stage.ben):
        await person.will_see("A reminder, 60 minutes ahead")
        assert person.times_seen("A reminder") == 1


async def test_a_reminder_that_comes_too_late_is_not_sent_and_the_next_one_is(stage: Stage) -> None:
    await steps.books(stage.ana)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(minutes=61))
    await stage.closes()
    await stage.moves(minutes=30)
    await stage.comes_back()
    for person in (stage.ana, stage.ben):
        await person.will_not_see("A reminder, 60 minutes ahead")
    await stage.moves_to(WEDNESDAY_TEN - timedelta(minutes=10))
    for person in (stage.ana, stage.ben):
        await person.will_see("Here is the link")
