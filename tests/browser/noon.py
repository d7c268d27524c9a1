"""A day that begins at noon whenever the tests run: in the evening nobody is written to before the morning."""

from datetime import UTC, datetime, timedelta

NOON = timedelta(hours=12)
ONE_DAY = timedelta(days=1)


class FromNoon:
    """The machine's clock, put forward to the next noon of UTC."""

    def __init__(self) -> None:
        began = datetime.now(UTC)
        midnight = began.replace(hour=0, minute=0, second=0, microsecond=0)
        self._ahead = (midnight + NOON - began) % ONE_DAY

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead
