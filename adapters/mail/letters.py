"""Which letters a server has taken already, so that a crash after it sends none twice. The table's only writer."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base

KEPT: Final = timedelta(days=30)


class SentLetter(Base):
    """`digest` is of the letter's key and address, as in its Message-ID."""

    __tablename__ = "mail_letters"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


def was_sent(session: Session, digest: str) -> bool:
    return session.get(SentLetter, digest) is not None


def remember(session: Session, digest: str, *, now: datetime) -> None:
    session.merge(SentLetter(digest=digest, at=now))


def purge(session: Session, *, now: datetime) -> None:
    session.execute(delete(SentLetter).where(SentLetter.at < now - KEPT))
