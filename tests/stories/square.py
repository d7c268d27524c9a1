"""Where the community meets, whichever platform that is on: its place, its cast, and what its vendor complains of."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from core import chat
from tests.stories.hands import Hands
from tests.stories.hands_web import WebHands
from tests.stories.people import NAMES

if TYPE_CHECKING:
    from tests.stories.stage import Stage

OWNER: Final = "olga"


class Square(Protocol):
    """`mentor_role` and `notice_channel` are what the platform calls them, once they are appointed."""

    @property
    def place(self) -> chat.Place: ...

    @property
    def mentor_role(self) -> str: ...

    @property
    def notice_channel(self) -> str: ...

    def hands(self, stage: "Stage", key: str) -> Hands: ...

    async def heard(self) -> None:
        """Returns when all that people did has reached the house."""
        ...

    def advance(self, by: timedelta) -> None: ...

    def violations(self) -> list[object]: ...


class WebSquare:
    """Our own playground."""

    place = chat.Place("web", "study-hall", "Study Hall")
    mentor_role, notice_channel = "mentors", "general"

    def hands(self, stage: "Stage", key: str) -> Hands:
        return WebHands(stage, key, NAMES[key])

    async def heard(self) -> None:
        """A page waits for its answer."""

    def advance(self, by: timedelta) -> None:
        """It has no clock of its own."""

    def violations(self) -> list[object]:
        return []
