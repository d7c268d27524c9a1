"""Both wall clocks stand on a confirmation, and a day on which the clocks change before the session."""

from datetime import UTC, datetime

import pytest

from tests.stories import steps
from tests.stories.hands import Hands
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

IN_MARCH = pytest.mark.parametrize("start", [datetime(2027, 3, 22, 9, 0, tzinfo=UTC)], indirect=True)


async def lives_in(person: Hands, city: str, zone: str) -> None:
    await person.says("/settings")
    await person.taps("Time zone")
    await person.fills({"City or zone": city})
    await person.taps(zone)


async def test_both_see_both_clocks_where_they_differ(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await lives_in(ana, "Kolkata", "Asia/Kolkata")
    await steps.books(ana, at="1:30 PM")
    assert ana.sees("1:30 PM for you (Kolkata), 9:00 AM for Ben Okafor (Lagos).")
    await ben.will_see("9:00 AM for you (Lagos), 1:30 PM for Ana Ruiz (Kolkata).")


async def test_the_day_is_named_where_it_is_another_one(stage: Stage) -> None:
    await lives_in(stage.ana, "Auckland", "Pacific/Auckland")
    await steps.books(stage.ana, "Thu, Nov 26", "2:00 AM")
    await stage.ben.will_see("Wed 2:00 PM for you (Lagos), Thu 2:00 AM for Ana Ruiz (Auckland).")


async def test_where_both_clocks_show_the_same_nothing_is_said(stage: Stage) -> None:
    await steps.books(stage.ana)
    for person in (stage.ana, stage.ben):
        await person.will_not_see("for you (", "The clocks change")


@IN_MARCH
async def test_a_change_of_the_clocks_before_the_session_is_pointed_out_to_both(stage: Stage) -> None:
    await steps.books(stage.ana, "Wed, Mar 31", "11:00 AM")
    said = "The clocks change on Sun, Mar 28, 2027 in Madrid, before this session."
    await stage.ana.will_see(said, "11:00 AM for you (Madrid), 10:00 AM for Ben Okafor (Lagos).")
    await stage.ben.will_see(said)


@IN_MARCH
async def test_a_session_before_the_change_says_nothing_of_it(stage: Stage) -> None:
    await steps.books(stage.ana, "Wed, Mar 24")
    for person in (stage.ana, stage.ben):
        await person.will_not_see("The clocks change")
