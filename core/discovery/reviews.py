"""What the two of a session say of each other: one review a side, stars and a few words. The only writer of reviews.

Both are blind: nobody but its author sees anything of a review until both have written or the time is up. Ratings
count what is published and not hidden, and change in the transaction in which that changes.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core import dues, history
from core.booking import bookings
from core.booking.life import AFTER, Booking, BookingState
from core.discovery import reports, written
from core.discovery.reports import Report
from core.discovery.written import Review, Side
from core.dues import Due
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.people import memberships, mentors
from core.people.mentors import Mentor
from core.people.people import Person
from core.ports import Store

BATCH: Final = 100


# --- verbs ------------------------------------------------------------------------------------


def give(
    session: Session, booking: Booking, author: Person, stars: int, words: str = "", *, now: datetime
) -> Review:
    """One of the two reviews the other, once."""
    side, words = written.side_of(booking, author), _checked(stars, words)
    _require_open(bookings.lock(session, booking), now=now)
    if written.of_side(session, booking.id, side) is not None:
        raise Conflict("review.given")
    review = Review(
        booking_id=booking.id,
        mentor_id=booking.mentor_id,
        student_id=booking.student_id,
        side=side,
        stars=stars,
        words=words,
        at=now,
    )
    session.add(review)
    session.flush()
    _record(session, "review.given", review, actor_id=author.id, now=now)
    _publish_pair(session, booking, now=now)
    return review


def revise(
    session: Session, booking: Booking, author: Person, stars: int, words: str, *, now: datetime
) -> Review:
    """The author changes it, as long as nobody has seen it."""
    side, words = written.side_of(booking, author), _checked(stars, words)
    bookings.lock(session, booking)
    review = written.of_side(session, booking.id, side)
    if review is None:
        raise NotFound("review.unknown")
    session.refresh(review, with_for_update=True)
    if review.published_at is not None:
        raise Conflict("review.published")
    _require_open(booking, now=now)
    review.stars, review.words = stars, words
    session.flush()
    _publish_pair(session, booking, now=now)
    return review


async def keep_time(db: Store, *, now: datetime) -> datetime | None:
    """Publishes what nobody has to wait for any longer; when the next one is due."""
    return await db.write(publish_due, now=now)


def publish_due(session: Session, *, now: datetime) -> datetime | None:
    due = (
        select(Review)
        .where(Review.published_at.is_(None), Review.due_at <= now)
        .order_by(Review.mentor_id, Review.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    for review in session.scalars(due).all():
        _publish(session, review, now=now)
    return next_due(session)


def next_due(session: Session) -> datetime | None:
    """When the next review is published without the other."""
    return dues.first(session, DUES)


def answer(session: Session, review: Review, mentor: Person, reply: str, *, now: datetime) -> None:
    """The mentor's reply to what a student wrote, once."""
    written.require_reader(session, review, mentor)
    reply = _fitting("reply", reply, written.LONGEST_REPLY)
    session.refresh(review, with_for_update=True)
    if refusal := written.obstacle_to_answer(session, review, mentor):
        raise refusal
    review.reply, review.replied_at = reply, now
    session.flush()
    _record(session, "review.answered", review, actor_id=mentor.id, now=now)


def report(session: Session, review: Review, reader: Person, reason: str, *, now: datetime) -> None:
    """Somebody who can read it asks staff to look at it."""
    written.require_reader(session, review, reader)
    session.refresh(review, with_for_update=True)
    if refusal := written.obstacle_to_report(session, review, reader):
        raise refusal
    reports.file(session, review.id, reader.id, _fitting("reason", reason, reports.LONGEST_REASON), now=now)
    _record(session, "review.reported", review, actor_id=reader.id, now=now)


def hide(session: Session, review: Review, staff: Person, *, now: datetime) -> None:
    """Takes a published review down; it does not count any more."""
    _decide(session, review, staff, hidden=True, now=now)


def keep(session: Session, review: Review, staff: Person, *, now: datetime) -> None:
    """Leaves it where it is, or shows it again."""
    _decide(session, review, staff, hidden=False, now=now)


def void(session: Session, booking: Booking, *, now: datetime) -> None:
    """Staff found that the session did not take place: nothing that was said of it stands."""
    if booking.outcome == BookingState.COMPLETED:
        return
    for review in written.of_booking(session, booking.id):
        was_shown, review.hidden_at, review.due_at = review.is_shown, review.hidden_at or now, None
        if was_shown:
            _count(session, review)
    session.flush()


def reassign(session: Session, gone: int, kept: int) -> None:
    session.execute(update(Review).where(Review.student_id == gone).values(student_id=kept))
    reports.reassign(session, gone, kept)


# --- reads ------------------------------------------------------------------------------------


def reported_in(session: Session, community_id: int) -> list[Review]:
    """Published reviews that wait for the staff's word, the one that waits longest first."""
    first = func.min(Report.at)
    waiting = select(Report.review_id, first.label("at")).where(Report.decided_at.is_(None))
    reported = waiting.group_by(Report.review_id).subquery()
    queue = (
        select(Review)
        .join(reported, reported.c.review_id == Review.id)
        .join(Mentor, Mentor.id == Review.mentor_id)
        .where(Mentor.community_id == community_id)
        .order_by(reported.c.at, Review.id)
    )
    return list(session.scalars(queue))


# --- private ----------------------------------------------------------------------------------


def _publish_pair(session: Session, booking: Booking, *, now: datetime) -> None:
    """Both are published at one moment; whoever changes one of them looks whether it has come."""
    rows = select(Review).where(Review.booking_id == booking.id).order_by(Review.id).with_for_update()
    pair = session.scalars(rows.execution_options(populate_existing=True)).all()
    due_at = written.publishes_at(pair, booking)
    for review in pair:
        review.due_at = due_at
        if due_at <= now:
            _publish(session, review, now=now)
    session.flush()


def _publish(session: Session, review: Review, *, now: datetime) -> None:
    if review.published_at is None and review.hidden_at is None:
        review.published_at = now
        _count(session, review)
        _record(session, "review.published", review, actor_id=None, now=now)


def _decide(session: Session, review: Review, staff: Person, *, hidden: bool, now: datetime) -> None:
    mentor = mentors.find(session, review.mentor_id)
    memberships.require_staff(session, mentor.community_id, staff, now=now)
    if staff.id in written.both(session, review).values():
        raise Forbidden("review.own_case")
    session.refresh(review, with_for_update=True)
    if review.published_at is None:
        raise NotFound("review.unknown")
    if hidden is not (review.hidden_at is not None):
        review.hidden_at = now if hidden else None
        _count(session, review)
    reports.decide(session, review.id, now=now)
    _record(session, "review.decided", review, actor_id=staff.id, now=now, hidden=hidden)


def _count(session: Session, review: Review) -> None:
    """Takes a student's stars into the mentor's rating, or out of it, at once: two in a row must both count."""
    if review.side is Side.STUDENT:
        mentor = mentors.find(session, review.mentor_id)
        mentors.rate(mentor, review.stars, by=1 if review.is_shown else -1)
    session.flush()


def _checked(stars: int, words: str) -> str:
    if not 1 <= stars <= 5:
        raise Invalid("review.stars")
    return _fitting("words", words, written.LONGEST) if words.strip() else ""


def _fitting(field: str, words: str, longest: int) -> str:
    words = words.strip()
    if not words:
        raise Invalid("text.empty", field=field)
    if len(words) > longest:
        raise Invalid("text.long", field=field, longest=longest)
    return words


def _require_open(booking: Booking, *, now: datetime) -> None:
    if booking.state not in AFTER:
        raise Conflict(f"booking.is_{booking.state}")
    if booking.outcome != BookingState.COMPLETED:
        raise Conflict("review.no_session")
    if not written.is_open(booking, now):
        raise Conflict("review.closed")


def _record(
    session: Session, event: str, review: Review, *, actor_id: int | None, now: datetime, **facts: object
) -> None:
    mentor = mentors.find(session, review.mentor_id)
    history.record(
        session,
        event,
        review.id,
        now=now,
        actor_id=actor_id,
        community_id=mentor.community_id,
        booking=review.booking_id,
        side=review.side,
        **facts,
    )


DUES: Final = (Due(select(func.min(Review.due_at)).where(Review.published_at.is_(None))),)
