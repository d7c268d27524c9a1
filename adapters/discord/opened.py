"""Which private threads this door opened, by the key they were asked for: the only writer of its table.

The row comes before the thread, so a repeat after an answer that was lost finds that thread and opens no other.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id

LONGEST_KEY: Final = 80
KEPT: Final = timedelta(days=500)


class Opened(Base):
    """`thread_id` is empty until Discord has told it."""

    __tablename__ = "discord_threads"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), unique=True)
    channel_id: Mapped[int]
    thread_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime]


def intend(session: Session, key: str, channel: int, *, now: datetime) -> tuple[bool, int | None]:
    """Whether a thread may have been opened under this key before, and which, where that is known."""
    found = session.scalar(select(Opened).where(Opened.key == key))
    if found is not None and found.channel_id == channel:
        return True, found.thread_id
    if found is not None:
        session.delete(found)
        session.flush()
    session.add(Opened(key=key, channel_id=channel, at=now))
    session.flush()
    return False, None


def stands(session: Session, key: str, thread: int) -> None:
    """The thread has been opened."""
    found = session.scalar(select(Opened).where(Opened.key == key))
    if found is not None:
        found.thread_id = thread


def forget(session: Session, thread: int) -> None:
    """The thread is gone, or will not be written in any more."""
    session.execute(delete(Opened).where(Opened.thread_id == thread))


def purge(session: Session, *, now: datetime) -> None:
    """Forgets what was never opened or never closed, long after any session."""
    session.execute(delete(Opened).where(Opened.at < now - KEPT))
