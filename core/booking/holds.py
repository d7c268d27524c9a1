"""Reserving: the tap on a time makes a hold, one a person, and a new tap moves it."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking import bookings, diary, means, openings, requests, taking, waiting, waitlist
from core.booking.bookings import Wish
from core.booking.life import Booking, BookingState, Who
from core.booking.means import Means
from core.errors import Conflict, Forbidden, Invalid, Refusal
from core.money import Money
from core.payments import paying, payments
from core.people import communities, mentors, rates
from core.people.mentors import Mentor
from core.people.people import Person
from core.schedule.times import Reason, Span

MOST_A_MINUTE: Final = 5
LAPSES_BEFORE_PAUSE: Final = 3
PAUSE: Final = timedelta(minutes=30)
LONGEST_TOPIC: Final = 100
LONGEST_AGENDA: Final = 500


def place(
    session: Session, mentor: Mentor, student: Person, starts_at: datetime, minutes: int, *, now: datetime
) -> Booking:
    """Holds a time at today's price and policy, or for what was paid ahead. The same tap again gives the same hold.

    Raises `Conflict` with the nearest times where it is not free, `Invalid` or `Forbidden` where it cannot be.
    """
    price = price_for(session, mentor, student, minutes)
    taking.alone(session, mentor.person_id, student.id)
    live = diary.live_hold(session, student.id, now=now)
    if live is not None and _time(live) == (mentor.id, starts_at, minutes):
        return live
    _check_pace(session, student, now=now)
    if mentor.asks_first:
        requests.require_few(session, student, now=now)
    opening = openings.seen_by(session, mentor, student.id, live, now=now)
    window = Span(starts_at, starts_at + timedelta(minutes=1))
    free = opening.free(minutes, window)
    if starts_at not in free.times:
        if mentor.asks_first and free.why_not is Reason.NOTICE:
            raise requests.too_soon(mentor, opening, starts_at, minutes)
        raise Conflict(
            "booking.not_free",
            reason=free.why_not,
            nearest=opening.nearest(minutes, starts_at),
            slug=mentor.slug,
            minutes=minutes,
        )
    moved = live if live is not None and not payments.is_arriving(session, live.purpose) else None
    if moved is not None:
        _let_go(session, moved, student, now=now, reason="moved")
    wish = Wish(
        mentor=mentor,
        student=student,
        span=Span(starts_at, starts_at + timedelta(minutes=minutes)),
        busy=opening.hours.busy(starts_at, minutes),
        price=price,
        policy=opening.policy,
    )
    try:
        booking = bookings.hold(session, means.applied(session, wish, None, now=now), now=now)
    except Conflict as taken:
        nearest = openings.of(session, mentor, now=now, student_id=student.id).nearest(minutes, starts_at)
        taken.facts |= {"nearest": nearest, "slug": mentor.slug, "minutes": minutes}
        raise
    if moved is not None:
        waitlist.serve(session, moved.mentor_id, now=now)
    return booking


def pay_by(session: Session, booking: Booking, student: Person, wanted: Means, *, now: datetime) -> Booking:
    """Holds the same time, no longer than before, and has it paid for by other means. The same tap again gives the
    same hold. Raises `Conflict` where the terms are agreed to, or these means do not pay for it.
    """
    bookings.require_student(booking, student)
    taking.alone(session, booking.mentor_person_id, student.id)
    present = diary.hold_in_stead(session, bookings.lock(session, booking), now=now)
    if means.of(present) is wanted:
        return present
    bookings.require_live_hold(present, now=now)
    if wanted not in (offer.means for offer in means.others(session, present, now=now)):
        raise Conflict("booking.other_means")
    _check_pace(session, student, now=now)
    wish = _again(session, present, student)
    _let_go(session, present, student, now=now, reason="moved")
    booking = bookings.hold(session, means.applied(session, wish, wanted, now=now), now=now)
    waiting.hand_on(session, present, booking)
    return booking


def release(
    session: Session, booking: Booking, student: Person, *, now: datetime, reason: str = "released"
) -> None:
    """Lets a hold go and has its pay link closed; money that comes all the same is late money."""
    bookings.require_student(booking, student)
    if payments.is_arriving(session, booking.purpose):
        raise Conflict("payment.processing")
    _let_go(session, booking, student, now=now, reason=reason)
    waitlist.serve(session, booking.mentor_id, now=now)


def agree(
    session: Session, booking: Booking, student: Person, topic: str, agenda: str, *, now: datetime
) -> None:
    """Says what the session is about and accepts the cancellation terms. Where the mentor accepts first they are
    asked then; else a session for nothing or of a pack is confirmed.
    """
    bookings.require_student(booking, student)
    if len(topic) > LONGEST_TOPIC:
        raise Invalid("text.long", field="topic", longest=LONGEST_TOPIC)
    if len(agenda) > LONGEST_AGENDA:
        raise Invalid("text.long", field="agenda", longest=LONGEST_AGENDA)
    if not topic.strip():
        raise Invalid("text.empty", field="topic")
    bookings.require_live_hold(booking, now=now)
    bookings.agree(session, booking, topic.strip(), agenda.strip(), now=now)
    if booking.asks_first and booking.accepted_at is None:
        requests.ask(session, booking, student, now=now)
    elif not booking.needs_payment:
        bookings.confirm(session, booking, Who.STUDENT, now=now, actor_id=student.id)


def price_for(session: Session, mentor: Mentor, student: Person, minutes: int) -> Money:
    """What a session costs this student. Raises where it cannot be booked at all."""
    if not mentor.is_bookable:
        raise Forbidden("mentor.not_bookable", name=mentor.name)
    if mentor.person_id == student.id:
        raise Forbidden("booking.own")
    prices = rates.prices(session, mentor)
    if minutes not in prices:
        raise Invalid("booking.duration", length=timedelta(minutes=minutes))
    return prices[minutes]


def _time(booking: Booking) -> tuple[int, datetime, int]:
    return booking.mentor_id, booking.starts_at, booking.minutes


def _again(session: Session, booking: Booking, student: Person) -> Wish:
    """What is held, at today's price and policy."""
    mentor = mentors.find(session, booking.mentor_id)
    return Wish(
        mentor=mentor,
        student=student,
        span=Span(booking.starts_at, booking.ends_at),
        busy=Span(booking.busy_from, booking.busy_until),
        price=price_for(session, mentor, student, booking.minutes),
        policy=communities.find(session, mentor.community_id).policy,
        origin=booking.origin,
        until=booking.hold_until,
    )


def _let_go(session: Session, booking: Booking, student: Person, *, now: datetime, reason: str) -> None:
    bookings.release(session, booking, student, now=now, reason=reason)
    paying.close_all(session, booking.purpose, now=now)


def _check_pace(session: Session, student: Person, *, now: datetime) -> None:
    recent = diary.recent(session, student.id, since=now - timedelta(hours=2))
    if sum(booking.created_at > now - timedelta(minutes=1) for booking in recent) >= MOST_A_MINUTE:
        raise Refusal("booking.too_fast", most=MOST_A_MINUTE)
    latest = recent[:LAPSES_BEFORE_PAUSE]
    if len(latest) == LAPSES_BEFORE_PAUSE and all(_lapsed_unpaid(b) for b in latest):
        until = max(booking.hold_until or now for booking in latest) + PAUSE
        if until > now:
            raise Refusal("booking.paused", until=until, count=LAPSES_BEFORE_PAUSE)


def _lapsed_unpaid(booking: Booking) -> bool:
    """That a mentor did not answer is not the student's doing."""
    return booking.state is BookingState.EXPIRED and booking.closed_reason != "unanswered"
