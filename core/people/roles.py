"""The community's own roles for its people: the wish is a row first, then its platform is asked until it is done.

A wish is to give a role or to take it; the latest wish for a person and a role is the one that counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, func, select, text, true, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import dues, history
from core.db import Base, Id
from core.dues import Due
from core.people import communities, people
from core.people.communities import Community
from core.ports import ChatPlatform, Store, Undeliverable

MOST_ATTEMPTS: Final = 8
FIRST_RETRY: Final = timedelta(seconds=30)
DUE = text("try_at IS NOT NULL")


class RoleWish(Base):
    """One role one person should have in one community, or should not (`granted`).

    `try_at` is empty once it is done or given up.
    """

    __tablename__ = "role_wishes"
    __table_args__ = (
        UniqueConstraint("community_id", "person_id", "role"),
        Index("ix_role_wishes_due", "try_at", sqlite_where=DUE, postgresql_where=DUE),
    )

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(64))
    granted: Mapped[bool] = mapped_column(default=True, server_default=true())
    attempts: Mapped[int]
    try_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(200))


@dataclass(frozen=True, slots=True)
class Task:
    """What to ask of a platform for a wish; without an account where the person has none there."""

    wish_id: int
    platform: str
    place: str
    account: str
    role: str
    granted: bool = True


def want(
    session: Session, community: Community, person_id: int, *, granted: bool = True, now: datetime
) -> None:
    """Has the mentor role given or taken, where the community has one."""
    if community.mentor_role is not None:
        wish(session, community, person_id, community.mentor_role, granted=granted, now=now)


def wish(
    session: Session, community: Community, person_id: int, role: str, *, granted: bool, now: datetime
) -> None:
    """Has a role given or taken. One that was given up is tried again; what was never given is not taken."""
    found = find(session, community.id, person_id, role)
    if found is None and not granted:
        return
    if found is None:
        found = RoleWish(community_id=community.id, person_id=person_id, role=role)
        session.add(found)
    elif found.granted is granted and (found.try_at is not None or not found.problem):
        return
    found.granted = granted
    found.attempts, found.try_at, found.problem = 0, now, ""
    session.flush()


async def give_due(db: Store, platforms: Mapping[str, ChatPlatform], *, now: datetime) -> datetime | None:
    """Asks the platforms for the roles that are due; when to look again."""
    for task in await db.read(due, now=now):
        platform = platforms.get(task.platform)
        if not task.account:
            await db.write(failed, task.wish_id, "no account there", permanent=True, now=now)
            continue
        if platform is None:
            await db.write(failed, task.wish_id, "no such door", permanent=False, now=now)
            continue
        try:
            await platform.set_role(task.place, task.account, task.role, granted=task.granted)
        except Undeliverable as error:
            await db.write(failed, task.wish_id, str(error), permanent=error.permanent, now=now)
        else:
            await db.write(done, task.wish_id, granted=task.granted, now=now)
    return await db.read(next_try)


def due(session: Session, *, now: datetime) -> list[Task]:
    wishes = session.scalars(
        select(RoleWish).where(RoleWish.try_at <= now).order_by(RoleWish.try_at, RoleWish.id).limit(50)
    )
    return [_task(session, wish) for wish in wishes.all()]


def done(session: Session, wish_id: int, *, granted: bool, now: datetime) -> None:
    """The platform did what it was asked for; meanwhile the opposite may have been wished."""
    wish = session.get_one(RoleWish, wish_id)
    _record(session, "role.given" if granted else "role.taken", wish, now=now)
    if wish.granted is granted:
        wish.try_at, wish.problem = None, ""


def failed(session: Session, wish_id: int, problem: str, *, permanent: bool, now: datetime) -> None:
    wish = session.get_one(RoleWish, wish_id)
    wish.attempts += 1
    wish.problem = problem[:200]
    if permanent or wish.attempts >= MOST_ATTEMPTS:
        wish.try_at = None
        _record(session, "role.failed", wish, now=now)
    else:
        wish.try_at = now + FIRST_RETRY * 2**wish.attempts


def reassign(session: Session, gone: int, kept: int) -> None:
    """A role that both should have is wished for once."""
    wished = select(RoleWish.community_id, RoleWish.role).where(RoleWish.person_id == kept)
    for community_id, role in session.execute(wished).all():
        same = (RoleWish.community_id == community_id, RoleWish.role == role)
        session.execute(delete(RoleWish).where(RoleWish.person_id == gone, *same))
    session.execute(update(RoleWish).where(RoleWish.person_id == gone).values(person_id=kept))


def find(session: Session, community_id: int, person_id: int, role: str) -> RoleWish | None:
    """The wish for a person and a role; `None` where there never was one."""
    same = (RoleWish.community_id == community_id, RoleWish.person_id == person_id, RoleWish.role == role)
    return session.scalar(select(RoleWish).where(*same))


def next_try(session: Session) -> datetime | None:
    return dues.first(session, DUES)


def account_in(session: Session, community: Community, person_id: int) -> str:
    """The person's account on the community's platform; empty where they have none there."""
    return next(iter(accounts_in(session, community, person_id)), "")


def accounts_in(session: Session, community: Community, person_id: int) -> list[str]:
    identities = people.identities(session, person_id)
    return [each.account for each in identities if each.platform == community.platform]


def _task(session: Session, wish: RoleWish) -> Task:
    community = communities.find(session, wish.community_id)
    account = account_in(session, community, wish.person_id)
    return Task(wish.id, community.platform, community.key, account, wish.role, wish.granted)


def _record(session: Session, event: str, wish: RoleWish, *, now: datetime) -> None:
    history.record(
        session,
        event,
        wish.person_id,
        now=now,
        community_id=wish.community_id,
        role=wish.role,
        problem=wish.problem,
    )


DUES: Final = (Due(select(func.min(RoleWish.try_at)).where(RoleWish.try_at.is_not(None))),)
