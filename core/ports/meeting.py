"""Video rooms and calendar files."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class MeetingRooms(Protocol):
    def join_link(self, room: str, *, name: str, moderator: bool, opens: datetime, closes: datetime) -> str:
        """A link into the room for one person."""
        ...


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    confirmed: bool
    written_at: datetime


CalendarFile = Callable[[CalendarEntry], bytes]
