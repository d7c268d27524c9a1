"""What this door showed, and the commands it registered: the only writer of its two tables.

A person has one remembered direct message a subject, and any number of answers that only they can see, each
with the token that edits it for fifteen minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Index, String, and_, bindparam, delete, insert, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, BigInt, Id

TOKEN_LIVES: Final = timedelta(minutes=14)
KEPT: Final = timedelta(days=180)


class Shown(Base):
    """`token` and `until` are set for an answer that only its reader sees; `None` means a direct message."""

    __tablename__ = "discord_messages"
    __table_args__ = (Index("ix_discord_messages_account_subject", "account", "subject"),)

    id: Mapped[Id]
    account: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    channel_id: Mapped[int]
    message_id: Mapped[int] = mapped_column(unique=True)
    token: Mapped[str | None] = mapped_column(String(512))
    until: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(index=True)


class Registered(Base):
    """The digest of the commands that an application has at Discord."""

    __tablename__ = "discord_commands"

    application_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a screen is on Discord."""

    channel: int
    message: int
    token: str | None = None


_REPLACED = delete(Shown).where(
    or_(
        Shown.message_id == bindparam("b_message"),
        and_(
            Shown.account == bindparam("b_account"),
            Shown.subject == bindparam("b_subject"),
            Shown.token.is_(None),
            bindparam("b_direct"),
        ),
    )
)
_KNOWN = insert(Shown)
_OF = (
    select(Shown.channel_id, Shown.message_id, Shown.token)
    .where(
        Shown.account == bindparam("b_account"),
        Shown.subject == bindparam("b_subject"),
        or_(Shown.until.is_(None), Shown.until > bindparam("b_now")),
    )
    .order_by(Shown.id)
)


def remember(session: Session, account: str, subject: str, spot: Spot, *, now: datetime) -> None:
    """Takes the place of what the message showed before, and of the subject's last direct message."""
    session.execute(
        _REPLACED,
        {
            "b_message": spot.message,
            "b_account": account,
            "b_subject": subject,
            "b_direct": spot.token is None,
        },
    )
    session.execute(
        _KNOWN,
        {
            "account": account,
            "subject": subject,
            "channel_id": spot.channel,
            "message_id": spot.message,
            "token": spot.token,
            "until": None if spot.token is None else now + TOKEN_LIVES,
            "at": now,
        },
    )


def forget(session: Session, message: int) -> None:
    session.execute(delete(Shown).where(Shown.message_id == message))


def spots(session: Session, account: str, subject: str, *, now: datetime) -> list[Spot]:
    """Where a subject stands now for a person, as far as it can still be edited."""
    found = session.execute(_OF, {"b_account": account, "b_subject": subject, "b_now": now})
    return [Spot(*row) for row in found]


def purge(session: Session, *, now: datetime) -> None:
    """Forgets messages that can no longer be edited or that nobody will look for."""
    session.execute(delete(Shown).where(or_(Shown.until < now, Shown.at < now - KEPT)))


def registered(session: Session, application: int) -> str:
    """The digest of the registered commands; empty where there is none."""
    found = session.get(Registered, application)
    return found.digest if found else ""


def register(session: Session, application: int, digest: str, *, now: datetime) -> None:
    session.merge(Registered(application_id=application, digest=digest, at=now))
