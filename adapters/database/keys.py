"""Keys of this installation that nobody has to choose: made at the first start, the same ever after."""

import secrets

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base


class Key(Base):
    __tablename__ = "keys"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(100))


def ensure(session: Session, name: str) -> str:
    """The key of this name: 256 random bits."""
    key = session.get(Key, name)
    if key is None:
        key = Key(name=name, value=secrets.token_urlsafe(32))
        session.add(key)
    return key.value
