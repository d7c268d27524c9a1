"""What people do in many stories, a step each."""

from typing import Final

from tests.stories.hands import Hands

TERMS: Final = "I accept the cancellation terms"
WEDNESDAY: Final = "Wed, Nov 25"
PRICES: Final = {"EUR": "€40.00", "INR": "₹40.00"}
"""Of an hour with Ben."""


async def takes_a_time(
    ana: Hands, day: str = WEDNESDAY, at: str = "10:00 AM", *, length: str = "60 minutes"
) -> None:
    """From the command to a held time."""
    await ana.says("/book", mentor="Ben Okafor")
    await ana.taps(length)
    await ana.taps(day)
    await ana.taps(at)


async def says_what_about(ana: Hands, topic: str = "Portfolio") -> None:
    await ana.taps("Topic and terms")
    await ana.fills({"Topic": topic, TERMS: True})


async def holds(ana: Hands, day: str = WEDNESDAY, at: str = "10:00 AM") -> str:
    """Holds a time and agrees to the terms; the pay link."""
    await takes_a_time(ana, day, at)
    await says_what_about(ana)
    return ana.link(f"Pay {PRICES[ana.stage.setting.opening.currency]}")


async def books(ana: Hands, day: str = WEDNESDAY, at: str = "10:00 AM") -> None:
    """Holds a time and pays."""
    await ana.pays(await holds(ana, day, at))
    await ana.will_see("is confirmed")
