"""A freed time is held for the first in line whom it fits, and passed on when they do not want it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import (
    canceling,
    claims,
    diary,
    holds,
    moving,
    openings,
    settling,
    waiting,
    waitlist,
)
from core.booking.life import Booking, BookingState, Origin, Who
from core.booking.waiting import EntryState, WaitlistEntry
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from core.history import History
from core.payments import funding
from core.people import people
from core.people.mentors import Mentor
from core.people.people import Person
from core.schedule import availability
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.databases import Transact

TUESDAY = date(2026, 11, 24)
A_DAY = timedelta(days=1)


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    """Ben is open on one Tuesday, from ten to eleven, and Ana has that hour."""
    return transact(cast.enter)


@pytest.fixture
def taken(transact: Transact, troupe: Cast) -> Booking:
    transact(only_open, troupe.ben, TUESDAY, (10, 11))
    return transact(cast.book, troupe.ben, troupe.ana)


@pytest.fixture
def cleo(transact: Transact, taken: Booking) -> Person:
    return transact(cast.person, "Cleo")


@pytest.fixture
def olga(transact: Transact, cleo: Person) -> Person:
    return transact(cast.person, "Olga")


def only_open(session: Session, /, ben: Mentor, day: date, *hours: tuple[int, int]) -> None:
    ben = cast.here(session, ben)
    himself = people.find(session, ben.person_id)
    for weekday in range(7):
        availability.open_weekly(session, ben, himself, weekday, [], now=MONDAY)
    ranges = [(since * 60, until * 60) for since, until in hours]
    availability.open_dated(session, ben, himself, day, ranges, now=MONDAY)


def join(
    session: Session,
    /,
    ben: Mentor,
    person: Person,
    *,
    minutes: int = 60,
    now: datetime = MONDAY,
    day: date | None = None,
    zone: str = "UTC",
) -> WaitlistEntry:
    ben, person = cast.here(session, ben), cast.here(session, person)
    return waitlist.join(session, ben, person, minutes, now=now, day=day, zone=zone)


def earlier(session: Session, /, booking: Booking, *, now: datetime = MONDAY) -> WaitlistEntry:
    booking = cast.here(session, booking)
    return waitlist.join_earlier(session, booking, people.find(session, booking.student_id), now=now)


def call_off(session: Session, /, booking: Booking, *, now: datetime = MONDAY) -> None:
    booking = cast.here(session, booking)
    student, refund = people.find(session, booking.student_id), funding.left(session, booking)
    canceling.call_off(session, booking, Who.STUDENT, student, refund=refund, now=now)


def claim(session: Session, /, offered: Booking, *, now: datetime = MONDAY) -> Booking:
    offered = cast.here(session, offered)
    return claims.claim(session, offered, people.find(session, offered.student_id), now=now)


def decline(session: Session, /, offered: Booking, *, now: datetime = MONDAY) -> None:
    offered = cast.here(session, offered)
    claims.decline(session, offered, people.find(session, offered.student_id), now=now)


def leave(session: Session, /, entry: WaitlistEntry, *, now: datetime = MONDAY) -> None:
    entry = cast.here(session, entry)
    waitlist.leave(session, entry, people.find(session, entry.student_id), now=now)


def offers(session: Session) -> list[tuple[str, datetime, BookingState]]:
    """What was ever offered, in order: to whom, which time, and what became of it."""
    rows = session.execute(
        select(Person.name, Booking.starts_at, Booking.state)
        .join(Person, Person.id == Booking.student_id)
        .where(Booking.origin == Origin.WAITLIST)
        .order_by(Booking.id)
    )
    return [(name, starts_at, state) for name, starts_at, state in rows]


def offered_to(session: Session, /, person: Person) -> Booking:
    return session.scalars(
        select(Booking).where(
            Booking.student_id == person.id,
            Booking.origin == Origin.WAITLIST,
            Booking.state == BookingState.HELD,
        )
    ).one()


def state_of(session: Session, /, entry: WaitlistEntry) -> EntryState:
    return waiting.find(session, entry.id).state


# --- joining ----------------------------------------------------------------------------------


def test_who_joins_while_there_are_free_times_is_shown_them(transact: Transact, troupe: Cast) -> None:
    transact(only_open, troupe.ben, TUESDAY, (10, 12))
    transact(cast.book, troupe.ben, troupe.ana)
    cleo = transact(cast.person, "Cleo")
    transact(only_open, troupe.ben, TUESDAY, (10, 13))
    with pytest.raises(Conflict) as refused:
        transact(join, troupe.ben, cleo)
    assert refused.value.key == "waitlist.free"
    assert refused.value.facts["nearest"] == (TUESDAY_TEN + 1.5 * HOUR, TUESDAY_TEN + 2 * HOUR)
    with pytest.raises(Conflict):
        transact(join, troupe.ben, cleo, day=TUESDAY)
    assert transact(join, troupe.ben, cleo, day=TUESDAY + A_DAY).state is EntryState.WAITING


def test_asking_twice_is_one_place_in_line(transact: Transact, troupe: Cast, cleo: Person) -> None:
    assert transact(join, troupe.ben, cleo).id == transact(join, troupe.ben, cleo).id
    with pytest.raises(Conflict) as refused:
        transact(join, troupe.ben, cleo, minutes=30)
    assert refused.value.key == "waitlist.waiting"
    assert transact(join, troupe.ben, cleo, day=TUESDAY).wanted == "day"
    assert len(transact(lambda s: waiting.of_student(s, cleo.id, now=MONDAY))) == 2


def test_nobody_waits_for_themselves_nor_for_what_is_not_offered(
    transact: Transact, troupe: Cast, cleo: Person
) -> None:
    with pytest.raises(Forbidden):
        transact(join, troupe.ben, troupe.ben_himself)
    with pytest.raises(Invalid):
        transact(join, troupe.ben, cleo, minutes=45)
    with pytest.raises(Invalid):
        transact(join, troupe.ben, cleo, day=TUESDAY - 2 * A_DAY)


def test_nobody_waits_in_more_than_ten_lines(transact: Transact, troupe: Cast, cleo: Person) -> None:
    def many(session: Session) -> None:
        place, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        for number in range(10):
            ben = cast.mentor(session, place, f"Mentor {number}", by=hana, hours=())
            join(session, ben, cleo)

    transact(many)
    with pytest.raises(Refusal) as refused:
        transact(join, troupe.ben, cleo)
    assert (refused.value.key, refused.value.facts) == ("waitlist.many", {"most": 10})


# --- offers -----------------------------------------------------------------------------------


def test_a_canceled_time_is_held_for_the_first_in_line_and_for_nobody_else(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person
) -> None:
    for person in (cleo, olga):
        transact(join, troupe.ben, person)
    transact(call_off, taken)
    assert transact(offers) == [("Cleo", TUESDAY_TEN, BookingState.HELD)]
    assert transact(offered_to, cleo).hold_until == MONDAY + HOUR
    with pytest.raises(Conflict):
        transact(cast.hold, troupe.ben, olga)


@pytest.mark.parametrize(
    ("ahead", "patience"),
    [(25 * HOUR, HOUR), (2 * HOUR, 40 * MINUTE), (24 * MINUTE, 10 * MINUTE), (5 * MINUTE, 5 * MINUTE)],
)
def test_the_countdown_is_an_hour_or_a_third_of_the_time_left(ahead: timedelta, patience: timedelta) -> None:
    assert waitlist.patience(MONDAY + ahead, MONDAY) == MONDAY + patience


def test_silence_passes_it_on_in_order_and_nobody_is_offered_it_twice(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person
) -> None:
    for person in (cleo, olga):
        transact(join, troupe.ben, person)
    transact(call_off, taken)
    transact(settling.lapse_due, now=MONDAY + HOUR)
    assert [who for who, _at, _state in transact(offers)] == ["Cleo", "Olga"]
    transact(settling.lapse_due, now=MONDAY + 2 * HOUR)
    transact(waitlist.look, now=MONDAY + 5 * HOUR)
    assert [state for *_who, state in transact(offers)] == [BookingState.EXPIRED] * 2
    opening = transact(lambda s: openings.of(s, cast.here(s, troupe.ben), now=MONDAY + 2 * HOUR))
    assert opening.ahead(60).times == (TUESDAY_TEN,)


def test_no_thanks_passes_it_on_at_once(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person
) -> None:
    for person in (cleo, olga):
        transact(join, troupe.ben, person)
    transact(call_off, taken)
    first = transact(offered_to, cleo)
    transact(decline, first)
    assert [who for who, *_rest in transact(offers)] == ["Cleo", "Olga"]
    with pytest.raises(Conflict) as refused:
        transact(claim, first)
    assert refused.value.key == "waitlist.gone"


def test_who_is_passed_over_keeps_their_place_for_other_times(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person
) -> None:
    mine = transact(join, troupe.ben, cleo)
    transact(join, troupe.ben, olga)
    transact(call_off, taken)
    transact(decline, transact(offered_to, cleo))
    transact(decline, transact(offered_to, olga))
    transact(only_open, troupe.ben, TUESDAY, (10, 11), (14, 15))
    transact(waitlist.look, now=MONDAY)
    assert transact(offers)[-1] == ("Cleo", TUESDAY_TEN + 4 * HOUR, BookingState.HELD)
    assert transact(state_of, mine) is EntryState.WAITING


def test_three_offers_without_an_answer_end_the_entry(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person
) -> None:
    mine = transact(join, troupe.ben, cleo)
    transact(only_open, troupe.ben, TUESDAY, (10, 11), (12, 13), (14, 15), (16, 17))
    now = MONDAY
    for number in range(3):
        transact(waitlist.look, now=now)
        assert len(transact(offers)) == number + 1
        now += HOUR
        transact(settling.lapse_due, now=now)
    assert transact(state_of, mine) is EntryState.SILENT
    transact(waitlist.look, now=now + HOUR)
    assert len(transact(offers)) == 3


def test_the_first_in_line_whom_it_fits_gets_it(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person
) -> None:
    """Cleo wants an hour and a half, and Hana has no time then."""
    hana = transact(cast.person, "Hana")
    transact(join, troupe.ben, cleo, minutes=90)
    transact(join, troupe.ben, hana)
    transact(join, troupe.ben, olga)
    other = transact(cast.mentor, troupe.community, "Dan", by=troupe.hana)
    transact(cast.book, other, hana)
    transact(call_off, taken)
    assert [who for who, *_rest in transact(offers)] == ["Olga"]


def test_who_waits_for_a_day_is_offered_nothing_of_another(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person
) -> None:
    mine = transact(join, troupe.ben, cleo, day=TUESDAY + A_DAY, zone="Asia/Kolkata")
    transact(call_off, taken)
    assert transact(offers) == []
    transact(waitlist.look, now=MONDAY + 3 * A_DAY)
    assert transact(state_of, mine) is EntryState.OVER


def test_hours_that_a_mentor_opens_are_offered_to_who_waits(
    transact: Transact, troupe: Cast, cleo: Person
) -> None:
    transact(join, troupe.ben, cleo)
    transact(waitlist.look, now=MONDAY)
    assert transact(offers) == []
    transact(only_open, troupe.ben, TUESDAY, (10, 11), (12, 13))
    transact(waitlist.look, now=MONDAY)
    assert [at for _who, at, _state in transact(offers)] == [TUESDAY_TEN + 2 * HOUR]


def test_leaving_gives_what_was_offered_to_the_next(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person
) -> None:
    mine, _hers = transact(join, troupe.ben, cleo), transact(join, troupe.ben, olga)
    transact(call_off, taken)
    transact(leave, mine)
    assert [who for who, *_rest in transact(offers)] == ["Cleo", "Olga"]
    assert transact(state_of, mine) is EntryState.LEFT
    with pytest.raises(NotFound):
        transact(lambda s: waitlist.leave(s, waiting.find(s, mine.id), cast.here(s, olga), now=MONDAY))


def test_a_mentor_who_takes_nobody_now_serves_nobody_and_the_line_stays(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person
) -> None:
    def pause(session: Session) -> None:
        cast.here(session, troupe.ben).paused_at = MONDAY

    mine = transact(join, troupe.ben, cleo)
    transact(pause)
    transact(call_off, taken)
    assert transact(offers) == []
    assert transact(state_of, mine) is EntryState.WAITING
    assert transact(lambda s: waiting.place(s, waiting.find(s, mine.id), now=MONDAY)) == 1


def test_the_order_of_the_line_can_be_read_in_the_history(
    transact: Transact, troupe: Cast, taken: Booking
) -> None:
    """Whoever is served, everybody before them had been offered the same time already."""
    crowd = [transact(cast.person, f"Student {number}") for number in range(5)]
    entries = [transact(join, troupe.ben, person).id for person in crowd]
    transact(call_off, taken)
    now = MONDAY
    for _ in crowd:
        now += HOUR
        transact(settling.lapse_due, now=now)
    offered = select(History.subject_id).where(History.event == "waitlist.offered").order_by(History.id)
    assert transact(lambda s: list(s.scalars(offered))) == entries


# --- answers ----------------------------------------------------------------------------------


def test_a_claimed_offer_is_an_ordinary_hold_from_then_on(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person
) -> None:
    mine = transact(join, troupe.ben, cleo)
    transact(call_off, taken)
    now = MONDAY + 20 * MINUTE
    held = transact(claim, transact(offered_to, cleo), now=now)
    assert (held.state, held.hold_until) == (BookingState.HELD, now + 15 * MINUTE)
    assert transact(claim, held, now=now + MINUTE).hold_until == held.hold_until
    assert transact(state_of, mine) is EntryState.SERVED
    transact(cast.agree, held, now=now)
    transact(cast.confirm, held, now=now)
    assert transact(diary.find, held.id).state is BookingState.CONFIRMED


def test_who_took_it_is_not_told_that_it_went_to_the_next(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person
) -> None:
    transact(join, troupe.ben, cleo)
    transact(call_off, taken)
    held = transact(claim, transact(offered_to, cleo))
    with pytest.raises(Conflict) as refused:
        transact(decline, held)
    assert refused.value.key == "booking.is_held"
    assert transact(diary.find, held.id).state is BookingState.HELD


def test_a_tap_on_another_time_moves_nothing_that_the_waitlist_holds(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person
) -> None:
    transact(join, troupe.ben, cleo)
    transact(call_off, taken)
    other = transact(cast.mentor, troupe.community, "Dan", by=troupe.hana)
    transact(cast.hold, other, cleo, TUESDAY_TEN + 5 * HOUR)
    assert transact(offered_to, cleo).starts_at == TUESDAY_TEN


def test_who_goes_on_without_the_button_is_served_too(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person
) -> None:
    mine = transact(join, troupe.ben, cleo)
    transact(call_off, taken)
    held = transact(offered_to, cleo)
    transact(cast.agree, held)
    transact(cast.confirm, held)
    transact(waitlist.look, now=MONDAY + HOUR)
    assert transact(state_of, mine) is EntryState.SERVED


def test_an_offer_is_nobody_elses(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person
) -> None:
    transact(join, troupe.ben, cleo)
    transact(call_off, taken)
    held = transact(offered_to, cleo)
    with pytest.raises(NotFound):
        transact(lambda s: claims.claim(s, cast.here(s, held), cast.here(s, olga), now=MONDAY))
    with pytest.raises(NotFound):
        transact(lambda s: claims.decline(s, cast.here(s, held), cast.here(s, olga), now=MONDAY))


def test_lapsed_offers_make_no_pause_and_count_for_no_pace(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person
) -> None:
    transact(join, troupe.ben, cleo)
    transact(only_open, troupe.ben, TUESDAY, (10, 11), (12, 13), (14, 15), (16, 17))
    now = MONDAY
    for _ in range(3):
        transact(waitlist.look, now=now)
        now += HOUR
        transact(settling.lapse_due, now=now)
    assert transact(diary.recent, cleo.id, since=MONDAY - HOUR) == []
    assert transact(cast.hold, troupe.ben, cleo, TUESDAY_TEN + 2 * HOUR, now=now).origin is Origin.TAP


def test_a_mentor_who_accepts_first_is_asked_for_a_claimed_time_too(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person
) -> None:
    def ask_first(session: Session) -> None:
        cast.here(session, troupe.ben).asks_first = True

    transact(ask_first)
    transact(join, troupe.ben, cleo)
    transact(call_off, taken)
    held = transact(claim, transact(offered_to, cleo))
    assert transact(cast.agree, held).state is BookingState.REQUESTED


def test_what_a_mentor_who_accepts_first_is_asked_for_is_claimed_in_time_for_an_answer(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person
) -> None:
    def ask_first(session: Session) -> None:
        cast.here(session, troupe.ben).asks_first = True

    now, last = TUESDAY_TEN - 3 * HOUR, TUESDAY_TEN - 150 * MINUTE
    transact(ask_first)
    transact(join, troupe.ben, cleo)
    transact(join, troupe.ben, olga)
    transact(call_off, taken, now=now)
    held = transact(offered_to, cleo)
    assert held.hold_until == last
    held = transact(claim, held, now=last - MINUTE)
    assert transact(cast.agree, held, now=last + 13 * MINUTE).state is BookingState.REQUESTED


def test_where_there_is_no_time_left_to_ask_nothing_is_offered(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person
) -> None:
    def ask_first(session: Session) -> None:
        cast.here(session, troupe.ben).asks_first = True

    transact(ask_first)
    transact(join, troupe.ben, cleo)
    transact(call_off, taken, now=TUESDAY_TEN - 155 * MINUTE)
    assert transact(offers) == []


# --- earlier ----------------------------------------------------------------------------------


@pytest.fixture
def later(transact: Transact, troupe: Cast, cleo: Person) -> Booking:
    """Cleo has Ben at two on Tuesday; at ten he is Ana's."""
    transact(only_open, troupe.ben, TUESDAY, (10, 11), (14, 15))
    return transact(cast.book, troupe.ben, cleo, TUESDAY_TEN + 4 * HOUR)


def test_a_booking_goes_to_the_earlier_time_and_its_old_one_to_the_next(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person, later: Booking
) -> None:
    transact(earlier, later)
    transact(join, troupe.ben, olga)
    transact(call_off, taken)
    moved = transact(claim, transact(offered_to, cleo))
    assert (moved.id, moved.starts_at, moved.state) == (later.id, TUESDAY_TEN, BookingState.CONFIRMED)
    assert (moved.moves, moved.revision, moved.anchor) == (0, 1, TUESDAY_TEN + 4 * HOUR)
    assert transact(offers)[-1] == ("Olga", TUESDAY_TEN + 4 * HOUR, BookingState.HELD)
    again = transact(
        claim,
        transact(
            lambda s: s.scalars(
                select(Booking).where(Booking.student_id == cleo.id, Booking.origin == Origin.WAITLIST)
            ).one()
        ),
    )
    assert again.id == later.id


def test_nothing_later_is_offered_for_earlier(
    transact: Transact, troupe: Cast, taken: Booking, later: Booking
) -> None:
    transact(earlier, later)
    transact(only_open, troupe.ben, TUESDAY, (10, 11), (14, 15), (17, 18))
    transact(waitlist.look, now=MONDAY)
    assert transact(offers) == []


def test_an_earlier_time_that_is_free_already_is_held_at_once(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, later: Booking
) -> None:
    transact(call_off, taken)
    transact(earlier, later)
    assert transact(offered_to, cleo).starts_at == TUESDAY_TEN


def test_a_booking_that_is_off_waits_for_nothing(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person, later: Booking
) -> None:
    mine = transact(earlier, later)
    transact(join, troupe.ben, olga)
    transact(call_off, taken)
    assert transact(offered_to, cleo).starts_at == TUESDAY_TEN
    transact(call_off, later)
    assert transact(state_of, mine) is EntryState.OVER
    assert transact(offered_to, olga).starts_at == TUESDAY_TEN


def test_an_offer_that_is_not_earlier_any_more_goes_to_the_next(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person, later: Booking
) -> None:
    mine = transact(earlier, later)
    transact(join, troupe.ben, olga)
    transact(call_off, taken)
    offered = transact(offered_to, cleo)
    transact(only_open, troupe.ben, TUESDAY, (8, 9), (10, 11), (14, 15))

    def move(session: Session) -> None:
        booking, student = cast.here(session, later), cast.here(session, cleo)
        moving.move(session, booking, Who.STUDENT, student, TUESDAY_TEN - 2 * HOUR, now=MONDAY)

    transact(move)
    with pytest.raises(Conflict):
        transact(claim, offered)
    assert transact(offered_to, olga).starts_at == TUESDAY_TEN
    assert transact(diary.find, later.id).starts_at == TUESDAY_TEN - 2 * HOUR
    assert transact(state_of, mine) is EntryState.WAITING


def test_only_the_student_of_a_confirmed_booking_waits_for_earlier(
    transact: Transact, troupe: Cast, olga: Person, later: Booking
) -> None:
    with pytest.raises(NotFound):
        transact(lambda s: waitlist.join_earlier(s, cast.here(s, later), cast.here(s, olga), now=MONDAY))
    with pytest.raises(Conflict):
        transact(earlier, later, now=later.starts_at)
    transact(call_off, later)
    with pytest.raises(Conflict):
        transact(earlier, later)


def test_a_released_hold_is_served_on_too(
    transact: Transact, troupe: Cast, cleo: Person, olga: Person
) -> None:
    transact(only_open, troupe.ben, TUESDAY, (10, 11), (14, 15))
    hold = transact(cast.hold, troupe.ben, cleo, TUESDAY_TEN + 4 * HOUR)
    transact(join, troupe.ben, olga)
    transact(lambda s: holds.release(s, cast.here(s, hold), cast.here(s, cleo), now=MONDAY))
    assert transact(offered_to, olga).starts_at == TUESDAY_TEN + 4 * HOUR


def test_of_two_who_are_joined_the_earlier_place_stays(
    transact: Transact, troupe: Cast, taken: Booking, cleo: Person, olga: Person
) -> None:
    first, second = transact(join, troupe.ben, olga), transact(join, troupe.ben, cleo)
    other = transact(join, troupe.ben, olga, day=TUESDAY)
    transact(waiting.reassign, olga.id, cleo.id)
    mine = transact(lambda s: waiting.of_student(s, cleo.id, now=MONDAY))
    assert [entry.id for entry in mine] == [first.id, other.id]
    assert transact(state_of, second) is EntryState.LEFT
    transact(waiting.purge, now=MONDAY + 200 * A_DAY)
    assert len(transact(lambda s: list(s.scalars(select(WaitlistEntry))))) == 2
