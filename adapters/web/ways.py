"""Where the routes of a screen lead when it stands on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from core import chat

AFTER = "/go/"


def address_of(route: chat.Route) -> str:
    return AFTER + quote(str(route), safe=":/")


@dataclass(frozen=True, slots=True)
class Ways:
    """`reads` tells what may be a link; all else is a button of a form."""

    reads: Callable[[chat.Route], bool]

    def href(self, route: chat.Route) -> str:
        return address_of(route)
