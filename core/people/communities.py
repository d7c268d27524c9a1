"""A server or group that hosts the bot, its rules and staff. The only writer of communities and memberships."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, and_, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import chat, history
from core.db import Base, Id
from core.errors import Forbidden, Invalid, NotFound
from core.people import people
from core.people.people import Person
from core.policy import Policy

VOUCHED = timedelta(days=7)
PLACES = ("mentor_role", "staff_role", "notice_channel", "sessions_channel")
HELD = "communities"
THREADED = frozenset({"discord"})
"""Platforms where two people can have a private thread in a community's channel."""
ROLED = frozenset({"discord"})
"""Platforms where those who have a seat with a mentor are shown it by a role, which the bot may make and look up."""


class Community(Base):
    """`rules` is the policy as JSON; roles and channel are the platform's own ids, with the names seen.

    `reconcile_at` is when its members' roles are looked at again, where students have any. `providers` are the ways to
    pay that are on here; nothing said means all that the host has.
    """

    __tablename__ = "communities"
    __table_args__ = (UniqueConstraint("platform", "key"),)

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    rules: Mapped[dict[str, object]]
    mentor_role: Mapped[str | None] = mapped_column(String(64))
    staff_role: Mapped[str | None] = mapped_column(String(64))
    notice_channel: Mapped[str | None] = mapped_column(String(64))
    sessions_channel: Mapped[str | None] = mapped_column(String(64))
    labels: Mapped[dict[str, object]]
    created_at: Mapped[datetime]
    reconcile_at: Mapped[datetime | None] = mapped_column(index=True)
    providers: Mapped[list[str] | None]

    @property
    def policy(self) -> Policy:
        return Policy.from_json(self.rules)

    def takes(self, provider: str) -> bool:
        """Whether a way to pay is on here."""
        return self.providers is None or provider in self.providers

    @property
    def places(self) -> tuple[str, ...]:
        """The roles and channels that can be appointed here."""
        return tuple(p for p in PLACES if p != "sessions_channel" or self.platform in THREADED)


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a platform says that somebody may do here."""

    is_manager: bool
    is_staff: bool

    @classmethod
    def of(cls, community: Community, may_manage: bool, roles: frozenset[str]) -> "Vouched":
        """A manager is staff too."""
        has_role = community.staff_role is not None and community.staff_role in roles
        return cls(is_manager=may_manage, is_staff=may_manage or has_role)


class Membership(Base):
    """A person seen in a community, and what its platform last vouched for about them."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("community_id", "person_id"),)

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    is_manager: Mapped[bool]
    is_staff: Mapped[bool]
    seen_at: Mapped[datetime]

    @property
    def vouched(self) -> Vouched:
        return Vouched(self.is_manager, self.is_staff)


_BELONGING = select(Community, Membership).outerjoin(
    Membership,
    and_(Membership.community_id == Community.id, Membership.person_id == bindparam("b_person")),
)
_AT = _BELONGING.where(Community.platform == bindparam("b_platform"), Community.key == bindparam("b_key"))
_HOME = _BELONGING.where(Community.id == bindparam("b_community"))


def host(session: Session, place: chat.Place, *, now: datetime) -> tuple[Community, bool]:
    """The community of a place, made with the default policy on first sight; and whether it is new."""
    community = at(session, place)
    if community is not None:
        community.name = place.name[:100] or community.name
        return community, False
    community = Community(
        platform=place.platform,
        key=place.key,
        name=place.name[:100],
        rules=Policy().to_json(),
        labels={},
        created_at=now,
    )
    session.add(community)
    session.flush()
    history.record(session, "community.joined", community.id, now=now, community_id=community.id)
    return community, True


def see(
    session: Session,
    community: Community,
    person: Person,
    *,
    may_manage: bool,
    roles: frozenset[str],
    now: datetime,
) -> Membership:
    """Remembers what the platform vouches for about a member."""
    membership = membership_of(session, community.id, person.id)
    if membership is None:
        membership = Membership(community_id=community.id, person_id=person.id)
        session.add(membership)
    vouched = Vouched.of(community, may_manage, roles)
    membership.is_manager, membership.is_staff = vouched.is_manager, vouched.is_staff
    membership.seen_at = now
    people.settle_in(person, community.id)
    session.flush()
    return membership


def welcome(session: Session, community: Community, person: Person, *, now: datetime) -> None:
    """Takes somebody in as a guest, whom no platform vouches for; a member stays what they are."""
    if not is_member(session, community.id, person.id):
        guest = Membership(community_id=community.id, person_id=person.id, is_manager=False, is_staff=False)
        guest.seen_at = now
        session.add(guest)
    people.settle_in(person, community.id)
    session.flush()


def reassign(session: Session, gone: int, kept: int) -> None:
    """Where both are members, what was vouched for the stronger stands, with its own date."""
    rows = session.scalars(select(Membership).where(Membership.person_id.in_((gone, kept)))).all()
    for community_id in {row.community_id for row in rows}:
        found = [row for row in rows if row.community_id == community_id]
        best = max(found, key=lambda row: (row.is_manager, row.is_staff, row.seen_at))
        for row in found:
            if row is not best:
                session.delete(row)
        session.flush()
        best.person_id = kept
    session.flush()


def change(session: Session, community: Community, actor: Person, *, now: datetime, **changes: Any) -> None:
    """Changes rules of the policy, checked as a whole. Bookings that exist keep their copy."""
    require_manager(session, community, actor)
    community.rules = community.policy.changed(**changes).to_json()
    history.record(
        session,
        "community.changed",
        community.id,
        now=now,
        actor_id=actor.id,
        community_id=community.id,
        rules=sorted(changes),
    )


def take_by(
    session: Session, community: Community, actor: Person, providers: list[str] | None, *, now: datetime
) -> None:
    """Turns ways to pay on and off; `None` turns on all that there are and will be."""
    require_manager(session, community, actor)
    community.providers = providers
    history.record(
        session,
        "community.ways",
        community.id,
        now=now,
        actor_id=actor.id,
        community_id=community.id,
        providers=providers or [],
    )


def appoint(
    session: Session, community: Community, actor: Person, place: str, key: str, label: str, *, now: datetime
) -> None:
    """Sets one of the community's roles or channels."""
    require_manager(session, community, actor)
    check_place(community, place, key)
    setattr(community, place, key)
    community.labels = {**community.labels, place: label[:100]}
    history.record(
        session,
        "community.appointed",
        community.id,
        now=now,
        actor_id=actor.id,
        community_id=community.id,
        place=place,
        key=key,
    )


def move(session: Session, platform: str, old: str, new: str, *, now: datetime) -> None:
    """The platform gave the place another key; a channel of it is named by that key, alone or before a colon.
    Whoever was heard there under the new key first has made a community of it, which takes the dead key instead."""
    community = at(session, chat.Place(platform, old, ""))
    if community is None:
        return
    newcomer = at(session, chat.Place(platform, new, ""))
    if newcomer is not None:
        newcomer.key = f"moved:{new}"[:64]
        session.flush()
    community.key = new
    session.flush()
    if newcomer is not None:
        newcomer.key = old
    place, mark, part = (community.notice_channel or "").partition(":")
    if place == old:
        community.notice_channel = f"{new}{mark}{part}"
    history.record(
        session, "community.moved", community.id, now=now, community_id=community.id, old=old, new=new
    )


def reconcile_next(session: Session, community: Community, at: datetime) -> None:
    """Sets when its members' roles are looked at again."""
    community.reconcile_at = at
    session.flush()


def check_place(community: Community, place: str, key: str) -> None:
    """Whether a role or channel can be taken for a place. Raises `Invalid`."""
    if place not in community.places or not key or len(key) > 64:
        raise Invalid("setup.place")


def find(session: Session, community_id: int) -> Community:
    """Read once in a transaction: everybody asks for the rules, and a session alone forgets what nobody holds."""
    community = session.get(Community, community_id)
    if community is None:
        raise NotFound("community.unknown")
    session.info.setdefault(HELD, set()).add(community)
    return community


def at(session: Session, place: chat.Place) -> Community | None:
    return session.scalar(
        select(Community).where(Community.platform == place.platform, Community.key == place.key)
    )


def home(session: Session, person: Person) -> Community | None:
    """Where a person is when they write in private: the community they were last seen in."""
    return session.get(Community, person.community_id) if person.community_id else None


def belonging(
    session: Session, person: Person, place: chat.Place | None
) -> tuple[Community, Membership | None] | None:
    """The community of a place, or else the person's home, with their membership, in one statement."""
    if place is not None:
        where = {"b_platform": place.platform, "b_key": place.key}
        row = session.execute(_AT, where | {"b_person": person.id}).one_or_none()
    elif person.community_id:
        where_home = {"b_community": person.community_id, "b_person": person.id}
        row = session.execute(_HOME, where_home).one_or_none()
    else:
        return None
    return (row[0], row[1]) if row else None


def of(session: Session, person_id: int) -> list[Community]:
    """Where a person was ever seen, the latest first."""
    return list(
        session.scalars(
            select(Community)
            .join(Membership, Membership.community_id == Community.id)
            .where(Membership.person_id == person_id)
            .order_by(Membership.seen_at.desc(), Community.id)
        )
    )


def public(session: Session, *, most: int) -> list[Community]:
    """Those whose mentors anybody may see, the oldest first."""
    found = session.scalars(select(Community).order_by(Community.id))
    return list(islice((each for each in found if each.policy.public_directory), most))


def membership_of(session: Session, community_id: int, person_id: int) -> Membership | None:
    return session.scalar(
        select(Membership).where(Membership.community_id == community_id, Membership.person_id == person_id)
    )


def staff(session: Session, community_id: int) -> list[int]:
    """Ids of the people who were staff when last seen."""
    return list(
        session.scalars(
            select(Membership.person_id)
            .where(Membership.community_id == community_id, Membership.is_staff)
            .order_by(Membership.person_id)
        )
    )


def is_staff(session: Session, community_id: int, person_id: int) -> bool:
    membership = membership_of(session, community_id, person_id)
    return membership is not None and membership.is_staff


def is_member(session: Session, community_id: int, person_id: int) -> bool:
    """Whether the person was ever seen there."""
    return membership_of(session, community_id, person_id) is not None


def require_manager(session: Session, community: Community, person: Person) -> None:
    membership = membership_of(session, community.id, person.id)
    if membership is None or not membership.is_manager:
        raise Forbidden("setup.forbidden")


def require_staff(session: Session, community_id: int, person: Person, *, now: datetime) -> None:
    """Staff may act in private too, where no platform vouches: there its last word counts for a week."""
    membership = membership_of(session, community_id, person.id)
    if membership is None or not membership.is_staff or membership.seen_at < now - VOUCHED:
        raise Forbidden("staff.forbidden")
