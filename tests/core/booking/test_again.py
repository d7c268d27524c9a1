"""Booking again: the same weekday and clock of the student's own calendar, and what became of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from core.booking import again
from core.booking.again import Again
from core.booking.life import Booking
from core.errors import NotFound
from core.money import Money
from core.people import mentors, people, rates
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MONDAY, TUESDAY_TEN, Cast
from tests.databases import Transact

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = timedelta(days=7)
LATER = TUESDAY_TEN + timedelta(days=2)


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def past(transact: Transact, troupe: Cast) -> Booking:
    return transact(cast.book, troupe.ben, troupe.ana)


def ask(
    session: Session, booking: Booking, who: Person, *, now: datetime = LATER, zone: ZoneInfo = BERLIN
) -> Again:
    return again.again(session, cast.here(session, booking), cast.here(session, who), zone, now=now)


def test_the_same_weekday_and_clock_is_proposed_with_others_beside_it(
    transact: Transact, troupe: Cast, past: Booking
) -> None:
    found = transact(ask, past, troupe.ana)
    assert found.start == TUESDAY_TEN + WEEK
    assert found.price == Money(6_000, "USD")
    assert found.others
    assert found.start not in found.others


def test_where_the_next_one_is_taken_it_is_the_week_after(
    transact: Transact, troupe: Cast, past: Booking
) -> None:
    transact(cast.book, troupe.ben, transact(cast.person, "Bea"), TUESDAY_TEN + WEEK)
    assert transact(ask, past, troupe.ana).start == TUESDAY_TEN + 2 * WEEK


def test_the_students_clock_counts_when_the_clocks_change() -> None:
    """10:00 in Berlin is 09:00 UTC in October, and 10:00 UTC is not it."""
    october = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
    starts = list(again.same_times(october, BERLIN, october + HOUR))
    assert starts[0] == datetime(2026, 10, 27, 9, 0, tzinfo=UTC)
    assert {start.astimezone(BERLIN).hour for start in starts} == {10}
    assert len(starts) == 8


def test_what_lies_long_ago_comes_round_from_today_on() -> None:
    (first, *_), now = (
        list(again.same_times(TUESDAY_TEN - 30 * WEEK, BERLIN, TUESDAY_TEN + HOUR)),
        TUESDAY_TEN + HOUR,
    )
    assert now < first <= now + WEEK
    assert first.astimezone(BERLIN).weekday() == 1


def test_a_booking_that_is_still_to_come_is_not_proposed_to_itself() -> None:
    assert next(again.same_times(TUESDAY_TEN, BERLIN, MONDAY)) == TUESDAY_TEN + WEEK


def test_a_time_that_is_not_offered_any_more_leaves_the_others(
    transact: Transact, troupe: Cast, past: Booking
) -> None:
    transact(cast.open_up, troupe.ben, hours=((14 * 60, 20 * 60),))
    found = transact(ask, past, troupe.ana)
    assert found.start is None
    assert found.others


def test_a_price_that_has_changed_is_said(transact: Transact, troupe: Cast, past: Booking) -> None:
    def dearer(session: Session) -> None:
        ben, himself = cast.here(session, troupe.ben), cast.here(session, troupe.ben_himself)
        rates.offer(session, ben, himself, 60, price=Money(9_900, "USD"), lowest=None, now=MONDAY)

    assert not transact(ask, past, troupe.ana).has_new_price
    transact(dearer)
    found = transact(ask, past, troupe.ana)
    assert (found.price, found.has_new_price) == (Money(9_900, "USD"), True)


def test_a_mentor_who_cannot_be_booked_has_no_times(transact: Transact, troupe: Cast, past: Booking) -> None:
    def pause(session: Session) -> None:
        mentors.find(session, troupe.ben.id).paused_at = MONDAY

    transact(pause)
    found = transact(ask, past, troupe.ana)
    assert (found.price, found.start, found.others) == (None, None, ())


def test_the_booking_of_another_does_not_exist(transact: Transact, troupe: Cast, past: Booking) -> None:
    for stranger in (troupe.hana, transact(people.find, troupe.ben.person_id)):
        with pytest.raises(NotFound):
            transact(ask, past, stranger)
