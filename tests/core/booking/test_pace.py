"""Too many taps, and holds that lapse."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import bookings, diary, holds, openings, settling
from core.booking.life import BookingState
from core.errors import Conflict, Refusal
from core.schedule.times import Reason
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.databases import Transact


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


# --- pace -------------------------------------------------------------------------------------


def test_six_taps_in_a_minute_are_too_fast_and_the_next_minute_is_fine(
    transact: Transact, troupe: Cast
) -> None:
    for half_hours in range(5):
        transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + half_hours * HOUR / 2)
    with pytest.raises(Refusal) as refused:
        transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 3 * HOUR)
    assert refused.value.key == "booking.too_fast"
    transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 3 * HOUR, now=MONDAY + MINUTE)


def lapse_thrice(transact: Transact, troupe: Cast) -> datetime:
    now = MONDAY
    for _ in range(3):
        booking = transact(cast.hold, troupe.ben, troupe.ana, now=now)
        now = cast.end_of(booking)
        transact(lapse_all, now)
    return now


def lapse_all(session: Session, now: datetime) -> None:
    settling.lapse_due(session, now=now)


def test_three_lapsed_holds_make_a_pause_of_half_an_hour(transact: Transact, troupe: Cast) -> None:
    now = lapse_thrice(transact, troupe)
    with pytest.raises(Refusal) as refused:
        transact(cast.hold, troupe.ben, troupe.ana, now=now)
    until = now + holds.PAUSE
    assert (refused.value.key, refused.value.facts["until"]) == ("booking.paused", until)
    transact(cast.hold, troupe.ben, troupe.ana, now=until)


def test_a_session_between_lapsed_holds_means_no_pause(transact: Transact, troupe: Cast) -> None:
    now = MONDAY
    for number in range(4):
        booking = transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + number * 2 * HOUR, now=now)
        now = cast.end_of(booking)
        if number == 1:
            transact(cast.confirm, booking, now=now - MINUTE)
        transact(lapse_all, now)
    transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 9 * HOUR, now=now)


# --- lapsing ----------------------------------------------------------------------------------


def test_a_lapsed_hold_without_a_link_is_free_at_once(transact: Transact, troupe: Cast) -> None:
    bea = transact(cast.person, "Bea")
    abandoned = transact(cast.hold, troupe.ben, troupe.ana)
    lapsed_at = cast.end_of(abandoned)
    with pytest.raises(Conflict):
        transact(cast.hold, troupe.ben, bea, now=lapsed_at - timedelta(seconds=1))
    opening = transact(lambda s: openings.of(s, cast.here(s, troupe.ben), now=lapsed_at))
    assert TUESDAY_TEN in opening.ahead(60).times
    taken = transact(cast.hold, troupe.ben, bea, now=lapsed_at)
    assert taken.state is BookingState.HELD
    assert transact(diary.find, abandoned.id).state is BookingState.EXPIRED


def test_a_lapsed_hold_does_not_count_for_the_day_limit(transact: Transact, troupe: Cast) -> None:
    transact(cast.open_up, troupe.ben, day_limit=1)
    abandoned = transact(cast.hold, troupe.ben, troupe.ana)
    bea = transact(cast.person, "Bea")
    with pytest.raises(Conflict) as refused:
        transact(cast.hold, troupe.ben, bea, TUESDAY_TEN + 3 * HOUR)
    assert refused.value.facts["reason"] is Reason.DAY_LIMIT
    transact(cast.hold, troupe.ben, bea, TUESDAY_TEN + 3 * HOUR, now=cast.end_of(abandoned))


def test_a_lapsed_hold_with_a_link_stays_taken_until_its_provider_has_spoken(
    transact: Transact, troupe: Cast
) -> None:
    bea = transact(cast.person, "Bea")
    paying = transact(cast.hold, troupe.ben, troupe.ana)
    transact(lambda s: bookings.mark_link(s, diary.find(s, paying.id)))
    with pytest.raises(Conflict):
        transact(cast.hold, troupe.ben, bea, now=cast.end_of(paying))
