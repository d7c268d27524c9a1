"""What may be booked with a pack: every reason alone, at its edge, and the pack that is chosen of several."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from core.people import mentors
from core.prepaid import entitlement, tenure
from core.prepaid.entitlement import Entitlement, Why
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.prepaid import sold
from tests.core.prepaid.sold import DAY
from tests.databases import Transact

GRACE = 72 * HOUR
END = MONDAY + 90 * DAY


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


def find(
    session: Session,
    troupe: Cast,
    minutes: int | None = 60,
    starts_at: datetime | None = None,
    *,
    now: datetime = MONDAY,
) -> Entitlement:
    ben = cast.here(session, troupe.ben)
    return entitlement.find(session, ben, troupe.ana.id, minutes, starts_at=starts_at, now=now)


def why(
    transact: Transact,
    troupe: Cast,
    minutes: int = 60,
    starts_at: datetime | None = None,
    *,
    now: datetime = MONDAY,
) -> tuple[Why, ...]:
    found = transact(find, troupe, minutes, starts_at, now=now)
    assert (found.pack is None) == bool(found.reasons)
    return found.reasons


def test_who_has_no_pack_has_no_pack(transact: Transact, troupe: Cast) -> None:
    assert why(transact, troupe) == (Why.NO_PACK,)
    product = transact(sold.product, troupe)
    held = transact(sold.reserve, product, troupe.ben, troupe.ana)
    assert why(transact, troupe) == (Why.NO_PACK,)
    assert transact(entitlement.explain, held, now=MONDAY) == (Why.UNPAID,)


def test_a_pack_with_sessions_pays(transact: Transact, troupe: Cast) -> None:
    pack = transact(sold.buy, troupe)
    found = transact(find, troupe, 60, TUESDAY_TEN)
    assert found.pack is not None
    assert (found.pack.id, found.reasons) == (pack.id, ())
    assert transact(entitlement.explain, pack, now=MONDAY) == ()


def test_it_pays_for_no_other_length(transact: Transact, troupe: Cast) -> None:
    transact(sold.buy, troupe)
    assert why(transact, troupe, 30) == (Why.OTHER_LENGTH,)


def test_what_is_all_booked_pays_for_nothing_more(transact: Transact, troupe: Cast) -> None:
    pack = transact(sold.buy, troupe, sessions=1)
    transact(sold.book, troupe)
    assert why(transact, troupe) == (Why.NOTHING_LEFT,)
    assert transact(entitlement.explain, pack, now=MONDAY) == (Why.NOTHING_LEFT,)


def test_in_grace_and_after_it_the_seat_is_said(transact: Transact, troupe: Cast) -> None:
    transact(sold.buy, troupe, sessions=1)
    ended = transact(sold.use, troupe, 1)
    assert why(transact, troupe, now=ended) == (Why.NOTHING_LEFT, Why.SEAT_GRACE)
    transact(sold.keep, ended + GRACE - 12 * HOUR)
    transact(sold.keep, ended + GRACE)
    assert why(transact, troupe, now=ended + GRACE) == (Why.NOTHING_LEFT, Why.SEAT_RELEASED)


@pytest.mark.parametrize("was_seen", [True, False])
def test_a_pack_is_over_at_its_end_whether_or_not_the_job_has_run(
    transact: Transact, troupe: Cast, was_seen: bool
) -> None:
    transact(sold.buy, troupe)
    assert why(transact, troupe, now=END - MINUTE) == ()
    if was_seen:
        transact(tenure.keep_due, now=END)
    assert why(transact, troupe, now=END)[0] is Why.EXPIRED


def test_no_session_begins_after_the_packs_end(transact: Transact, troupe: Cast) -> None:
    transact(sold.buy, troupe)
    assert why(transact, troupe, 60, END, now=END - DAY) == ()
    assert why(transact, troupe, 60, END + MINUTE, now=END - DAY) == (Why.AFTER_END,)


def test_notice_and_horizon_are_the_communitys(transact: Transact, troupe: Cast) -> None:
    transact(sold.buy, troupe)
    at = [(MONDAY + 2 * HOUR, ()), (MONDAY + 119 * MINUTE, (Why.NOTICE,))]
    at += [(MONDAY + 60 * DAY, ()), (MONDAY + 60 * DAY + MINUTE, (Why.HORIZON,))]
    for starts_at, reasons in at:
        assert why(transact, troupe, 60, starts_at) == reasons


def test_a_mentor_who_is_paused_takes_no_pack_either(transact: Transact, troupe: Cast) -> None:
    transact(sold.buy, troupe)
    transact(lambda s: mentors.pause(cast.here(s, troupe.ben), now=MONDAY))
    assert why(transact, troupe) == (Why.NOT_BOOKABLE,)


def test_of_several_packs_the_one_that_ends_first_pays(transact: Transact, troupe: Cast) -> None:
    late = transact(sold.buy, troupe, days=90)
    soon = transact(sold.buy, troupe, sessions=1, days=30)
    short = transact(sold.buy, troupe, minutes=30, days=10)
    chosen = {minutes: transact(find, troupe, minutes).pack for minutes in (60, 30, None)}
    assert {minutes: pack and pack.id for minutes, pack in chosen.items()} == {
        60: soon.id,
        30: short.id,
        None: short.id,
    }
    after = transact(find, troupe, 60, MONDAY + 40 * DAY).pack
    assert after is not None
    assert after.id == late.id
    assert transact(sold.book, troupe).pack_id == soon.id
    assert transact(sold.book, troupe, at=TUESDAY_TEN + DAY).pack_id == late.id


def test_of_several_that_do_not_pay_the_nearest_is_explained(transact: Transact, troupe: Cast) -> None:
    transact(sold.buy, troupe, sessions=1)
    ended = transact(sold.use, troupe, 1)
    transact(sold.buy, troupe, now=ended)
    assert why(transact, troupe, 30, now=ended) == (Why.OTHER_LENGTH,)


def test_a_session_is_not_booked_past_what_the_rule_says(transact: Transact, troupe: Cast) -> None:
    """Booking asks the same function, so what it refuses is paid for like any other session."""
    transact(sold.buy, troupe, sessions=1)
    transact(sold.book, troupe)
    booking = transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + DAY)
    assert (booking.pack_id, booking.amount) == (None, 6_000)
