"""What a host's monitoring watches beside the jobs: how late the oldest due notice is."""

from prometheus_client import Gauge

from core.clock import Clock
from core.messages import outbox
from core.ports import Store

LATENESS = Gauge("nearpeer_oldest_due_notice_seconds", "How long the most overdue notice has been waiting")


async def measure(db: Store, clock: Clock) -> None:
    """Reads the figures anew."""
    waiting = await db.read(outbox.oldest_due, now=clock.now())
    LATENESS.set(waiting.total_seconds())
