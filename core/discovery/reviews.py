"""What students say after a session: once a booking, 1 to 5 stars and a few words. The only writer of reviews."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.booking import bookings
from core.booking.life import Booking, BookingState
from core.db import Base, Id
from core.errors import Conflict, Invalid
from core.people import mentors
from core.people.people import Person

OPEN: Final = timedelta(days=7)
LONGEST: Final = 1_000


class Review(Base):
    __tablename__ = "reviews"

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), unique=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"), index=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    stars: Mapped[int]
    words: Mapped[str] = mapped_column(String(LONGEST))
    at: Mapped[datetime]


def review(session: Session, booking: Booking, student: Person, stars: int, *, now: datetime) -> Review:
    """Gives a completed session its stars, within a week after its end."""
    bookings.require_student(booking, student)
    if booking.state is not BookingState.COMPLETED:
        raise Conflict(f"booking.is_{booking.state}")
    if not 1 <= stars <= 5:
        raise Invalid("review.stars")
    if now > booking.ends_at + OPEN:
        raise Conflict("review.closed")
    if of_booking(session, booking.id) is not None:
        raise Conflict("review.given")
    row = Review(
        booking_id=booking.id,
        mentor_id=booking.mentor_id,
        student_id=student.id,
        stars=stars,
        words="",
        at=now,
    )
    session.add(row)
    mentors.rate(mentors.find(session, booking.mentor_id), stars)
    session.flush()
    history.record(
        session,
        "review.given",
        booking.id,
        now=now,
        actor_id=student.id,
        community_id=booking.community_id,
        stars=stars,
    )
    return row


def reassign(session: Session, gone: int, kept: int) -> None:
    session.execute(update(Review).where(Review.student_id == gone).values(student_id=kept))


def of_booking(session: Session, booking_id: int) -> Review | None:
    return session.scalar(select(Review).where(Review.booking_id == booking_id))
