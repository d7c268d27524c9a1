"""Moving: another free time for the same booking, often enough but not for ever, and never out of the refund window."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import canceling, diary, moving
from core.booking.life import Booking, Who
from core.errors import Conflict, Forbidden, NotFound
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking.test_races import while_open
from tests.databases import Transact

DAY = timedelta(days=1)
THURSDAY_TEN = TUESDAY_TEN + 2 * DAY


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


def move(
    session: Session, booking: Booking, who: Who, actor: Person, at: datetime, *, now: datetime = MONDAY
) -> Booking:
    booking = cast.here(session, booking)
    moving.move(session, booking, who, cast.here(session, actor), at, now=now)
    return booking


def test_a_move_keeps_the_booking_and_its_money_and_frees_the_old_time(
    transact: Transact, troupe: Cast
) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    moved = transact(move, booking, Who.STUDENT, troupe.ana, THURSDAY_TEN)
    assert (moved.id, moved.starts_at, moved.revision, moved.moves) == (booking.id, THURSDAY_TEN, 1, 1)
    assert (moved.price, moved.minutes, moved.anchor) == (booking.price, 60, TUESDAY_TEN)
    assert moved.busy_until == THURSDAY_TEN + 70 * MINUTE
    transact(cast.book, troupe.ben, transact(cast.person, "Bea"))


def test_its_own_time_is_not_in_the_way_of_a_session_that_moves_by_half_an_hour(
    transact: Transact, troupe: Cast
) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    moved = transact(move, booking, Who.STUDENT, troupe.ana, TUESDAY_TEN + 30 * MINUTE)
    assert moved.starts_at == TUESDAY_TEN + 30 * MINUTE


def test_a_time_that_is_taken_is_refused_with_the_nearest(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    transact(cast.book, troupe.ben, transact(cast.person, "Bea"), THURSDAY_TEN)
    with pytest.raises(Conflict) as refused:
        transact(move, booking, Who.STUDENT, troupe.ana, THURSDAY_TEN)
    assert refused.value.key == "move.not_free"
    nearest = refused.value.facts["nearest"]
    assert len(nearest) == 3
    assert THURSDAY_TEN not in nearest
    assert transact(diary.find, booking.id).revision == 0


def test_a_session_is_not_moved_to_where_it_is(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    with pytest.raises(Conflict) as refused:
        transact(move, booking, Who.STUDENT, troupe.ana, TUESDAY_TEN)
    assert refused.value.key == "move.same"
    opening = transact(lambda s: moving.opening_for(s, cast.here(s, booking), now=MONDAY))
    assert TUESDAY_TEN not in opening.ahead(60).times
    assert TUESDAY_TEN + 30 * MINUTE in opening.ahead(60).times


def test_a_student_moves_twice_and_not_a_third_time(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana, THURSDAY_TEN)
    for day in (1, 2):
        transact(move, booking, Who.STUDENT, troupe.ana, THURSDAY_TEN + day * DAY)
    with pytest.raises(Conflict) as refused:
        transact(move, booking, Who.STUDENT, troupe.ana, THURSDAY_TEN + 3 * DAY)
    assert (refused.value.key, refused.value.facts["most"]) == ("move.often", 2)
    moved = transact(move, booking, Who.STAFF, troupe.hana, THURSDAY_TEN + 3 * DAY)
    assert (moved.moves, moved.revision) == (2, 3)


def test_a_student_moves_a_day_before_and_not_later(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    with pytest.raises(Conflict) as refused:
        transact(move, booking, Who.STUDENT, troupe.ana, THURSDAY_TEN, now=TUESDAY_TEN - 24 * HOUR + MINUTE)
    assert refused.value.key == "move.late"
    transact(move, booking, Who.STAFF, troupe.hana, THURSDAY_TEN, now=TUESDAY_TEN - HOUR)
    moved = transact(move, booking, Who.STUDENT, troupe.ana, THURSDAY_TEN + DAY, now=THURSDAY_TEN - 24 * HOUR)
    assert moved.starts_at == THURSDAY_TEN + DAY


def test_a_move_does_not_better_the_refund(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    transact(move, booking, Who.STUDENT, troupe.ana, TUESDAY_TEN + 9 * DAY)
    late = TUESDAY_TEN - 5 * HOUR
    found = transact(lambda s: canceling.quoted(s, cast.here(s, booking), Who.STUDENT, now=late))
    assert found.percent == 50


def test_a_mentor_moves_only_by_proposal_and_a_stranger_not_at_all(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    with pytest.raises(Forbidden):
        transact(move, booking, Who.MENTOR, troupe.ben_himself, THURSDAY_TEN)
    for who in (Who.STUDENT, Who.STAFF):
        with pytest.raises(NotFound):
            transact(move, booking, who, transact(cast.person, "Bea"), THURSDAY_TEN)


def test_a_hold_is_not_moved(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    with pytest.raises(Conflict) as refused:
        transact(move, booking, Who.STUDENT, troupe.ana, THURSDAY_TEN)
    assert refused.value.key == "booking.is_held"


def test_of_two_who_want_one_time_at_once_one_gets_it(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    bea = postgresql(cast.person, "Bea")
    hers = postgresql(cast.book, troupe.ben, troupe.ana)
    other = postgresql(cast.book, troupe.ben, bea, TUESDAY_TEN + 2 * HOUR)
    with pytest.raises(Conflict) as refused:
        while_open(
            postgresql,
            lambda session: move(session, hers, Who.STUDENT, troupe.ana, THURSDAY_TEN),
            lambda: postgresql(move, other, Who.STUDENT, bea, THURSDAY_TEN),
        )
    assert refused.value.key == "move.not_free"
    assert postgresql(diary.find, other.id).revision == 0


def test_of_two_moves_of_one_booking_at_once_one_counts(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    booking = postgresql(cast.book, troupe.ben, troupe.ana)
    with pytest.raises(Conflict) as refused:
        while_open(
            postgresql,
            lambda session: move(session, booking, Who.STUDENT, troupe.ana, THURSDAY_TEN),
            lambda: postgresql(move, booking, Who.STAFF, troupe.hana, THURSDAY_TEN + DAY),
        )
    assert refused.value.key == "move.raced"
    assert postgresql(diary.find, booking.id).starts_at == THURSDAY_TEN
