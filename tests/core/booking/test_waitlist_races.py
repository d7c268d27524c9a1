"""A claim races a new booking, and two races for one place in line: one of the two gets it, and only one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from core.booking.life import BUSY, Booking, BookingState, Origin
from core.booking.waiting import EntryState, WaitlistEntry
from core.errors import Conflict
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking.test_waitlist import TUESDAY, call_off, claim, decline, join, offered_to, only_open
from tests.databases import Transact

SECOND = timedelta(seconds=1)


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def cleo(transact: Transact, troupe: Cast) -> Person:
    """Ben's one hour is offered to Cleo until ten o'clock."""
    transact(only_open, troupe.ben, TUESDAY, (10, 11))
    taken = transact(cast.book, troupe.ben, troupe.ana)
    cleo = transact(cast.person, "Cleo")
    transact(join, troupe.ben, cleo)
    transact(call_off, taken)
    return cleo


def together(*acts: Callable[[], object]) -> list[bool]:
    """All at the same moment; which of them were done."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        gate.wait(timeout=60)
        try:
            act()
        except (Conflict, DBAPIError):  # the second is what the edge would try again
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_of_a_claim_and_a_new_booking_one_gets_the_time(
    transact: Transact, troupe: Cast, cleo: Person
) -> None:
    """The countdown ends just now: to the one clock it runs, to the other it is over."""
    offered = transact(offered_to, cleo)
    done = together(
        lambda: transact(claim, offered, now=MONDAY + HOUR - SECOND),
        lambda: transact(cast.hold, troupe.ben, troupe.ana, now=MONDAY + HOUR),
    )
    assert sum(done) == 1
    busy = select(Booking).where(Booking.starts_at == TUESDAY_TEN, Booking.state.in_(BUSY))
    [mine] = transact(lambda s: s.scalars(busy).all())
    assert mine.origin is (Origin.WAITLIST if done[0] else Origin.TAP)


@pytest.mark.parametrize("late", [False, True])
def test_whoever_is_first_at_the_deadline_leaves_nothing_for_the_other(
    transact: Transact, troupe: Cast, cleo: Person, late: bool
) -> None:
    offered = transact(offered_to, cleo)
    if late:
        transact(cast.hold, troupe.ben, troupe.ana, now=MONDAY + HOUR)
        with pytest.raises(Conflict) as refused:
            transact(claim, offered, now=MONDAY + HOUR)
    else:
        transact(claim, offered, now=MONDAY + HOUR - SECOND)
        with pytest.raises(Conflict) as refused:
            transact(cast.hold, troupe.ben, troupe.ana, now=MONDAY + HOUR)
    assert refused.value.key == ("waitlist.gone" if late else "booking.not_free")


def test_two_taps_on_claim_at_once_claim_once(transact: Transact, troupe: Cast, cleo: Person) -> None:
    offered = transact(offered_to, cleo)
    assert any(together(*(lambda: transact(claim, offered) for _ in range(3))))
    entry = transact(lambda s: s.scalars(select(WaitlistEntry)).one())
    assert (entry.state, entry.offers) == (EntryState.SERVED, 1)
    assert transact(lambda s: s.get_one(Booking, offered.id)).state is BookingState.HELD


def test_a_time_that_is_freed_goes_to_the_line_although_somebody_taps_on_it_at_that_moment(
    transact: Transact, troupe: Cast, cleo: Person
) -> None:
    offered = transact(offered_to, cleo)
    olga = transact(cast.person, "Olga")
    transact(join, troupe.ben, olga)
    together(
        lambda: transact(decline, offered),
        lambda: transact(cast.hold, troupe.ben, troupe.ana),
    )
    busy = select(Booking.student_id).where(Booking.state.in_(BUSY))
    assert transact(lambda s: s.scalars(busy).all()) == [olga.id]
