"""People who read different languages in one community."""

import re

import pytest

from bot.i18n import Catalogue
from tests.stories import steps
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

REMINDER = "A reminder, {span} ahead: your session with {name} starts {start}."


async def test_what_waits_is_sent_in_the_language_that_its_reader_has_by_then(stage: Stage) -> None:
    await steps.books(stage.ana)
    await stage.ben.will_see("Ana Ruiz has booked")
    await stage.ben.says("/settings")
    await stage.ben.taps("हिन्दी")
    await stage.moves(hours=26)
    await stage.ben.will_see(in_hindi(REMINDER))
    await stage.ana.will_see("A reminder, 24 hours ahead")
    assert not stage.ana.sees(in_hindi(REMINDER))


def in_hindi(sentence: str) -> str:
    """The longest piece of it that has no value in it."""
    return max(re.split(r"\{\w+\}", Catalogue()("hi", sentence)), key=len).strip()
