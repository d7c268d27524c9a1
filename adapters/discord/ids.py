"""Routes as custom ids: a route may stand on a message twice, a custom id may not."""

import re
from typing import Final

from core import chat

SUFFIX: Final = re.compile(r"#\d+$")


class Ids:
    """Custom ids that are unique on one message."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, route: str) -> str:
        claimed, number = route, 1
        while claimed in self._taken or (number == 1 and SUFFIX.search(route)):
            number += 1
            claimed = f"{route}#{number}"
        self._taken.add(claimed)
        return claimed


def route_of(custom_id: str) -> chat.Route:
    """The route behind a custom id; any string is a route, and the router refuses those it does not know."""
    return chat.Route.parse(SUFFIX.sub("", custom_id))
