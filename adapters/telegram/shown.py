"""What this door showed, what it began to send, and the commands it registered: the only writer of its tables.

A person has one remembered message a subject. A delivery is a row before Telegram is asked, so that a repeat of
one that arrived sends nothing.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from adapters.telegram.spots import Spot
from core.db import Base, BigInt, Id

KEPT: Final = timedelta(days=180)
SENT_KEPT: Final = timedelta(days=14)


class TelegramMessage(Base):
    __tablename__ = "telegram_messages"
    __table_args__ = (UniqueConstraint("account", "subject"), UniqueConstraint("chat_id", "message_id"))

    id: Mapped[Id]
    account: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    chat_id: Mapped[int]
    message_id: Mapped[int]
    has_picture: Mapped[bool]
    at: Mapped[datetime] = mapped_column(index=True)


class TelegramDelivery(Base):
    """`tries` counts those of which nobody knows whether they arrived; `sent_at` says that one did."""

    __tablename__ = "telegram_deliveries"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    tries: Mapped[int]
    sent_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(index=True)


class TelegramCommands(Base):
    """The digest of the commands that a bot has at Telegram."""

    __tablename__ = "telegram_commands"

    bot_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


# --- messages ---------------------------------------------------------------------------------


def note(session: Session, account: str, subject: str, spot: Spot, *, now: datetime) -> None:
    """A message shows a subject now, or nothing to remember; what it showed before it shows no more."""
    forget(session, spot)
    if not subject:
        return
    session.execute(
        delete(TelegramMessage).where(TelegramMessage.account == account, TelegramMessage.subject == subject)
    )
    session.add(
        TelegramMessage(
            account=account,
            subject=subject,
            chat_id=spot.chat,
            message_id=spot.message,
            has_picture=spot.has_picture,
            at=now,
        )
    )


def forget(session: Session, spot: Spot) -> None:
    session.execute(
        delete(TelegramMessage).where(
            TelegramMessage.chat_id == spot.chat, TelegramMessage.message_id == spot.message
        )
    )


def spot(session: Session, account: str, subject: str) -> Spot | None:
    """Where a subject stands for a person."""
    found = session.scalar(
        select(TelegramMessage).where(TelegramMessage.account == account, TelegramMessage.subject == subject)
    )
    return Spot(found.chat_id, found.message_id, found.has_picture) if found else None


def is_remembered(session: Session, spot: Spot) -> bool:
    found = select(TelegramMessage.id).where(
        TelegramMessage.chat_id == spot.chat, TelegramMessage.message_id == spot.message
    )
    return session.scalar(found) is not None


# --- deliveries -------------------------------------------------------------------------------


def begin(session: Session, key: str, *, most: int, now: datetime) -> bool:
    """Writes down that a message is about to be sent. False where it was, or may have been often enough."""
    found = session.get(TelegramDelivery, key)
    if found is None:
        found = TelegramDelivery(key=key, tries=0)
        session.add(found)
    if found.sent_at is not None or found.tries >= most:
        return False
    found.tries, found.at = found.tries + 1, now
    return True


def undo(session: Session, key: str) -> None:
    """It was surely not sent."""
    found = session.get(TelegramDelivery, key)
    if found is not None:
        found.tries -= 1


def arrived(session: Session, key: str, account: str, subject: str, spot: Spot, *, now: datetime) -> None:
    session.merge(TelegramDelivery(key=key, tries=0, sent_at=now, at=now))
    note(session, account, subject, spot, now=now)


# --- commands ---------------------------------------------------------------------------------


def registered(session: Session, bot: int) -> str:
    """The digest of the registered commands; empty where there is none."""
    found = session.get(TelegramCommands, bot)
    return found.digest if found else ""


def register(session: Session, bot: int, digest: str, *, now: datetime) -> None:
    session.merge(TelegramCommands(bot_id=bot, digest=digest, at=now))


def purge(session: Session, *, now: datetime) -> None:
    """Forgets messages that nobody will look for, and deliveries that are not repeated any more."""
    session.execute(delete(TelegramMessage).where(TelegramMessage.at < now - KEPT))
    session.execute(delete(TelegramDelivery).where(TelegramDelivery.at < now - SENT_KEPT))
