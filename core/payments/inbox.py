"""Verified webhook events, each stored once and handled later. The only writer of the inbox.

A provider may send an event twice, late and out of order: the unique key makes the first the only one.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import dues
from core.db import Base, Id
from core.dues import Due
from core.ports import WebhookEvent

LEASE: Final = timedelta(minutes=2)
KEPT: Final = timedelta(days=60)
BACKOFF: Final = timedelta(seconds=30)
MOST_ATTEMPTS: Final = 20
OPEN = text("handled_at IS NULL")


class InboxEvent(Base):
    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        Index("ix_inbox_open", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(16))
    event_id: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(60))
    ref: Mapped[str] = mapped_column(String(100))
    charge: Mapped[str] = mapped_column(String(100))
    subscription: Mapped[str] = mapped_column(String(100), default="", server_default="")
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    handled_at: Mapped[datetime | None]


def store(session: Session, provider: str, event: WebhookEvent, body: bytes, *, now: datetime) -> bool:
    """Keeps an event; `False` where it was kept before."""
    values = {
        "provider": provider,
        "event_id": event.event_id,
        "kind": event.kind,
        "ref": event.ref,
        "charge": event.charge,
        "subscription": event.subscription,
        "body": body,
        "received_at": now,
        "due_at": now,
        "attempts": 0,
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    done = session.execute(insert(InboxEvent).values(values).on_conflict_do_nothing())
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def claim(session: Session, *, now: datetime, most: int = 20) -> list[InboxEvent]:
    """Takes due events for the time of a lease; a worker that dies leaves them to the next."""
    due = (
        select(InboxEvent)
        .where(InboxEvent.handled_at.is_(None), InboxEvent.due_at <= now)
        .order_by(InboxEvent.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    events = list(session.scalars(due))
    for event in events:
        event.due_at = now + LEASE
        event.attempts += 1
    return events


def finish(session: Session, event_id: int, *, now: datetime) -> None:
    session.execute(update(InboxEvent).where(InboxEvent.id == event_id).values(handled_at=now))


def retry(session: Session, event_id: int, *, now: datetime) -> None:
    """The provider could not be asked: later again, each time a little later, and in the end not at all."""
    event = session.get_one(InboxEvent, event_id)
    if event.attempts >= MOST_ATTEMPTS:
        event.handled_at = now
    else:
        event.due_at = now + BACKOFF * event.attempts


def next_due(session: Session) -> datetime | None:
    return dues.first(session, DUES)


def purge(session: Session, *, now: datetime) -> None:
    """Forgets what was handled long ago: no provider repeats itself after `KEPT`."""
    session.execute(
        delete(InboxEvent).where(
            or_(InboxEvent.handled_at < now - KEPT, InboxEvent.received_at < now - 2 * KEPT)
        )
    )


DUES: Final = (Due(select(func.min(InboxEvent.due_at)).where(InboxEvent.handled_at.is_(None))),)
