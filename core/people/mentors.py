"""People who mentor, and what changes while they do; how one begins and ends is in `mentorship`. The only writer.

Only an approved mentor is shown and can be booked.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    false,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.db import Base, Id
from core.errors import Forbidden, Invalid, NotFound
from core.money import Money
from core.people import applications, communities, links, memberships, roles
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


# --- verbs ------------------------------------------------------------------------------------


def begin(session: Session, community_id: int, person_id: int, slug: str, *, now: datetime) -> Mentor:
    """Somebody's row in a community: one for good, whatever becomes of them there. `write_profile` fills it."""
    mentor = Mentor(community_id=community_id, person_id=person_id, slug=slug)
    mentor.state, mentor.applied_at = MentorState.APPLIED, now
    session.add(mentor)
    return mentor


def write_profile(session: Session, mentor: Mentor, person: Person, application: Application) -> None:
    mentor.name = person.name
    for part in (*applications.LONGEST, "graduation_year"):
        setattr(mentor, part, getattr(application, part))
    mentor.hourly_amount, mentor.currency = application.hourly.amount, application.hourly.currency
    session.flush()


def put(
    session: Session, mentor: Mentor, state: MentorState, reason: str = "", *, actor_id: int, now: datetime
) -> None:
    """What they are from now on, and why; `mentorship` knows from what one may become it."""
    mentor.state, mentor.reason = state, reason
    if state is MentorState.APPLIED:
        mentor.applied_at, mentor.decided_at = now, None
    else:
        mentor.decided_at = now
    record(session, f"mentor.{state}", mentor, actor_id=actor_id, now=now)


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
    record(session, "mentor.meeting", mentor, actor_id=person.id, now=now)


def ask_first(session: Session, mentor: Mentor, person: Person, *, asks: bool, now: datetime) -> None:
    """Whether the mentor accepts each new booking before it is paid. Those that are made stay as they are."""
    require_own(mentor, person)
    mentor.asks_first = asks
    record(session, "mentor.asks_first", mentor, actor_id=person.id, now=now, asks=asks)


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
        memberships.require_staff(session, mentor.community_id, actor, now=now)
    if not SEATS[0] <= count <= SEATS[1]:
        raise Invalid("mentor.seats", lowest=SEATS[0], highest=SEATS[1])
    session.refresh(mentor, with_for_update={"key_share": True})
    if mentor.seats != count:
        before, mentor.seats = mentor.seats, count
        session.flush()
        record(session, "mentor.seats", mentor, actor_id=actor.id, now=now, before=before, seats=count)


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


def require_own(mentor: Mentor, person: Person) -> None:
    if mentor.person_id != person.id:
        raise Forbidden("mentor.forbidden")
    if mentor.state is not MentorState.APPROVED:
        raise Forbidden(f"mentor.{mentor.state}")


def record(
    session: Session, event: str, mentor: Mentor, *, actor_id: int | None, now: datetime, **facts: object
) -> None:
    """What happened to somebody's mentoring."""
    history.record(
        session, event, mentor.id, now=now, actor_id=actor_id, community_id=mentor.community_id, **facts
    )
