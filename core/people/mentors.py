"""People who mentor: application and profile. The only writer of mentors, their topics and languages.

Only an approved mentor is shown and can be booked.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    ForeignKey,
    Select,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    false,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history, money
from core.db import Base, Id, short_id
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.money import Money
from core.people import applications, communities, links, roles
from core.people.applications import Application
from core.people.people import Person

DURATIONS: Final = (30, 60, 90)
SHORTEST: Final = min(DURATIONS)
SEATS: Final = (1, 200)


class MentorState(StrEnum):
    """`left`: they mentor no more, and may apply again."""

    APPLIED = "applied"
    APPROVED = "approved"
    REJECTED = "rejected"
    LEFT = "left"


class Mentor(Base):
    """`hourly_amount` is in minor units of the community's currency at the time it was set.

    `meeting_url` is the mentor's own video link; without it the community's rooms are used.
    Rating sum and count are of the reviews that are shown, `sessions` counts those completed.
    `asks_first`: every booking is a request that the mentor accepts. `paused_at`: too many cancellations, so no
    new bookings until staff says so. `seats` is how many students may have a pack with them at once, `student_role`
    the platform's role for those who do; `role_try_at` is when the platform is asked to make one.
    """

    __tablename__ = "mentors"
    __table_args__ = (UniqueConstraint("community_id", "person_id"),)

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[MentorState]
    name: Mapped[str] = mapped_column(String(100))
    headline: Mapped[str] = mapped_column(String(100))
    bio: Mapped[str] = mapped_column(Text)
    university: Mapped[str] = mapped_column(String(100))
    degree: Mapped[str] = mapped_column(String(100))
    graduation_year: Mapped[int | None]
    company: Mapped[str] = mapped_column(String(100))
    hourly_amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    meeting_url: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    rating_sum: Mapped[int] = mapped_column(default=0)
    rating_count: Mapped[int] = mapped_column(default=0)
    sessions: Mapped[int] = mapped_column(default=0)
    asks_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    paused_at: Mapped[datetime | None]
    seats: Mapped[int] = mapped_column(default=10, server_default="10")
    student_role: Mapped[str | None] = mapped_column(String(64))
    role_try_at: Mapped[datetime | None]
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    @property
    def hourly(self) -> Money:
        return Money(self.hourly_amount, self.currency)

    @property
    def rating(self) -> float | None:
        """Mean stars, or `None` before the first review."""
        return self.rating_sum / self.rating_count if self.rating_count else None

    @property
    def is_bookable(self) -> bool:
        return self.state is MentorState.APPROVED and self.paused_at is None


class MentorTopic(Base):
    __tablename__ = "mentor_topics"
    __table_args__ = (UniqueConstraint("mentor_id", "topic"),)

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    topic: Mapped[str] = mapped_column(String(40), index=True)


class MentorLanguage(Base):
    __tablename__ = "mentor_languages"
    __table_args__ = (UniqueConstraint("mentor_id", "language"),)

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    language: Mapped[str] = mapped_column(String(12), index=True)


# --- rules ------------------------------------------------------------------------------------


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


# --- verbs ------------------------------------------------------------------------------------


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
    mentor = of_person(session, community.id, person.id)
    if mentor is None:
        mentor = Mentor(community_id=community.id, person_id=person.id, slug=_free_slug(session, person.name))
        session.add(mentor)
    elif mentor.state not in (MentorState.REJECTED, MentorState.LEFT):
        raise Conflict(f"mentor.{mentor.state}")
    mentor.state = MentorState.APPLIED
    mentor.applied_at, mentor.decided_at, mentor.reason = now, None, ""
    _write_profile(session, mentor, person, application)
    _record(session, "mentor.applied", mentor, actor_id=person.id, now=now)
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
    require_own(mentor, person)
    currency = communities.find(session, mentor.community_id).policy.currency
    checked(application, currency=currency, lowest=lowest, now=now)
    _write_profile(session, mentor, person, application)
    _record(session, "mentor.revised", mentor, actor_id=person.id, now=now)


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
        communities.require_staff(session, mentor.community_id, actor, now=now)
    if mentor.state is not MentorState.APPROVED:
        raise Conflict(f"mentor.{mentor.state}")
    mentor.state, mentor.decided_at = MentorState.LEFT, now
    community = communities.find(session, mentor.community_id)
    roles.want(session, community, mentor.person_id, granted=False, now=now)
    _record(session, "mentor.left", mentor, actor_id=actor.id, now=now)


def reassign(session: Session, gone: int, kept: int) -> None:
    """The profiles of a person who is joined to another are the other's."""
    session.execute(update(Mentor).where(Mentor.person_id == gone).values(person_id=kept))


def count_approved(session: Session, community_id: int) -> int:
    return (
        session.scalar(
            select(func.count()).where(
                Mentor.community_id == community_id, Mentor.state == MentorState.APPROVED
            )
        )
        or 0
    )


def honour(session: Session, community: communities.Community, *, now: datetime) -> None:
    """The community chose its mentor role: everyone who is approved gets it."""
    approved = select(Mentor.person_id).where(
        Mentor.community_id == community.id, Mentor.state == MentorState.APPROVED
    )
    for person_id in session.scalars(approved).all():
        roles.want(session, community, person_id, now=now)


def meet_at(session: Session, mentor: Mentor, person: Person, url: str, *, now: datetime) -> None:
    """Sets the mentor's own video link; an empty one goes back to the community's rooms."""
    require_own(mentor, person)
    mentor.meeting_url = links.checked(url) if url else ""
    _record(session, "mentor.meeting", mentor, actor_id=person.id, now=now)


def ask_first(session: Session, mentor: Mentor, person: Person, *, asks: bool, now: datetime) -> None:
    """Whether the mentor accepts each new booking before it is paid. Those that are made stay as they are."""
    require_own(mentor, person)
    mentor.asks_first = asks
    _record(session, "mentor.asks_first", mentor, actor_id=person.id, now=now, asks=asks)


def badge(session: Session, mentor: Mentor, role: str) -> None:
    """The platform's role for those who have a seat with them."""
    mentor.student_role, mentor.role_try_at = role, None
    session.flush()


def ask_badge(session: Session, mentor: Mentor, at: datetime | None) -> None:
    """When the platform is asked to make that role; `None` where it refused."""
    mentor.role_try_at = at
    session.flush()


def resize(session: Session, mentor: Mentor, actor: Person, count: int, *, now: datetime) -> None:
    """How many students may have a seat at once, by the mentor or staff. Nobody loses a seat that they have."""
    if mentor.person_id != actor.id:
        communities.require_staff(session, mentor.community_id, actor, now=now)
    if not SEATS[0] <= count <= SEATS[1]:
        raise Invalid("mentor.seats", lowest=SEATS[0], highest=SEATS[1])
    session.refresh(mentor, with_for_update={"key_share": True})
    if mentor.seats != count:
        before, mentor.seats = mentor.seats, count
        session.flush()
        _record(session, "mentor.seats", mentor, actor_id=actor.id, now=now, before=before, seats=count)


def pause(mentor: Mentor, *, now: datetime) -> None:
    """No new bookings; those that stand are kept."""
    mentor.paused_at = now


def resume(mentor: Mentor) -> None:
    mentor.paused_at = None


def rate(mentor: Mentor, stars: int, by: int = 1) -> None:
    """Adds in the database, so that two at once both count; by -1 the stars count no more."""
    mentor.rating_sum = Mentor.rating_sum + by * stars
    mentor.rating_count = Mentor.rating_count + by


def count_session(mentor: Mentor, by: int = 1) -> None:
    mentor.sessions = Mentor.sessions + by


# --- reads ------------------------------------------------------------------------------------


def by_slug(session: Session, slug: str, *, community_id: int | None = None) -> Mentor:
    """The mentor of a slug; with a community, only a mentor of that one."""
    mentor = session.scalar(select(Mentor).where(Mentor.slug == slug))
    if mentor is None or (community_id is not None and mentor.community_id != community_id):
        raise NotFound("mentor.unknown", slug=slug)
    return mentor


def find(session: Session, mentor_id: int) -> Mentor:
    mentor = session.get(Mentor, mentor_id)
    if mentor is None:
        raise NotFound("mentor.unknown", slug="")
    return mentor


def of_person(session: Session, community_id: int, person_id: int) -> Mentor | None:
    return session.scalar(
        select(Mentor).where(Mentor.community_id == community_id, Mentor.person_id == person_id)
    )


def waiting(session: Session, community_id: int) -> list[Mentor]:
    """Applications that nobody decided yet, the oldest first."""
    return list(
        session.scalars(
            select(Mentor)
            .where(Mentor.community_id == community_id, Mentor.state == MentorState.APPLIED)
            .order_by(Mentor.applied_at, Mentor.id)
        )
    )


def approved(session: Session, community_id: int) -> list[Mentor]:
    """All who mentor here, by name."""
    here = select(Mentor).where(Mentor.community_id == community_id, Mentor.state == MentorState.APPROVED)
    return list(session.scalars(here.order_by(Mentor.name, Mentor.id)))


def topics(session: Session, mentor_id: int) -> list[str]:
    return topics_of(session, [mentor_id])[mentor_id]


def topics_of(session: Session, mentor_ids: Sequence[int]) -> dict[int, list[str]]:
    return _lists(session, _TOPICS, mentor_ids)


def languages(session: Session, mentor_id: int) -> list[str]:
    return languages_of(session, [mentor_id])[mentor_id]


def languages_of(session: Session, mentor_ids: Sequence[int]) -> dict[int, list[str]]:
    return _lists(session, _LANGUAGES, mentor_ids)


def require_own(mentor: Mentor, person: Person) -> None:
    if mentor.person_id != person.id:
        raise Forbidden("mentor.forbidden")
    if mentor.state is not MentorState.APPROVED:
        raise Forbidden(f"mentor.{mentor.state}")


# --- private ----------------------------------------------------------------------------------


def _decide(
    session: Session, mentor: Mentor, actor: Person, state: MentorState, reason: str, *, now: datetime
) -> None:
    communities.require_staff(session, mentor.community_id, actor, now=now)
    if mentor.state is not MentorState.APPLIED:
        raise Conflict("mentor.decided", name=mentor.name)
    mentor.state, mentor.reason, mentor.decided_at = state, reason, now
    _record(session, f"mentor.{state}", mentor, actor_id=actor.id, now=now)


def _write_profile(session: Session, mentor: Mentor, person: Person, application: Application) -> None:
    mentor.name = person.name
    for part in (*applications.LONGEST, "graduation_year"):
        setattr(mentor, part, getattr(application, part))
    mentor.hourly_amount, mentor.currency = application.hourly.amount, application.hourly.currency
    session.flush()
    session.execute(delete(MentorTopic).where(MentorTopic.mentor_id == mentor.id))
    session.execute(delete(MentorLanguage).where(MentorLanguage.mentor_id == mentor.id))
    session.add_all(MentorTopic(mentor_id=mentor.id, topic=topic) for topic in _unique(application.topics))
    session.add_all(
        MentorLanguage(mentor_id=mentor.id, language=language) for language in _unique(application.languages)
    )
    session.flush()


def _lists(session: Session, query: Select[int, str], mentor_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {mentor: [] for mentor in mentor_ids}
    for mentor, word in session.execute(query, {"mentors": mentor_ids}):
        found[mentor].append(word)
    return found


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _free_slug(session: Session, name: str) -> str:
    slug = slug_of(name)
    taken = session.scalar(select(Mentor.id).where(Mentor.slug == slug))
    return slug if taken is None else f"{slug}-{short_id(4).lower()}"


def _record(
    session: Session, event: str, mentor: Mentor, *, actor_id: int | None, now: datetime, **facts: object
) -> None:
    history.record(
        session, event, mentor.id, now=now, actor_id=actor_id, community_id=mentor.community_id, **facts
    )


# --- statements of the hot path, made once ----------------------------------------------------

_TOPICS: Final = (
    select(MentorTopic.mentor_id, MentorTopic.topic)
    .where(MentorTopic.mentor_id.in_(bindparam("mentors", expanding=True)))
    .order_by(MentorTopic.id)
)
_LANGUAGES: Final = (
    select(MentorLanguage.mentor_id, MentorLanguage.language)
    .where(MentorLanguage.mentor_id.in_(bindparam("mentors", expanding=True)))
    .order_by(MentorLanguage.id)
)
