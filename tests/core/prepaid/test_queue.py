"""The line for a seat: in order, for one at a time, and silence passes it on."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.booking import standing
from core.errors import Conflict, Forbidden, NotFound, Refusal
from core.people import mentors
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid import caring, packs, queue, seats, selling, tenure, waits
from core.prepaid.packs import Pack, PackState
from core.prepaid.products import Product
from core.prepaid.seats import OFFER, SeatState
from core.prepaid.waits import SeatWait, WaitState
from tests import cast
from tests.cast import MINUTE, MONDAY, Cast
from tests.core.booking.shop import wait_for_a_lock
from tests.core.prepaid.counter import define, join, tap
from tests.databases import Stock, Transact

SECOND = timedelta(seconds=1)


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return one_seat(transact)


def one_seat(transact: Transact, count: int = 1) -> Cast:
    troupe = transact(cast.enter)

    def change(session: Session) -> None:
        cast.here(session, troupe.ben).seats = count

    transact(change)
    return troupe


def taken(transact: Transact, troupe: Cast, student: Person, now: datetime = MONDAY) -> tuple[Product, Pack]:
    product = transact(define, troupe)
    return product, transact(tap, product, troupe.ben, student, now=now)


def let_go(session: Session, pack: Pack, *, now: datetime = MONDAY) -> None:
    mine = packs.find(session, pack.id)
    selling.release(session, mine, session.get_one(Person, mine.student_id), now=now)


def answer(session: Session, verb: Any, wait: SeatWait, student: Person, *, now: datetime = MONDAY) -> None:
    verb(session, waits.find(session, wait.id), cast.here(session, student), now=now)


def state(transact: Transact, wait: SeatWait) -> WaitState:
    return transact(waits.find, wait.id).state


def has_no_seat(session: Session, mentor: Mentor) -> None:
    cast.here(session, mentor).seats = 0


def test_a_freed_seat_is_kept_for_the_first_in_line_alone(transact: Transact, troupe: Cast) -> None:
    cleo, dora = (transact(cast.person, name) for name in ("Cleo", "Dora"))
    product, pack = taken(transact, troupe, troupe.ana)
    first, second = transact(join, troupe.ben, cleo, product), transact(join, troupe.ben, dora)
    assert [transact(waits.place, wait) for wait in (first, second)] == [1, 2]
    transact(let_go, pack)
    assert (state(transact, first), state(transact, second)) == (WaitState.OFFERED, WaitState.WAITING)
    for stranger in (troupe.ana, dora):
        with pytest.raises(Conflict):
            transact(tap, product, troupe.ben, stranger)
    bought = transact(tap, product, troupe.ben, cleo)
    assert (bought.state, state(transact, first)) == (PackState.HELD, WaitState.SERVED)


def test_silence_passes_it_on_when_the_offer_ends(transact: Transact, troupe: Cast) -> None:
    cleo, dora = (transact(cast.person, name) for name in ("Cleo", "Dora"))
    _product, pack = taken(transact, troupe, troupe.ana)
    first, second = transact(join, troupe.ben, cleo), transact(join, troupe.ben, dora)
    transact(let_go, pack)
    assert transact(queue.next_due) == MONDAY + OFFER
    transact(queue.lapse_due, now=MONDAY + OFFER - SECOND)
    assert state(transact, first) is WaitState.OFFERED
    transact(queue.lapse_due, now=MONDAY + OFFER)
    assert (state(transact, first), state(transact, second)) == (WaitState.SILENT, WaitState.OFFERED)
    with pytest.raises(Conflict) as refused:
        transact(answer, queue.pass_on, first, cleo, now=MONDAY + OFFER)
    assert refused.value.key == "seat.gone"


def test_no_thanks_and_leaving_pass_it_on_at_once(transact: Transact, troupe: Cast) -> None:
    people = [transact(cast.person, name) for name in ("Cleo", "Dora", "Eli")]
    _product, pack = taken(transact, troupe, troupe.ana)
    line = [transact(join, troupe.ben, person) for person in people]
    transact(let_go, pack)
    transact(answer, queue.pass_on, line[0], people[0])
    assert [state(transact, wait) for wait in line[:2]] == [WaitState.LEFT, WaitState.OFFERED]
    transact(answer, queue.leave, line[1], people[1])
    transact(answer, queue.leave, line[1], people[1])
    assert state(transact, line[2]) is WaitState.OFFERED
    transact(answer, queue.leave, line[2], people[2])
    assert transact(seats.of_mentor, troupe.ben.id) == []


def test_nobody_waits_for_a_mentor_who_has_left(transact: Transact, troupe: Cast) -> None:
    cleo, dora = (transact(cast.person, name) for name in ("Cleo", "Dora"))
    _product, pack = taken(transact, troupe, troupe.ana)
    line = [transact(join, troupe.ben, cleo), transact(join, troupe.ben, dora)]
    transact(let_go, pack)
    transact(
        lambda s: caring.let_go(
            s, cast.here(s, troupe.ben), cast.here(s, troupe.ben_himself), now=MONDAY + OFFER / 2
        )
    )
    assert [state(transact, wait) for wait in line] == [WaitState.OVER, WaitState.OVER]
    assert transact(seats.of, troupe.ben.id, cleo.id) is None
    assert transact(queue.next_due) is None


def test_who_does_not_pay_for_the_seat_they_took_gives_it_on(transact: Transact, troupe: Cast) -> None:
    cleo, dora = (transact(cast.person, name) for name in ("Cleo", "Dora"))
    product, pack = taken(transact, troupe, troupe.ana)
    transact(join, troupe.ben, cleo)
    second = transact(join, troupe.ben, dora)
    transact(let_go, pack)
    bought = transact(tap, product, troupe.ben, cleo)

    def lapse(session: Session) -> None:
        lapsed = packs.find(session, bought.id)
        selling.lapse(session, lapsed, now=MONDAY + 15 * MINUTE, reason="unpaid")
        selling.serve(session, lapsed, now=MONDAY + 15 * MINUTE)

    transact(lapse)
    assert state(transact, second) is WaitState.OFFERED


def test_new_seats_go_to_who_waits(transact: Transact, troupe: Cast) -> None:
    people = [transact(cast.person, name) for name in ("Cleo", "Dora", "Eli")]
    taken(transact, troupe, troupe.ana)
    line = [transact(join, troupe.ben, person) for person in people]
    transact(lambda s: tenure.resize(s, cast.here(s, troupe.ben), cast.here(s, troupe.hana), 3, now=MONDAY))
    assert [state(transact, wait) for wait in line] == [
        WaitState.OFFERED,
        WaitState.OFFERED,
        WaitState.WAITING,
    ]


def test_a_seat_that_became_free_during_a_pause_is_offered_after_it(transact: Transact, troupe: Cast) -> None:
    cleo = transact(cast.person, "Cleo")
    _product, pack = taken(transact, troupe, troupe.ana)
    wait = transact(join, troupe.ben, cleo)
    transact(lambda s: mentors.pause(cast.here(s, troupe.ben), now=MONDAY))
    transact(let_go, pack)
    assert state(transact, wait) is WaitState.WAITING
    transact(lambda s: standing.resume(s, cast.here(s, troupe.ben), cast.here(s, troupe.hana), now=MONDAY))
    assert state(transact, wait) is WaitState.OFFERED


@pytest.mark.parametrize("why", ["own", "free", "seat", "not bookable", "many"])
def test_who_need_not_or_may_not_wait_is_told(transact: Transact, troupe: Cast, why: str) -> None:
    student, key = troupe.ana, ""
    match why:
        case "own":
            student, key = troupe.ben_himself, "pack.own"
        case "free":
            key = "seat.free"
        case "seat":
            taken(transact, troupe, troupe.ana)
            key = "seat.yours"
        case "not bookable":
            transact(lambda s: setattr(cast.here(s, troupe.ben), "paused_at", MONDAY))
            key = "mentor.not_bookable"
        case "many":
            for number in range(queue.MOST_LINES):
                other = transact(cast.mentor, troupe.community, f"Mentor {number}", by=troupe.hana)
                transact(has_no_seat, other)
                transact(join, other, troupe.ana)
            transact(has_no_seat, troupe.ben)
            key = "seat.many"
    with pytest.raises((Conflict, Forbidden, Refusal)) as refused:
        transact(join, troupe.ben, student)
    assert refused.value.key == key


def test_asked_twice_it_is_one_place(transact: Transact, troupe: Cast) -> None:
    cleo = transact(cast.person, "Cleo")
    taken(transact, troupe, troupe.ana)
    assert transact(join, troupe.ben, cleo).id == transact(join, troupe.ben, cleo).id


def test_a_place_is_nobody_elses(transact: Transact, troupe: Cast) -> None:
    cleo = transact(cast.person, "Cleo")
    taken(transact, troupe, troupe.ana)
    wait = transact(join, troupe.ben, cleo)
    for verb in (queue.leave, queue.pass_on):
        with pytest.raises(NotFound):
            transact(answer, verb, wait, troupe.hana)


def test_of_two_who_are_one_the_offer_stays_else_the_earlier_place(transact: Transact, troupe: Cast) -> None:
    cleo, dora, eli = (transact(cast.person, name) for name in ("Cleo", "Dora", "Eli"))
    _product, pack = taken(transact, troupe, troupe.ana)
    line = [transact(join, troupe.ben, person) for person in (cleo, dora, eli)]
    transact(waits.reassign, eli.id, dora.id)
    assert [state(transact, wait) for wait in line[1:]] == [WaitState.WAITING, WaitState.LEFT]
    transact(let_go, pack)
    transact(seats.reassign, dora.id, cleo.id)
    transact(waits.reassign, dora.id, cleo.id)
    assert [state(transact, wait) for wait in line[:2]] == [WaitState.OFFERED, WaitState.LEFT]


def test_what_is_long_over_is_forgotten(transact: Transact, troupe: Cast) -> None:
    cleo = transact(cast.person, "Cleo")
    taken(transact, troupe, troupe.ana)
    wait = transact(join, troupe.ben, cleo)
    transact(waits.purge, now=MONDAY + waits.KEPT + SECOND)
    transact(answer, queue.leave, wait, cleo)
    transact(waits.purge, now=MONDAY + waits.KEPT + SECOND)
    with pytest.raises(NotFound):
        transact(waits.find, wait.id)


# --- at the same moment -----------------------------------------------------------------------


def test_of_many_who_tap_at_once_one_has_the_last_seat(postgresql: Transact) -> None:
    troupe = one_seat(postgresql)
    product = postgresql(define, troupe)
    people = [postgresql(cast.person, f"Student {number}") for number in range(8)]

    def buy(student: Person) -> str:
        try:
            postgresql(tap, product, troupe.ben, student)
        except Conflict as refused:
            return refused.key
        return "bought"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(buy, people)) == ["bought"] + ["seat.none"] * 7
    assert len(postgresql(seats.of_mentor, troupe.ben.id)) == 1


def test_who_gets_in_line_while_the_seat_is_freed_does_not_miss_it(postgresql: Transact) -> None:
    troupe = one_seat(postgresql)
    _product, pack = taken(postgresql, troupe, troupe.ana)
    cleo = postgresql(cast.person, "Cleo")

    def gets_in_line() -> str:
        try:
            postgresql(join, troupe.ben, cleo)
        except Conflict as refused:
            return refused.key
        return "waits"

    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        let_go(session, pack)
        session.flush()
        answer = thread.submit(gets_in_line)
        wait_for_a_lock(postgresql)
        session.commit()
        assert answer.result(timeout=60) == "seat.free"


# --- any history ------------------------------------------------------------------------------

DEEDS = st.lists(
    st.tuples(st.sampled_from(["join", "buy", "let go", "leave", "pass", "later"]), st.integers(0, 4)),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_whatever_people_do_the_order_is_kept_and_no_free_seat_waits(
    sqlite_stock: Stock, deeds: Sequence[tuple[str, int]]
) -> None:
    with sqlite_stock.fresh() as url:
        transact = Transact(url)
        try:
            _live(transact, deeds)
        finally:
            transact.close()


def _live(transact: Transact, deeds: Sequence[tuple[str, int]]) -> None:
    troupe = one_seat(transact, 2)
    product = transact(define, troupe)
    people = [transact(cast.person, f"Student {number}") for number in range(5)]
    now = MONDAY
    for deed, number in deeds:
        now += 2 * MINUTE if deed != "later" else OFFER
        before = transact(_line, troupe)
        try:
            transact(_do, deed, troupe, product, people[number], now)
        except Refusal:
            continue
        after = transact(_line, troupe)
        kept = [wait for wait in after if wait in before]
        assert kept == [wait for wait in before if wait in after], "the order is kept"
        transact(_check, troupe)


def _do(session: Session, deed: str, troupe: Cast, product: Product, student: Person, now: datetime) -> None:
    mine = waits.of_pair(session, troupe.ben.id, student.id)
    held = selling.live_hold(session, student.id, now=now)
    match deed:
        case "join":
            join(session, troupe.ben, student, now=now)
        case "buy":
            tap(session, product, troupe.ben, student, now=now)
        case "let go" if held is not None:
            let_go(session, held, now=now)
        case "leave" if mine is not None:
            queue.leave(session, mine, cast.here(session, student), now=now)
        case "pass" if mine is not None:
            queue.pass_on(session, mine, cast.here(session, student), now=now)
        case "later":
            for pack in selling.lapsed(session, now=now):
                selling.lapse(session, pack, now=now, reason="unpaid")
                selling.serve(session, pack, now=now)
            tenure.keep_due(session, now=now)


def _line(session: Session, troupe: Cast) -> list[int]:
    return [wait.id for wait in waits.line(session, troupe.ben.id)]


def _check(session: Session, troupe: Cast) -> None:
    ben = cast.here(session, troupe.ben)
    held = seats.of_mentor(session, ben.id)
    assert len(held) <= ben.seats
    assert len({seat.student_id for seat in held}) == len(held)
    assert not (_line(session, troupe) and seats.free(session, ben)), "a seat is free and somebody waits"
    for seat in held:
        wait = waits.of_pair(session, ben.id, seat.student_id)
        buying = packs.of_pair(session, ben.id, seat.student_id, PackState.HELD)
        is_offered = wait is not None and wait.state is WaitState.OFFERED
        assert seat.state is SeatState.RESERVED
        assert buying or is_offered, "a seat is kept for nobody"
