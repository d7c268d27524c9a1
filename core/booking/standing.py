"""How often a mentor calls sessions off, and what comes of it: a warning, then bookings are paused until staff says so.

Only what the mentor canceled counts; a student who takes the money back instead of a proposed time does not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import history
from core.booking.life import Booking
from core.errors import Conflict
from core.history import History
from core.people import memberships, mentors
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid import queue

BY_MENTOR: Final = "by_mentor"
"""Why a session was called off, where it counts."""
WINDOW: Final = timedelta(days=90)
WARN_FROM: Final = 2
WARN_PERCENT: Final = 10
PAUSE_FROM: Final = 3
PAUSE_PERCENT: Final = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """Of the sessions confirmed in the window, how many the mentor called off."""

    canceled: int
    confirmed: int

    @property
    def percent(self) -> int:
        """Rounded down; more sessions may be canceled in the window than were confirmed in it."""
        return min(100, 100 * self.canceled // max(self.confirmed, 1))

    @property
    def is_warning(self) -> bool:
        return self.canceled >= WARN_FROM and self.percent >= WARN_PERCENT

    @property
    def is_pausing(self) -> bool:
        return self.canceled >= PAUSE_FROM and self.percent >= PAUSE_PERCENT


def of(session: Session, mentor_id: int, *, now: datetime) -> Standing:
    since = now - WINDOW
    mine = Booking.mentor_id == mentor_id
    happened = select(func.count(Booking.id.distinct())).join(History, History.subject_id == Booking.id)
    confirmed = happened.where(mine, History.event == "booking.confirmed", History.at > since)
    canceled = happened.where(mine, History.event == "booking.canceled", History.at > since).where(
        Booking.closed_reason == BY_MENTOR
    )
    return Standing(session.scalar(canceled) or 0, session.scalar(confirmed) or 0)


def judge(session: Session, mentor: Mentor, *, now: datetime) -> None:
    """After a cancel of the mentor's own: nothing, a warning, or no new bookings for now. All of it is told."""
    session.flush()
    found = of(session, mentor.id, now=now)
    if mentor.paused_at is None and found.is_pausing:
        mentors.pause(mentor, now=now)
        _record(session, "mentor.paused", mentor, found, now=now)
    elif mentor.paused_at is None and found.is_warning:
        _record(session, "mentor.warned", mentor, found, now=now)


def resume(session: Session, mentor: Mentor, actor: Person, *, now: datetime) -> None:
    """Staff opens the mentor's bookings again; seats that became free meanwhile go to who waits."""
    memberships.require_staff(session, mentor.community_id, actor, now=now)
    if mentor.paused_at is None:
        raise Conflict("mentor.not_paused", name=mentor.name)
    mentors.resume(mentor)
    _record(session, "mentor.resumed", mentor, of(session, mentor.id, now=now), now=now, actor_id=actor.id)
    queue.serve(session, mentor.id, now=now)


def _record(
    session: Session,
    event: str,
    mentor: Mentor,
    found: Standing,
    *,
    now: datetime,
    actor_id: int | None = None,
) -> None:
    history.record(
        session,
        event,
        mentor.id,
        now=now,
        actor_id=actor_id,
        community_id=mentor.community_id,
        canceled=found.canceled,
        confirmed=found.confirmed,
    )
