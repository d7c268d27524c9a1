"""A community's bookings as its staff looks for them, and what of their money is where. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core.booking.life import Booking, BookingState
from core.discovery import search
from core.errors import NotFound
from core.money import Money
from core.payments import funding, payments, refunds, wallet
from core.payments.payments import PaymentState
from core.people import mentors, people
from core.people.mentors import Mentor
from core.people.people import Person

PAGE: Final = 8
SUGGESTED: Final = 25
Query: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What staff looks for; what is left out fits all. `since` and `until` are of the start."""

    state: BookingState | None = None
    mentor_id: int | None = None
    student: str = ""
    code: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    booking: Booking
    mentor: str
    student: str


@dataclass(frozen=True, slots=True)
class Found:
    """One page of them; `count` is how many there are in all."""

    entries: Sequence[Entry]
    count: int
    page: int


@dataclass(frozen=True, slots=True)
class Purse:
    """A booking's money: paid by card and of the wallet, what went back or is on its way, what can still go back."""

    paid: Money
    spent: Money
    refunded: Money
    on_its_way: Money
    left: Money


def bookings(session: Session, community_id: int, asked: Asked, page: int) -> Found:
    """The latest start first."""
    fitting = _fitting(select(Booking.id), community_id, asked)
    count = session.scalar(select(func.count()).select_from(fitting.subquery())) or 0
    page = max(0, min(page, (count - 1) // PAGE))
    rows = session.execute(
        _fitting(select(Booking, Mentor.name, Person.name), community_id, asked)
        .order_by(Booking.starts_at.desc(), Booking.id.desc())
        .offset(page * PAGE)
        .limit(PAGE)
    )
    return Found([Entry(booking, mentor, student) for booking, mentor, student in rows], count, page)


def codes(session: Session, community_id: int, typed: str) -> list[Entry]:
    """Bookings to suggest while a code or a name is typed, the newest first."""
    fits = or_(*(search.contains(column, typed) for column in (Booking.code, Person.name, Mentor.name)))
    query = _fitting(select(Booking, Mentor.name, Person.name), community_id, Asked()).where(fits)
    rows = session.execute(query.order_by(Booking.id.desc()).limit(SUGGESTED))
    return [Entry(booking, mentor, student) for booking, mentor, student in rows]


def entry(session: Session, booking: Booking) -> Entry:
    """A booking with the names of its two."""
    mentor = mentors.find(session, booking.mentor_id).name
    return Entry(booking, mentor, people.find(session, booking.student_id).name)


def of_code(session: Session, community_id: int, code: str) -> Booking:
    """The booking of a code that people read to each other. Raises `NotFound` for one of another community."""
    typed = code.strip().upper()
    mine = Booking.community_id == community_id
    booking = session.scalar(select(Booking).where(mine, (Booking.code == typed) | (Booking.short == typed)))
    if booking is None:
        raise NotFound("booking.code", code=code.strip())
    return booking


def purse(session: Session, booking: Booking) -> Purse:
    paid = [p for p in payments.of_booking(session, booking.id) if p.state is PaymentState.PAID]
    waiting = sum(refunds.on_its_way(session, payment) for payment in paid)
    promised = sum(refunds.promised(session, payment) for payment in paid)
    return Purse(
        paid=Money(sum(payment.amount for payment in paid), booking.currency),
        spent=wallet.spent_on(session, booking.purpose, booking.currency),
        refunded=Money(promised - waiting, booking.currency),
        on_its_way=Money(waiting, booking.currency),
        left=refundable(session, booking),
    )


def refundable(session: Session, booking: Booking) -> Money:
    """What staff can still give back: what is here, and what the mentor and the house have of it."""
    return funding.left(session, booking) + funding.settled(session, booking).both


def _fitting(query: Query, community_id: int, asked: Asked) -> Query:
    query = query.join(Mentor, Mentor.id == Booking.mentor_id).join(Person, Person.id == Booking.student_id)
    query = query.where(Booking.community_id == community_id)
    if asked.state is not None:
        query = query.where(Booking.state == asked.state)
    if asked.mentor_id is not None:
        query = query.where(Booking.mentor_id == asked.mentor_id)
    if asked.student:
        query = query.where(search.contains(Person.name, asked.student))
    if asked.code:
        query = query.where(search.contains(Booking.code, asked.code))
    if asked.since is not None:
        query = query.where(Booking.starts_at >= asked.since)
    if asked.until is not None:
        query = query.where(Booking.starts_at < asked.until)
    return query
