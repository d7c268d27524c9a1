"""What the managers of a community decide: its rules, its ways to pay, its roles and channels.

Bookings that exist keep their copy of the rules.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core import history
from core.errors import Invalid
from core.people import memberships
from core.people.communities import Community
from core.people.people import Person


def change(session: Session, community: Community, actor: Person, *, now: datetime, **changes: Any) -> None:
    """Changes rules of the policy, checked as a whole."""
    memberships.require_manager(session, community, actor)
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
    memberships.require_manager(session, community, actor)
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
    memberships.require_manager(session, community, actor)
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


def check_place(community: Community, place: str, key: str) -> None:
    """Whether a role or channel can be taken for a place. Raises `Invalid`."""
    if place not in community.places or not key or len(key) > 64:
        raise Invalid("setup.place")
