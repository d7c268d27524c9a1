"""Whether both come: the link and the button say so, and what was seen decides about the money."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from tests.stories import steps
from tests.stories.hands import Hands
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

TEN: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
"""Of Ana's clock."""
MINUTE: Final = timedelta(minutes=1)
OUTCOME: Final = TEN + 75 * MINUTE
STANDS: Final = TEN + timedelta(hours=73)
without_an_address = pytest.mark.parametrize("has_address", [False], indirect=True)


def refunded(stage: Stage) -> int:
    """Minor units that went back at the bank."""
    return sum(refund["amount"] for refund in stage.stripe.world.refunds.values())


async def is_about_to_begin(stage: Stage) -> None:
    """Ana has booked Ben for ten; it is ten to ten."""
    await steps.books(stage.ana)
    await stage.moves_to(TEN - 10 * MINUTE)
    for person in (stage.ana, stage.ben):
        await person.will_see("Here is the link")


async def finds(olga: Hands, state: str) -> None:
    """What staff reads about the one booking there is."""
    await olga.says("/bookings-admin")
    assert olga.sees(f"{state} · 60 minutes"), olga.view()


async def test_both_come_one_by_the_link_and_one_by_the_button(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await is_about_to_begin(stage)
    assert "meet.jit.si" in await ana.opens(ana.link("Join"))
    await stage.moves(minutes=11)
    await ben.taps("I'm here")
    assert ben.sees("You are both here. Have a good session!")
    await ben.will_not_see("has not come yet", "is waiting for you")
    await stage.moves_to(OUTCOME)
    await ana.will_see("How was it with Ben Okafor?", "You were there at", "Ben Okafor was there at")
    assert ana.sees_time(TEN - 10 * MINUTE)
    assert ana.sees_time(TEN + MINUTE)
    await ben.will_not_see("It looks as if")
    await stage.moves_to(STANDS)
    await finds(stage.olga, "Settled")
    assert refunded(stage) == 0


async def test_a_preview_of_the_link_is_nobody_and_leads_to_the_room_all_the_same(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await is_about_to_begin(stage)
    assert "meet.jit.si" in await stage.browser.preview(ana.link("Join"))
    await ben.taps("I'm here")
    await stage.moves_to(TEN + 10 * MINUTE)
    await ben.will_see("Ana Ruiz has not come yet. You may leave: that you were there is noted.")
    await ana.will_see("Ben Okafor is waiting for you.")


async def test_a_join_link_says_when_its_room_is_open(stage: Stage) -> None:
    ana = stage.ana
    await is_about_to_begin(stage)
    link = ana.link("Join")
    await stage.moves_to(TEN + 91 * MINUTE)
    assert "This session is over" in await ana.opens(link)
    forged = f"{link[:-4]}{'A' if link[-4] != 'A' else 'B'}{link[-3:]}"  # the last letter has bits to spare
    with pytest.raises(AssertionError, match="404"):
        await stage.browser.page(forged.removeprefix(stage.browser.home))


@without_an_address
async def test_where_the_house_has_no_address_the_button_says_it(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await ana.pays(await steps.holds(ana))
    await ana.taps("I have paid")
    await stage.moves_to(TEN - 10 * MINUTE)
    for person in (ana, ben):
        await person.will_see("Here is the link")
    assert ana.link("Join") == ben.link("Join")
    assert "meet.jit.si" in ana.link("Join")
    await ana.taps("I'm here")
    await ben.taps("I'm here")
    await stage.moves_to(OUTCOME)
    await ana.will_see("How was it with Ben Okafor?", "Ben Okafor was there at")


async def test_a_mentor_who_does_not_come_costs_nothing(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await is_about_to_begin(stage)
    await ana.taps("I'm here")
    await stage.moves_to(TEN + 10 * MINUTE)
    await ana.will_see("Ben Okafor has not come yet. You may leave")
    await ben.will_see("Ana Ruiz is waiting for you.")
    await stage.moves_to(OUTCOME)
    await ana.will_see("It looks as if Ben Okafor missed the session. You get all of your money back.")
    await ben.will_see("It looks as if you missed the session with Ana Ruiz.", "You were not seen.")
    assert refunded(stage) == 0
    await stage.moves_to(STANDS - MINUTE)
    assert refunded(stage) == 0
    await stage.moves(minutes=2)
    assert refunded(stage) == 4_000
    await ben.will_see("Nobody objected, so it stands")
    await finds(stage.olga, "Refunded")
    await stage.olga.taps("Open")
    assert stage.olga.sees("The mentor has missed 1 session.")


async def test_a_student_who_does_not_come_has_paid_all_the_same(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await is_about_to_begin(stage)
    await ben.taps("I'm here")
    await stage.moves_to(OUTCOME)
    await ben.will_see("It looks as if Ana Ruiz missed the session.")
    await ana.will_see("It looks as if you missed the session with Ben Okafor.")
    await stage.moves_to(STANDS + MINUTE)
    assert refunded(stage) == 0
    await finds(stage.olga, "Settled")


async def test_nobody_says_for_somebody_else_that_they_are_here_and_nobody_too_early(stage: Stage) -> None:
    ana = stage.ana
    await steps.books(ana)
    short = ana.route("Calendar file").partition(":")[2]
    await ana.forges(f"booking.here:{short}")
    assert ana.sees("You can say that you are here from")
    await stage.moves_to(TEN)
    await stage.cleo.says("/bookings")
    await stage.cleo.forges(f"booking.here:{short}")
    assert stage.cleo.sees("There is no such booking of yours.")
    await stage.moves_to(OUTCOME)
    await ana.will_not_see("You were there at")
