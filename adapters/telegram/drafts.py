"""Forms under way, a row each: what is answered, which question is open, and the message that asks it.

The only writer of its table. The form itself is not kept: it is fetched again at every step. One question of a
person is open at a time; a form that was left can be taken up again for a week.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from adapters.telegram.spots import Spot
from core import chat
from core.db import Base, Id

KEPT: Final = timedelta(days=7)
SUMMARY: Final = ""


class TelegramDraft(Base):
    """`field` is the question that is asked; empty where all the answers are shown before they are sent."""

    __tablename__ = "telegram_drafts"
    __table_args__ = (UniqueConstraint("account", "reopen"),)

    id: Mapped[Id]
    account: Mapped[str] = mapped_column(String(20))
    reopen: Mapped[str] = mapped_column(String(64))
    answers: Mapped[dict[str, object]]
    field: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[int | None]
    has_picture: Mapped[bool]
    is_open: Mapped[bool]
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Draft:
    id: int
    reopen: chat.Route
    answers: Mapping[str, str]
    field: str
    message: int | None
    has_picture: bool
    at: datetime


def begin(session: Session, account: str, reopen: str, *, now: datetime) -> Draft:
    """The draft of a form, as far as it was answered within the last week; it is the open one now."""
    leave(session, account)
    found = session.scalar(
        select(TelegramDraft).where(TelegramDraft.account == account, TelegramDraft.reopen == reopen)
    )
    if found is not None and found.at < now - KEPT:
        session.delete(found)
        session.flush()
        found = None
    if found is None:
        found = TelegramDraft(account=account, reopen=reopen, answers={}, field=SUMMARY, has_picture=False)
        session.add(found)
    found.is_open, found.at, found.message_id = True, now, None
    session.flush()
    return _draft(found)


def keep(session: Session, draft: int, answers: Mapping[str, str], field: str, *, now: datetime) -> None:
    """Where the person is in the form; it is their open one."""
    found = session.get(TelegramDraft, draft)
    if found is not None:
        leave(session, found.account)
        found.answers, found.field, found.is_open, found.at = dict(answers), field, True, now


def asked(session: Session, draft: int, spot: Spot) -> None:
    """The message that asks."""
    found = session.get(TelegramDraft, draft)
    if found is not None:
        found.message_id, found.has_picture = spot.message, spot.has_picture


def leave(session: Session, account: str) -> None:
    """No question is open; what was answered stays."""
    opened = (TelegramDraft.account == account, TelegramDraft.is_open)
    session.execute(update(TelegramDraft).where(*opened).values(is_open=False))


def finish(session: Session, draft: int) -> None:
    """Sent or called off. The row stays, so that an old button still leads to the form as it is then."""
    found = session.get(TelegramDraft, draft)
    if found is not None:
        found.answers, found.field, found.is_open, found.message_id = {}, SUMMARY, False, None


def opened(session: Session, account: str, *, now: datetime) -> Draft | None:
    """The draft whose question is open."""
    found = session.scalar(
        select(TelegramDraft).where(
            TelegramDraft.account == account, TelegramDraft.is_open, TelegramDraft.at >= now - KEPT
        )
    )
    return _draft(found) if found else None


def own(session: Session, account: str, draft: int, *, now: datetime) -> Draft | None:
    """A draft of the person's own."""
    found = session.get(TelegramDraft, draft)
    if found is None or found.account != account or found.at < now - KEPT:
        return None
    return _draft(found)


def purge(session: Session, *, now: datetime) -> None:
    session.execute(delete(TelegramDraft).where(TelegramDraft.at < now - KEPT))


def _draft(found: TelegramDraft) -> Draft:
    return Draft(
        found.id,
        chat.Route.parse(found.reopen),
        cast(dict[str, str], found.answers),
        found.field,
        found.message_id,
        found.has_picture,
        found.at,
    )
