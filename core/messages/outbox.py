"""One message due to one person at one time. The only writer of notices.

The key (person, kind, subject, revision) is unique, so a crash or a second worker doubles nothing. A notice is
claimed with a lease and its text is made when it is sent; what is stale by then is dropped.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from core.db import Base, Id
from core.dues import Due

LEASE: Final = timedelta(minutes=1)
FIRST_RETRY: Final = timedelta(seconds=20)
LONGEST_RETRY: Final = timedelta(minutes=15)
MOST_ATTEMPTS: Final = 12
"""Two hours, for an outage of a platform outlasts three quick tries."""
KEPT: Final = timedelta(days=120)
JOINED: Final = "joined"
"""The kind of notice that goes to one account alone, its subject, and climbs no ladder."""
WAITING = text("state = 'waiting'")


class NoticeState(StrEnum):
    """`dropped` was stale when its time came; `dead` could not be delivered anywhere."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"


class Notice(Base):
    """`subject_id` is the id of what the kind speaks of. `try_at` is the due time, a lease or a retry.

    `session_at` is the start of the session that it is about, if it is about one; `waits_until` the end of the
    reader's night, where it came in one.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject_id", "revision"),
        Index("ix_notices_waiting", "try_at", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    revision: Mapped[int]
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    try_at: Mapped[datetime]
    state: Mapped[NoticeState]
    attempts: Mapped[int]
    rung: Mapped[str] = mapped_column(String(80))
    problem: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime | None]
    session_at: Mapped[datetime | None]
    waits_until: Mapped[datetime | None]


def put(
    session: Session,
    person_ids: Sequence[int],
    kind: str,
    subject_id: int,
    *,
    community_id: int | None,
    due_at: datetime,
    expires_at: datetime,
    revision: int = 0,
    session_at: datetime | None = None,
) -> None:
    """Plans a message to each person, unless it is planned already."""
    rows = [
        {
            "person_id": person_id,
            "kind": kind,
            "subject_id": subject_id,
            "revision": revision,
            "community_id": community_id,
            "due_at": due_at,
            "expires_at": expires_at,
            "try_at": due_at,
            "state": NoticeState.WAITING,
            "attempts": 0,
            "rung": "",
            "problem": "",
            "session_at": session_at,
        }
        for person_id in person_ids
    ]
    if rows:
        session.execute(_PUT[session.get_bind().dialect.name], rows)


def claim(session: Session, *, now: datetime, most: int = 100) -> list[Notice]:
    """Takes what is due for the time of a lease; a worker that dies leaves it to the next."""
    due = (
        select(Notice)
        .where(Notice.state == NoticeState.WAITING, Notice.try_at <= now)
        .order_by(Notice.try_at, Notice.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    notices = list(session.scalars(due))
    for notice in notices:
        notice.try_at = now + LEASE
        notice.attempts += 1
        if notice.attempts > MOST_ATTEMPTS:
            notice.state, notice.problem = NoticeState.DEAD, "it broke every worker that took it"
    return [notice for notice in notices if notice.state is NoticeState.WAITING]


def sent(session: Session, notice_id: int, rung: str, *, now: datetime) -> None:
    arrived = {"b_state": NoticeState.SENT, "b_rung": rung[:80], "b_at": now, "b_problem": ""}
    session.execute(_END, {"b_id": notice_id, **arrived})


def drop(session: Session, notice_id: int, reason: str) -> None:
    """Nobody needs it any more."""
    _end_unsent(session, notice_id, NoticeState.DROPPED, reason)


def hold_back(session: Session, notice_id: int, until: datetime, expires_at: datetime) -> None:
    """It is due later: nobody is late with it before then."""
    for notice in _still_there(session, notice_id):
        notice.waits_until = notice.try_at = until
        notice.expires_at, notice.attempts = expires_at, 0


def retry(session: Session, notice_id: int, problem: str, *, now: datetime) -> None:
    """It may arrive later; after the last attempt it is dead."""
    for notice in _still_there(session, notice_id):
        notice.problem = problem[:200]
        if notice.attempts >= MOST_ATTEMPTS:
            notice.state = NoticeState.DEAD
        else:
            notice.try_at = now + min(FIRST_RETRY * 4 ** (notice.attempts - 1), LONGEST_RETRY)


def bury(session: Session, notice_id: int, problem: str) -> None:
    """There is no way left to this person."""
    _end_unsent(session, notice_id, NoticeState.DEAD, problem)


def reassign(session: Session, gone: int, kept: int) -> None:
    """Of a message that both were due one stays: the one that was sent, if one was."""
    other = aliased(Notice)
    same = [
        column == getattr(other, column.key) for column in (Notice.kind, Notice.subject_id, Notice.revision)
    ]
    twice = select(Notice, other).join(other, and_(other.person_id == kept, *same))
    for old, own in session.execute(twice.where(Notice.person_id == gone)).all():
        session.delete(own if old.state is NoticeState.SENT else old)
    session.flush()
    session.execute(update(Notice).where(Notice.person_id == gone).values(person_id=kept))


def last_sent(session: Session, person_id: int) -> Notice | None:
    """The last message that reached a person."""
    return session.scalar(
        select(Notice)
        .where(Notice.person_id == person_id, Notice.state == NoticeState.SENT)
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(1)
    )


def oldest_due(session: Session, *, now: datetime) -> timedelta:
    """How long the most overdue notice has been waiting, but for its reader's morning."""
    due_at = func.coalesce(Notice.waits_until, Notice.due_at, type_=Notice.due_at.type)
    due = session.scalar(select(func.min(due_at)).where(Notice.state == NoticeState.WAITING, due_at <= now))
    return now - due if due else timedelta(0)


def purge(session: Session, *, now: datetime) -> None:
    session.execute(delete(Notice).where(Notice.state != NoticeState.WAITING, Notice.due_at < now - KEPT))


def _end_unsent(session: Session, notice_id: int, state: NoticeState, problem: str) -> None:
    ended = {"b_state": state, "b_rung": "", "b_at": None, "b_problem": problem[:200]}
    session.execute(_END, {"b_id": notice_id, **ended})


def _still_there(session: Session, notice_id: int) -> Iterator[Notice]:
    """A notice that was due to two people who are one now may have gone while it was sent, and one whose lease ran
    out may have been sent by another worker."""
    notice = session.get(Notice, notice_id)
    if notice is not None and notice.state is not NoticeState.SENT:
        yield notice


DUES: Final = (Due(select(func.min(Notice.try_at)).where(Notice.state == NoticeState.WAITING)),)

_END: Final = (
    update(Notice)
    .where(Notice.id == bindparam("b_id"), Notice.state != NoticeState.SENT)
    .values(
        state=bindparam("b_state"),
        rung=bindparam("b_rung"),
        sent_at=bindparam("b_at"),
        problem=bindparam("b_problem"),
    )
    .execution_options(synchronize_session=False)
)
"""Without a look before; what was sent stays so, whatever a worker says whose lease ran out."""
_PUT: Final = {
    dialect: insert(Notice).on_conflict_do_nothing()
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
"""Values are given as it is run: a statement that holds rows is compiled anew each time."""
