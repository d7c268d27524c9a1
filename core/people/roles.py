"""The community's own role for its mentors: the wish is a row first, then its platform is asked until it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.db import Base, Id
from core.people import communities, people
from core.people.communities import Community
from core.ports import ChatPlatform, Store, Undeliverable

MOST_ATTEMPTS: Final = 8
FIRST_RETRY: Final = timedelta(seconds=30)
DUE = text("try_at IS NOT NULL")


class RoleWish(Base):
    """One role one person should have in one community. `try_at` is empty once it is done or given up."""

    __tablename__ = "role_wishes"
    __table_args__ = (
        UniqueConstraint("community_id", "person_id", "role"),
        Index("ix_role_wishes_due", "try_at", sqlite_where=DUE, postgresql_where=DUE),
    )

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(64))
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


def want(session: Session, community: Community, person_id: int, *, now: datetime) -> None:
    """Has a mentor given the mentor role, where the community has one; one that was given up is tried again."""
    if community.mentor_role is None:
        return
    wish = session.scalar(
        select(RoleWish).where(
            RoleWish.community_id == community.id,
            RoleWish.person_id == person_id,
            RoleWish.role == community.mentor_role,
        )
    )
    if wish is None:
        wish = RoleWish(community_id=community.id, person_id=person_id, role=community.mentor_role)
        session.add(wish)
    elif wish.try_at is not None or not wish.problem:
        return
    wish.attempts, wish.try_at, wish.problem = 0, now, ""
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
            await platform.set_role(task.place, task.account, task.role, granted=True)
        except Undeliverable as error:
            await db.write(failed, task.wish_id, str(error), permanent=error.permanent, now=now)
        else:
            await db.write(given, task.wish_id, now=now)
    return await db.read(next_try)


def due(session: Session, *, now: datetime) -> list[Task]:
    wishes = session.scalars(
        select(RoleWish).where(RoleWish.try_at <= now).order_by(RoleWish.try_at).limit(50)
    )
    return [_task(session, wish) for wish in wishes.all()]


def given(session: Session, wish_id: int, *, now: datetime) -> None:
    wish = session.get_one(RoleWish, wish_id)
    wish.try_at, wish.problem = None, ""
    _record(session, "role.given", wish, now=now)


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


def next_try(session: Session) -> datetime | None:
    return session.scalar(
        select(RoleWish.try_at).where(RoleWish.try_at.is_not(None)).order_by(RoleWish.try_at).limit(1)
    )


def _task(session: Session, wish: RoleWish) -> Task:
    community = communities.find(session, wish.community_id)
    identities = people.identities(session, wish.person_id)
    account = next((i.account for i in identities if i.platform == community.platform), "")
    return Task(wish.id, community.platform, community.key, account, wish.role)


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
