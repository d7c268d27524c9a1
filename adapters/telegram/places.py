"""The groups that the bot is in, their topics, and in which of them somebody spoke last.

The only writer of its tables.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from adapters.telegram.incoming import PLATFORM
from adapters.telegram.keyboard import Topic
from core import chat
from core.db import Base, BigInt, Id

MOST_TOPICS: Final = 30


class TelegramGroup(Base):
    """`left_at` is set while the bot is not in it."""

    __tablename__ = "telegram_groups"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(255))
    left_at: Mapped[datetime | None]
    at: Mapped[datetime]


class TelegramTopic(Base):
    __tablename__ = "telegram_topics"
    __table_args__ = (UniqueConstraint("group_id", "thread"),)

    id: Mapped[Id]
    group_id: Mapped[int]
    thread: Mapped[int]
    name: Mapped[str] = mapped_column(String(128))


class TelegramWhereabouts(Base):
    """The group that somebody means when they go on in private."""

    __tablename__ = "telegram_whereabouts"

    account: Mapped[str] = mapped_column(String(20), primary_key=True)
    group_id: Mapped[int]


def enter(session: Session, group: int, title: str, *, now: datetime) -> None:
    session.merge(TelegramGroup(id=group, title=title[:255], left_at=None, at=now))


def leave(session: Session, group: int, title: str, *, now: datetime) -> None:
    session.merge(TelegramGroup(id=group, title=title[:255], left_at=now, at=now))


def has_left(session: Session, group: int) -> bool:
    found = session.get(TelegramGroup, group)
    return found is not None and found.left_at is not None


def name_topic(session: Session, group: int, topic: Topic) -> None:
    found = session.scalar(
        select(TelegramTopic).where(TelegramTopic.group_id == group, TelegramTopic.thread == topic.thread)
    )
    if found is None:
        found = TelegramTopic(group_id=group, thread=topic.thread)
        session.add(found)
    found.name = topic.name[:128]


def topics(session: Session, group: int) -> Sequence[Topic]:
    """Those that were heard of, the latest last."""
    found = select(TelegramTopic).where(TelegramTopic.group_id == group).order_by(TelegramTopic.thread)
    return [Topic(topic.thread, topic.name) for topic in session.scalars(found)][-MOST_TOPICS:]


def speak(session: Session, account: str, group: int, title: str, *, now: datetime) -> None:
    """Somebody says something in a group, which shows that the bot is in it."""
    session.merge(TelegramWhereabouts(account=account, group_id=group))
    enter(session, group, title, now=now)


def whereabouts(session: Session, account: str) -> chat.Place | None:
    """The group that somebody spoke in last, where the bot is still in it."""
    spoke = session.get(TelegramWhereabouts, account)
    group = session.get(TelegramGroup, spoke.group_id) if spoke else None
    if group is None or group.left_at is not None:
        return None
    return chat.Place(PLATFORM, str(group.id), group.title)


def move(session: Session, old: int, new: int) -> None:
    """A group has another number now. What was heard of the new one already stays."""
    session.execute(
        update(TelegramWhereabouts).where(TelegramWhereabouts.group_id == old).values(group_id=new)
    )
    session.execute(delete(TelegramTopic).where(TelegramTopic.group_id == old))
    group = session.get(TelegramGroup, old)
    if group is not None:
        session.merge(TelegramGroup(id=new, title=group.title, left_at=None, at=group.at))
        session.delete(group)
