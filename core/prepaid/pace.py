"""How fast one person may reserve packs: nobody keeps seats from others without paying."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Refusal
from core.people.people import Person
from core.prepaid.packs import Pack, PackState

MOST_A_MINUTE: Final = 5
LAPSES_BEFORE_PAUSE: Final = 3
PAUSE: Final = timedelta(minutes=30)
REMEMBERED: Final = timedelta(hours=2)


def check(session: Session, student: Person, *, now: datetime) -> None:
    """Raises `Refusal` after too many packs in a minute, and for a while after some that lapsed in a row."""
    recent = _recent(session, student.id, since=now - REMEMBERED)
    if sum(pack.created_at > now - timedelta(minutes=1) for pack in recent) >= MOST_A_MINUTE:
        raise Refusal("pack.too_fast")
    latest = recent[:LAPSES_BEFORE_PAUSE]
    if len(latest) == LAPSES_BEFORE_PAUSE and all(_lapsed_unpaid(pack) for pack in latest):
        until = max(pack.hold_until or now for pack in latest) + PAUSE
        if until > now:
            raise Refusal("pack.paused", until=until, count=LAPSES_BEFORE_PAUSE)


def _recent(session: Session, student_id: int, *, since: datetime) -> list[Pack]:
    """The newest first."""
    mine = select(Pack).where(Pack.student_id == student_id, Pack.created_at > since)
    return list(session.scalars(mine.order_by(Pack.id.desc())))


def _lapsed_unpaid(pack: Pack) -> bool:
    return pack.state is PackState.LAPSED and pack.closed_reason == "unpaid"
