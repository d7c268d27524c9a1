"""Where the gallery's screens hang: a sample of every screen function, a file a topic."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from core.chat import Screen
from tests.bot.sitters import Sitter

Hang = Callable[[Sitter], Iterator[Screen]]
HANGINGS: Final[dict[str, Hang]] = {}


def hangs(function: Callable[..., Screen]) -> Callable[[Hang], Hang]:
    def hang(hanging: Hang) -> Hang:
        HANGINGS[f"{function.__module__.rpartition('.')[2]}.{function.__name__}"] = hanging
        return hanging

    return hang


def alike(function: Callable[..., Screen], *cases: Callable[[Sitter], tuple[Any, ...]], **fixed: Any) -> None:
    """A screen that takes plain arguments, one tuple of them a case."""
    hangs(function)(lambda sitter: iter([function(*case(sitter), **fixed) for case in cases]))
