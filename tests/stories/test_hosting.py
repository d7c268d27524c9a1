"""A community from its first day: Olga sets it up, Ben applies and opens his hours, Ana finds him."""

from datetime import timedelta

import pytest

from tests.stories import steps
from tests.stories.hands import Answers
from tests.stories.people import Opening
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

in_a_new_community = pytest.mark.parametrize("opening", [Opening(is_new=True)], indirect=True)
ABOUT: Answers = {
    "Headline": "From first portfolio to first offer",
    "About you": "I review portfolios.\n\n- **Bring one case study**",
    "Topics": "Design, Portfolio",
    "Languages": "English, Yoruba",
}


@in_a_new_community
async def test_ben_applies_is_approved_opens_hours_and_is_found(stage: Stage) -> None:
    ana, ben, olga = stage.ana, stage.ben, stage.olga
    await olga.says("/setup")
    await olga.picks("Mentor role", "Mentors")
    assert olga.sees("whoever is approved later")
    await olga.taps("Change it")
    await olga.picks("Notice channel", "general")
    await olga.taps("Change it")
    await olga.taps("Currency")
    await olga.fills({"Currency": "eur"})
    await olga.taps("Change it")
    assert olga.sees("EUR")

    await ben.says("/mentoring")
    await ben.taps("Apply")
    await ben.fills({**ABOUT, "Price an hour in EUR": "40"})
    await ben.taps("Go on")
    await ben.fills({"University": "University of Lagos", "Graduation year": "2017", "Company": "Paystack"})
    assert ben.sees("Your application is in")
    await ana.says("/mentors")
    assert ana.sees("Nobody mentors here yet")

    await olga.will_see("Ben Okafor would like to mentor")
    await olga.taps("Approve")
    assert olga.sees("Ben Okafor is a mentor now")
    await ben.will_see("Welcome, mentor", "You mentor in Study Hall now")
    assert await ben.has_role("Mentors")

    await ben.taps("Open hours")
    await ben.taps("Zone, buffer, limit")
    await ben.fills({"Time zone": "Lagos"})
    await ben.taps("Working days 9–17")
    await ben.taps("Saturday")
    await ben.fills({"Hours": "10-12, 14:00-15:30"})
    assert ben.sees("Africa/Lagos")
    await ana.says("/mentors", place="Paystack")
    assert ana.sees("From first portfolio to first offer")
    assert ana.sees("€40.00 an hour")
    await ana.taps("View", beside="Ben Okafor")
    await ana.taps("Book a session")
    await ana.taps("30 minutes · €20.00")
    await ana.taps("Sat, Nov 28")
    assert ana.options()[0].startswith("9:00 AM")  # of UTC, which is the community's clock


async def test_who_is_rejected_hears_why_and_may_apply_again(stage: Stage) -> None:
    cleo, olga = stage.cleo, stage.olga
    await cleo.says("/mentoring")
    await cleo.taps("Apply")
    await cleo.fills({**ABOUT, "Price an hour in EUR": "25"})
    await cleo.taps("Go on")
    await cleo.fills({})
    await olga.says("/staff")
    await olga.taps("Look at it", beside="Cleo Marsh")
    await olga.taps("Reject")
    await olga.fills({"Reason": "Please say more about yourself."})
    assert olga.sees("Cleo Marsh was rejected")
    await cleo.will_see("Your application was not accepted", "Please say more about yourself.")
    await cleo.taps("Apply again")
    assert cleo.typed("Headline") == ABOUT["Headline"]


async def test_a_form_that_is_refused_keeps_what_was_typed(stage: Stage) -> None:
    cleo = stage.cleo
    await cleo.says("/mentoring")
    await cleo.taps("Apply")
    await cleo.fills({**ABOUT, "Price an hour in EUR": "a lot"})
    assert cleo.sees("I cannot read “a lot” as an amount")
    await cleo.tries_again()
    assert cleo.typed("Headline") == ABOUT["Headline"]
    assert cleo.typed("Topics") == ABOUT["Topics"]
    await cleo.fills({"Price an hour in EUR": "25.50"})
    assert cleo.sees("So far, so good")


async def test_only_who_may_manage_the_server_changes_its_rules(stage: Stage) -> None:
    await stage.ana.says("/setup")
    assert stage.ana.sees("Only those who may manage the community can do this.")
    for route in ("setup.form:hold_minutes", "setup.apply:hold_minutes"):
        await stage.ana.forges(route)
        assert stage.ana.sees("Only those who may manage the community can do this.")
    await stage.ana.forges("setup.preview:hold_minutes", {"value": "60"})
    assert stage.ana.sees("Only those who may manage the community can do this.")


async def test_a_change_of_the_rules_is_previewed_and_touches_no_booking_that_exists(stage: Stage) -> None:
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await steps.takes_a_time(ana)
    await olga.says("/setup")
    await olga.taps("Time to pay")
    await olga.fills({"Time to pay": "3"})
    assert olga.sees("The hold may last between 5 and 1,440 minutes.")
    await olga.tries_again()
    assert olga.typed("Time to pay") == "3"
    await olga.fills({"Time to pay": "30"})
    assert olga.sees("1 existing booking keeps the old policy.")
    await olga.taps("Change it")
    assert olga.sees("30 minutes")
    until = stage.now + timedelta(minutes=15)
    assert ana.sees_time(until)
    await stage.moves(minutes=1)
    await steps.takes_a_time(cleo, at="2:00 PM")
    assert cleo.sees_time(stage.now + timedelta(minutes=30))
    await stage.moves_to(until)
    await ana.will_see("Your hold has lapsed")
    await cleo.will_not_see("Your hold has lapsed")
