"""What a page has done, once: the answer to a form by the form's own key, so that sending it again repeats nothing."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from adapters.web.rows import insert_missing
from core.chat import File
from core.db import Base, Id

KEPT = timedelta(days=2)


class Answer(Base):
    """`whose` is the account that asked; `html` is a rendered screen, or `onward` the page that shows the same."""

    __tablename__ = "web_answers"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    whose: Mapped[str] = mapped_column(String(100))
    onward: Mapped[str] = mapped_column(String(300))
    title: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)


class AnswerFile(Base):
    __tablename__ = "web_answer_files"

    id: Mapped[Id]
    answer_key: Mapped[str] = mapped_column(ForeignKey("web_answers.key", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def file(self) -> tuple[str, str, bytes]:
        return self.name, self.media_type, self.content


def keep(
    session: Session,
    key: str,
    whose: str,
    *,
    onward: str = "",
    title: str = "",
    html: str = "",
    files: tuple[File, ...] = (),
    now: datetime,
) -> None:
    """Remembers an answer, unless another came first."""
    values = {"whose": whose, "onward": onward, "title": title, "html": html, "at": now}
    if not insert_missing(session, Answer, key=key, **values):
        return
    for number, file in enumerate(files):
        row = AnswerFile(answer_key=key, number=number, name=file.name, media_type=file.media_type)
        row.content = file.content
        session.add(row)


def kept(session: Session, key: str, whose: str) -> Answer | None:
    """The account's own answer of that key."""
    return session.scalar(select(Answer).where(Answer.key == key, Answer.whose == whose))


def file(session: Session, key: str, whose: str, number: int) -> tuple[str, str, bytes] | None:
    if kept(session, key, whose) is None:
        return None
    row = session.scalar(select(AnswerFile).where(AnswerFile.answer_key == key, AnswerFile.number == number))
    return row.file if row else None


def purge(session: Session, *, now: datetime) -> None:
    """Forgets answers that no page is waiting for."""
    old = select(Answer.key).where(Answer.at < now - KEPT)
    session.execute(delete(AnswerFile).where(AnswerFile.answer_key.in_(old)))
    session.execute(delete(Answer).where(Answer.at < now - KEPT))
