"""A server or group that hosts the bot: its rules, roles and channels. The only writer of communities.

What managers may change of one stands in `governing`.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import chat, history
from core.db import Base, Id
from core.errors import NotFound
from core.policy import Policy

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


def amend(
    session: Session,
    community: Community,
    event: str,
    facts: Mapping[str, object],
    *,
    actor_id: int,
    now: datetime,
    **values: object,
) -> None:
    """Writes what its managers decided; `values` are by column."""
    for column, value in values.items():
        setattr(community, column, value)
    where = community.id
    history.record(
        session, f"community.{event}", where, now=now, actor_id=actor_id, community_id=where, **facts
    )


def reconcile_next(session: Session, community: Community, at: datetime) -> None:
    """Sets when its members' roles are looked at again."""
    community.reconcile_at = at
    session.flush()


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


def public(session: Session, *, most: int) -> list[Community]:
    """Those whose mentors anybody may see, the oldest first."""
    found = session.scalars(select(Community).order_by(Community.id))
    return list(islice((each for each in found if each.policy.public_directory), most))
