"""A mentor's seats, and who has them. The only writer of seats.

A seat that is not released has a number from 1 to the mentor's number of seats that nobody else has, and a student
has one with a mentor at most: the database refuses anything else, so no seat is held by two.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id

GRACE: Final = timedelta(hours=72)
WARNED_BEFORE: Final = timedelta(hours=12)
"""How long before the end of grace both are warned."""
OFFER: Final = timedelta(hours=12)
"""How long a seat is offered to the first in line; nights are in it."""
TAKEN: Final = "state <> 'released'"


class SeatState(StrEnum):
    """`reserved`: while somebody pays, or is offered it; `grace`: nothing is left to book, and it is still kept."""

    RESERVED = "reserved"
    ACTIVE = "active"
    GRACE = "grace"
    RELEASED = "released"


class Seat(Base):
    """`until` is when a reservation or the grace ends. `warned_at`: the end of this grace was announced."""

    __tablename__ = "seats"
    __table_args__ = (
        Index(
            "ix_seats_number",
            *("mentor_id", "number"),
            unique=True,
            sqlite_where=text(TAKEN),
            postgresql_where=text(TAKEN),
        ),
        Index(
            "ix_seats_holder",
            *("mentor_id", "student_id"),
            unique=True,
            sqlite_where=text(TAKEN),
            postgresql_where=text(TAKEN),
        ),
        Index("ix_seats_state_until", "state", "until"),
    )

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[int]
    state: Mapped[SeatState]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(40))
