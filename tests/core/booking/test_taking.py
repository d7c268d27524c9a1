"""Many hands at one time: exactly one gets it, through every way to the database."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from adapters.database import Database
from core.booking import bookings
from core.booking.bookings import Wish
from core.booking.life import BUSY, Booking, BookingState
from core.errors import Conflict
from core.people.mentors import Mentor
from core.people.people import Person
from core.policy import Policy
from core.schedule.times import Span
from tests import cast
from tests.cast import HOUR, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking.shop import wait_for_a_lock
from tests.databases import Transact

pytestmark = pytest.mark.anyio
CROWD = 50


def crowd(session: Session, troupe: Cast) -> list[Person]:
    return [cast.person(session, f"Student {number}") for number in range(CROWD)]


def busy(session: Session) -> list[Booking]:
    return list(session.scalars(select(Booking).where(Booking.state.in_(BUSY)).order_by(Booking.starts_at)))


async def outcomes(taps: list[object]) -> Counter[str]:
    """What became of each: a booking, or the key of its refusal."""
    answers = await asyncio.gather(*taps, return_exceptions=True)  # type: ignore[call-overload]
    unexpected = [answer for answer in answers if not isinstance(answer, Booking | Conflict)]
    assert unexpected == []
    return Counter("held" if isinstance(answer, Booking) else "refused" for answer in answers)


async def test_of_fifty_students_who_tap_on_overlapping_times_one_wins(db: Database) -> None:
    troupe = await db.write(cast.enter)
    students = await db.write(crowd, troupe)
    half_hours = [TUESDAY_TEN, TUESDAY_TEN + HOUR / 2, TUESDAY_TEN + HOUR]  # the last within the buffer
    taps: list[object] = [
        db.write(cast.hold, troupe.ben, student, half_hours[number % 2])
        for number, student in enumerate(students)
    ]
    assert await outcomes(taps) == {"held": 1, "refused": CROWD - 1}
    (winner,) = await db.read(busy)
    loser = next(student for student in students if student.id != winner.student_id)
    with pytest.raises(Conflict):
        await db.write(cast.hold, troupe.ben, loser, winner.ends_at)


async def test_a_student_who_taps_on_two_mentors_at_once_has_one_hold(db: Database) -> None:
    troupe = await db.write(cast.enter)
    carl = await db.write(cast.mentor, troupe.community, "Carl", by=troupe.hana)
    for start in (TUESDAY_TEN, TUESDAY_TEN + 4 * HOUR):
        await asyncio.gather(
            db.write(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN),
            db.write(cast.hold, carl, troupe.ana, start),
        )
        assert len(await db.read(busy)) == 1


async def test_a_double_tap_gives_one_hold_twice(db: Database) -> None:
    troupe = await db.write(cast.enter)
    first, second = await asyncio.gather(*(db.write(cast.hold, troupe.ben, troupe.ana) for _ in range(2)))
    assert first.id == second.id


async def test_one_who_mentors_and_learns_at_once_gets_one_of_the_two(db: Database) -> None:
    troupe = await db.write(cast.enter)
    carl = await db.write(cast.mentor, troupe.community, "Carl", by=troupe.hana)
    taps: list[object] = [
        db.write(cast.hold, troupe.ben, troupe.ana),
        db.write(cast.hold, carl, troupe.ben_himself),
    ]
    assert await outcomes(taps) == {"held": 1, "refused": 1}


async def test_two_processes_do_not_sell_one_time_twice(database_url: str, anyio_backend: str) -> None:
    here, there = [await Database.open(database_url) for _ in range(2)]
    troupe = await here.write(cast.enter)
    students = await here.write(crowd, troupe)
    taps: list[object] = [
        (here, there)[number % 2].write(cast.hold, troupe.ben, student)
        for number, student in enumerate(students[:20])
    ]
    assert await outcomes(taps) == {"held": 1, "refused": 19}
    await here.close()
    await there.close()


def test_threads_that_start_together_do_not_sell_one_time_twice(transact: Transact) -> None:
    troupe = transact(cast.enter)
    students = transact(crowd, troupe)[:6]
    start = Barrier(len(students))

    def tap(student: Person) -> str:
        start.wait()
        try:
            transact(cast.hold, troupe.ben, student)
        except Conflict:
            return "refused"
        return "held"

    with ThreadPoolExecutor(len(students)) as threads:
        assert Counter(threads.map(tap, students)) == {"held": 1, "refused": 5}


# --- the constraint of PostgreSQL ---------------------------------------------------------------


def wish(session: Session, ben: Mentor, student: Person, at: datetime = TUESDAY_TEN) -> Wish:
    ben, student = cast.here(session, ben), cast.here(session, student)
    span = Span(at, at + HOUR)
    taken = Span(at, at + HOUR + timedelta(minutes=10))
    return Wish(ben, student, span, taken, ben.hourly, Policy())


def test_the_statement_that_reserves_looks_for_itself(transact: Transact) -> None:
    """Whatever was shown before: for the mentor, the student, and either in the other role."""
    troupe = transact(cast.enter)
    carl = transact(cast.mentor, troupe.community, "Carl", by=troupe.hana)
    bea, carl_himself = transact(cast.person, "Bea"), transact(cast.person, "Carl")

    def reserve(session: Session, mentor: Mentor, student: Person, at: datetime) -> Booking:
        return bookings.hold(session, wish(session, mentor, student, at), now=MONDAY)

    transact(reserve, troupe.ben, troupe.ana, TUESDAY_TEN)
    late = TUESDAY_TEN + timedelta(minutes=69)  # within the buffer
    quarrels = [(troupe.ben, bea, late), (carl, troupe.ana, late), (carl, troupe.ben_himself, TUESDAY_TEN)]
    for mentor, student, at in quarrels:
        with pytest.raises(Conflict) as refused:
            transact(reserve, mentor, student, at)
        assert refused.value.key == "booking.taken"
    after = TUESDAY_TEN + timedelta(minutes=70)
    transact(reserve, troupe.ben, carl_himself, after)
    with pytest.raises(Conflict):
        transact(reserve, carl, bea, after)


def insert_unchecked(session: Session, /, like: Booking, **changes: object) -> None:
    """Writes a copy of a booking as somebody would who forgot to look."""
    columns = [column.name for column in Booking.__table__.c if column.name != "id"]
    row = {name: getattr(like, name) for name in columns} | {"short": "COPY", "code": "NP-COPY"} | changes
    session.execute(insert(Booking).values(row))


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(minutes=69), -timedelta(minutes=69)])
def test_postgresql_itself_refuses_a_mentor_twice_buffers_included(
    postgresql: Transact, shift: timedelta
) -> None:
    troupe = postgresql(cast.enter)
    bea = postgresql(cast.person, "Bea")
    booking = postgresql(cast.hold, troupe.ben, troupe.ana)
    times = {"busy_from": booking.busy_from + shift, "busy_until": booking.busy_until + shift}
    with pytest.raises(IntegrityError, match="ex_bookings_mentor"):
        postgresql(insert_unchecked, booking, student_id=bea.id, **times)


def test_postgresql_itself_refuses_a_student_twice(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    carl = postgresql(cast.mentor, troupe.community, "Carl", by=troupe.hana)
    booking = postgresql(cast.hold, troupe.ben, troupe.ana)
    with pytest.raises(IntegrityError, match="ex_bookings_student"):
        postgresql(insert_unchecked, booking, mentor_id=carl.id, mentor_person_id=carl.person_id)


def test_postgresql_lets_neighbours_and_what_is_over_stand_together(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    booking = postgresql(cast.hold, troupe.ben, troupe.ana)
    later = timedelta(minutes=70)
    postgresql(
        insert_unchecked, booking, busy_from=booking.busy_from + later, busy_until=booking.busy_until + later
    )
    postgresql(insert_unchecked, booking, state=BookingState.EXPIRED, short="OLD", code="NP-OLD")


def test_when_the_constraint_refuses_the_student_hears_that_the_time_is_taken(postgresql: Transact) -> None:
    """Both looked before either wrote, as if nobody had waited for the other."""
    troupe = postgresql(cast.enter)
    bea = postgresql(cast.person, "Bea")
    with (
        ThreadPoolExecutor(1) as thread,
        Session(postgresql.engine) as second,
        Session(postgresql.engine) as first,
    ):
        bookings.hold(first, wish(first, troupe.ben, troupe.ana), now=MONDAY)
        waiting = thread.submit(bookings.hold, second, wish(second, troupe.ben, bea), now=MONDAY)
        wait_for_a_lock(postgresql)
        first.commit()
        with pytest.raises(Conflict) as refused:
            waiting.result(timeout=60)
        assert refused.value.key == "booking.taken"
        assert second.scalar(select(func.count(Booking.id))) == 1  # the transaction goes on
