"""A booking's life: its row, its states and the one table of moves between them.

Help, tests and the diagram in the docs are made from the table; `bookings` is the only writer of the row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, ForeignKey, Index, String, false, literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id
from core.money import Money
from core.payments.purposes import Purpose
from core.policy import Policy


class BookingState(StrEnum):
    REQUESTED = "requested"
    HELD = "held"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    STUDENT_NO_SHOW = "student_no_show"
    MENTOR_NO_SHOW = "mentor_no_show"
    DISPUTED = "disputed"
    SETTLED = "settled"
    REFUNDED = "refunded"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELED = "canceled"


class Who(StrEnum):
    """Who may make a move. `clock` and `provider` are nobody's button."""

    STUDENT = "student"
    MENTOR = "mentor"
    STAFF = "staff"
    CLOCK = "clock"
    PROVIDER = "provider"


class Origin(StrEnum):
    """How the time came to be taken. A new tap moves only what a tap made."""

    TAP = "tap"
    WAITLIST = "waitlist"


@dataclass(frozen=True, slots=True)
class Move:
    """From a state by a verb to a state; `when` says when it fires by itself, `event` what is recorded."""

    source: BookingState
    verb: str
    target: BookingState
    who: frozenset[Who]
    when: str = ""
    event: str = ""

    @property
    def recorded(self) -> str:
        return self.event or f"booking.{self.target}"


def _moves(
    verb: str,
    sources: tuple[BookingState, ...],
    target: BookingState,
    *who: Who,
    when: str = "",
    event: str = "",
) -> tuple[Move, ...]:
    return tuple(Move(source, verb, target, frozenset(who), when, event) for source in sources)


def written_out(states: Iterable[BookingState]) -> tuple[ColumnElement[BookingState], ...]:
    """States as a statement says them itself: nothing is left to put in when it runs."""
    return tuple(literal_column(f"'{state}'") for state in states)


_S = BookingState
OUTCOMES: Final = (_S.COMPLETED, _S.STUDENT_NO_SHOW, _S.MENTOR_NO_SHOW)
"""What the clock proposes after the end; it stands until somebody objects."""
MOVES: Final = (
    *_moves("ask", (_S.HELD,), _S.REQUESTED, Who.STUDENT),
    *_moves("accept", (_S.REQUESTED,), _S.HELD, Who.MENTOR, event="booking.accepted"),
    *_moves("take", (_S.REQUESTED,), _S.HELD, Who.STUDENT, event="booking.accepted"),
    *_moves("decline", (_S.REQUESTED,), _S.DECLINED, Who.MENTOR),
    *_moves("confirm", (_S.HELD,), _S.CONFIRMED, Who.PROVIDER, Who.STUDENT),
    *_moves("release", (_S.HELD, _S.REQUESTED), _S.CANCELED, Who.STUDENT),
    *_moves("lapse", (_S.HELD, _S.REQUESTED), _S.EXPIRED, Who.CLOCK, Who.PROVIDER, when="hold_until"),
    *_moves("revive", (_S.EXPIRED, _S.CANCELED), _S.CONFIRMED, Who.PROVIDER, Who.STUDENT),
    *_moves(
        *("move", (_S.CONFIRMED,), _S.CONFIRMED, Who.STUDENT, Who.MENTOR, Who.STAFF), event="booking.moved"
    ),
    *_moves("cancel", (_S.CONFIRMED,), _S.CANCELED, Who.STUDENT, Who.MENTOR, Who.STAFF),
    *_moves("cancel", (_S.HELD, _S.REQUESTED), _S.CANCELED, Who.STAFF),
    *_moves("void", (_S.CONFIRMED,), _S.CANCELED, Who.PROVIDER),
    *_moves(
        *("complete", (_S.CONFIRMED,), _S.COMPLETED, Who.CLOCK, Who.MENTOR, Who.STAFF),
        when="ends_at + 15 min",
    ),
    *_moves("miss_student", (_S.CONFIRMED,), _S.STUDENT_NO_SHOW, Who.CLOCK, when="ends_at + 15 min"),
    *_moves("miss_mentor", (_S.CONFIRMED,), _S.MENTOR_NO_SHOW, Who.CLOCK, when="ends_at + 15 min"),
    *_moves("object", OUTCOMES, _S.DISPUTED, Who.STUDENT, Who.MENTOR),
    *_moves(
        *("settle", (_S.COMPLETED, _S.STUDENT_NO_SHOW), _S.SETTLED, Who.CLOCK), when="ends_at + dispute_hours"
    ),
    *_moves("settle", (_S.MENTOR_NO_SHOW,), _S.REFUNDED, Who.CLOCK, when="ends_at + dispute_hours"),
    *_moves("resolve", (_S.DISPUTED,), _S.SETTLED, Who.STAFF),
    *_moves("refund", (_S.DISPUTED,), _S.REFUNDED, Who.STAFF),
)
BUSY: Final = (BookingState.REQUESTED, BookingState.HELD, BookingState.CONFIRMED)
AFTER: Final = (*OUTCOMES, BookingState.DISPUTED, BookingState.SETTLED, BookingState.REFUNDED)
"""The session's time is over and nobody had called it off."""
BUSY_SQL: Final = "state IN ('requested', 'held', 'confirmed')"
IN_BUSY: Final = written_out(BUSY)
"""The busy states written out: an index of busy rows serves only a statement that says so itself."""
JOIN_OPENS: Final = timedelta(minutes=10)
JOIN_CLOSES: Final = timedelta(minutes=30)
OUTCOME_AFTER: Final = timedelta(minutes=15)
"""How long after the end the outcome is proposed."""


def _never_two(name: str, column: str) -> ExcludeConstraint:
    """PostgreSQL itself refuses two busy bookings of one person that overlap."""
    return ExcludeConstraint(
        (text(f"int8range({column}, {column}, '[]')"), "&&"),
        (text("tstzrange(busy_from, busy_until)"), "&&"),
        name=name,
        where=text(BUSY_SQL),
        using="gist",
    ).ddl_if(dialect="postgresql")


class Booking(Base):
    """Price, currency and policy are copies made at booking. `busy_*` include the mentor's buffers.

    `revision` counts changes of time, `moves` those that the student made. `anchored_at` is the start that was
    first confirmed: the refund window hangs on it. `hold_until` is when a hold or a request lapses.
    `room` is the secret name of the video room. `has_link` is set before a pay link is asked for: from then on
    the hold ends only when the provider says so. `asks_first`: the mentor accepts before anything is paid.
    `student_here_at` and `mentor_here_at` are the first sign of each. `outcome` is what was proposed after the end
    (`completed`, `student_no_show`, `mentor_no_show`), or what staff found in a dispute, and stays when the state
    moves on. `stands_at` is when a proposed outcome stands unless somebody objects.
    `closed_reason` is a key, `closed_note` what somebody wrote to it. `pack_id`: a session of that pack pays for it,
    and `amount` is the value of one. `subscription_id`: made with a plan, whose `included` minutes it uses or whose
    discount its price has.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        Index(
            "ix_bookings_mentor_busy",
            "mentor_person_id",
            "busy_from",
            sqlite_where=text(BUSY_SQL),
            postgresql_where=text(BUSY_SQL),
        ),
        Index(
            "ix_bookings_student_busy",
            "student_id",
            "busy_from",
            sqlite_where=text(BUSY_SQL),
            postgresql_where=text(BUSY_SQL),
        ),
        Index("ix_bookings_state_hold_until", "state", "hold_until"),
        _never_two("ex_bookings_mentor", "mentor_person_id"),
        _never_two("ex_bookings_student", "student_id"),
        Index("ix_bookings_state_ends_at", "state", "ends_at"),
        Index("ix_bookings_state_stands_at", "state", "stands_at"),
        Index("ix_bookings_mentor_id_state_ends_at", "mentor_id", "state", "ends_at"),
        Index("ix_bookings_student_id_state_ends_at", "student_id", "state", "ends_at"),
    )

    id: Mapped[Id]
    short: Mapped[str] = mapped_column(String(10), unique=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    mentor_person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[BookingState]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    busy_from: Mapped[datetime]
    busy_until: Mapped[datetime]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    rules: Mapped[dict[str, object]]
    topic: Mapped[str] = mapped_column(String(100))
    agenda: Mapped[str] = mapped_column(String(500))
    agreed_at: Mapped[datetime | None]
    hold_until: Mapped[datetime | None]
    has_link: Mapped[bool]
    revision: Mapped[int]
    room: Mapped[str] = mapped_column(String(40))
    meeting_url: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    closed_reason: Mapped[str] = mapped_column(String(40))
    closed_note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    origin: Mapped[Origin] = mapped_column(default=Origin.TAP, server_default=Origin.TAP)
    asks_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    accepted_at: Mapped[datetime | None]
    anchored_at: Mapped[datetime | None]
    moves: Mapped[int] = mapped_column(default=0, server_default="0")
    student_here_at: Mapped[datetime | None]
    mentor_here_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(20), default="", server_default="")
    stands_at: Mapped[datetime | None]
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("packs.id"), index=True)
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    included: Mapped[int] = mapped_column(default=0, server_default="0")

    @property
    def purpose(self) -> Purpose:
        return Purpose(self.id)

    @property
    def is_unpaid(self) -> bool:
        return self.state in (BookingState.HELD, BookingState.REQUESTED)

    @property
    def price(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def policy(self) -> Policy:
        return Policy.from_json(self.rules)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def anchor(self) -> datetime:
        """The start that the refund window hangs on; a move does not change it."""
        return self.anchored_at or self.starts_at

    @property
    def subject(self) -> str:
        """What every message about this booking is filed under."""
        return f"booking:{self.short}"

    @property
    def needs_payment(self) -> bool:
        """Something is to be paid for it; a session of a pack was paid for before, and so were a plan's minutes."""
        return self.amount > 0 and self.pack_id is None and not self.included

    @property
    def is_ready_to_pay(self) -> bool:
        """The student has agreed to the cancellation terms."""
        return self.agreed_at is not None

    def can_join(self, now: datetime) -> bool:
        opens, closes = join_window(self.starts_at, self.ends_at)
        return self.state is BookingState.CONFIRMED and opens <= now < closes

    def is_live_hold(self, now: datetime) -> bool:
        return self.state is BookingState.HELD and self.hold_until is not None and self.hold_until > now


def join_window(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """When the join link is shown: from 10 min before the start until 30 min after the end."""
    return starts_at - JOIN_OPENS, ends_at + JOIN_CLOSES


def move_of(source: BookingState, verb: str) -> Move | None:
    return next((move for move in MOVES if move.source is source and move.verb == verb), None)
