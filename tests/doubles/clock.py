"""A clock that moves when it is told to."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    def __init__(self, at: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def move(self, by: timedelta) -> None:
        self._at += by
