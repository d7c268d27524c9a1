"""Notices a second: claimed and delivered through a platform that takes everything, and claimed alone."""

import time
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from adapters.database import Database
from bench import holds, town
from bench.table import Row, rate
from core import chat
from core.booking import bookings
from core.booking.life import Who
from core.chat import _
from core.messages import dispatch, notices, outbox
from core.messages.dispatch import Letter
from core.messages.outbox import Notice, NoticeState
from core.ports import Rung
from tests.databases import build_schema

MENTORS: Final = 50
SESSIONS: Final = 300
HELLO: Final = chat.Screen(_("Hello"))
LETTER: Final = Letter(HELLO, HELLO, chat.Reader("en", "UTC"), rings=False)


class Nowhere:
    """A platform where everything arrives at once."""

    platform = "discord"

    async def deliver(
        self, rung: Rung, screen: chat.Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> None: ...

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None: ...

    def invitation(self, payload: str) -> str | None:
        return None


async def measured(folder: Path) -> list[Row]:
    url = f"sqlite:///{folder / 'notices.db'}"
    build_schema(url)
    db = await Database.open(url)
    await db.write(town.populate, MENTORS, SESSIONS, place=holds.PLACE)
    for first in range(0, SESSIONS, 50):
        await db.write(_confirm, range(first, first + 50))
    while await db.write(notices.fan_out, now=town.NOW):
        pass
    due = await db.read(_due)
    claiming = await _seconds_of_claims(db, due)
    await db.write(_forget_claims)
    start = time.perf_counter()
    await dispatch.deliver_due(db, {"discord": Nowhere()}, lambda *_: LETTER, now=town.NOW)
    delivering = time.perf_counter() - start
    await db.close()
    return [
        Row(f"claim {due} due notices", rate(due, claiming), goal="≥ 10,000/s"),
        Row("claim, pack and deliver them nowhere", rate(due, delivering), goal="1,000/s"),
    ]


async def _seconds_of_claims(db: Database, due: int) -> float:
    start, claimed = time.perf_counter(), 0
    while claimed < due:
        claimed += len(await db.write(outbox.claim, now=town.NOW))
    return time.perf_counter() - start


def _confirm(session: Session, numbers: range) -> None:
    for number in numbers:
        mentor_id, start = town.start(number, MENTORS)
        booking = holds.place_with(session, mentor_id, MENTORS + number + 1, start)
        bookings.confirm(session, booking, Who.PROVIDER, now=town.NOW)


def _due(session: Session) -> int:
    waiting = select(func.count()).where(Notice.state == NoticeState.WAITING, Notice.try_at <= town.NOW)
    return session.scalar(waiting) or 0


def _forget_claims(session: Session) -> None:
    for notice in session.scalars(select(Notice).where(Notice.attempts > 0)):
        notice.attempts, notice.try_at = 0, notice.due_at
