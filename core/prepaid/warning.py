"""When the end of a seat's grace is announced, and until when the seat is kept then."""

from datetime import datetime, timedelta
from typing import Final

WARNED_BEFORE: Final = timedelta(hours=12)
"""How long before the end of grace both are warned."""
LATE: Final = timedelta(hours=1)
"""A warning that comes so much later than it should gives the seat its full time from then on."""


def kept_until(until: datetime, *, now: datetime) -> datetime:
    """Where a grace that is announced now ends."""
    is_late = now >= until - WARNED_BEFORE + LATE
    return now + WARNED_BEFORE if is_late else until
