"""When a provider is asked about a payment that it says nothing of, and how long it is given."""

from datetime import datetime, timedelta
from typing import Final

SCHEDULE: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 10, 25))
FIRST: Final = SCHEDULE[0]
RECHECK: Final = timedelta(minutes=30)
GIVE_UP: Final = timedelta(days=3)
CLOSE_AGAIN: Final = timedelta(seconds=20)
DOWN_GRACE: Final = timedelta(minutes=2)
PROVIDER_MINIMUM: Final = timedelta(minutes=30)
PROVIDER_EXPIRY: Final = timedelta(minutes=31)


def after(created_at: datetime, closing_at: datetime | None, *, now: datetime) -> datetime | None:
    """When it is asked next: 1, 3, 10 and 25 min from the beginning, then half-hourly for 3 days; a link to be
    closed every 20 s at first. `None` once that is over."""
    age = now - created_at
    if closing_at is not None and now - closing_at < DOWN_GRACE:
        return now + CLOSE_AGAIN
    soon = next((created_at + check for check in SCHEDULE if check > age), None)
    if soon is not None:
        return soon
    return now + RECHECK if age < GIVE_UP else None
