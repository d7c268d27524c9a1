"""A notice becomes a letter at the moment it is sent: its screen, in the reader's language and zone."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.letters import (
    bookings,
    changes,
    money,
    outcomes,
    packs,
    people,
    plans,
    requests,
    reviews,
    rooms,
    seats,
    threads,
    waiting,
)
from bot.letters.writing import Due, Writer
from bot.screens import notices as screens
from bot.visit import Desk, reader_away
from core.chat import Reader
from core.messages import reminders
from core.messages.dispatch import Letter
from core.messages.outbox import Notice
from core.people import communities
from core.people import people as humans

QUIET: Final = frozenset({"receipt", "processing", "refund_wanted", "refund_pending"})
TOPICS: Final = (
    *(bookings, changes, money, outcomes, people, requests, reviews, rooms, threads, waiting),
    *(packs, seats, plans),
)
WRITERS: Final = {kind: writer for topic in TOPICS for kind, writer in topic.WRITERS.items()}


class Letters:
    """Implements `core.messages.dispatch.Compose`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __call__(self, session: Session, notice: Notice, now: datetime) -> Letter:
        return Letter(
            screen=_writer(notice.kind)(session, Due(self.desk, notice, now)),
            nudge=screens.nudge(),
            reader=_reader(session, self.desk, notice, now),
            rings=notice.kind not in QUIET,
            thread=threads.reminder(session, notice),
        )


def _writer(kind: str) -> Writer:
    return bookings.reminder if kind.startswith(reminders.KIND) else WRITERS[kind]


def _reader(session: Session, desk: Desk, notice: Notice, now: datetime) -> Reader:
    person = humans.find(session, notice.person_id)
    community = communities.find(session, notice.community_id) if notice.community_id else None
    return reader_away(session, person, community, desk.catalogue.languages, now)
