"""A mentor's seats: a number is one student's, a state follows from another, and nobody takes the last one twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict, Forbidden, Invalid, Refusal
from core.people import mentors
from core.people.people import Person
from core.prepaid import queue, seats, tenure, waits
from core.prepaid.seats import Seat, SeatState
from core.prepaid.waits import WaitState
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, Cast
from tests.core.booking.shop import wait_for_a_lock
from tests.core.desk.twins import join, telegram
from tests.core.prepaid import sold
from tests.databases import Transact

SOON = MONDAY + 15 * MINUTE


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


def take(session: Session, troupe: Cast, student: Person, *, minutes: int = 15) -> Seat:
    ben, until = cast.here(session, troupe.ben), MONDAY + minutes * MINUTE
    return seats.take(session, ben, student.id, until=until, now=MONDAY)


def people(session: Session, count: int) -> list[Person]:
    return [cast.person(session, name) for name in ("Cleo", "Dora", "Eve", "Olga")[:count]]


def has(session: Session, troupe: Cast, count: int) -> None:
    """So many seats has Ben."""
    ben, hana = cast.here(session, troupe.ben), cast.here(session, troupe.hana)
    tenure.resize(session, ben, hana, count, now=MONDAY)


def let_go(session: Session, seat: Seat) -> None:
    seats.release(session, cast.here(session, seat), "over", now=MONDAY)


def free(session: Session, troupe: Cast) -> int:
    return seats.free(session, cast.here(session, troupe.ben))


# --- who gets which ---------------------------------------------------------------------------


def test_the_lowest_free_number_is_taken_until_there_is_none(transact: Transact, troupe: Cast) -> None:
    transact(has, troupe, 2)
    cleo, dora, eve = transact(people, 3)
    one, two = transact(take, troupe, cleo), transact(take, troupe, dora)
    assert [(one.number, one.state, one.until), two.number] == [(1, SeatState.RESERVED, SOON), 2]
    with pytest.raises(Conflict) as refused:
        transact(take, troupe, eve)
    assert (refused.value.key, refused.value.facts) == ("seat.none", {"name": "Ben"})
    transact(let_go, one)
    assert transact(take, troupe, eve).number == 1
    assert transact(free, troupe) == 0


def test_who_has_a_seat_gets_it_again_and_keeps_the_longer_time(transact: Transact, troupe: Cast) -> None:
    seat = transact(take, troupe, troupe.ana, minutes=60)
    again = transact(take, troupe, troupe.ana, minutes=15)
    assert (again.id, again.until) == (seat.id, MONDAY + HOUR)
    assert transact(take, troupe, troupe.ana, minutes=90).until == MONDAY + 90 * MINUTE
    assert len(transact(seats.of_mentor, troupe.ben.id)) == 1


def test_fewer_seats_take_nobody_theirs_and_give_out_none(transact: Transact, troupe: Cast) -> None:
    cleo, dora, eve = transact(people, 3)
    first, *others = (transact(take, troupe, each) for each in (cleo, dora, eve))
    transact(has, troupe, 2)
    assert [seat.number for seat in transact(seats.of_mentor, troupe.ben.id)] == [1, 2, 3]
    transact(let_go, first)
    assert transact(free, troupe) == 0
    with pytest.raises(Conflict, match=r"seat\.none"):
        transact(take, troupe, cleo)
    transact(let_go, others[0])
    assert transact(take, troupe, cleo).number == 1


def test_a_seat_whose_time_is_over_is_the_next_ones(transact: Transact, troupe: Cast) -> None:
    transact(take, troupe, troupe.ana)

    def late(session: Session) -> None:
        seats.take(session, cast.here(session, troupe.ben), troupe.ana.id, until=SOON + HOUR, now=SOON)

    with pytest.raises(Conflict, match=r"seat\.over"):
        transact(late)


# --- from state to state ----------------------------------------------------------------------

S = SeatState
EDGES = [
    ("activate", S.RESERVED, S.ACTIVE),
    ("activate", S.GRACE, S.ACTIVE),
    ("activate", S.ACTIVE, S.ACTIVE),
    ("activate", S.RELEASED, None),
    ("begin_grace", S.RESERVED, None),
    ("begin_grace", S.ACTIVE, S.GRACE),
    ("begin_grace", S.GRACE, S.GRACE),
    ("begin_grace", S.RELEASED, None),
    ("release", S.RESERVED, S.RELEASED),
    ("release", S.ACTIVE, S.RELEASED),
    ("release", S.GRACE, S.RELEASED),
    ("release", S.RELEASED, S.RELEASED),
    *(("warn", state, state) for state in S),
]


def bring(session: Session, troupe: Cast, state: SeatState) -> Seat:
    """Ana's seat, in this state."""
    seat = take(session, troupe, troupe.ana)
    if state in (S.ACTIVE, S.GRACE):
        seats.activate(session, seat, now=MONDAY)
    if state is S.GRACE:
        seats.begin_grace(session, seat, until=MONDAY + 72 * HOUR, now=MONDAY)
    if state is S.RELEASED:
        seats.release(session, seat, "over", now=MONDAY)
    return seat


def do(session: Session, verb: str, seat: Seat) -> bool:
    seat, later = cast.here(session, seat), MONDAY + MINUTE
    match verb:
        case "begin_grace":
            return seats.begin_grace(session, seat, until=later + 72 * HOUR, now=later)
        case "release":
            return seats.release(session, seat, "over", now=later)
        case "warn":
            return seats.warn(session, seat, now=later)
    return seats.activate(session, seat, now=later)


@pytest.mark.parametrize(("verb", "before", "after"), EDGES)
def test_each_verb_leads_from_the_states_it_fits_and_no_others(
    transact: Transact, troupe: Cast, verb: str, before: SeatState, after: SeatState | None
) -> None:
    seat = transact(bring, troupe, before)
    written = transact(sold.told, "seat")
    if after is None:
        with pytest.raises(Conflict, match=f"seat.is_{before}"):
            transact(do, verb, seat)
        assert transact(sold.told, "seat") == written
        return
    is_news = transact(do, verb, seat)
    assert is_news == (before is not after or (verb, before) == ("warn", S.GRACE))
    assert transact(seats.find, seat.id).state is after
    assert len(transact(sold.told, "seat")) == len(written) + is_news
    assert transact(do, verb, seat) is False, "again it is no news"


def test_a_seat_that_is_active_again_has_no_end_and_was_not_warned(transact: Transact, troupe: Cast) -> None:
    seat = transact(bring, troupe, S.GRACE)
    assert transact(do, "warn", seat)
    transact(do, "activate", seat)
    found = transact(seats.find, seat.id)
    assert (found.until, found.warned_at) == (None, None)
    said = ["seat.reserved", "seat.active", "seat.grace", "seat.warned", "seat.active"]
    assert transact(sold.told, "seat") == said


# --- what the database refuses ----------------------------------------------------------------

ROW = text(
    "INSERT INTO seats (mentor_id, student_id, number, state, since, reason)"
    " VALUES (:mentor, :student, :number, :state, '2026-11-23 09:00:00', '')"
)


def test_the_database_refuses_two_holders_of_one_number(transact: Transact, troupe: Cast) -> None:
    transact(take, troupe, troupe.ana)
    (cleo,) = transact(people, 1)
    row = {"mentor": troupe.ben.id, "student": cleo.id, "number": 1}
    with pytest.raises(IntegrityError, match=r"ix_seats_number|seats\.number"):
        transact(lambda s: s.execute(ROW, row | {"state": "active"}))
    transact(lambda s: s.execute(ROW, row | {"state": "released"}))
    transact(lambda s: s.execute(ROW, row | {"number": 2, "state": "active"}))


def test_the_database_refuses_a_student_two_seats_with_one_mentor(transact: Transact, troupe: Cast) -> None:
    transact(take, troupe, troupe.ana)
    row = {"mentor": troupe.ben.id, "student": troupe.ana.id, "number": 2}
    with pytest.raises(IntegrityError, match=r"ix_seats_holder|seats\.student_id"):
        transact(lambda s: s.execute(ROW, row | {"state": "grace"}))
    transact(lambda s: s.execute(ROW, row | {"state": "released"}))


# --- at the same time -------------------------------------------------------------------------


def test_of_two_who_take_the_last_seat_at_once_one_gets_it(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    cleo, dora = postgresql(people, 2)
    postgresql(has, troupe, 1)
    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        take(session, troupe, cleo)
        second = thread.submit(postgresql, take, troupe, dora)
        wait_for_a_lock(postgresql)
        session.commit()
        with pytest.raises(Conflict, match=r"seat\.none"):
            second.result(timeout=60)
    assert [seat.student_id for seat in postgresql(seats.of_mentor, troupe.ben.id)] == [cleo.id]


def test_a_student_who_taps_twice_at_once_has_one_seat(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        first = take(session, troupe, troupe.ana)
        second = thread.submit(postgresql, take, troupe, troupe.ana)
        wait_for_a_lock(postgresql)
        session.commit()
        assert second.result(timeout=60).id == first.id


# --- how many there are -----------------------------------------------------------------------


def test_the_mentor_or_staff_says_how_many_seats_there_are(transact: Transact, troupe: Cast) -> None:
    def resize(session: Session, actor: Person, count: int) -> None:
        ben, actor = cast.here(session, troupe.ben), cast.here(session, actor)
        mentors.resize(session, ben, actor, count, now=MONDAY)

    transact(resize, troupe.ben_himself, 3)
    transact(resize, troupe.hana, 200)
    transact(resize, troupe.hana, 200)
    assert transact(mentors.find, troupe.ben.id).seats == 200
    assert transact(sold.told, "mentor").count("mentor.seats") == 2
    refused: list[tuple[Person, int, type[Refusal]]] = [
        (troupe.ana, 5, Forbidden),
        (troupe.hana, 0, Invalid),
        (troupe.ben_himself, 201, Invalid),
    ]
    for actor, count, why in refused:
        with pytest.raises(why):
            transact(resize, actor, count)
    assert transact(mentors.find, troupe.ben.id).seats == 200


def test_a_new_seat_goes_to_the_first_in_line(transact: Transact, troupe: Cast) -> None:
    transact(has, troupe, 1)
    cleo, dora = transact(people, 2)
    transact(take, troupe, troupe.ana)

    def wait(session: Session, student: Person) -> int:
        ben, student = cast.here(session, troupe.ben), cast.here(session, student)
        return queue.join(session, ben, student, None, now=MONDAY).id

    first, second = transact(wait, cleo), transact(wait, dora)
    transact(has, troupe, 2)
    states = [transact(waits.find, each).state for each in (first, second)]
    assert states == [WaitState.OFFERED, WaitState.WAITING]
    assert transact(sold.the_seat, troupe, cleo).number == 2


# --- two accounts become one person -----------------------------------------------------------


@pytest.mark.parametrize("older_is_active", [True, False])
def test_of_two_seats_with_one_mentor_the_longer_stays_with_all_packs(
    transact: Transact, troupe: Cast, older_is_active: bool
) -> None:
    twin = transact(telegram, "Ana")
    active, reserved = (troupe.ana, twin) if older_is_active else (twin, troupe.ana)
    pack = transact(sold.buy, troupe, active)
    product = transact(sold.product, troupe)
    held = transact(sold.reserve, product, troupe.ben, reserved)
    kept = transact(join, troupe.ana, twin)
    [seat] = transact(seats.of_mentor, troupe.ben.id)
    assert (seat.student_id, seat.state, seat.id) == (kept.id, S.ACTIVE, pack.seat_id)
    assert {transact(sold.again, each).seat_id for each in (pack, held)} == {seat.id}
    assert transact(free, troupe) == 9


def test_a_seat_that_is_free_by_a_join_goes_to_who_waits(transact: Transact, troupe: Cast) -> None:
    twin = transact(telegram, "Ana")
    (cleo,) = transact(people, 1)
    transact(has, troupe, 2)
    for each in (troupe.ana, twin):
        transact(take, troupe, each, minutes=60 * 24 * 30)

    def wait(session: Session) -> int:
        return queue.join(
            session, cast.here(session, troupe.ben), cast.here(session, cleo), None, now=MONDAY
        ).id

    waiting = transact(wait)
    transact(join, troupe.ana, twin)
    assert transact(waits.find, waiting).state is WaitState.OFFERED


def test_mentor_and_student_of_a_pack_are_two_people(transact: Transact, troupe: Cast) -> None:
    pack = transact(sold.buy, troupe)
    with pytest.raises(Conflict) as refused:
        transact(join, troupe.ben_himself, troupe.ana)
    assert (refused.value.key, refused.value.facts) == ("link.each_other", {"code": pack.code})
