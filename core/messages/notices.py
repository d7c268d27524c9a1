"""From history to notices: who hears of what happened, and when. Booking knows nothing of this.

Right after a commit the fan-out takes new history rows and plans a notice for each reader, by the topics' rules.
Whether a notice is still true is asked again when it is sent.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.dues import Due
from core.history import History
from core.messages import reminders
from core.messages.news import (
    bookings,
    changes,
    money,
    outcomes,
    packs,
    people,
    plans,
    requests,
    reviews,
    rooms,
    seats,
    threads,
    waiting,
)
from core.messages.news.telling import Check, Rule
from core.messages.outbox import Notice

BATCH: Final = 200
TOPICS: Final = (
    *(bookings, changes, money, outcomes, people, requests, reviews, rooms, threads, waiting),
    *(packs, seats, plans),
)


def fan_out(session: Session, *, now: datetime) -> int:
    """Makes notices of what happened since; how many rows there were."""
    rows = session.scalars(
        select(History)
        .where(History.told_at.is_(None))
        .order_by(History.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        for rule in RULES.get(row.event, ()):
            rule(session, row, now)
        row.told_at = now
    return len(rows)


def stale(session: Session, notice: Notice, *, now: datetime) -> str:
    """Why nobody needs this notice any more; empty while it is true."""
    if now > notice.expires_at:
        return "expired"
    check = bookings.reminder if notice.kind.startswith(reminders.KIND) else CHECKS.get(notice.kind)
    return check(session, notice, now) if check is not None else ""


def _by_event() -> Mapping[str, list[Rule]]:
    """Several topics may have something to say about one event."""
    found: dict[str, list[Rule]] = {}
    for topic in TOPICS:
        for event, rule in topic.RULES.items():
            found.setdefault(event, []).append(rule)
    return found


RULES: Final = _by_event()
CHECKS: Final[Mapping[str, Check]] = {kind: check for topic in TOPICS for kind, check in topic.CHECKS.items()}


DUES: Final = (Due(select(History.at).where(History.told_at.is_(None)).order_by(History.id).limit(1)),)
"""When the first thing happened that nobody has been told of yet."""
