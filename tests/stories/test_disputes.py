"""Something was wrong: one of the two objects in time, the other answers, and staff decides about the money."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from tests.stories import steps
from tests.stories.hands import Answers
from tests.stories.stage import Stage
from tests.stories.test_attending import is_about_to_begin, refunded

pytestmark = pytest.mark.anyio

TEN: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
OUTCOME: Final = TEN + timedelta(minutes=75)
STANDS: Final = TEN + timedelta(hours=73)


async def is_over(stage: Stage) -> str:
    """Ana's session with Ben is over and nobody has pressed anything; the booking's short id."""
    await steps.books(stage.ana)
    short = stage.ana.route("Calendar file").partition(":")[2]
    await stage.moves_to(OUTCOME)
    await stage.ana.will_see("How was it with Ben Okafor?")
    return short


async def ana_objects(stage: Stage) -> str:
    """Olga is at her desk that day."""
    short = await is_over(stage)
    await stage.olga.says("/staff")
    assert stage.olga.offers("Disputes (0)")
    await stage.ana.taps("Something was wrong")
    await stage.ana.fills({"What happened": "He left after ten minutes."})
    assert stage.ana.sees("The staff has it now. I tell you what they decide.")
    return short


async def olga_decides(stage: Stage, answers: Answers) -> None:
    olga = stage.olga
    await olga.will_see("Dispute about", "He left after ten minutes.")
    await olga.taps("Decide")
    await olga.fills({"Note": "I have asked both.", **answers})
    assert olga.sees("It is decided, and both are told."), olga.view()
    await stage.settles()


async def test_both_are_heard_and_all_of_it_goes_back(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await ana_objects(stage)
    await ben.will_see("Ana Ruiz says that something was wrong", "He left after ten minutes.")
    await ben.taps("Say how you saw it")
    await ben.fills({"Your view": "My power was cut."})
    assert ben.sees("Thank you. The staff reads it before they decide.")
    await ana.will_see("Ben Okafor has said how they saw it.", "My power was cut.")
    await stage.moves_to(STANDS + timedelta(hours=1))
    assert refunded(stage) == 0
    await olga_decides(stage, {"Give back": "All of it: €40.00", "What happened": "The mentor did not come"})
    assert refunded(stage) == 4_000
    await ana.will_see("The staff has decided", "I have asked both.", "€40.00 goes back to you.")
    await ben.will_see("The staff has decided", "€40.00 goes back to Ana Ruiz.")


async def test_a_part_of_it_goes_back(stage: Stage) -> None:
    await ana_objects(stage)
    await olga_decides(stage, {"Give back": "A part", "Amount, if a part": "12.50"})
    assert refunded(stage) == 1_250
    await stage.ana.will_see("€12.50 goes back to you.")
    await stage.olga.says("/bookings-admin")
    assert stage.olga.sees("Settled · 60 minutes")


async def test_nothing_goes_back(stage: Stage) -> None:
    await ana_objects(stage)
    await olga_decides(stage, {})
    assert refunded(stage) == 0
    await stage.ana.will_see("The staff has decided", "Nothing is given back.")


async def test_the_mentor_objects_too_and_is_paid_for_what_took_place(stage: Stage) -> None:
    ana, ben, olga = stage.ana, stage.ben, stage.olga
    await is_about_to_begin(stage)
    await olga.says("/staff")
    await ana.taps("I'm here")
    await stage.moves_to(OUTCOME)
    await ben.will_see("It looks as if you missed the session with Ana Ruiz.")
    await ben.taps("Something was wrong")
    await ben.fills({"What happened": "I was there and forgot the button."})
    assert ben.sees("The staff has it now. I tell you what they decide.")
    await ana.will_see("Ben Okafor says that something was wrong", "I was there and forgot the button.")
    await olga.will_see("Dispute about", "I was there and forgot the button.")
    await olga.taps("Decide")
    await olga.fills({"Note": "Both agree.", "What happened": "The session took place"})
    assert olga.sees("It is decided, and both are told."), olga.view()
    for person in (ana, ben):
        await person.will_see("The staff has decided", "Both agree.", "Nothing is given back.")
    await stage.moves(hours=2)
    for person in (ana, ben):
        await person.will_see("How was it with")
        assert person.offers("★★")
    await stage.moves_to(STANDS + timedelta(hours=1))
    assert refunded(stage) == 0


async def test_more_than_was_paid_is_not_given_and_the_form_keeps_what_was_typed(stage: Stage) -> None:
    olga = stage.olga
    await ana_objects(stage)
    await olga.will_see("Dispute about")
    await olga.taps("Decide")
    await olga.fills({"Give back": "A part", "Amount, if a part": "41", "Note": "Sorry."})
    assert olga.sees("More than was paid cannot be given back.")
    await olga.tries_again()
    assert olga.typed("Note") == "Sorry."


async def test_after_it_stood_an_objection_is_refused_with_the_date(stage: Stage) -> None:
    ana = stage.ana
    short = await is_over(stage)
    await stage.moves_to(STANDS + timedelta(hours=5))
    for route, answers in (
        (f"dispute.form:{short}", None),
        (f"dispute.open:{short}", {"objection": "Late."}),
    ):
        if answers is not None and stage.setting.door == "telegram":
            continue  # nobody can forge there what was answered
        await ana.forges(route, answers)
        assert ana.sees("What became of this session has stood since")
        assert ana.sees_time(STANDS)
    await stage.olga.will_not_see("Dispute about")
    assert refunded(stage) == 0


async def test_strangers_and_members_neither_object_nor_decide(stage: Stage) -> None:
    cleo, short = stage.cleo, await ana_objects(stage)
    await cleo.says("/bookings")
    for route in (f"dispute.form:{short}", f"dispute.state_form:{short}"):
        await cleo.forges(route)
        assert cleo.sees("There is no such booking of yours.")
    for person in (cleo, stage.ana, stage.ben):
        await person.forges("desk.disputes")
        assert person.sees("Only the community's staff can do this.")
        for route in (f"desk.dispute:{short}", f"desk.resolve_form:{short}"):
            await person.says("/bookings")
            await person.forges(route)
            assert person.sees("There is no such booking of yours."), route
    assert refunded(stage) == 0
