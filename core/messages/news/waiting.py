"""News of the waitlist, and the morning's agenda."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking import diary, waiting
from core.booking.life import Booking, BookingState
from core.history import History
from core.messages import manners, outbox, preferences
from core.messages.news.bookings import LAPSING_BEFORE
from core.messages.news.telling import NEWS, Check, Rule, put_booking
from core.messages.outbox import Notice

AGENDA_WORTH: Final = timedelta(hours=4)


def _offered(session: Session, row: History, now: datetime) -> None:
    entry = waiting.find(session, row.subject_id)
    offered = waiting.offer(session, entry, now=now)
    if offered is None or offered.hold_until is None or row.facts.get("offers") != entry.offers:
        return
    outbox.put(
        session,
        [entry.student_id],
        manners.OFFER,
        entry.id,
        community_id=row.community_id,
        due_at=row.at,
        expires_at=offered.hold_until,
        revision=entry.offers,
        session_at=offered.starts_at,
    )


def _served(session: Session, row: History, now: datetime) -> None:
    """What was claimed is an ordinary hold, and is warned of before it lapses."""
    entry = waiting.find(session, row.subject_id)
    booking = diary.find(session, entry.offered_id) if entry.offered_id is not None else None
    if booking is None or booking.state is not BookingState.HELD or booking.hold_until is None:
        return
    due_at = booking.hold_until - LAPSING_BEFORE
    if due_at > now:
        to = [booking.student_id]
        put_booking(session, to, "lapsing", booking, due_at=due_at, expires_at=booking.hold_until)


def _silent(session: Session, row: History, now: datetime) -> None:
    entry = waiting.find(session, row.subject_id)
    outbox.put(
        session,
        [entry.student_id],
        "waitlist_silent",
        entry.id,
        community_id=row.community_id,
        due_at=row.at,
        expires_at=row.at + NEWS,
    )


def _scheduled(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if booking.state is BookingState.CONFIRMED:
        for person_id in (booking.student_id, booking.mentor_person_id):
            _plan_agenda(session, booking, person_id, now=now)


def _chosen(session: Session, row: History, now: datetime) -> None:
    for booking in diary.confirmed_of(session, row.subject_id, now=now):
        _plan_agenda(session, booking, row.subject_id, now=now)


def _plan_agenda(session: Session, booking: Booking, person_id: int, *, now: datetime) -> None:
    """One a day, whatever stands in it then; another hour is another message."""
    wishes = preferences.of(session, person_id)
    day = wishes.day_of(booking.starts_at)
    at = wishes.agenda_at(day)
    if at is None or not now < at < booking.starts_at:
        return
    outbox.put(
        session,
        [person_id],
        manners.AGENDA,
        day.toordinal(),
        community_id=booking.community_id,
        due_at=at,
        expires_at=at + AGENDA_WORTH,
        revision=_revision(at),
    )


def _revision(at: datetime) -> int:
    return int(at.timestamp() // 60)


def _stale_offer(session: Session, notice: Notice, now: datetime) -> str:
    entry = waiting.find(session, notice.subject_id)
    is_open = waiting.offer(session, entry, now=now) is not None and entry.offers == notice.revision
    return "" if is_open else "over"


def _stale_agenda(session: Session, notice: Notice, now: datetime) -> str:
    at = preferences.of(session, notice.person_id).agenda_at(date.fromordinal(notice.subject_id))
    if at is None or _revision(at) != notice.revision:
        return "chosen otherwise"
    return "" if today(session, notice, now=now) else "nothing to do"


def today(session: Session, notice: Notice, *, now: datetime) -> list[Booking]:
    """The sessions of the agenda's day that are still ahead, in order."""
    wishes, day = preferences.of(session, notice.person_id), date.fromordinal(notice.subject_id)
    ahead = diary.confirmed_of(session, notice.person_id, now=now)
    found = (booking for booking in ahead if wishes.day_of(booking.starts_at) == day)
    return sorted(found, key=lambda booking: booking.starts_at)


RULES: Final[Mapping[str, Rule]] = {
    "waitlist.offered": _offered,
    "waitlist.served": _served,
    "waitlist.silent": _silent,
    "booking.confirmed": _scheduled,
    "booking.moved": _scheduled,
    "person.messages": _chosen,
    "person.zone": _chosen,
}
CHECKS: Final[Mapping[str, Check]] = {manners.OFFER: _stale_offer, manners.AGENDA: _stale_agenda}
