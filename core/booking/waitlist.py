"""The waitlist: a time that becomes free is held for the first in line whom it fits.

An offer is a real hold, so nobody else can take the time while its countdown runs. Silence and "no, thanks" pass
it on at once, and nobody is offered a time again that they had and gave up. `serve` belongs into every transaction
that frees a mentor's time; whatever frees one by itself (hours opened, a day come nearer) is found by `look`.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from core import history
from core.booking import bookings, diary, means, moves, openings, waiting
from core.booking.bookings import Wish
from core.booking.life import Booking, BookingState, Origin, Who
from core.booking.openings import Opening
from core.booking.waiting import IS_WAITING, EntryState, WaitlistEntry, Wanted
from core.dues import Due
from core.errors import Conflict, Forbidden, Invalid, Refusal
from core.history import History
from core.people import mentors, rates
from core.people.mentors import Mentor
from core.people.people import Person
from core.schedule import times
from core.schedule.times import Span

LONGEST_OFFER: Final = timedelta(minutes=60)
SHORTEST_OFFER: Final = timedelta(minutes=10)
MOST_SILENCES: Final = 3
MOST_ENTRIES: Final = 10
LOOK_EVERY: Final = timedelta(minutes=10)
OPENED: Final = ("hours.changed", "mentor.resumed")


def patience(starts_at: datetime, now: datetime) -> datetime:
    """Until when a time is held for the first in line: an hour or a third of the time left, at least ten minutes."""
    third = (starts_at - now) / 3
    return min(now + max(min(LONGEST_OFFER, third), SHORTEST_OFFER), starts_at)


# --- verbs ------------------------------------------------------------------------------------


def join(
    session: Session,
    mentor: Mentor,
    student: Person,
    minutes: int,
    *,
    now: datetime,
    day: date | None = None,
    zone: str = "UTC",
) -> WaitlistEntry:
    """Waits for any time of a mentor, or for one on a day of the student's calendar. Asked twice it is one entry.

    Raises `Conflict` with the nearest times where there is something free already.
    """
    if mentor.person_id == student.id:
        raise Forbidden("booking.own")
    if minutes not in rates.prices(session, mentor):
        raise Invalid("booking.duration", length=timedelta(minutes=minutes))
    window = times.day_window(day, ZoneInfo(zone)) if day else None
    if window is not None and window.ends_at <= now:
        raise Invalid("hours.past")
    if mentor.is_bookable:
        _require_nothing_free(session, mentor, student, minutes, window, now=now)
    return _enter(session, mentor, student, minutes, now=now, day=day, window=window)


def join_earlier(session: Session, booking: Booking, student: Person, *, now: datetime) -> WaitlistEntry:
    """Waits for a time before a confirmed session, with the same mentor and of the same length."""
    bookings.require_student(booking, student)
    if booking.state is not BookingState.CONFIRMED:
        raise Conflict(f"booking.is_{booking.state}")
    if booking.starts_at <= now:
        raise Conflict("booking.begun")
    mentor = mentors.find(session, booking.mentor_id)
    window = Span(now, booking.starts_at)
    return _enter(session, mentor, student, booking.minutes, now=now, window=window, booking=booking)


def leave(session: Session, entry: WaitlistEntry, student: Person, *, now: datetime) -> None:
    """Out of the line; what was held for them goes to the next."""
    waiting.own(session, entry.id, student.id)
    offered = waiting.offer(session, entry, now=now)
    waiting.close(session, entry, EntryState.LEFT, now=now)
    if offered is not None:
        bookings.release(session, offered, student, now=now, reason="declined")
    serve(session, entry.mentor_id, now=now)


def serve(session: Session, mentor_id: int, *, now: datetime) -> None:
    """Offers what is free of a mentor to who waits for it, in order, each one time at most."""
    line = waiting.line(session, mentor_id)
    if not line:
        return
    mentor = mentors.find(session, mentor_id)
    heard = history.last(session)
    for entry in line:
        waiting.look_at(entry, heard, now=now)
        _judge(session, entry, now=now)
    session.flush()
    for entry in line if mentor.is_bookable else ():
        if entry.state is EntryState.WAITING and entry.offered_id is None:
            _offer(session, mentor, entry, now=now)


def look(session: Session, *, now: datetime) -> None:
    """Serves the lines of mentors who changed their hours, and every line once in a while."""
    due = or_(WaitlistEntry.looked_at <= now - LOOK_EVERY, _IS_NEWS)
    lines = select(WaitlistEntry.mentor_id).where(IS_WAITING, due).distinct()
    for mentor_id in session.scalars(lines.order_by(WaitlistEntry.mentor_id)).all():
        serve(session, mentor_id, now=now)


# --- private ----------------------------------------------------------------------------------


def _require_nothing_free(
    session: Session, mentor: Mentor, student: Person, minutes: int, window: Span | None, *, now: datetime
) -> None:
    opening = openings.of(session, mentor, now=now, student_id=student.id)
    free = opening.free(minutes, window) if window else opening.ahead(minutes)
    if free.times:
        nearest = free.times[: openings.NEAREST]
        raise Conflict("waitlist.free", name=mentor.name, nearest=nearest, slug=mentor.slug, minutes=minutes)


def _enter(
    session: Session,
    mentor: Mentor,
    student: Person,
    minutes: int,
    *,
    now: datetime,
    day: date | None = None,
    window: Span | None = None,
    booking: Booking | None = None,
) -> WaitlistEntry:
    wanted = Wanted.EARLIER if booking else Wanted.DAY if day else Wanted.ANY
    before = waiting.same(session, student.id, mentor.id, wanted)
    booking_id = booking.id if booking else None
    if before is not None:
        _judge(session, before, now=now)
    if before is not None and before.state is EntryState.WAITING:
        if (before.day, before.minutes, before.booking_id) != (day, minutes, booking_id):
            raise Conflict("waitlist.waiting", name=mentor.name)
        return before
    if len(waiting.of_student(session, student.id, now=now)) >= MOST_ENTRIES:
        raise Refusal("waitlist.many", most=MOST_ENTRIES)
    entry = waiting.enter(
        session,
        mentor_id=mentor.id,
        student_id=student.id,
        minutes=minutes,
        wanted=wanted,
        day=day,
        since=window.starts_at if window and day else None,
        until=window.ends_at if window else None,
        booking_id=booking_id,
        now=now,
    )
    if booking is not None:
        serve(session, mentor.id, now=now)
    return entry


def _judge(session: Session, entry: WaitlistEntry, *, now: datetime) -> None:
    """What became of the latest offer, and whether there is still something to wait for."""
    _judge_offer(session, entry, now=now)
    if entry.booking_id is not None:
        booking = diary.find(session, entry.booking_id)
        waiting.bound(entry, booking.starts_at if booking.state is BookingState.CONFIRMED else now)
        _let_go_of_later(session, entry, now=now)
    is_past = entry.until is not None and entry.until <= now
    if is_past and waiting.offer(session, entry, now=now) is None:  # what is held they may still claim
        waiting.close(session, entry, EntryState.OVER, now=now)


def _let_go_of_later(session: Session, entry: WaitlistEntry, *, now: datetime) -> None:
    """What is held for a booking that was moved before it, or is off, is no earlier time for it any more."""
    offered = waiting.offer(session, entry, now=now)
    if offered is not None and not entry.wants(offered.starts_at):
        moves.lapse(session, offered, Who.CLOCK, now=now, reason="over")
        waiting.pass_over(entry, was_silent=False)


def _judge_offer(session: Session, entry: WaitlistEntry, *, now: datetime) -> None:
    if entry.offered_id is None:
        return
    offered = diary.find(session, entry.offered_id)
    if offered.state is BookingState.HELD:
        return
    if offered.state not in (BookingState.EXPIRED, BookingState.CANCELED):
        waiting.close(session, entry, EntryState.SERVED, now=now)  # they went on without the button
        return
    waiting.pass_over(entry, was_silent=offered.state is BookingState.EXPIRED)
    if entry.silences >= MOST_SILENCES:
        waiting.close(session, entry, EntryState.SILENT, now=now)


def _offer(session: Session, mentor: Mentor, entry: WaitlistEntry, *, now: datetime) -> None:
    """Holds the first time that fits, if there is one."""
    price = rates.prices(session, mentor).get(entry.minutes)
    if price is None:
        return
    opening = openings.of(session, mentor, now=now, student_id=entry.student_id)
    for start in _fitting(session, mentor, entry, opening):
        until = _claimed_by(entry, opening, start)
        if opening.asks_first and until < now + SHORTEST_OFFER:
            continue
        wish = Wish(
            mentor=mentor,
            student=session.get_one(Person, entry.student_id),
            span=Span(start, start + timedelta(minutes=entry.minutes)),
            busy=opening.hours.busy(start, entry.minutes),
            price=price,
            policy=opening.policy,
            origin=Origin.WAITLIST,
            until=until,
        )
        if entry.booking_id is None:  # an earlier time for a booking that there is costs nothing more
            wish = means.applied(session, wish, None, now=now)
        try:
            booking = bookings.hold(session, wish, now=now)
        except Conflict:
            continue  # their own unpaid hold, which a tap would move, stands there
        waiting.hold_for(session, entry, booking, now=now)
        return


def _claimed_by(entry: WaitlistEntry, opening: Opening, start: datetime) -> datetime:
    """Until when it is held: a mentor who accepts first has to be left time for the answer."""
    until = patience(start, opening.now)
    if entry.booking_id is not None or not opening.asks_first:
        return until
    return min(until, start - openings.LAST_ANSWER - openings.SHORTEST_WAIT - opening.policy.hold)


def _fitting(session: Session, mentor: Mentor, entry: WaitlistEntry, opening: Opening) -> Iterator[datetime]:
    """Free starts that are wanted and that this person has not had and given up before."""
    had = select(Booking.starts_at).where(
        Booking.student_id == entry.student_id,
        Booking.mentor_id == mentor.id,
        Booking.state.in_(moves.ENDED),
        Booking.starts_at > opening.now,
    )
    given_up = set(session.scalars(had))
    for start in opening.ahead(entry.minutes).times:
        if entry.wants(start) and start not in given_up:
            yield start


_IS_NEWS: Final = exists().where(
    History.event.in_(OPENED),
    History.subject_id == WaitlistEntry.mentor_id,
    History.id > WaitlistEntry.heard,
)
"""The mentor of a line changed their hours since somebody looked."""
_LOOKED: Final = select(func.min(WaitlistEntry.looked_at)).where(IS_WAITING)
DUES: Final = (Due(_LOOKED, LOOK_EVERY), Due(_LOOKED.where(_IS_NEWS)))
