"""A community's packs and seats as its staff looks for them; a mentor sees those of their own students. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from core.discovery import search
from core.money import Money
from core.payments import funding
from core.people import mentors, people
from core.people.mentors import Mentor, MentorState
from core.people.people import Person
from core.prepaid import credits, seats
from core.prepaid.packs import UNSOLD, Pack, PackState
from core.prepaid.seats import Seat
from core.prepaid.waits import SeatWait, WaitState

PAGE: Final = 8
SUGGESTED: Final = 25
Query: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; what is left out fits all that was bought or is being paid."""

    state: PackState | None = None
    student: str = ""
    mentor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """`left` sessions can still be booked."""

    pack: Pack
    mentor: str
    student: str
    left: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of them; `count` is how many there are in all."""

    entries: Sequence[Entry]
    count: int
    page: int


@dataclass(frozen=True, slots=True)
class Insight:
    """One pack with all that is known of it; `booked` sessions are neither done nor given back."""

    entry: Entry
    booked: int
    money: Money
    seat: Seat | None
    has_left: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A mentor's seats: `taken` of `seats`, and how many wait."""

    mentor: Mentor
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Room:
    """Who has which of a mentor's seats, and who waits, in order."""

    mentor: Mentor
    seats: Sequence[tuple[Seat, str]]
    waiting: Sequence[str]


def packs(session: Session, community_id: int, asked: Asked, page: int) -> Found:
    """The latest first."""
    fitting = _fitting(select(Pack.id), community_id, asked)
    count = session.scalar(select(func.count()).select_from(fitting.subquery())) or 0
    page = max(0, min(page, (count - 1) // PAGE))
    rows = session.execute(
        _fitting(select(Pack, Mentor.name, Person.name), community_id, asked)
        .order_by(Pack.id.desc())
        .offset(page * PAGE)
        .limit(PAGE)
    )
    return Found([_entry(session, *row) for row in rows], count, page)


def suggested(session: Session, community_id: int, mentor_id: int | None, typed: str) -> list[Entry]:
    """Packs that were bought, to suggest while a code or a name is typed, the latest first."""
    fits = or_(*(search.contains(column, typed) for column in (Pack.code, Person.name, Pack.name)))
    query = select(Pack, Mentor.name, Person.name)
    query = _fitting(query, community_id, Asked(mentor_id=mentor_id)).where(fits, Pack.paid_at.is_not(None))
    return [_entry(session, *row) for row in session.execute(query.order_by(Pack.id.desc()).limit(SUGGESTED))]


def of_code(session: Session, community_id: int, code: str) -> Pack | None:
    """The pack of a code that people read to each other."""
    typed, mine = code.strip().upper(), Pack.community_id == community_id
    return session.scalar(select(Pack).where(mine, or_(Pack.code == typed, Pack.short == typed)))


def insight(session: Session, pack: Pack) -> Insight:
    mentor = mentors.find(session, pack.mentor_id)
    return Insight(
        entry=_entry(session, pack, mentor.name, people.find(session, pack.student_id).name),
        booked=credits.reserved(session, pack.id),
        money=funding.left(session, pack),
        seat=seats.of(session, pack.mentor_id, pack.student_id),
        has_left=mentor.state is MentorState.LEFT,
    )


def rows(session: Session, community_id: int) -> list[Row]:
    """Everybody who mentors, or has students who still have a seat."""
    taken = _counted(session, select(Seat.mentor_id, func.count()), Seat.state != seats.SeatState.RELEASED)
    waiting = _counted(session, select(SeatWait.mentor_id, func.count()), SeatWait.state == WaitState.WAITING)
    known = select(Mentor).where(Mentor.community_id == community_id).order_by(Mentor.name, Mentor.id)
    return [
        Row(mentor, taken.get(mentor.id, 0), waiting.get(mentor.id, 0))
        for mentor in session.scalars(known)
        if mentor.state is MentorState.APPROVED or taken.get(mentor.id)
    ]


def room(session: Session, mentor: Mentor) -> Room:
    waits = select(Person.name).join(SeatWait, SeatWait.student_id == Person.id)
    waits = waits.where(SeatWait.mentor_id == mentor.id, SeatWait.state == WaitState.WAITING)
    held = [
        (seat, people.find(session, seat.student_id).name) for seat in seats.of_mentor(session, mentor.id)
    ]
    return Room(mentor, held, session.scalars(waits.order_by(SeatWait.id)).all())


def _entry(session: Session, pack: Pack, mentor: str, student: str) -> Entry:
    return Entry(pack, mentor, student, credits.left(session, pack.id))


def _fitting(query: Query, community_id: int, asked: Asked) -> Query:
    query = query.join(Mentor, Mentor.id == Pack.mentor_id).join(Person, Person.id == Pack.student_id)
    query = query.where(Pack.community_id == community_id)
    states = Pack.state == asked.state if asked.state is not None else Pack.state.not_in(UNSOLD)
    query = query.where(states)
    if asked.mentor_id is not None:
        query = query.where(Pack.mentor_id == asked.mentor_id)
    if asked.student:
        query = query.where(search.contains(Person.name, asked.student))
    return query


def _counted(session: Session, query: Query, condition: ColumnElement[bool]) -> dict[int, int]:
    column = query.selected_columns[0]
    return {mentor_id: count for mentor_id, count in session.execute(query.where(condition).group_by(column))}
