"""Short codes that prove something once, within ten minutes. The only writer of codes and of wrong guesses.

A code is kept as a slow hash, a person has one at a time for each purpose, and it is spent by whoever deletes its
row. Five wrong guesses by one person are answered by a pause of a quarter of an hour.
"""

import re
import unicodedata
from datetime import datetime, timedelta
from hashlib import scrypt
from hmac import compare_digest
from typing import Final

from sqlalchemy import CursorResult, ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import ALPHABET, Base, Id, short_id
from core.errors import Refusal

LENGTH: Final = 8
LIVES: Final = timedelta(minutes=10)
MOST_WRONG: Final = 5
PAUSE: Final = timedelta(minutes=15)
SALT: Final = b"nearpeer.code"
LOOKALIKES: Final = str.maketrans("OIL", "011")


class Code(Base):
    """`about` is what the code proves something of, such as an e-mail address."""

    __tablename__ = "codes"
    __table_args__ = (UniqueConstraint("person_id", "purpose"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[str] = mapped_column(String(8))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    about: Mapped[str] = mapped_column(String(254))
    ends_at: Mapped[datetime]


class Guesses(Base):
    """Wrong guesses in a row; they are forgotten after a right one, or when as much time as a pause is over."""

    __tablename__ = "guesses"
    __table_args__ = (UniqueConstraint("person_id", "purpose"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[str] = mapped_column(String(8))
    wrong: Mapped[int]
    at: Mapped[datetime]

    def paused_until(self, now: datetime) -> datetime | None:
        until = self.at + PAUSE
        return until if self.wrong >= MOST_WRONG and now < until else None


# --- rules ------------------------------------------------------------------------------------


def fresh() -> str:
    """A new code as it is shown: two groups of four."""
    code = short_id(LENGTH)
    return f"{code[:4]}-{code[4:]}"


def plain(typed: str) -> str:
    """A code as a person typed it: in any case, with or without dashes, O for 0 and I for 1; else nothing."""
    letters = re.sub(r"[\s\-‐-―_.]", "", unicodedata.normalize("NFKC", typed[:40])).upper()
    letters = letters.translate(LOOKALIKES)
    return letters if len(letters) == LENGTH and set(letters) <= set(ALPHABET) else ""


def digest(typed: str) -> str:
    """What is kept of a code: slow to make (a few milliseconds), so that no code is found from it while it lives."""
    return scrypt(plain(typed).encode(), salt=SALT, n=2**11, r=8, p=1, dklen=32).hex()


# --- verbs ------------------------------------------------------------------------------------


def issue(
    session: Session, person_id: int, purpose: str, digest: str, *, now: datetime, about: str = ""
) -> Code:
    """Writes a code down; one that the person had for this purpose does not count any more."""
    discard(session, person_id, purpose)
    code = Code(person_id=person_id, purpose=purpose, digest=digest, about=about, ends_at=now + LIVES)
    session.add(code)
    session.flush()
    return code


def spend(session: Session, code: Code) -> bool:
    """Whether the code was still there to be spent."""
    result = session.execute(delete(Code).where(Code.id == code.id, Code.digest == code.digest))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def discard(session: Session, person_id: int, purpose: str) -> None:
    session.execute(delete(Code).where(Code.person_id == person_id, Code.purpose == purpose))


def miss(session: Session, person_id: int, purpose: str, *, now: datetime) -> datetime | None:
    """Counts a wrong guess; until when the person has to wait, if they have to.

    It must be kept, so the refusal that goes with it is returned by verbs and raised after the transaction.
    """
    guesses = _guesses(session, person_id, purpose)
    if guesses is None:
        guesses = Guesses(person_id=person_id, purpose=purpose, wrong=0, at=now)
        session.add(guesses)
    guesses.wrong = guesses.wrong + 1 if now < guesses.at + PAUSE else 1
    guesses.at = now
    session.flush()
    return guesses.paused_until(now)


def hit(session: Session, person_id: int, purpose: str) -> None:
    """A right guess: the wrong ones before it are forgotten."""
    session.execute(delete(Guesses).where(Guesses.person_id == person_id, Guesses.purpose == purpose))


def reassign(session: Session, gone: int, kept: int) -> None:
    """Codes of one who is joined to another are void; of wrong guesses the kept person's stand."""
    session.execute(delete(Code).where(Code.person_id == gone))
    session.execute(delete(Guesses).where(Guesses.person_id == gone))


def purge(session: Session, *, now: datetime) -> None:
    session.execute(delete(Code).where(Code.ends_at < now - PAUSE))
    session.execute(delete(Guesses).where(Guesses.at < now - PAUSE))


# --- reads ------------------------------------------------------------------------------------


def pause(session: Session, person_id: int, purpose: str, *, now: datetime) -> Refusal | None:
    """The refusal for one who has guessed wrong too often."""
    guesses = _guesses(session, person_id, purpose)
    until = guesses.paused_until(now) if guesses else None
    return Refusal("code.paused", until=until) if until else None


def of_person(session: Session, person_id: int, purpose: str) -> Code | None:
    return session.scalar(select(Code).where(Code.person_id == person_id, Code.purpose == purpose))


def by_digest(session: Session, purpose: str, digest: str) -> Code | None:
    code = session.scalar(select(Code).where(Code.purpose == purpose, Code.digest == digest))
    return code if code is not None and matches(code, digest) else None


def matches(code: Code, digest: str) -> bool:
    """Compared in constant time."""
    return compare_digest(code.digest, digest)


def _guesses(session: Session, person_id: int, purpose: str) -> Guesses | None:
    return session.scalar(
        select(Guesses).where(Guesses.person_id == person_id, Guesses.purpose == purpose).with_for_update()
    )
