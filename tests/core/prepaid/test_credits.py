"""The ledger of a pack's sessions: what adds up, and what the database itself refuses."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.errors import Conflict
from core.money import Money
from core.payments import ledger
from core.prepaid import credits, packs
from core.prepaid.credits import CreditEntry, CreditKind
from core.prepaid.packs import Pack
from tests import cast
from tests.cast import MONDAY, TUESDAY_TEN, Cast
from tests.core.booking.shop import wait_for_a_lock
from tests.core.prepaid import sold
from tests.core.prepaid.sold import DAY
from tests.databases import Transact


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def pack(transact: Transact, troupe: Cast) -> Pack:
    return transact(sold.buy, troupe)


def sum_of(session: Session, pack: Pack) -> int:
    return sum(line.amount for line in credits.lines(session, pack.id))


def bookings(session: Session, troupe: Cast, count: int) -> list[Booking]:
    """Sessions of Ana's of another length, so that no pack pays for them by itself."""
    starts = [TUESDAY_TEN + number * DAY for number in range(count)]
    return [cast.book(session, troupe.ben, troupe.ana, at, 30) for at in starts]


# --- what adds up -----------------------------------------------------------------------------


def test_a_session_takes_its_even_share_of_the_money_and_brings_it_back(
    transact: Transact, troupe: Cast, pack: Pack
) -> None:
    def play(session: Session) -> None:
        own, (one, other, _third, last) = cast.here(session, pack), bookings(session, troupe, 4)
        shares = [credits.reserve(session, own, each.id, now=MONDAY) for each in (one, other)]
        assert shares == [Money(5_000, "USD")] * 2
        assert credits.money(session, own) == Money(10_000, "USD")
        assert ledger.balance(session, ledger.held(one.id), "USD") == Money(-5_000, "USD")
        assert credits.release(session, own, one.id, shares[0], now=MONDAY)
        assert not credits.release(session, own, one.id, shares[0], now=MONDAY)
        assert credits.capture(session, own, other.id, now=MONDAY)
        assert not credits.capture(session, own, other.id, now=MONDAY)
        assert (credits.left(session, own.id), credits.reserved(session, own.id)) == (3, 0)
        assert credits.worth(session, own) == Money(5_000, "USD")
        credits.reserve(session, own, last.id, now=MONDAY)
        assert credits.reserved(session, own.id) == 1

    transact(play)


def test_an_odd_price_is_shared_out_to_the_last_cent(transact: Transact, troupe: Cast) -> None:
    pack = transact(sold.buy, troupe, sessions=3)

    def play(session: Session) -> list[int]:
        own = cast.here(session, pack)
        made = bookings(session, troupe, 3)
        return [credits.reserve(session, own, each.id, now=MONDAY).amount for each in made]

    assert transact(play) == [6_667, 6_667, 6_666]


def test_no_session_is_taken_from_an_empty_pack(transact: Transact, troupe: Cast) -> None:
    pack = transact(sold.buy, troupe, sessions=1)

    def play(session: Session) -> None:
        own, (one, other) = cast.here(session, pack), bookings(session, troupe, 2)
        credits.reserve(session, own, one.id, now=MONDAY)
        with pytest.raises(Conflict) as refused:
            credits.reserve(session, own, other.id, now=MONDAY)
        assert (refused.value.key, refused.value.facts) == ("pack.empty", {"left": 0})
        with pytest.raises(Conflict):
            credits.adjust(session, own, -1, troupe.hana.id, "A mistake", now=MONDAY)

    transact(play)


def test_the_last_but_one_is_said_once_when_it_is_taken_and_once_when_it_took_place(
    transact: Transact, troupe: Cast, pack: Pack
) -> None:
    def play(session: Session) -> None:
        own, made = cast.here(session, pack), bookings(session, troupe, 4)
        for each in made[:3]:
            credits.reserve(session, own, each.id, now=MONDAY)
            credits.mark_low(session, own, now=MONDAY)
        assert sold.told(session, "pack") == ["pack.held", "pack.bought", "pack.low"]
        credits.release(session, own, made[2].id, Money(5_000, "USD"), now=MONDAY)
        credits.reserve(session, own, made[3].id, now=MONDAY)
        credits.mark_low(session, own, now=MONDAY)
        for each in (made[0], made[1], made[3]):
            credits.capture(session, own, each.id, now=MONDAY)
        assert sold.told(session, "pack") == ["pack.held", "pack.bought", "pack.low", "pack.renewal_due"]
        credits.adjust(session, own, 1, troupe.hana.id, "A present", now=MONDAY)
        more = cast.book(session, troupe.ben, troupe.ana, TUESDAY_TEN + 5 * DAY, 30)
        credits.reserve(session, own, more.id, now=MONDAY)
        credits.capture(session, own, more.id, now=MONDAY)
        assert len(sold.told(session, "pack")) == 4

    transact(play)


def test_a_hold_that_comes_to_nothing_does_not_say_that_one_is_left(transact: Transact, troupe: Cast) -> None:
    transact(sold.buy, troupe, sessions=2)
    held = transact(cast.hold, troupe.ben, troupe.ana)
    transact(cast.release, held)
    assert "pack.low" not in transact(sold.told, "pack")
    transact(sold.book, troupe)
    assert transact(sold.told, "pack")[-1] == "pack.low"


def test_a_booked_session_is_not_yet_the_last_but_one(transact: Transact, troupe: Cast, pack: Pack) -> None:
    def play(session: Session) -> None:
        own, made = cast.here(session, pack), bookings(session, troupe, 4)
        for each in made:
            credits.reserve(session, own, each.id, now=MONDAY)
        for each in made[:2]:
            credits.capture(session, own, each.id, now=MONDAY)
        assert "pack.renewal_due" not in sold.told(session, "pack")
        credits.capture(session, own, made[2].id, now=MONDAY)
        assert sold.told(session, "pack")[-1] == "pack.renewal_due"

    transact(play)


# --- what the database refuses ----------------------------------------------------------------

ENTRY = text(
    "INSERT INTO credit_entries (pack_id, number, previous, found, amount, balance, kind, booking_id, note, at)"
    " VALUES (:pack, :number, :previous, :found, :amount, :balance, :kind, :booking, '', :at)"
)
GOOD: dict[str, Any] = {"number": 2, "previous": 1, "found": 4, "amount": -1, "balance": 3}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"amount": -5, "balance": -1}, "never_below_zero"),
        ({"balance": 4}, "adds_up"),
        ({"found": 5, "balance": 4}, "fk_credit_entries_chain|FOREIGN KEY"),
        ({"number": 3, "previous": 2}, "fk_credit_entries_chain|FOREIGN KEY"),
        ({"number": 3}, "ck_credit_entries_chain"),
        ({"previous": None}, "ck_credit_entries_chain"),
        ({"number": 1, "previous": None, "found": 0, "amount": 9, "balance": 9}, "number|pack_id"),
    ],
)
def test_the_database_refuses_what_does_not_continue_the_entry_before(
    transact: Transact, pack: Pack, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(IntegrityError, match=says):
        transact(enter, pack, **changes)
    transact(enter, pack)


def test_the_database_refuses_a_second_entry_of_a_kind_for_a_booking(
    transact: Transact, troupe: Cast, pack: Pack
) -> None:
    [booking] = transact(bookings, troupe, 1)
    transact(reserve, pack, booking)
    with pytest.raises(IntegrityError, match="booking_id"):
        transact(enter, pack, number=3, previous=2, found=3, balance=2, booking=booking.id)
    transact(enter, pack, number=3, previous=2, found=3, balance=2)


def enter(session: Session, /, pack: Pack, **changes: Any) -> None:
    """An entry by hand, past all of our own checks."""
    row = GOOD | {"pack": pack.id, "kind": "reserved", "booking": None, "at": "2026-11-23 09:00:00"}
    session.execute(ENTRY, row | changes)


def reserve(session: Session, pack: Pack, booking: Booking) -> None:
    credits.reserve(session, cast.here(session, pack), booking.id, now=MONDAY)


# --- at the same time -------------------------------------------------------------------------


def test_of_two_who_book_the_last_session_at_once_one_gets_it(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    pack = postgresql(sold.buy, troupe, sessions=1)
    one, other = postgresql(bookings, troupe, 2)
    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        reserve(session, pack, one)
        second = thread.submit(postgresql, reserve, pack, other)
        wait_for_a_lock(postgresql)
        session.commit()
        with pytest.raises(Conflict):
            second.result(timeout=60)
    assert postgresql(credits.left, pack.id) == 0
    assert postgresql(sum_of, pack) == 0


def test_a_session_that_is_completed_twice_at_once_is_taken_once(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    pack = postgresql(sold.buy, troupe)
    [booking] = postgresql(bookings, troupe, 1)
    postgresql(reserve, pack, booking)

    def capture(session: Session) -> bool:
        return credits.capture(session, packs.find(session, pack.id), booking.id, now=MONDAY)

    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        assert capture(session)
        second = thread.submit(postgresql, capture)
        wait_for_a_lock(postgresql)
        session.commit()
        assert second.result(timeout=60) is False
    captured = select(CreditEntry).where(CreditEntry.kind == CreditKind.CAPTURED)
    assert len(postgresql(lambda session: session.scalars(captured).all())) == 1
    assert (postgresql(credits.left, pack.id), postgresql(credits.reserved, pack.id)) == (3, 0)
