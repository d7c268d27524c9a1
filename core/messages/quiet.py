"""When somebody sleeps, and until when a message to them waits: plain arithmetic over wall clocks and zones.

A message about a session still comes an hour before it, or else it waits no longer than until two hours before.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.schedule import times

URGENT: Final = timedelta(hours=2)
"""So near to its session nothing waits."""
IN_TIME: Final = timedelta(hours=1)
"""What waits for the morning still comes so long before the session that it is about."""
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Wall-clock minutes after midnight in a zone, over midnight where the end is not after the start.

    From a minute until the same one is no time at all.
    """

    since: int
    until: int
    zone: ZoneInfo

    def end(self, now: datetime) -> datetime | None:
        """When the quiet hours end that `now` is in; `None` outside of them."""
        if self.since == self.until:
            return None
        today = now.astimezone(self.zone).date()
        ends = (self._ends(day, now) for day in (today - ONE_DAY, today))
        return next((end for end in ends if end is not None), None)

    def wait(self, now: datetime, session_at: datetime | None) -> datetime | None:
        """Until when a message waits; `None` where it goes now."""
        end = self.end(now)
        if end is None or session_at is None or session_at <= now or end <= session_at - IN_TIME:
            return end
        latest = session_at - URGENT
        return latest if latest > now else None

    def _ends(self, day: date, now: datetime) -> datetime | None:
        start = times.instant(day, self.since, self.zone)
        last = day if self.until > self.since else day + ONE_DAY
        end = times.instant(last, self.until, self.zone)
        return end if start <= now < end else None
