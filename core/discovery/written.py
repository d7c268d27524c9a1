"""A review: who wrote it and about whom, when it is published, and who may read it. `reviews` is the only writer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.booking import bookings
from core.booking.life import AFTER, Booking, BookingState
from core.db import Base, Id
from core.discovery import reports
from core.errors import Conflict, Forbidden, NotFound, Refusal
from core.people import memberships, mentors
from core.people.people import Person

OPEN: Final = timedelta(days=7)
FOR_WORDS: Final = timedelta(minutes=10)
"""How long stars alone wait for words, so that nobody reads the other's before writing their own."""
LONGEST: Final = 1_000
LONGEST_REPLY: Final = 500
UNPUBLISHED: Final = text("published_at IS NULL")


class Side(StrEnum):
    """Who wrote a review; it is about the other one."""

    STUDENT = "student"
    MENTOR = "mentor"


class Review(Base):
    """`due_at` is when it is published at the latest, `hidden_at` when staff took it down."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("booking_id", "side"),
        Index("ix_reviews_unpublished", "due_at", sqlite_where=UNPUBLISHED, postgresql_where=UNPUBLISHED),
    )

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"), index=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    side: Mapped[Side] = mapped_column(default=Side.STUDENT, server_default=Side.STUDENT)
    stars: Mapped[int]
    words: Mapped[str] = mapped_column(String(LONGEST))
    at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(String(LONGEST_REPLY), default="", server_default="")
    replied_at: Mapped[datetime | None]

    @property
    def is_shown(self) -> bool:
        return self.published_at is not None and self.hidden_at is None


@dataclass(frozen=True, slots=True)
class Shown:
    """A published review with its author's name; others read the first name only."""

    review: Review
    name: str

    @property
    def first_name(self) -> str:
        return next(iter(self.name.split()), "")


@dataclass(frozen=True, slots=True)
class Mine:
    """What one of the two knows of their own review of a session. `until` is when reviews of it close."""

    is_open: bool = False
    stars: int | None = None
    words: str = ""
    is_published: bool = False
    until: datetime | None = None


NONE: Final = Mine()


# --- rules ------------------------------------------------------------------------------------


def is_open(booking: Booking, now: datetime) -> bool:
    """A session that took place may be reviewed for a week after its end, whatever became of its money."""
    took_place = booking.state in AFTER and booking.outcome == BookingState.COMPLETED
    return took_place and now <= booking.ends_at + OPEN


def side_of(booking: Booking, person: Person) -> Side:
    bookings.require_party(booking, person)
    return Side.STUDENT if person.id == booking.student_id else Side.MENTOR


def publishes_at(written: Sequence[Review], booking: Booking) -> datetime:
    """When the time is up, or as soon as both have written: words, or stars that have waited for words."""
    closes = booking.ends_at + OPEN
    if len(written) < len(Side):
        return closes
    return min(closes, max(review.at if review.words else review.at + FOR_WORDS for review in written))


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, review_id: int) -> Review:
    review = session.get(Review, review_id)
    if review is None:
        raise NotFound("review.unknown")
    return review


def of_booking(session: Session, booking_id: int) -> list[Review]:
    """None, one or both; also what only its author may see."""
    return list(session.scalars(select(Review).where(Review.booking_id == booking_id).order_by(Review.id)))


def of_side(session: Session, booking_id: int, side: Side) -> Review | None:
    return next((review for review in of_booking(session, booking_id) if review.side is side), None)


def mine(session: Session, booking: Booking, person: Person, *, now: datetime) -> Mine:
    if booking.state not in AFTER:
        return NONE
    review = of_side(session, booking.id, side_of(booking, person))
    return Mine(
        is_open=is_open(booking, now),
        stars=review.stars if review else None,
        words=review.words if review else "",
        is_published=review is not None and review.published_at is not None,
        until=booking.ends_at + OPEN,
    )


def author_id(session: Session, review: Review) -> int:
    return both(session, review)[review.side]


def about_id(session: Session, review: Review) -> int:
    return both(session, review)[Side.MENTOR if review.side is Side.STUDENT else Side.STUDENT]


def require_reader(session: Session, review: Review, reader: Person) -> None:
    """What a student wrote is for all members of the community, what a mentor wrote for the two alone."""
    two = both(session, review).values()
    community_id = mentors.find(session, review.mentor_id).community_id
    is_public = review.side is Side.STUDENT and memberships.is_member(session, community_id, reader.id)
    if not review.is_shown or not (is_public or reader.id in two):
        raise NotFound("review.unknown")


def obstacle_to_answer(session: Session, review: Review, person: Person) -> Refusal | None:
    """Why somebody cannot reply to it; `None` for the mentor it is about, once."""
    if review.side is not Side.STUDENT or about_id(session, review) != person.id:
        return Forbidden("mentor.forbidden")
    return Conflict("review.replied") if review.replied_at is not None else None


def obstacle_to_report(session: Session, review: Review, person: Person) -> Refusal | None:
    """Why somebody who can read it cannot report it: it is their own, or they have done so."""
    if author_id(session, review) == person.id:
        return Conflict("review.own")
    told = any(report.person_id == person.id for report in reports.of_review(session, review.id))
    return Conflict("review.reported") if told else None


def both(session: Session, review: Review) -> dict[Side, int]:
    """The two people, by the side that they are on."""
    mentor = mentors.find(session, review.mentor_id)
    return {Side.STUDENT: review.student_id, Side.MENTOR: mentor.person_id}


def shown_of(session: Session, mentor_id: int, page: int = 0, *, most: int) -> list[Shown]:
    """What students say of a mentor, the newest first; the first page is 0."""
    newest = (
        select(Review, Person.name)
        .join(Person, Person.id == Review.student_id)
        .where(*_of_mentor(mentor_id))
        .order_by(Review.published_at.desc(), Review.id.desc())
        .limit(most)
        .offset(page * most)
    )
    return [Shown(review, name) for review, name in session.execute(newest)]


def count_shown(session: Session, mentor_id: int) -> int:
    return session.scalar(select(func.count(Review.id)).where(*_of_mentor(mentor_id))) or 0


def _of_mentor(mentor_id: int) -> tuple[ColumnElement[bool], ...]:
    shown = (Review.published_at.is_not(None), Review.hidden_at.is_(None))
    return (Review.mentor_id == mentor_id, Review.side == Side.STUDENT, *shown)
