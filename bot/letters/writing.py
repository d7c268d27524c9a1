"""What the topics share: a writer makes the screen of a kind of notice, at the moment it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.visit import Desk
from core.chat import Screen
from core.messages.outbox import Notice


@dataclass(frozen=True, slots=True)
class Due:
    """A notice whose time has come."""

    desk: Desk
    notice: Notice
    now: datetime


Writer = Callable[[Session, Due], Screen]
Writers = Mapping[str, Writer]
"""By kind of notice."""
