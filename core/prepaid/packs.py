"""A pack that somebody buys or has bought: its row and its states. The only writer of packs.

What was sold is copied onto it. Every change of state is compare-and-set on the state it expects.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, String, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.db import Base, Id, short_id
from core.errors import Conflict, NotFound
from core.money import Money
from core.payments.purposes import Purpose
from core.people.people import Person
from core.policy import Policy


class PackState(StrEnum):
    """`held`: its seat waits for the payment; `used`: no session is left; `lapsed`: it was not paid in time."""

    HELD = "held"
    ACTIVE = "active"
    USED = "used"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    LAPSED = "lapsed"
    CANCELED = "canceled"


UNSOLD: Final = (PackState.LAPSED, PackState.CANCELED)
"""It ended before it was paid; late money may bring it back."""


class Pack(Base):
    """`amount` is the price of all its sessions. `hold_until` and `has_link` are as a booking's.

    `expires_at` is set when it is paid; no session that it pays for begins later.
    """

    __tablename__ = "packs"
    __table_args__ = (
        Index("ix_packs_state_hold_until", "state", "hold_until"),
        Index("ix_packs_state_expires_at", "state", "expires_at"),
        Index("ix_packs_student_id_mentor_id", "student_id", "mentor_id"),
    )

    id: Mapped[Id]
    short: Mapped[str] = mapped_column(String(10), unique=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"), index=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seats.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    sessions: Mapped[int]
    minutes: Mapped[int]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    validity_days: Mapped[int]
    rules: Mapped[dict[str, object]]
    state: Mapped[PackState]
    hold_until: Mapped[datetime | None]
    has_link: Mapped[bool]
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str] = mapped_column(String(40))

    @property
    def purpose(self) -> Purpose:
        return Purpose(pack_id=self.id)

    @property
    def price(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def policy(self) -> Policy:
        return Policy.from_json(self.rules)

    @property
    def is_unpaid(self) -> bool:
        return self.state is PackState.HELD

    @property
    def subject(self) -> str:
        """What every message about this pack is filed under."""
        return f"pack:{self.short}"

    def is_live_hold(self, now: datetime) -> bool:
        return self.state is PackState.HELD and self.hold_until is not None and self.hold_until > now


def make(session: Session, *, now: datetime, **columns: Any) -> Pack:
    """One that is held until it is paid."""
    short = short_id()
    pack = Pack(
        short=short,
        code=f"PK-{now:%Y%m%d}-{short[:5]}",
        state=PackState.HELD,
        has_link=False,
        created_at=now,
        closed_reason="",
        **columns,
    )
    session.add(pack)
    session.flush()
    return pack


def change(
    session: Session,
    pack: Pack,
    *sources: PackState,
    to: PackState,
    event: str,
    now: datetime,
    actor_id: int | None = None,
    reason: str = "",
    **columns: object,
) -> None:
    """Brings a pack from one of some states to another. Raises `Conflict` where it is in none of them."""
    session.flush()
    changed = session.execute(
        update(Pack)
        .where(Pack.id == pack.id, Pack.state.in_(sources))
        .values(state=to, closed_reason=reason, **columns)
        .execution_options(synchronize_session=False)
    )
    session.refresh(pack)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(f"pack.is_{pack.state}")
    record(session, event, pack, now=now, actor_id=actor_id)


def lock(session: Session, pack: Pack) -> Pack:
    """Nobody else changes it until the transaction ends, and what is read of it now is true."""
    session.refresh(pack, with_for_update=True)
    return pack


def mark_link(session: Session, pack: Pack) -> None:
    pack.has_link = True
    session.flush()


def extend_hold(session: Session, pack: Pack, until: datetime) -> None:
    """Keeps it longer while a slow payment is on its way."""
    pack.hold_until = max(pack.hold_until or until, until)
    session.flush()


def extend(session: Session, pack: Pack, until: datetime) -> None:
    """Its sessions may begin until then."""
    pack.expires_at = until
    session.flush()


def hand_over(session: Session, pack: Pack, mentor_id: int, seat_id: int) -> None:
    """Its sessions are with another mentor from now on."""
    pack.mentor_id, pack.seat_id = mentor_id, seat_id
    session.flush()


def record(
    session: Session, event: str, pack: Pack, *, now: datetime, actor_id: int | None = None, **facts: object
) -> None:
    history.record(
        session,
        event,
        pack.id,
        now=now,
        actor_id=actor_id,
        community_id=pack.community_id,
        reason=pack.closed_reason,
        **facts,
    )


def record_once(session: Session, event: str, pack: Pack, *, now: datetime) -> None:
    """What is said of a pack one time only, whatever comes back to it."""
    if not history.knows(session, event, pack.id):
        record(session, event, pack, now=now)


def reassign(session: Session, gone: int, kept: int) -> None:
    """The packs of a person who is joined to another are the other's."""
    session.execute(update(Pack).where(Pack.student_id == gone).values(student_id=kept))


def sit(session: Session, mentor_id: int, student_id: int, seat_id: int) -> None:
    """The seat that a student has with a mentor from now on."""
    pair = (Pack.mentor_id == mentor_id, Pack.student_id == student_id, Pack.state == PackState.ACTIVE)
    session.execute(update(Pack).where(*pair).values(seat_id=seat_id))


def reseat(session: Session, gone: int, kept: int) -> None:
    """The packs on one seat are on another from now on."""
    session.execute(update(Pack).where(Pack.seat_id == gone).values(seat_id=kept))


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, pack_id: int) -> Pack:
    pack = session.get(Pack, pack_id)
    if pack is None:
        raise NotFound("pack.unknown")
    return pack


def by_short(session: Session, short: str) -> Pack:
    pack = session.scalar(select(Pack).where(Pack.short == short))
    if pack is None:
        raise NotFound("pack.unknown")
    return pack


def of_student(session: Session, student_id: int, *states: PackState) -> list[Pack]:
    """A student's packs in these states, what ends first before."""
    found = select(Pack).where(Pack.student_id == student_id, Pack.state.in_(states))
    return list(session.scalars(found.order_by(Pack.expires_at, Pack.id)))


def of_pair(session: Session, mentor_id: int, student_id: int, *states: PackState) -> list[Pack]:
    """A student's packs with one mentor in these states, what ends first before."""
    asked = {"mentor": mentor_id, "student": student_id, "states": states}
    return list(session.scalars(_OF_PAIR, asked))


def require_student(pack: Pack, actor: Person) -> None:
    """A pack that is not the actor's does not exist for them."""
    if pack.student_id != actor.id:
        raise NotFound("pack.unknown")


_OF_PAIR: Final = (
    select(Pack)
    .where(Pack.student_id == bindparam("student"), Pack.mentor_id == bindparam("mentor"))
    .where(Pack.state.in_(bindparam("states", expanding=True)))
    .order_by(Pack.expires_at, Pack.id)
)
