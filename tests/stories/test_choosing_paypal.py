"""PayPal beside cards: what somebody agreed to there is not taken once they pay in another way."""

import pytest

from tests.stories import steps
from tests.stories.stage import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("bank", ["stripe+paypal"], indirect=True)]


async def chooses(stage: Stage, way: str) -> str:
    """Taps on a way, and opens its link; the page where it is paid."""
    await stage.ana.taps(way)
    return await stage.ana.opens(stage.ana.link("Pay €40.00"))


@pytest.mark.parametrize("way", ["Card", "PayPal"])
async def test_a_student_pays_by_card_or_paypal(stage: Stage, way: str) -> None:
    await steps.takes_a_time(stage.ana)
    await steps.says_what_about(stage.ana)
    assert "Your session is confirmed" in await stage.bank.pay(await chooses(stage, way))
    await stage.ana.will_see("is confirmed", "Payment received")
    assert (len(stage.stripe.world.sessions), len(stage.paypal.world.captures)) in ((1, 0), (0, 1))


async def test_what_was_agreed_to_is_not_taken_once_another_way_is_chosen(stage: Stage) -> None:
    """Ana agrees at PayPal, thinks better of it, and pays by card; and agrees there once more."""
    stage.paypal.webhooks = "hold"
    await steps.takes_a_time(stage.ana)
    await steps.says_what_about(stage.ana)
    left = await chooses(stage, "PayPal")
    await stage.paypal.approve(left)
    page = await chooses(stage, "Use Card")
    stage.paypal.webhooks = "normal"
    await stage.paypal.release()
    await stage.ana.will_see("Held · Ben Okafor")
    await stage.bank.pay(page)
    await stage.ana.will_see("is confirmed")
    await stage.moves(hours=2)
    assert not stage.paypal.world.captures
    assert stage.ana.times_seen("Payment received") == 1
