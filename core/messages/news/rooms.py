"""What a booking's life means for its room, and news from inside: a message that found no way, notes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.booking import diary
from core.booking.life import BookingState
from core.history import History
from core.messages import rooms
from core.messages.news.telling import Check, Rule, put


def _confirmed(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if booking.state is BookingState.CONFIRMED:
        rooms.open_for(session, booking, now=now)


def _moved(session: Session, row: History, now: datetime) -> None:
    rooms.follow(session, diary.find(session, row.subject_id), now=now)


def _canceled(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if booking.state is BookingState.CANCELED:
        rooms.end_with(session, booking, now=now)


def _lost(session: Session, row: History, now: datetime) -> None:
    if row.actor_id is not None:
        put(session, [row.actor_id], "undelivered", row, revision=0)


def _noted(session: Session, row: History, now: datetime) -> None:
    """Every time that the mentor writes is news of its own."""
    booking = diary.find(session, row.subject_id)
    put(session, [booking.student_id], "room_notes", row, revision=row.id)


RULES: Final[Mapping[str, Rule]] = {
    "booking.confirmed": _confirmed,
    "booking.moved": _moved,
    "booking.canceled": _canceled,
    "room.lost": _lost,
    "booking.noted": _noted,
}
CHECKS: Final[Mapping[str, Check]] = {}
