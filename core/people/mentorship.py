"""How somebody comes to mentor in a community, and ceases to: application, decision, profile, leaving.

Only an approved mentor is shown and can be booked.
"""

import re
import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import money
from core.db import short_id
from core.errors import Conflict, Invalid
from core.money import Money
from core.people import applications, communities, expertise, memberships, mentors, roles
from core.people.applications import Application
from core.people.mentors import SHORTEST, Mentor, MentorState
from core.people.people import Person


def checked(application: Application, *, currency: str, lowest: Money | None, now: datetime) -> Application:
    """The application where all of it can stand; else `Invalid` names the first part that cannot.

    `lowest` is the least that the payment provider takes for one session.
    """
    applications.check(application, now=now)
    money.check_price(application.hourly.scaled(SHORTEST, 60), currency=currency, lowest=lowest)
    return application


def slug_of(name: str) -> str:
    """A name as a short ASCII word for links; `mentor` where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:28] or "mentor"


def apply(
    session: Session,
    community: communities.Community,
    person: Person,
    application: Application,
    *,
    lowest: Money | None,
    now: datetime,
) -> Mentor:
    """Asks the community's staff to be a mentor; asking again after a rejection is welcome."""
    checked(application, currency=community.policy.currency, lowest=lowest, now=now)
    mentor = mentors.of_person(session, community.id, person.id)
    if mentor is None:
        slug = _free_slug(session, person.name)
        mentor = mentors.begin(session, community.id, person.id, slug, now=now)
    elif mentor.state not in (MentorState.REJECTED, MentorState.LEFT):
        raise Conflict(f"mentor.{mentor.state}")
    _write_profile(session, mentor, person, application)
    mentors.put(session, mentor, MentorState.APPLIED, actor_id=person.id, now=now)
    return mentor


def revise(
    session: Session,
    mentor: Mentor,
    person: Person,
    application: Application,
    *,
    lowest: Money | None,
    now: datetime,
) -> None:
    """Changes an approved mentor's profile. Bookings keep the price they were made at."""
    mentors.require_own(mentor, person)
    currency = communities.find(session, mentor.community_id).policy.currency
    checked(application, currency=currency, lowest=lowest, now=now)
    _write_profile(session, mentor, person, application)
    mentors.record(session, "mentor.revised", mentor, actor_id=person.id, now=now)


def approve(session: Session, mentor: Mentor, actor: Person, *, now: datetime) -> None:
    _decide(session, mentor, actor, MentorState.APPROVED, "", now=now)
    roles.want(session, communities.find(session, mentor.community_id), mentor.person_id, now=now)


def reject(session: Session, mentor: Mentor, actor: Person, reason: str, *, now: datetime) -> None:
    if not reason.strip():
        raise Invalid("text.empty", field="reason")
    if len(reason) > 500:
        raise Invalid("text.long", field="reason", longest=500)
    _decide(session, mentor, actor, MentorState.REJECTED, reason.strip(), now=now)


def leave(session: Session, mentor: Mentor, actor: Person, *, now: datetime) -> None:
    """They mentor here no more, by their own will or the staff's. What is booked with them stays as it is."""
    if mentor.person_id != actor.id:
        memberships.require_staff(session, mentor.community_id, actor, now=now)
    if mentor.state is not MentorState.APPROVED:
        raise Conflict(f"mentor.{mentor.state}")
    mentors.put(session, mentor, MentorState.LEFT, actor_id=actor.id, now=now)
    community = communities.find(session, mentor.community_id)
    roles.want(session, community, mentor.person_id, granted=False, now=now)


# --- private ----------------------------------------------------------------------------------


def _decide(
    session: Session, mentor: Mentor, actor: Person, state: MentorState, reason: str, *, now: datetime
) -> None:
    memberships.require_staff(session, mentor.community_id, actor, now=now)
    if mentor.state is not MentorState.APPLIED:
        raise Conflict("mentor.decided", name=mentor.name)
    mentors.put(session, mentor, state, reason, actor_id=actor.id, now=now)


def _write_profile(session: Session, mentor: Mentor, person: Person, application: Application) -> None:
    mentors.write_profile(session, mentor, person, application)
    expertise.write(session, mentor.id, topics=application.topics, languages=application.languages)


def _free_slug(session: Session, name: str) -> str:
    slug = slug_of(name)
    taken = session.scalar(select(Mentor.id).where(Mentor.slug == slug))
    return slug if taken is None else f"{slug}-{short_id(4).lower()}"
