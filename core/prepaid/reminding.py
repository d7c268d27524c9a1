"""Telling people of a pack once more, out of turn: that it was bought, that it is time to renew, that its seat will go.

For its mentor and the staff, where it makes sense, and at most once in ten minutes: nobody is flooded.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.history import History
from core.people.people import Person
from core.prepaid import caring, packs, seats
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import SeatState

EVENT: Final = "pack.told"
PAUSE: Final = timedelta(minutes=10)


class Told(StrEnum):
    PURCHASE = "purchase"
    RENEWAL = "renewal"
    GRACE = "grace"


def tell(session: Session, pack: Pack, what: Told, actor: Person, *, now: datetime) -> None:
    """Has it told now. Raises `Conflict` where there is nothing to tell, or it was told a moment ago."""
    caring.require_care(session, pack, actor, now=now)
    packs.lock(session, pack)
    require_sense(session, pack, what)
    last = _last(session, pack, what)
    if last is not None and now < last + PAUSE:
        raise Conflict("told.soon", until=last + PAUSE)
    packs.record(session, EVENT, pack, now=now, actor_id=actor.id, what=what)


def require_sense(session: Session, pack: Pack, what: Told) -> None:
    """What was never paid was not bought; only who has a seat renews, and only in grace does one go."""
    if pack.paid_at is None:
        raise Conflict("told.unpaid")
    if what is Told.PURCHASE:
        return
    seat = seats.of(session, pack.mentor_id, pack.student_id)
    if seat is None or seat.state not in (SeatState.ACTIVE, SeatState.GRACE):
        raise Conflict("told.no_seat")
    if what is Told.GRACE and seat.state is not SeatState.GRACE:
        raise Conflict("told.no_grace")
    if what is Told.RENEWAL and pack.state is PackState.REFUNDED:
        raise Conflict("pack.is_refunded")


def _last(session: Session, pack: Pack, what: Told) -> datetime | None:
    rows = select(History).where(History.event == EVENT, History.subject_id == pack.id)
    latest = session.scalars(rows.order_by(History.id.desc()).limit(10))
    return next((row.at for row in latest if row.facts.get("what") == what), None)
