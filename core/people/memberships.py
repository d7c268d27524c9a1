"""Who was seen in which community, and what its platform vouches for about them. The only writer of memberships."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, and_, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import chat
from core.db import Base, Id
from core.errors import Forbidden
from core.people import people
from core.people.communities import Community
from core.people.people import Person

VOUCHED = timedelta(days=7)


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
