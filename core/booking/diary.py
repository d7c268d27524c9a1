"""What is reserved, asked in every way that someone needs it. Reads only."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from core import dues
from core.booking.life import (
    AFTER,
    BUSY,
    IN_BUSY,
    OUTCOME_AFTER,
    OUTCOMES,
    Booking,
    BookingState,
    Origin,
    written_out,
)
from core.db import BigInt
from core.dues import NOW, Due
from core.errors import NotFound
from core.schedule.times import Span

WAITING: Final = (BookingState.HELD, BookingState.REQUESTED)
IN_WAITING: Final = written_out(WAITING)


def find(session: Session, booking_id: int) -> Booking:
    booking = session.get(Booking, booking_id)
    if booking is None:
        raise NotFound("booking.unknown")
    return booking


def by_short(session: Session, short: str) -> Booking:
    booking = session.scalar(_BY_SHORT, {"short": short})
    if booking is None:
        raise NotFound("booking.unknown")
    return booking


def live_hold(session: Session, student_id: int, *, now: datetime) -> Booking | None:
    """The one hold that a person's taps make and move. What a mentor accepted and what the waitlist offers stays."""
    return session.scalar(_LIVE_HOLD, {"student": student_id, "now": now})


def hold_in_stead(session: Session, booking: Booking, *, now: datetime) -> Booking:
    """The hold that stands for a booking's time by now; the booking itself where there is no other."""
    same = (Booking.student_id, Booking.mentor_id, Booking.origin, Booking.starts_at, Booking.ends_at)
    live = select(Booking).where(
        *(column == getattr(booking, column.key) for column in same),
        Booking.state == BookingState.HELD,
        Booking.hold_until > now,
    )
    return session.scalar(live) or booking


def busy_spans(
    session: Session, person_ids: Collection[int], *, now: datetime, except_booking: int | None = None
) -> dict[int, list[Span]]:
    """What is taken of each person's time, as a mentor and as a student.

    A hold whose time is up and that has no pay link is not.
    """
    asked = {"people": list(person_ids), "now": now, "but": except_booking or 0}
    found: dict[int, list[Span]] = {person: [] for person in person_ids}
    for mentor, student, busy_from, busy_until in session.execute(_BUSY_SPANS, asked):
        for person in {mentor, student} & found.keys():
            found[person].append(Span(busy_from, busy_until))
    return found


def sessions_ahead(
    session: Session, mentor_ids: Sequence[int], *, now: datetime, except_booking: int | None = None
) -> dict[int, list[datetime]]:
    """Starts of each mentor's sessions from yesterday on, for the day limit."""
    if not mentor_ids:
        return {}
    since = now - timedelta(days=2)
    asked = {"mentors": mentor_ids, "since": since, "now": now, "but": except_booking or 0}
    found: dict[int, list[datetime]] = {mentor: [] for mentor in mentor_ids}
    for mentor, starts_at in session.execute(_SESSIONS_AHEAD, asked):
        found[mentor].append(starts_at)
    return found


def of_student(session: Session, student_id: int, *, now: datetime, past: bool = False) -> list[Booking]:
    """Coming ones by start; past ones the latest first."""
    coming = and_(Booking.state.in_(BUSY), Booking.ends_at > now)
    query = select(Booking).where(Booking.student_id == student_id)
    if past:
        return list(session.scalars(query.where(~coming).order_by(*_LATEST).limit(25)))
    return list(session.scalars(query.where(coming).order_by(*_FIRST).limit(25)))


def of_mentor(session: Session, mentor_id: int, *, now: datetime) -> list[Booking]:
    """The mentor's coming sessions and holds, by start."""
    return list(
        session.scalars(
            select(Booking)
            .where(Booking.mentor_id == mentor_id, Booking.state.in_(BUSY), Booking.ends_at > now)
            .order_by(*_FIRST)
            .limit(25)
        )
    )


def confirmed_of(session: Session, person_id: int, *, now: datetime) -> list[Booking]:
    """A person's sessions to come, on either side."""
    return list(
        session.scalars(
            select(Booking)
            .where(
                or_(
                    and_(Booking.student_id == person_id, Booking.state == BookingState.CONFIRMED),
                    and_(Booking.mentor_person_id == person_id, Booking.state == BookingState.CONFIRMED),
                ),
                Booking.starts_at > now,
            )
            .order_by(*_FIRST)
        )
    )


def count_coming(session: Session, community_id: int, *, now: datetime) -> int:
    """How many bookings keep the policy they were made under."""
    count = session.scalar(
        select(func.count()).where(
            Booking.community_id == community_id, Booking.state.in_(BUSY), Booking.ends_at > now
        )
    )
    return count or 0


def recent(session: Session, student_id: int, *, since: datetime) -> list[Booking]:
    """What a person's taps made since then, the newest first; what the waitlist held for them is not their doing."""
    return list(session.scalars(_RECENT, {"student": student_id, "since": since}))


def lapsed(session: Session, *, now: datetime) -> list[Booking]:
    """Holds and requests whose time is up, but for those that somebody changes just now."""
    return list(
        session.scalars(
            select(Booking)
            .where(Booking.state.in_(WAITING), Booking.hold_until <= now)
            .order_by(Booking.hold_until, Booking.id)
            .limit(100)
            .with_for_update(skip_locked=True)
        )
    )


def ended(session: Session, *, now: datetime) -> list[Booking]:
    """Confirmed sessions whose outcome is to be proposed."""
    return list(
        session.scalars(
            select(Booking)
            .where(Booking.state == BookingState.CONFIRMED, Booking.ends_at <= now - OUTCOME_AFTER)
            .order_by(Booking.ends_at, Booking.id)
            .limit(100)
            .with_for_update(skip_locked=True)
        )
    )


def standing(session: Session, *, now: datetime) -> list[Booking]:
    """Sessions whose outcome nobody has objected to in time."""
    return list(
        session.scalars(
            select(Booking)
            .where(Booking.state.in_(OUTCOMES), Booking.stands_at <= now)
            .order_by(Booking.stands_at, Booking.id)
            .limit(100)
            .with_for_update(skip_locked=True)
        )
    )


def next_due(session: Session, *, now: datetime) -> datetime | None:
    """When the next hold lapses, the next session's outcome is proposed or one stands; a lapsed hold that waits is
    the payments' to wake."""
    return dues.first(session, DUES, now=now)


# --- statements of the hot path, made once ----------------------------------------------------

_FIRST: Final = (Booking.starts_at, Booking.id)
_LATEST: Final = (Booking.starts_at.desc(), Booking.id.desc())
_NOW: Final = bindparam("now", type_=Booking.hold_until.type)
_IS_FREE_AGAIN: Final = and_(Booking.state.in_(IN_WAITING), Booking.hold_until <= _NOW, ~Booking.has_link)
"""A hold or a request whose time is up and that never had a pay link."""
_PEOPLE: Final = bindparam("people", type_=BigInt, expanding=True)

_BY_SHORT: Final = select(Booking).where(Booking.short == bindparam("short"))
_LIVE_HOLD: Final = (
    select(Booking)
    .where(
        Booking.student_id == bindparam("student"),
        Booking.state == BookingState.HELD,
        Booking.origin == Origin.TAP,
        Booking.accepted_at.is_(None),
        Booking.hold_until > _NOW,
        Booking.ends_at > _NOW,  # which a hold's end always implies: so that the student's index serves
    )
    .order_by(Booking.id.desc())
    .limit(1)
)
_BUSY_SPANS: Final = select(
    Booking.mentor_person_id, Booking.student_id, Booking.busy_from, Booking.busy_until
).where(
    or_(
        and_(Booking.mentor_person_id.in_(_PEOPLE), Booking.state.in_(IN_BUSY)),
        and_(Booking.student_id.in_(_PEOPLE), Booking.state.in_(IN_BUSY)),
    ),
    Booking.busy_until > _NOW,
    Booking.id != bindparam("but"),
    ~_IS_FREE_AGAIN,
)
_SESSIONS_AHEAD: Final = select(Booking.mentor_id, Booking.starts_at).where(
    Booking.mentor_id.in_(bindparam("mentors", type_=BigInt, expanding=True)),
    Booking.state.in_((*IN_BUSY, *written_out(AFTER))),
    Booking.starts_at > bindparam("since"),
    Booking.id != bindparam("but"),
    ~_IS_FREE_AGAIN,
)
_RECENT: Final = (
    select(Booking)
    .where(
        Booking.student_id == bindparam("student"),
        Booking.created_at > bindparam("since"),
        Booking.origin == Origin.TAP,
    )
    .order_by(Booking.id.desc())
)


_HOLDS: Final = select(func.min(Booking.hold_until)).where(Booking.state.in_(WAITING))
DUES: Final = (
    Due(_HOLDS.where(Booking.hold_until > NOW)),
    Due(select(func.min(Booking.ends_at)).where(Booking.state == BookingState.CONFIRMED), OUTCOME_AFTER),
    Due(select(func.min(Booking.stands_at)).where(Booking.state.in_(OUTCOMES))),
)
LAPSED: Final = (Due(_HOLDS),)
"""When the first hold or request ended, or ends."""
