"""Whoever has a seat is shown it by a role of their mentor's students, where the platform has roles.

The wishes follow the seats: news of a seat are read from history, so none is lost. `reconciling` asks for the roles
that are missing, and looks once an hour whether everybody has theirs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import history
from core.people import communities, governing, memberships, mentors, roles
from core.people.communities import ROLED, Community
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid.seats import Seat, SeatState

EVERY: Final = timedelta(hours=1)
SHOWN: Final = (SeatState.ACTIVE, SeatState.GRACE)


# --- verbs ------------------------------------------------------------------------------------


def follow(session: Session, mentor: Mentor, student_id: int, *, now: datetime) -> None:
    """Has the student given the role or taken it, by what their seats say now. A role that is missing is made."""
    community = communities.find(session, mentor.community_id)
    if community.platform not in ROLED:
        return
    if mentor.student_role is not None:
        _wish(session, community, student_id, mentor.student_role, now=now)
    elif mentor.role_try_at is None and student_id in _holders(session, mentor):
        mentors.ask_badge(session, mentor, now)


def choose(session: Session, mentor: Mentor, actor: Person, role: str, *, now: datetime) -> None:
    """Who manages the community says which of its roles it is."""
    community = communities.find(session, mentor.community_id)
    memberships.require_manager(session, community, actor)
    governing.check_place(community, "mentor_role", role)
    appoint(session, mentor, role, now=now)
    facts = {"community_id": community.id, "actor_id": actor.id}
    history.record(session, "mentor.role_chosen", mentor.id, now=now, **facts)


def appoint(session: Session, mentor: Mentor, role: str, *, now: datetime) -> None:
    """All who have a seat get this role, and lose the one that it was before."""
    community, before = communities.find(session, mentor.community_id), mentor.student_role
    mentors.badge(session, mentor, role)
    for student_id in _holders(session, mentor):
        _wish(session, community, student_id, role, now=now)
        if before is not None and before != role:
            _wish(session, community, student_id, before, now=now)
    if community.reconcile_at is None:
        communities.reconcile_next(session, community, now + EVERY)


# --- private ----------------------------------------------------------------------------------


def _wish(session: Session, community: Community, student_id: int, role: str, *, now: datetime) -> None:
    """Several mentors may have one role in common."""
    held = (
        select(Seat.id)
        .join(Mentor, Mentor.id == Seat.mentor_id)
        .where(Mentor.community_id == community.id, Mentor.student_role == role)
        .where(Seat.student_id == student_id, Seat.state.in_(SHOWN))
    )
    granted = session.scalar(held.limit(1)) is not None
    roles.wish(session, community, student_id, role, granted=granted, now=now)


def _holders(session: Session, mentor: Mentor) -> Sequence[int]:
    held = select(Seat.student_id).where(Seat.mentor_id == mentor.id, Seat.state.in_(SHOWN))
    return session.scalars(held.order_by(Seat.student_id)).all()
