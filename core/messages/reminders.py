"""Reminders of a session: which, when, and until when a late one is still worth sending."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.messages import outbox
from core.people import people

LATEST: Final = timedelta(minutes=15)
KIND: Final = "reminder."


def plan(offsets: Sequence[int], starts_at: datetime, now: datetime) -> list[tuple[int, datetime, datetime]]:
    """Offset (minutes), due time and expiry of each reminder.

    An offset that is past already is skipped, but the last one before the start survives: it is due at once.
    """
    planned = []
    for offset in sorted(set(offsets), reverse=True):
        due_at = starts_at - timedelta(minutes=offset)
        is_last = offset == min(offsets)
        if due_at <= now and not (is_last and now < starts_at):
            continue
        expires_at = min(due_at + min(timedelta(minutes=offset) / 2, LATEST), starts_at)
        planned.append((offset, max(due_at, now), starts_at if due_at <= now else expires_at))
    return planned


def plan_for(session: Session, booking: Booking, *, now: datetime) -> None:
    """Plans both sides' reminders of a confirmed session, for its present revision."""
    for person_id in (booking.student_id, booking.mentor_person_id):
        plan_for_person(session, booking, person_id, now=now)


def plan_for_person(session: Session, booking: Booking, person_id: int, *, now: datetime) -> None:
    for offset, due_at, expires_at in plan(offsets_of(session, booking, person_id), booking.starts_at, now):
        outbox.put(
            session,
            [person_id],
            f"{KIND}{offset}",
            booking.id,
            community_id=booking.community_id,
            due_at=due_at,
            expires_at=expires_at,
            revision=booking.revision,
            session_at=booking.starts_at,
        )


def offsets_of(session: Session, booking: Booking, person_id: int) -> Sequence[int]:
    """The person's own choice, else the policy the booking was made under."""
    chosen = people.find(session, person_id).reminders
    return booking.policy.reminders if chosen is None else chosen
