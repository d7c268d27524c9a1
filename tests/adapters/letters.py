"""A table of its own for the tests of the database, and the verbs that write to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from threading import Event
from typing import ClassVar

from sqlalchemy import ForeignKey, MetaData, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from adapters.database import Database
from adapters.database.url import parse
from core import db as beams
from core.db import Id, PublicId

PATIENCE = 60.0


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=beams.Base.metadata.naming_convention)
    type_annotation_map: ClassVar = beams.Base.type_annotation_map


class Mood(StrEnum):
    GLAD = "glad"
    SAD = "sad"


class Letter(Base):
    __tablename__ = "letters"

    id: Mapped[Id]
    code: Mapped[PublicId]
    words: Mapped[str] = mapped_column(unique=True)
    sent_at: Mapped[datetime | None]
    mood: Mapped[Mood | None]
    facts: Mapped[dict[str, object] | None]
    answer_to: Mapped[int | None] = mapped_column(
        ForeignKey("letters.id", deferrable=True, initially="DEFERRED")
    )


def send(
    session: Session,
    words: str,
    *,
    sent_at: datetime | None = None,
    mood: Mood | None = None,
    facts: dict[str, object] | None = None,
    answer_to: int | None = None,
) -> Letter:
    letter = Letter(words=words, sent_at=sent_at, mood=mood, facts=facts, answer_to=answer_to)
    session.add(letter)
    return letter


def all_words(session: Session) -> list[str]:
    return list(session.scalars(select(Letter.words).order_by(Letter.words)))


def refuse(session: Session) -> None:
    send(session, "never sent")
    session.flush()
    raise LookupError("no stamp")


@asynccontextmanager
async def standing_in_line(database: Database) -> AsyncIterator[None]:
    """Where one writes at a time, all who begin to write in the block stand behind somebody until it ends."""
    begun, goes_on = Event(), Event()

    def take_ones_time(_session: Session) -> None:
        begun.set()
        assert goes_on.wait(PATIENCE)

    writing = asyncio.ensure_future(database.write(take_ones_time))
    assert await asyncio.to_thread(begun.wait, PATIENCE)
    try:
        yield
        await asyncio.sleep(0)  # who was told to write has got in line
    finally:
        goes_on.set()
        await writing


def make_tables(url: str) -> None:
    engine = create_engine(parse(url))
    Base.metadata.create_all(engine)
    engine.dispose()


def execute(url: str, statement: str) -> None:
    engine = create_engine(parse(url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
