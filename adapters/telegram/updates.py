"""Every update is a row before Telegram is told that it arrived: none is lost with the process, none answered twice.

The only writer of its table. What people wrote stays in a row no longer than until it is answered.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, BigInt, Json

Body = Mapping[str, object]
REPEATED: Final = timedelta(days=3)
"""Telegram comes again with an update for a day."""


class TelegramUpdate(Base):
    """`body` is empty once it was answered."""

    __tablename__ = "telegram_updates"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    body: Mapped[dict[str, object] | None] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(index=True)


def take(session: Session, bodies: Sequence[Body], *, now: datetime) -> list[int]:
    """Keeps those that are new; their ids, in their order."""
    offered = {cast(int, body["update_id"]): dict(body) for body in bodies}
    known = set(session.scalars(select(TelegramUpdate.id).where(TelegramUpdate.id.in_(offered))))
    new = [number for number in offered if number not in known]
    session.add_all(TelegramUpdate(id=number, body=offered[number], at=now) for number in new)
    return new


def answered(session: Session, number: int) -> None:
    session.execute(update(TelegramUpdate).where(TelegramUpdate.id == number).values(body=None))


def waiting(session: Session) -> list[Body]:
    """What was taken and not answered, the oldest first."""
    found = select(TelegramUpdate.body).where(TelegramUpdate.body.is_not(None)).order_by(TelegramUpdate.id)
    return [body for body in session.scalars(found) if body]


def purge(session: Session, *, now: datetime) -> None:
    """Forgets what Telegram does not repeat any more."""
    old = (TelegramUpdate.at < now - REPEATED, TelegramUpdate.body.is_(None))
    session.execute(delete(TelegramUpdate).where(*old))
