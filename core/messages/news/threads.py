"""What a booking's life means for its thread in the community, and the news that a thread is gone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.booking import diary
from core.booking.life import BookingState
from core.history import History
from core.messages import threads
from core.messages.news.telling import Check, Rule, put
from core.messages.outbox import Notice

CHANGES: Final = (
    *("booking.moved", "booking.canceled", "booking.completed", "booking.noted"),
    *("booking.student_no_show", "booking.mentor_no_show"),
)


def _confirmed(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    if booking.state is BookingState.CONFIRMED:
        threads.want(session, booking, now=now)


def _changed(session: Session, row: History, now: datetime) -> None:
    threads.touch(session, row.subject_id, now=now)


def _lost(session: Session, row: History, now: datetime) -> None:
    booking = diary.find(session, row.subject_id)
    put(session, [booking.student_id, booking.mentor_person_id], "thread_lost", row, revision=row.id)


def _is_back(session: Session, notice: Notice, now: datetime) -> str:
    return "there is a thread" if threads.open_at(session, notice.subject_id, now=now) else ""


RULES: Final[Mapping[str, Rule]] = {
    "booking.confirmed": _confirmed,
    **dict.fromkeys(CHANGES, _changed),
    "room.thread_lost": _lost,
}
CHECKS: Final[Mapping[str, Check]] = {"thread_lost": _is_back}
