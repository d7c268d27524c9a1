"""Makes the roles of mentors' students that are missing, and sees that everybody has theirs.

Once an hour those who should have a role, and those who lost their seat of late, are looked up one by one; what is not
as it should be is put right, and staff hears of it in one message. What was just wished for is not drift.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import dues, history
from core.dues import Due
from core.people import communities, mentors, people, roles
from core.people.communities import Community
from core.people.mentors import Mentor
from core.ports import ChatPlatform, Roles, Store, Undeliverable
from core.prepaid import badges
from core.prepaid.badges import EVERY, SHOWN
from core.prepaid.seats import Seat, SeatState

LEASE: Final = timedelta(minutes=5)
LOOKED_BACK: Final = timedelta(days=7)
Name = Callable[[str, str], str]
"""What the role of a mentor's students is called, by the mentor's name and the community's language."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A role that is to be made."""

    mentor_id: int
    mentor: str
    platform: str
    place: str
    language: str


@dataclass(slots=True)
class Look:
    """One person to be looked up: the roles that they should have, and those that they should have no more."""

    person_id: int
    account: str
    should: set[str] = field(default_factory=set)
    should_not: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Found:
    """Whose roles were put right, and whose could not be."""

    given: list[int] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)


async def keep(
    db: Store, platforms: Mapping[str, ChatPlatform], name: Name, *, now: datetime
) -> datetime | None:
    """Makes the roles that are missing and looks whether everybody has theirs; when to look again."""
    for wanted in await db.write(_claim_making, now=now):
        await _make(db, platforms.get(wanted.platform), wanted, name, now=now)
    for community in await db.write(_claim_looking, now=now):
        platform = platforms.get(community.platform)
        if isinstance(platform, Roles):
            await _reconcile(db, platform, community, now=now)
    return await db.read(next_due)


def next_due(session: Session) -> datetime | None:
    return dues.first(session, DUES)


async def _make(
    db: Store, platform: ChatPlatform | None, wanted: Wanted, name: Name, *, now: datetime
) -> None:
    if not isinstance(platform, Roles):
        return  # the door is closed; asked again when the lease is over
    try:
        role = await platform.make_role(wanted.place, name(wanted.mentor, wanted.language))
    except Undeliverable as error:
        if error.permanent:
            await db.write(_refused, wanted.mentor_id, str(error), now=now)
    else:
        await db.write(_made, wanted.mentor_id, role, now=now)


async def _reconcile(db: Store, platform: ChatPlatform, community: Community, *, now: datetime) -> None:
    found = Found()
    for look in await db.read(_looks, community.id, now=now):
        try:
            await _put_right(platform, community.key, look, found)
        except Undeliverable as error:
            if error.permanent:
                found.stuck.append(look.person_id)
    if found != Found():
        await db.write(_report, community.id, found, now=now)


async def _put_right(platform: ChatPlatform, place: str, look: Look, found: Found) -> None:
    assert isinstance(platform, Roles)
    has = await platform.roles_of(place, look.account)
    if has is None:
        return  # who left the community may come back
    for role in sorted(look.should - has):
        await platform.set_role(place, look.account, role, granted=True)
        found.given.append(look.person_id)
    for role in sorted(look.should_not & has):
        await platform.set_role(place, look.account, role, granted=False)
        found.taken.append(look.person_id)


# --- private ----------------------------------------------------------------------------------


def _claim_making(session: Session, *, now: datetime) -> list[Wanted]:
    due = select(Mentor).where(Mentor.role_try_at <= now).order_by(Mentor.id)
    found = list(session.scalars(due.with_for_update(skip_locked=True)))
    for mentor in found:
        mentors.ask_badge(session, mentor, now + LEASE)
    return [_wanted(session, mentor) for mentor in found]


def _wanted(session: Session, mentor: Mentor) -> Wanted:
    community = communities.find(session, mentor.community_id)
    language = community.policy.language
    return Wanted(mentor.id, mentor.name, community.platform, community.key, language)


def _claim_looking(session: Session, *, now: datetime) -> list[Community]:
    due = select(Community).where(Community.reconcile_at <= now).order_by(Community.id)
    found = list(session.scalars(due.with_for_update(skip_locked=True)))
    for community in found:
        communities.reconcile_next(session, community, now + EVERY)
    return found


def _made(session: Session, mentor_id: int, role: str, *, now: datetime) -> None:
    mentor = mentors.find(session, mentor_id)
    if mentor.student_role is None:
        badges.appoint(session, mentor, role, now=now)


def _refused(session: Session, mentor_id: int, problem: str, *, now: datetime) -> None:
    mentor = mentors.find(session, mentor_id)
    mentors.ask_badge(session, mentor, None)
    history.record(
        session,
        "mentor.role_refused",
        mentor.id,
        now=now,
        community_id=mentor.community_id,
        problem=problem,
    )


def _report(session: Session, community_id: int, found: Found, *, now: datetime) -> None:
    event = "roles.repaired" if found.given or found.taken else "roles.stuck"
    history.record(
        session,
        event,
        community_id,
        now=now,
        community_id=community_id,
        given=_names(session, found.given),
        taken=_names(session, found.taken),
        stuck=_names(session, found.stuck),
    )


def _names(session: Session, person_ids: Sequence[int]) -> list[str]:
    return sorted({people.find(session, each).name for each in person_ids})


def _looks(session: Session, community_id: int, *, now: datetime) -> list[Look]:
    """Everybody who has a seat or had one of late, but for the roles that somebody is about to give or take."""
    community, found = communities.find(session, community_id), dict[int, Look]()
    for student_id, role, state in _standing(session, community_id, now=now):
        wish = roles.find(session, community_id, student_id, role)
        if wish is None or wish.try_at is None:
            account = roles.account_in(session, community, student_id)
            look = found.setdefault(student_id, Look(student_id, account))
            (look.should if state in SHOWN else look.should_not).add(role)
    for look in found.values():
        look.should_not -= look.should
    return [look for look in found.values() if look.account]


def _standing(session: Session, community_id: int, *, now: datetime) -> Sequence[tuple[int, str, SeatState]]:
    of_late = (Seat.state == SeatState.RELEASED) & (Seat.released_at > now - LOOKED_BACK)
    rows = session.execute(
        select(Seat.student_id, Mentor.student_role, Seat.state)
        .join(Mentor, Mentor.id == Seat.mentor_id)
        .where(Mentor.community_id == community_id, Mentor.student_role.is_not(None))
        .where(Seat.state.in_(SHOWN) | of_late)
        .order_by(Seat.id)
    )
    return [(student_id, str(role), state) for student_id, role, state in rows]


DUES: Final = (Due(select(func.min(Mentor.role_try_at))), Due(select(func.min(Community.reconcile_at))))
