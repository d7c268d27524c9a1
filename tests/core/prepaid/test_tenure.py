"""What time and use do to packs and seats, with the clock moved: nothing too early, nothing twice, nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import canceling
from core.booking.life import Booking, Who
from core.errors import Conflict
from core.money import Money
from core.payments import ledger
from core.people import governing, memberships, mentors, people
from core.people.people import Person
from core.prepaid import caring, credits, packs, queue, seats, selling, tenure, waits
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import SeatState
from core.prepaid.waits import WaitState
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking.shop import wait_for_a_lock
from tests.core.prepaid import sold
from tests.core.prepaid.sold import DAY
from tests.databases import Transact

GRACE = 72 * HOUR


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


def used_up(session: Session, troupe: Cast, *, sessions: int = 1) -> tuple[Pack, datetime]:
    """A pack whose last session is over, and when that was."""
    pack = sold.buy(session, troupe, sessions=sessions)
    return pack, sold.use(session, troupe, sessions)


def earned(session: Session, troupe: Cast) -> tuple[Money, Money]:
    """What Ben and the house have of it."""
    accounts = (ledger.earned(troupe.ben.id), ledger.house(troupe.community.id))
    mentor, house = (-ledger.balance(session, account, "USD") for account in accounts)
    return mentor, house


def wait(session: Session, troupe: Cast, student: Person) -> int:
    ben, student = cast.here(session, troupe.ben), cast.here(session, student)
    return queue.join(session, ben, student, None, now=MONDAY).id


def one_seat(session: Session, troupe: Cast) -> None:
    ben, hana = cast.here(session, troupe.ben), cast.here(session, troupe.hana)
    mentors.resize(session, ben, hana, 1, now=MONDAY)


# --- a pack that is used ----------------------------------------------------------------------


def test_after_the_last_session_the_pack_is_used_and_the_seat_in_grace(
    transact: Transact, troupe: Cast
) -> None:
    pack, ended = transact(used_up, troupe, sessions=2)
    pack, seat = transact(sold.again, pack), transact(sold.the_seat, troupe)
    assert (pack.state, pack.closed_at) == (PackState.USED, ended)
    assert (seat.state, seat.since, seat.until) == (SeatState.GRACE, ended, ended + GRACE)
    assert transact(credits.money, pack) == Money(0, "USD")
    assert transact(sold.told, "seat") == ["seat.reserved", "seat.active", "seat.grace"]
    transact(tenure.follow, troupe.ben.id, troupe.ana.id, now=ended + HOUR)
    assert transact(sold.the_seat, troupe).until == ended + GRACE, "again it changes nothing"


def test_the_grace_is_as_long_as_when_the_pack_was_sold(transact: Transact, troupe: Cast) -> None:
    transact(sold.buy, troupe, sessions=1)

    def shorten(session: Session) -> None:
        place, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        governing.change(session, place, hana, now=MONDAY, grace_hours=12)

    transact(shorten)
    ended = transact(sold.use, troupe, 1)
    assert transact(sold.the_seat, troupe).until == ended + GRACE
    transact(sold.buy, troupe, sessions=1, now=ended + HOUR)
    ended = transact(sold.use, troupe, 1, start=TUESDAY_TEN + DAY)
    assert transact(sold.the_seat, troupe).until == ended + 12 * HOUR


def test_a_second_pack_keeps_the_seat_without_a_grace_between(transact: Transact, troupe: Cast) -> None:
    first = transact(sold.buy, troupe, sessions=1)
    second = transact(sold.buy, troupe, sessions=1, days=100)
    transact(sold.use, troupe, 1)
    assert transact(sold.again, first).state is PackState.USED
    assert transact(sold.the_seat, troupe).state is SeatState.ACTIVE
    ended = transact(sold.use, troupe, 1, start=TUESDAY_TEN + DAY)
    assert transact(sold.again, second).state is PackState.USED
    assert transact(sold.the_seat, troupe).until == ended + GRACE


def test_a_session_that_comes_back_ends_the_grace(transact: Transact, troupe: Cast) -> None:
    pack, ended = transact(used_up, troupe)
    transact(give, troupe, pack, 1, ended + HOUR)
    assert transact(sold.again, pack).state is PackState.ACTIVE
    assert transact(sold.the_seat, troupe).state is SeatState.ACTIVE
    assert transact(sold.told, "pack")[-2:] == ["pack.adjusted", "pack.resumed"]


def give(session: Session, troupe: Cast, pack: Pack, by: int, now: datetime) -> None:
    """Hana adjusts a pack."""
    hana = cast.here(session, troupe.hana)
    memberships.see(
        session, cast.here(session, troupe.community), hana, may_manage=True, roles=frozenset(), now=now
    )
    caring.adjust(session, cast.here(session, pack), hana, by, "Because", now=now)


def test_what_staff_takes_away_leaves_its_money_to_the_mentor_and_the_house(
    transact: Transact, troupe: Cast
) -> None:
    pack = transact(sold.buy, troupe)
    transact(give, troupe, pack, -3, MONDAY)
    assert transact(earned, troupe) == (Money(0, "USD"), Money(0, "USD"))
    assert transact(credits.worth, pack) == Money(20_000, "USD")
    transact(give, troupe, pack, -1, MONDAY)
    assert transact(sold.again, pack).state is PackState.USED
    assert transact(earned, troupe) == (Money(16_000, "USD"), Money(4_000, "USD"))
    assert transact(sold.the_seat, troupe).state is SeatState.GRACE


def test_who_lost_their_seat_has_one_again_with_the_session_that_comes_back(
    transact: Transact, troupe: Cast
) -> None:
    pack, ended = transact(used_up, troupe)
    transact(is_warned, ended)
    transact(sold.keep, ended + GRACE)
    assert transact(sold.seat, troupe) is None

    def sorry(session: Session) -> None:
        credits.adjust(session, cast.here(session, pack), 1, troupe.hana.id, "Sorry", now=ended + GRACE)
        tenure.follow(session, troupe.ben.id, troupe.ana.id, now=ended + GRACE)

    transact(sorry)
    seat = transact(sold.the_seat, troupe)
    assert seat.state is SeatState.ACTIVE
    assert transact(sold.again, pack).seat_id == seat.id


# --- a pack that ends -------------------------------------------------------------------------


def test_at_its_end_a_pack_loses_what_is_left_and_the_money_is_shared_out(
    transact: Transact, troupe: Cast
) -> None:
    pack = transact(sold.buy, troupe)
    transact(sold.use, troupe, 1)
    end = MONDAY + 90 * DAY
    transact(sold.keep, end - MINUTE)
    assert transact(sold.again, pack).state is PackState.ACTIVE
    transact(sold.keep, end)
    pack = transact(sold.again, pack)
    assert (pack.state, pack.closed_at) == (PackState.EXPIRED, end)
    kinds = [(line.kind, line.amount) for line in transact(credits.lines, pack.id)]
    assert kinds[-1] == ("expired", -3)
    assert transact(earned, troupe) == (Money(12_000, "USD"), Money(3_000, "USD"))
    assert transact(credits.money, pack) == Money(0, "USD")
    assert transact(sold.the_seat, troupe).until == end + GRACE
    written = transact(sold.told, "pack")
    transact(sold.keep, end + MINUTE)
    assert transact(sold.told, "pack") == written


def test_a_session_that_is_still_booked_keeps_its_credit_and_the_seat_until_it_is_over(
    transact: Transact, troupe: Cast
) -> None:
    pack = transact(sold.buy, troupe, days=7)
    end = MONDAY + 7 * DAY
    last = transact(sold.book, troupe, at=end, now=end - DAY)
    transact(sold.keep, end)
    assert transact(sold.again, pack).state is PackState.EXPIRED
    assert (transact(credits.left, pack.id), transact(credits.reserved, pack.id)) == (0, 1)
    assert transact(sold.the_seat, troupe).state is SeatState.ACTIVE
    assert transact(tenure.next_due) is None
    transact(cast.complete, last)
    assert transact(sold.the_seat, troupe).until == last.ends_at + GRACE
    assert transact(ledger.balance, ledger.held(last.id), "USD") == Money(-5_000, "USD")


def test_a_session_that_is_called_off_after_the_packs_end_comes_back_as_credit(
    transact: Transact, troupe: Cast
) -> None:
    pack = transact(sold.buy, troupe, days=7)
    end = MONDAY + 7 * DAY
    transact(call_off_after, troupe, end)
    assert transact(ledger.balance, ledger.wallet(troupe.ana.id), "USD") == Money(-5_000, "USD")
    assert (transact(credits.left, pack.id), transact(credits.reserved, pack.id)) == (0, 0)
    assert transact(sold.the_seat, troupe).state is SeatState.GRACE


def call_off_after(session: Session, troupe: Cast, end: datetime) -> None:
    """Ben calls off a session that began before the pack's end was written down late."""
    booking = sold.book(session, troupe, at=end, now=end - DAY)
    sold.keep(session, end)
    himself, now = people.find(session, troupe.ben.person_id), end - MINUTE
    quote = canceling.quoted(session, booking, Who.MENTOR, now=now)
    canceling.call_off(session, booking, Who.MENTOR, himself, refund=quote.amount, now=now)


def test_a_week_before_its_end_it_is_said_once_that_sessions_are_left(
    transact: Transact, troupe: Cast
) -> None:
    transact(sold.buy, troupe)
    soon = MONDAY + 83 * DAY
    transact(sold.keep, soon - MINUTE)
    assert "pack.ending" not in transact(sold.told, "pack")
    transact(sold.keep, soon)
    transact(sold.keep, soon + DAY)
    assert transact(sold.told, "pack").count("pack.ending") == 1


def test_of_a_pack_of_a_week_it_is_said_two_days_before(transact: Transact, troupe: Cast) -> None:
    transact(sold.buy, troupe, days=7)
    soon = MONDAY + 5 * DAY
    assert transact(tenure.next_due) == soon
    transact(sold.keep, soon - MINUTE)
    assert "pack.ending" not in transact(sold.told, "pack")
    transact(sold.keep, soon)
    transact(sold.keep, soon + DAY)
    assert transact(sold.told, "pack").count("pack.ending") == 1
    assert transact(tenure.next_due) == MONDAY + 7 * DAY


def test_it_is_said_anew_of_a_pack_that_was_extended(transact: Transact, troupe: Cast) -> None:
    pack = transact(sold.buy, troupe)
    said = MONDAY + 83 * DAY
    transact(sold.keep, said)

    def extend(session: Session) -> None:
        place, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        memberships.see(session, place, hana, may_manage=True, roles=frozenset(), now=said)
        caring.extend(session, cast.here(session, pack), hana, 30, "Ill", now=said)

    transact(extend)
    transact(sold.keep, said + 30 * DAY - MINUTE)
    assert transact(sold.told, "pack").count("pack.ending") == 1
    transact(sold.keep, said + 30 * DAY)
    assert transact(sold.told, "pack").count("pack.ending") == 2


def test_nothing_is_said_of_the_end_of_a_pack_that_is_all_booked(transact: Transact, troupe: Cast) -> None:
    (cleo,) = transact(lambda s: [cast.person(s, "Cleo")])
    transact(sold.buy, troupe, cleo, sessions=1, days=14)
    booked = transact(sold.book, troupe, cleo)
    transact(sold.keep, MONDAY + 7 * DAY)
    assert "pack.ending" not in transact(sold.told, "pack")
    assert booked.pack_id is not None


# --- the grace of a seat ----------------------------------------------------------------------


def test_the_warning_comes_once_half_a_day_before_the_seat_goes(transact: Transact, troupe: Cast) -> None:
    _pack, ended = transact(used_up, troupe)
    warned = ended + GRACE - 12 * HOUR
    assert transact(tenure.next_due) == warned
    transact(sold.keep, warned - MINUTE)
    assert transact(sold.the_seat, troupe).warned_at is None
    transact(sold.keep, warned)
    transact(sold.keep, warned + HOUR)
    assert transact(sold.the_seat, troupe).warned_at == warned
    assert transact(sold.told, "seat").count("seat.warned") == 1
    assert transact(tenure.next_due) == ended + GRACE


def is_warned(session: Session, ended: datetime) -> None:
    """Half a day before the end of the grace that began then."""
    sold.keep(session, ended + GRACE - 12 * HOUR)


@pytest.mark.parametrize("woken", [GRACE - MINUTE, GRACE, GRACE + 9 * HOUR])
def test_who_slept_over_the_warning_warns_and_keeps_the_seat_half_a_day_more(
    transact: Transact, troupe: Cast, woken: timedelta
) -> None:
    _pack, ended = transact(used_up, troupe)
    late = ended + woken
    transact(sold.keep, late)
    assert transact(sold.told, "seat")[-1] == "seat.warned"
    assert transact(tenure.next_due) == transact(sold.the_seat, troupe).until == late + 12 * HOUR
    transact(sold.keep, late + 12 * HOUR - MINUTE)
    assert transact(sold.the_seat, troupe).state is SeatState.GRACE
    transact(sold.keep, late + 12 * HOUR)
    assert transact(sold.seat, troupe) is None
    assert transact(sold.told, "seat")[-1] == "seat.released"
    assert transact(tenure.next_due) is None


def test_a_warning_that_is_a_little_late_moves_no_end(transact: Transact, troupe: Cast) -> None:
    _pack, ended = transact(used_up, troupe)
    transact(sold.keep, ended + GRACE - 12 * HOUR + 59 * MINUTE)
    assert transact(sold.the_seat, troupe).until == ended + GRACE


def test_the_shortest_grace_is_announced_when_it_begins(transact: Transact, troupe: Cast) -> None:
    def shorten(session: Session) -> None:
        place, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        governing.change(session, place, hana, now=MONDAY, grace_hours=12)

    transact(shorten)
    _pack, ended = transact(used_up, troupe)
    transact(sold.keep, ended + MINUTE)
    seat = transact(sold.the_seat, troupe)
    assert (seat.warned_at, seat.until) == (ended + MINUTE, ended + 12 * HOUR)
    transact(sold.keep, ended + 12 * HOUR)
    assert transact(sold.seat, troupe) is None


def test_a_renewal_is_taken_before_the_late_warning_is_out(transact: Transact, troupe: Cast) -> None:
    _pack, ended = transact(used_up, troupe)
    product = transact(sold.product, troupe)
    renewal = transact(sold.reserve, product, troupe.ben, troupe.ana, now=ended + GRACE + HOUR)
    transact(sold.pay, renewal, now=ended + GRACE + HOUR)
    assert transact(sold.the_seat, troupe).state is SeatState.ACTIVE


def test_at_the_end_of_grace_the_seat_is_offered_to_the_next_in_line(
    transact: Transact, troupe: Cast
) -> None:
    transact(one_seat, troupe)
    cleo, dora = transact(lambda s: [cast.person(s, name) for name in ("Cleo", "Dora")])
    _pack, ended = transact(used_up, troupe)
    first, second = transact(wait, troupe, cleo), transact(wait, troupe, dora)
    transact(is_warned, ended)
    over = ended + GRACE
    transact(sold.keep, over - MINUTE)
    assert transact(waits.find, first).state is WaitState.WAITING
    transact(sold.keep, over)
    assert transact(sold.seat, troupe) is None
    assert transact(sold.the_seat, troupe, cleo).number == 1
    transact(sold.keep, over + 12 * HOUR)
    states = [transact(waits.find, each).state for each in (first, second)]
    assert states == [WaitState.SILENT, WaitState.OFFERED]
    assert transact(sold.the_seat, troupe, dora).number == 1


def test_a_renewal_at_the_last_minute_of_grace_keeps_the_seat(transact: Transact, troupe: Cast) -> None:
    _pack, ended = transact(used_up, troupe)
    transact(is_warned, ended)
    product, over = transact(sold.product, troupe), ended + GRACE
    renewal = transact(sold.reserve, product, troupe.ben, troupe.ana, now=over - MINUTE)
    transact(sold.keep, over + 5 * MINUTE)
    seat = transact(sold.the_seat, troupe)
    assert seat.state is SeatState.GRACE, "its student is paying"
    transact(sold.pay, renewal, now=over + 6 * MINUTE)
    assert transact(sold.the_seat, troupe).id == seat.id
    assert transact(sold.the_seat, troupe).state is SeatState.ACTIVE
    assert transact(sold.again, renewal).seat_id == seat.id


def test_a_renewal_that_is_not_paid_gives_the_seat_up_when_its_hold_ends(
    transact: Transact, troupe: Cast
) -> None:
    _pack, ended = transact(used_up, troupe)
    transact(is_warned, ended)
    product, over = transact(sold.product, troupe), ended + GRACE
    renewal = transact(sold.reserve, product, troupe.ben, troupe.ana, now=over - MINUTE)
    transact(sold.keep, over)
    late = over + 14 * MINUTE
    transact(lambda s: selling.lapse(s, cast.here(s, renewal), now=late, reason="unpaid"))
    assert transact(tenure.next_due) == over
    transact(sold.keep, late)
    assert transact(sold.seat, troupe) is None


def test_a_tap_on_renew_after_the_grace_finds_the_seat_gone(transact: Transact, troupe: Cast) -> None:
    _pack, ended = transact(used_up, troupe)
    transact(is_warned, ended)
    product = transact(sold.product, troupe)
    with pytest.raises(Conflict, match=r"seat\.over"):
        transact(sold.reserve, product, troupe.ben, troupe.ana, now=ended + GRACE)


# --- reservations -----------------------------------------------------------------------------


def test_a_reservation_that_nobody_needs_any_more_ends_by_itself(transact: Transact, troupe: Cast) -> None:
    def take(session: Session) -> None:
        until = MONDAY + HOUR
        seats.take(session, cast.here(session, troupe.ben), troupe.ana.id, until=until, now=MONDAY)

    transact(take)
    assert transact(tenure.next_due) == MONDAY + HOUR
    transact(sold.keep, MONDAY + HOUR)
    assert transact(sold.seat, troupe) is None


def test_a_seat_waits_for_a_slow_payment(transact: Transact, troupe: Cast) -> None:
    product = transact(sold.product, troupe)
    pack = transact(sold.reserve, product, troupe.ben, troupe.ana)
    transact(lambda s: packs.extend_hold(s, cast.here(s, pack), MONDAY + 3 * DAY))
    transact(sold.keep, MONDAY + 2 * DAY)
    assert transact(sold.the_seat, troupe).state is SeatState.RESERVED
    assert transact(tenure.next_due) is None
    transact(sold.pay, pack, now=MONDAY + 2 * DAY)
    assert transact(sold.the_seat, troupe).state is SeatState.ACTIVE


# --- the job ----------------------------------------------------------------------------------


def test_the_job_does_nothing_early_and_is_woken_for_each_thing_in_turn(
    transact: Transact, troupe: Cast
) -> None:
    """From the purchase to the release, by nothing but what it says is due next."""
    transact(sold.buy, troupe, days=30)
    end, woken = MONDAY + 30 * DAY, []
    while (due := transact(tenure.next_due)) is not None:
        written = (transact(sold.told, "pack"), transact(sold.told, "seat"))
        transact(tenure.keep_due, now=due - timedelta(microseconds=1))
        assert (transact(sold.told, "pack"), transact(sold.told, "seat")) == written
        transact(tenure.keep_due, now=due)
        assert (transact(sold.told, "pack"), transact(sold.told, "seat")) != written
        woken.append(due)
    assert woken == [end - 7 * DAY, end, end + GRACE - 12 * HOUR, end + GRACE]
    said = ["pack.held", "pack.bought", "pack.ending", "pack.expired"]
    assert transact(sold.told, "pack") == said
    assert transact(sold.told, "seat")[-3:] == ["seat.grace", "seat.warned", "seat.released"]


def test_the_job_does_so_much_at_a_time(
    transact: Transact, troupe: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tenure, "MOST", 2)

    def take(session: Session) -> None:
        for name in ("Cleo", "Dora", "Eve"):
            student = cast.person(session, name)
            ben = cast.here(session, troupe.ben)
            seats.take(session, ben, student.id, until=MONDAY + HOUR, now=MONDAY)

    transact(take)
    assert [transact(tenure.keep_due, now=MONDAY + HOUR) for _ in range(3)] == [2, 1, 0]


# --- at the same time -------------------------------------------------------------------------


@pytest.fixture
def graced(postgresql: Transact) -> tuple[Cast, datetime]:
    """On PostgreSQL: Ana's seat is in grace, which ends then."""
    troupe = postgresql(cast.enter)
    _pack, ended = postgresql(used_up, troupe)
    postgresql(is_warned, ended)
    return troupe, ended + GRACE


def test_grace_ends_while_a_renewal_begins(postgresql: Transact, graced: tuple[Cast, datetime]) -> None:
    troupe, over = graced
    product = postgresql(sold.product, troupe)
    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        sold.reserve(session, product, troupe.ben, troupe.ana, now=over - MINUTE)
        job = thread.submit(postgresql, tenure.keep_due, now=over)
        wait_for_a_lock(postgresql)
        session.commit()
        job.result(timeout=60)
    assert postgresql(sold.the_seat, troupe).state is SeatState.GRACE


def test_a_renewal_begins_while_grace_ends(postgresql: Transact, graced: tuple[Cast, datetime]) -> None:
    """The job was first: the seat is free, and Ana takes it as anybody could."""
    troupe, over = graced
    product, seat = postgresql(sold.product, troupe), postgresql(sold.the_seat, troupe)
    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        tenure.keep_due(session, now=over)
        tap = thread.submit(postgresql, sold.reserve, product, troupe.ben, troupe.ana, now=over - MINUTE)
        wait_for_a_lock(postgresql)
        session.commit()
        pack = tap.result(timeout=60)
    assert pack.seat_id != seat.id
    assert postgresql(sold.the_seat, troupe).state is SeatState.RESERVED


def test_the_last_sessions_of_two_packs_end_at_once(postgresql: Transact) -> None:
    """Neither sees the other's end before the seat was waited for; whoever is second begins the grace."""
    troupe = postgresql(cast.enter)
    postgresql(sold.buy, troupe, sessions=1)
    one = postgresql(sold.book, troupe)
    postgresql(sold.buy, troupe, sessions=1)
    other = postgresql(sold.book, troupe, at=TUESDAY_TEN + 2 * HOUR)
    assert one.pack_id != other.pack_id

    def capture(session: Session, booking: Booking) -> None:
        assert booking.pack_id is not None
        both = packs.of_pair(session, troupe.ben.id, troupe.ana.id, PackState.ACTIVE)
        credits.capture(session, packs.find(session, booking.pack_id), booking.id, now=booking.ends_at)
        tenure.follow(session, troupe.ben.id, troupe.ana.id, now=booking.ends_at)
        assert len(both) == 2, "it had looked at both before"

    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        capture(session, one)
        second = thread.submit(postgresql, capture, other)
        wait_for_a_lock(postgresql)
        session.commit()
        second.result(timeout=60)
    assert postgresql(sold.the_seat, troupe).until == other.ends_at + GRACE
    assert postgresql(sold.told, "pack").count("pack.used") == 2


def test_two_workers_end_a_pack_once(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    pack, end = postgresql(sold.buy, troupe), MONDAY + 90 * DAY
    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        tenure.keep_due(session, now=end)
        thread.submit(postgresql, tenure.keep_due, now=end).result(timeout=60)
        session.commit()
    assert postgresql(sold.told, "pack").count("pack.expired") == 1
    assert postgresql(credits.left, pack.id) == 0
    assert postgresql(earned, troupe) == (Money(16_000, "USD"), Money(4_000, "USD"))
