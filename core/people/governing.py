"""What the managers of a community decide: its rules, its ways to pay, its roles and channels.

Bookings that exist keep their copy of the rules.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.errors import Invalid
from core.people import communities, memberships
from core.people.communities import Community
from core.people.people import Person


def change(session: Session, community: Community, actor: Person, *, now: datetime, **changes: Any) -> None:
    """Changes rules of the policy, checked as a whole."""
    memberships.require_manager(session, community, actor)
    rules = community.policy.changed(**changes).to_json()
    facts = {"rules": sorted(changes)}
    communities.amend(session, community, "changed", facts, actor_id=actor.id, now=now, rules=rules)


def take_by(
    session: Session, community: Community, actor: Person, providers: list[str] | None, *, now: datetime
) -> None:
    """Turns ways to pay on and off; `None` turns on all that there are and will be."""
    memberships.require_manager(session, community, actor)
    facts = {"providers": providers or []}
    communities.amend(session, community, "ways", facts, actor_id=actor.id, now=now, providers=providers)


def appoint(
    session: Session, community: Community, actor: Person, place: str, key: str, label: str, *, now: datetime
) -> None:
    """Sets one of the community's roles or channels."""
    memberships.require_manager(session, community, actor)
    check_place(community, place, key)
    facts = {"place": place, "key": key}
    labels = {**community.labels, place: label[:100]}
    values = {place: key, "labels": labels}
    communities.amend(session, community, "appointed", facts, actor_id=actor.id, now=now, **values)


def check_place(community: Community, place: str, key: str) -> None:
    """Whether a role or channel can be taken for a place. Raises `Invalid`."""
    if place not in community.places or not key or len(key) > 64:
        raise Invalid("setup.place")
