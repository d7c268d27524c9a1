"""A mentor who accepts first: the request, its answer, its end, and what the student pays when."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import diary, openings, requests, settling
from core.booking.life import Booking, BookingState
from core.errors import Conflict, Forbidden, NotFound, Refusal
from core.money import Money
from core.people import mentors, people
from core.people.mentors import Mentor
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking.shop import Shop
from tests.databases import Transact

DAY = timedelta(days=1)


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    troupe = transact(cast.enter)
    transact(choose, troupe.ben)
    return troupe


def choose(session: Session, ben: Mentor, *, asks: bool = True) -> None:
    ben = cast.here(session, ben)
    mentors.ask_first(session, ben, people.find(session, ben.person_id), asks=asks, now=MONDAY)


def ask(
    session: Session, ben: Mentor, ana: Person, at: datetime = TUESDAY_TEN, *, now: datetime = MONDAY
) -> Booking:
    """Ana taps on a time and says what it is about."""
    return cast.agree(session, cast.hold(session, ben, ana, at, now=now), now=now)


def accept(session: Session, booking: Booking, ben: Person, *, now: datetime = MONDAY) -> Booking:
    booking = cast.here(session, booking)
    requests.accept(session, booking, cast.here(session, ben), now=now)
    return booking


def decline(
    session: Session, booking: Booking, ben: Person, reason: str = "Exams.", *, now: datetime = MONDAY
) -> Booking:
    booking = cast.here(session, booking)
    requests.decline(session, booking, cast.here(session, ben), reason, now=now)
    return booking


def refused(transact: Transact, *act: object, **facts: object) -> str:
    with pytest.raises(Refusal) as refusal:
        transact(*act, **facts)  # type: ignore[arg-type]
    return refusal.value.key


# --- asking -----------------------------------------------------------------------------------


def test_the_tap_makes_a_hold_and_the_topic_makes_it_a_request(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    assert (booking.state, booking.asks_first) == (BookingState.HELD, True)
    booking = transact(cast.agree, booking)
    assert (booking.state, booking.topic) == (BookingState.REQUESTED, "Parsers")
    assert booking.accepted_at is None


def test_a_mentor_who_does_not_ask_is_booked_at_once(transact: Transact, troupe: Cast) -> None:
    transact(choose, troupe.ben, asks=False)
    booking = transact(ask, troupe.ben, troupe.ana)
    assert (booking.state, booking.asks_first) == (BookingState.HELD, False)


def test_a_hold_that_was_made_before_the_mentor_chose_stays_what_it_was(
    transact: Transact, troupe: Cast
) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    transact(choose, troupe.ben, asks=False)
    assert transact(cast.agree, booking).state is BookingState.REQUESTED


def test_a_request_lapses_after_48_hours_or_2_hours_before_the_start(
    transact: Transact, troupe: Cast
) -> None:
    soon = transact(ask, troupe.ben, troupe.ana)
    far = transact(ask, troupe.ben, troupe.ana, TUESDAY_TEN + 7 * DAY)
    assert soon.hold_until == TUESDAY_TEN - 2 * HOUR
    assert far.hold_until == MONDAY + 2 * DAY


def test_a_time_too_soon_for_an_answer_is_not_listed_and_refused_with_later_ones(
    transact: Transact, troupe: Cast
) -> None:
    """Two hours, a quarter for the answer and a quarter for the form."""
    now = TUESDAY_TEN - 2 * HOUR - 29 * MINUTE
    with pytest.raises(Conflict) as refusal:
        transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN, now=now)
    assert refusal.value.key == "request.soon"
    assert refusal.value.facts["nearest"][0] == TUESDAY_TEN + HOUR / 2
    first = transact(lambda s: openings.of(s, cast.here(s, troupe.ben), now=now).first(60))
    assert first == TUESDAY_TEN + HOUR / 2
    assert transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN, now=now - MINUTE).asks_first


def test_a_hold_that_became_too_old_to_ask_is_refused_with_later_times(
    transact: Transact, troupe: Cast
) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana, now=TUESDAY_TEN - 2 * HOUR - 30 * MINUTE)
    keep_holding(transact, booking)
    with pytest.raises(Conflict) as refusal:
        transact(cast.agree, booking, now=TUESDAY_TEN - 2 * HOUR - 14 * MINUTE)
    assert refusal.value.key == "request.soon"
    assert min(refusal.value.facts["nearest"]) > TUESDAY_TEN
    assert transact(diary.find, booking.id).topic == ""


def keep_holding(transact: Transact, booking: Booking) -> None:
    def longer(session: Session) -> None:
        cast.here(session, booking).hold_until = TUESDAY_TEN

    transact(longer)


def test_a_person_has_three_open_requests_and_no_more(transact: Transact, troupe: Cast) -> None:
    first, *_ = [transact(ask, troupe.ben, troupe.ana, TUESDAY_TEN + day * DAY) for day in range(3)]
    fourth = (troupe.ben, troupe.ana, TUESDAY_TEN + 5 * DAY)
    assert refused(transact, cast.hold, *fourth) == "request.many"
    transact(cast.release, first)
    assert transact(ask, *fourth).state is BookingState.REQUESTED


def test_a_request_that_lapsed_unswept_is_none_of_the_three(transact: Transact, troupe: Cast) -> None:
    for day in range(3):
        transact(ask, troupe.ben, troupe.ana, TUESDAY_TEN + day * DAY)
    later = TUESDAY_TEN - 2 * HOUR
    booking = transact(ask, troupe.ben, troupe.ana, TUESDAY_TEN + 5 * DAY, now=later)
    assert booking.state is BookingState.REQUESTED


def test_of_two_students_who_want_one_time_the_second_cannot_even_ask(
    transact: Transact, troupe: Cast
) -> None:
    transact(ask, troupe.ben, troupe.ana)
    bea = transact(cast.person, "Bea")
    assert refused(transact, cast.hold, troupe.ben, bea) == "booking.not_free"


def test_a_request_is_not_moved_by_a_new_tap(transact: Transact, troupe: Cast) -> None:
    asked = transact(ask, troupe.ben, troupe.ana)
    transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 4 * HOUR)
    assert transact(diary.find, asked.id).state is BookingState.REQUESTED


# --- answering --------------------------------------------------------------------------------


def test_accepting_starts_the_hold_for_the_payment(transact: Transact, troupe: Cast) -> None:
    asked = transact(ask, troupe.ben, troupe.ana, TUESDAY_TEN + 7 * DAY)
    booking = transact(accept, asked, troupe.ben_himself, now=MONDAY + HOUR)
    assert (booking.state, booking.accepted_at) == (BookingState.HELD, MONDAY + HOUR)
    assert booking.hold_until == MONDAY + 13 * HOUR


@pytest.mark.parametrize(
    ("ahead", "held_for"),
    [
        (30 * HOUR, 12 * HOUR),
        (5 * HOUR, 4 * HOUR),
        (HOUR + 10 * MINUTE, 15 * MINUTE),
        (10 * MINUTE, 10 * MINUTE),
    ],
)
def test_an_accepted_time_is_held_until_an_hour_before_but_never_for_less_than_a_hold(
    transact: Transact, troupe: Cast, ahead: timedelta, held_for: timedelta
) -> None:
    booking = transact(ask, troupe.ben, troupe.ana)
    now = TUESDAY_TEN - ahead
    assert requests.payment_deadline(booking, booking.starts_at, now) == now + held_for


def test_a_free_session_is_confirmed_when_it_is_accepted(transact: Transact, troupe: Cast) -> None:
    gratis = transact(free_mentor, troupe)
    transact(choose, gratis)
    asked = transact(ask, gratis, troupe.ana)
    assert asked.state is BookingState.REQUESTED
    himself = transact(people.find, gratis.person_id)
    assert transact(accept, asked, himself).state is BookingState.CONFIRMED


def free_mentor(session: Session, troupe: Cast) -> Mentor:
    return cast.mentor(session, troupe.community, "Cleo", by=troupe.hana, hourly=Money(0, "USD"))


def test_an_accepted_time_is_not_moved_by_a_new_tap(transact: Transact, troupe: Cast) -> None:
    booking = transact(accept, transact(ask, troupe.ben, troupe.ana), troupe.ben_himself)
    transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 4 * HOUR)
    assert transact(diary.find, booking.id).state is BookingState.HELD


def test_declining_needs_a_reason_and_frees_the_time(transact: Transact, troupe: Cast) -> None:
    asked = transact(ask, troupe.ben, troupe.ana)
    assert refused(transact, decline, asked, troupe.ben_himself, "  ") == "text.empty"
    assert refused(transact, decline, asked, troupe.ben_himself, "x" * 501) == "text.long"
    booking = transact(decline, asked, troupe.ben_himself, " Exams. ")
    assert (booking.state, booking.closed_note) == (BookingState.DECLINED, "Exams.")
    bea = transact(cast.person, "Bea")
    assert transact(cast.hold, troupe.ben, bea).state is BookingState.HELD


def test_a_request_is_answered_once(transact: Transact, troupe: Cast) -> None:
    asked = transact(ask, troupe.ben, troupe.ana)
    transact(accept, asked, troupe.ben_himself)
    assert refused(transact, accept, asked, troupe.ben_himself) == "booking.is_held"
    assert refused(transact, decline, asked, troupe.ben_himself) == "booking.is_held"


def test_what_was_taken_back_cannot_be_accepted(transact: Transact, troupe: Cast) -> None:
    asked = transact(ask, troupe.ben, troupe.ana)
    transact(cast.release, asked)
    assert refused(transact, accept, asked, troupe.ben_himself) == "request.withdrawn"


def test_nobody_but_its_mentor_answers_a_request(transact: Transact, troupe: Cast) -> None:
    asked = transact(ask, troupe.ben, troupe.ana)
    for stranger in (troupe.ana, troupe.hana):
        for answer in (accept, decline):
            with pytest.raises(NotFound):
                transact(answer, asked, stranger)
    assert transact(diary.find, asked.id).state is BookingState.REQUESTED


def test_a_mentor_who_is_paused_accepts_nothing_new(transact: Transact, troupe: Cast) -> None:
    asked = transact(ask, troupe.ben, troupe.ana)

    def pause(session: Session) -> None:
        cast.here(session, troupe.ben).paused_at = MONDAY

    transact(pause)
    with pytest.raises(Forbidden):
        transact(accept, asked, troupe.ben_himself)


# --- the end ----------------------------------------------------------------------------------


def test_a_request_that_nobody_answered_lapses_and_frees_its_time(transact: Transact, troupe: Cast) -> None:
    asked = transact(ask, troupe.ben, troupe.ana)
    end = cast.end_of(asked)
    transact(settling.lapse_due, now=end - MINUTE)
    assert transact(diary.find, asked.id).state is BookingState.REQUESTED
    transact(settling.lapse_due, now=end)
    booking = transact(diary.find, asked.id)
    assert (booking.state, booking.closed_reason) == (BookingState.EXPIRED, "unanswered")


def test_at_its_deadline_a_request_is_over_whether_or_not_somebody_has_looked(
    transact: Transact, troupe: Cast
) -> None:
    asked = transact(ask, troupe.ben, troupe.ana)
    end = cast.end_of(asked)
    assert transact(requests.waiting, troupe.ben.id, now=end - MINUTE)
    assert not transact(requests.waiting, troupe.ben.id, now=end)
    assert refused(transact, accept, asked, troupe.ben_himself, now=end) == "request.lapsed"
    transact(settling.lapse_due, now=end)
    assert refused(transact, accept, asked, troupe.ben_himself, now=end) == "request.lapsed"


def test_what_a_mentor_did_not_answer_is_no_lapse_of_the_student(transact: Transact, troupe: Cast) -> None:
    for hours in range(3):
        transact(ask, troupe.ben, troupe.ana, TUESDAY_TEN + 2 * hours * HOUR)
    transact(settling.lapse_due, now=TUESDAY_TEN + 4 * HOUR)
    later = TUESDAY_TEN + 4 * HOUR
    assert transact(cast.hold, troupe.ben, troupe.ana, later + DAY, now=later).state is BookingState.HELD


def test_the_queue_has_the_most_urgent_first(transact: Transact, troupe: Cast) -> None:
    far = transact(ask, troupe.ben, troupe.ana, TUESDAY_TEN + 7 * DAY)
    soon = transact(ask, troupe.ben, troupe.ana)
    assert [b.id for b in transact(requests.waiting, troupe.ben.id, now=MONDAY)] == [soon.id, far.id]


def test_a_form_cannot_be_sent_for_what_was_accepted_already(transact: Transact, troupe: Cast) -> None:
    """The student's form is open twice: the second does not ask again."""
    booking = transact(accept, transact(ask, troupe.ben, troupe.ana), troupe.ben_himself)
    assert transact(cast.agree, booking).state is BookingState.HELD


def test_an_accepted_time_that_is_not_paid_lapses(transact: Transact, troupe: Cast) -> None:
    booking = transact(accept, transact(ask, troupe.ben, troupe.ana), troupe.ben_himself)
    transact(settling.lapse_due, now=cast.end_of(booking))
    booking = transact(diary.find, booking.id)
    assert (booking.state, booking.closed_reason) == (BookingState.EXPIRED, "unpaid")


# --- paying late ------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_late_money_for_an_accepted_time_takes_it_again(shop: Shop) -> None:
    """The bank answers nobody when the hold of 12 hours ends, and then it has the money."""
    await shop.db.write(choose, shop.troupe.ben)
    booking = await shop.hold()
    assert await shop.state(booking) is BookingState.REQUESTED
    await shop.db.write(accept, booking, shop.troupe.ben_himself, now=shop.now)
    page = await shop.page(booking)
    await shop.wait(12 * HOUR - MINUTE)
    assert await shop.state(booking) is BookingState.HELD
    shop.bank.weather.is_down = True
    await shop.wait(MINUTE * 1.5)
    shop.bank.pay(page)
    await shop.wait(3 * MINUTE)
    assert await shop.state(booking) is BookingState.EXPIRED
    shop.bank.weather.is_down = False
    await shop.post_all()
    assert await shop.state(booking) is BookingState.CONFIRMED
    await shop.check_books()


@pytest.mark.anyio
async def test_nothing_can_be_paid_before_the_mentor_has_accepted(shop: Shop) -> None:
    await shop.db.write(choose, shop.troupe.ben)
    booking = await shop.hold()
    with pytest.raises(Conflict) as refusal:
        await shop.page(booking)
    assert refusal.value.key == "booking.is_requested"
