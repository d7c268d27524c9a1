"""The main job: Ana finds Ben, books and pays him, and both are led through the session."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import steps
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("bank", ["stripe", "sandbox"], indirect=True)
async def test_ana_books_ben_and_pays(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await ana.says("/mentors", topic="Design")
    assert ana.sees("From first portfolio to first offer")
    await ana.taps("View", beside="Ben Okafor")
    assert ana.sees("New here")
    await ana.taps("Book a session")
    await ana.taps("60 minutes · €40.00")
    await ana.taps("Wed, Nov 25")
    await ana.taps("10:00 AM")
    assert ana.sees("Held · Ben Okafor")
    assert ana.sees_time(WEDNESDAY_TEN)
    assert ana.sees_time(stage.now + timedelta(minutes=15))
    await ana.taps("Topic and terms")
    await ana.fills({"Topic": "My portfolio", "Agenda": "The first case study", steps.TERMS: True})
    assert "Your session is confirmed" in await ana.pays(ana.link("Pay €40.00"))

    await ana.will_see("your session with Ben Okafor is confirmed", "Payment received", "€40.00")
    assert not ana.has_link("Pay")
    assert not ana.has_link("Join")
    await ben.will_see("Ana Ruiz has booked a session with you", "My portfolio", "The first case study")
    assert ben.sees_time(WEDNESDAY_TEN)

    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=24))
    for person in (ana, ben):
        await person.will_see("A reminder, 24 hours ahead")
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=1))
    for person in (ana, ben):
        await person.will_see("A reminder, 60 minutes ahead")
        assert not person.has_link("Join")
    await stage.moves_to(WEDNESDAY_TEN - timedelta(minutes=10))
    for person in (ana, ben):
        await person.will_see("Here is the link")
    assert await ana.opens(ana.link("Join")) == await ben.opens(ben.link("Join"))

    await stage.moves_to(WEDNESDAY_TEN + timedelta(minutes=75))
    await ana.will_see("How was it with Ben Okafor?")
    await ben.will_see("How was it with Ana Ruiz?")
    await ana.taps("★★★★★")
    assert ana.sees("Thank you! Your review helps others to choose.")
    await stage.moves(days=7)
    await stage.cleo.says("/mentor", name="Ben Okafor")
    assert stage.cleo.sees("★ 5 from 1 review")
