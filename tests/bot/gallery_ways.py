"""Samples of the screens that turn ways to pay on and off."""

from collections.abc import Iterator

from bot.screens import ways
from bot.screens.paying import NAMES
from bot.screens.ways import Way
from core.chat import Fact, Option, Screen
from tests.bot.sitters import Sitter
from tests.bot.walls import hangs

ALL = [Way(name, is_on=name != "paypal", fits=name != "razorpay") for name in NAMES]


@hangs(ways.form)
def _form(sitter: Sitter) -> Iterator[Screen]:
    yield ways.form(sitter.community(), ALL)


@hangs(ways.preview)
def _preview(sitter: Sitter) -> Iterator[Screen]:
    yield ways.preview(sitter.community(), ALL, ALL[:1])
    yield ways.preview(sitter.community(), ALL[:1], ALL)


def rule(sitter: Sitter) -> Iterator[tuple[Fact, Option]]:
    """The line that they are among the rules."""
    return ways.rule(sitter.community(), ALL)
