"""Callback data: a route as it is, or one of the door's own, which begin with a mark that no route has.

Whoever presses may have forged all of it.
"""

from typing import Final

from core import chat

OWN: Final = "~"
NOTHING: Final = OWN
"""A button that only labels what stands below it."""

QUESTION: Final = "q"
PICK: Final = "p"
CHOOSE: Final = "c"


def question(draft: int, verb: str, *args: int) -> str:
    """A button under a question."""
    return _own(QUESTION, str(draft), verb, *map(str, args))


def pick(what: str, route: chat.Route) -> str:
    """One of the group's own places, for the route that asked for one."""
    return _own(PICK, what, str(route))


def choose(command: str, option: str, value: str) -> str:
    """A value for an option that was left out of a command."""
    return _own(CHOOSE, command, option, value)


def fits(data: str) -> bool:
    return 1 <= len(data.encode()) <= chat.ROUTE_BYTES


def read(data: str) -> tuple[str, list[str]] | None:
    """The kind and parts of one of the door's own marks; `None` for a route."""
    if not data.startswith(OWN):
        return None
    kind, *parts = data.removeprefix(OWN).split(":")
    return kind, parts


def _own(kind: str, *parts: str) -> str:
    return ":".join((OWN + kind, *parts))
