"""The web's chats as rows. One message stands for a subject, and a delivery is shown once however often it comes.

Every change of a chat takes the chat's next number in the same transaction, so a page that knows the
last number it saw can ask for exactly what it missed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from adapters.web.rows import insert_missing
from core.chat import File
from core.db import Base, Id

KEPT_IN_SIGHT = 200


class Author(StrEnum):
    BOT = "bot"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Content:
    """A rendered screen. `submit` and `reopen` are the routes of its form; files go by their secret keys."""

    html: str
    locale: str
    zone: str
    subject: str = ""
    submit: str = ""
    reopen: str = ""
    files: tuple[tuple[str, File], ...] = ()


class Chat(Base):
    __tablename__ = "web_chats"

    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    change: Mapped[int] = mapped_column(default=0)


class Delivery(Base):
    __tablename__ = "web_deliveries"

    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime]


class Message(Base):
    __tablename__ = "web_messages"
    __table_args__ = (Index("ix_web_messages_account_change", "account", "change"),)

    id: Mapped[Id]
    account: Mapped[str] = mapped_column(String(100))
    addressee: Mapped[str] = mapped_column(String(100), default="")
    author: Mapped[Author]
    change: Mapped[int]
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    html: Mapped[str]
    locale: Mapped[str] = mapped_column(String(35))
    zone: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(100), default="")
    submit: Mapped[str] = mapped_column(String(64), default="")
    reopen: Mapped[str] = mapped_column(String(64), default="")

    def fill(self, content: Content) -> None:
        self.html, self.subject = content.html, content.subject
        self.locale, self.zone = content.locale, content.zone
        self.submit, self.reopen = content.submit, content.reopen

    @property
    def stands(self) -> bool:
        return self.removed_at is None


class Attachment(Base):
    __tablename__ = "web_files"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("web_messages.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)


# --- what is shown ------------------------------------------------------------------------------


def deliver(
    session: Session,
    account: str,
    content: Content,
    *,
    key: str,
    rings: bool,
    now: datetime,
    addressee: str = "",
) -> None:
    """Shows a notice once: in place of the message about its subject, or anew where it rings."""
    if not _claim(session, account, key, now):
        return
    earlier = _about(session, account, addressee, content.subject)
    if earlier and not rings:
        _edit(session, earlier[-1], _still_asking(earlier[-1], content), now)
        return
    for message in earlier:
        _remove(session, message, now)
    _append(session, account, content, Author.BOT, now, addressee)


def converse(
    session: Session,
    account: str,
    content: Content | None,
    *,
    key: str,
    now: datetime,
    said: Content | None = None,
    clicked: int | None = None,
) -> None:
    """Writes an answer down once: after the person's line, or in place of the message they clicked. Words that went
    to somebody else have none."""
    if not _claim(session, account, key, now):
        return
    if said:
        _append(session, account, said, Author.PERSON, now)
    if content is None:
        return
    target = session.get(Message, clicked) if clicked else None
    for message in _about(session, account, "", content.subject):
        if message is not target:
            _remove(session, message, now)
    if target and target.stands:
        _edit(session, target, content, now)
        target.at, target.edited_at = now, None  # an answer to oneself is no update
    else:
        _append(session, account, content, Author.BOT, now)


# --- reads --------------------------------------------------------------------------------------


def standing(session: Session, account: str) -> tuple[int, list[Message]]:
    """The number of the last change and the newest messages, oldest first."""
    newest = (
        select(Message)
        .where(Message.account == account, Message.removed_at.is_(None))
        .order_by(Message.id.desc())
        .limit(KEPT_IN_SIGHT)
    )
    change = session.scalar(select(Chat.change).where(Chat.account == account))
    return change or 0, list(session.scalars(newest))[::-1]


def changes(session: Session, account: str, since: int) -> list[Message]:
    """What became of the chat after change number `since`, removed messages included."""
    later = select(Message).where(Message.account == account, Message.change > since).order_by(Message.change)
    return list(session.scalars(later))


def own(session: Session, account: str, message_id: int) -> Message | None:
    """The account's own message of that id, removed or not."""
    return session.scalar(select(Message).where(Message.id == message_id, Message.account == account))


def was_delivered(session: Session, account: str, key: str) -> bool:
    return session.get(Delivery, (account, key)) is not None


def attachment(session: Session, key: str) -> Attachment | None:
    return session.get(Attachment, key)


# --- private ------------------------------------------------------------------------------------


def _about(session: Session, account: str, addressee: str, subject: str) -> list[Message]:
    if not subject:
        return []
    same = select(Message).where(
        Message.account == account,
        Message.addressee == addressee,
        Message.subject == subject,
        Message.removed_at.is_(None),
    )
    return list(session.scalars(same.order_by(Message.id)))


def _append(
    session: Session, account: str, content: Content, author: Author, now: datetime, addressee: str = ""
) -> None:
    change = _next_change(session, account)
    message = Message(account=account, addressee=addressee, author=author, change=change, at=now)
    message.fill(content)
    session.add(message)
    session.flush()
    _attach(session, message, content)


def _still_asking(message: Message, content: Content) -> Content:
    """A form that news take away may be on a page with words in it, and is refused in its place as before."""
    if content.submit:
        return content
    return replace(content, submit=message.submit, reopen=message.reopen)


def _edit(session: Session, message: Message, content: Content, now: datetime) -> None:
    message.fill(content)
    message.edited_at = now
    message.change = _next_change(session, message.account)
    session.execute(delete(Attachment).where(Attachment.message_id == message.id))
    _attach(session, message, content)
    session.flush()


def _remove(session: Session, message: Message, now: datetime) -> None:
    message.removed_at = now
    message.change = _next_change(session, message.account)
    session.execute(delete(Attachment).where(Attachment.message_id == message.id))
    session.flush()


def _attach(session: Session, message: Message, content: Content) -> None:
    for key, file in content.files:
        session.add(
            Attachment(
                key=key,
                message_id=message.id,
                name=file.name,
                media_type=file.media_type,
                content=file.content,
            )
        )


def _next_change(session: Session, account: str) -> int:
    taken = update(Chat).where(Chat.account == account).values(change=Chat.change + 1).returning(Chat.change)
    return session.execute(taken).scalar_one()


def _claim(session: Session, account: str, key: str, now: datetime) -> bool:
    """Whether this key comes for the first time. If it does, the chat is ours until the commit."""
    if not insert_missing(session, Delivery, account=account, key=key, at=now):
        return False
    # Locked before anything of it is read: an answer would go into a message that news elsewhere are removing.
    # And numbers become visible in the order in which they were given.
    insert_missing(session, Chat, account=account, change=0)
    session.execute(select(Chat.change).where(Chat.account == account).with_for_update())
    return True
