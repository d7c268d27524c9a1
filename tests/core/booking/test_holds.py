"""The tap on a time: what it locks, what it moves, and when it is refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.booking import diary, holds
from core.booking.life import Booking, BookingState
from core.errors import Conflict, Forbidden, Invalid, Refusal
from core.money import Money
from core.people import governing, mentors, mentorship, people, rates
from core.schedule import availability
from core.schedule.times import Reason
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.databases import Transact


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


def count(session: Session) -> int:
    return session.scalar(select(func.count(Booking.id))) or 0


def test_a_hold_keeps_its_time_for_a_quarter_of_an_hour(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    assert (booking.state, booking.hold_until) == (BookingState.HELD, MONDAY + timedelta(minutes=15))
    assert (booking.busy_from, booking.busy_until) == (TUESDAY_TEN, TUESDAY_TEN + timedelta(minutes=70))
    assert booking.code == f"NP-20261124-{booking.short[:5]}"
    assert booking.is_live_hold(cast.end_of(booking) - MINUTE)
    assert not booking.is_live_hold(cast.end_of(booking))


def test_a_hold_ends_at_the_start_of_the_session_at_the_latest(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter, notice_minutes=0)
    booking = transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN, now=TUESDAY_TEN - 5 * MINUTE)
    assert booking.hold_until == TUESDAY_TEN


def test_a_hold_locks_price_and_policy(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana)

    def change_everything(session: Session) -> None:
        place, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        governing.change(session, place, hana, now=MONDAY, hold_minutes=60, commission=0)
        ben, himself = cast.here(session, troupe.ben), cast.here(session, troupe.ben_himself)
        dearer = Money(9_900, "USD")
        rates.offer(session, ben, himself, 60, price=dearer, lowest=None, now=MONDAY)
        mentors.meet_at(session, ben, himself, "https://new.example/ben", now=MONDAY)

    transact(change_everything)
    kept = transact(diary.find, booking.id)
    assert (kept.price, kept.policy.commission, kept.meeting_url) == (Money(6_000, "USD"), 2_000, "")
    later = transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 4 * HOUR)
    assert (later.price, later.policy.commission) == (Money(9_900, "USD"), 0)


def test_the_same_tap_twice_is_the_same_hold(transact: Transact, troupe: Cast) -> None:
    first, again = (transact(cast.hold, troupe.ben, troupe.ana) for _ in range(2))
    assert first.id == again.id
    assert transact(count) == 1


def test_another_tap_moves_the_hold_even_into_its_own_time(transact: Transact, troupe: Cast) -> None:
    first = transact(cast.hold, troupe.ben, troupe.ana)
    second = transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + HOUR / 2)
    old = transact(diary.find, first.id)
    assert (old.state, old.closed_reason) == (BookingState.CANCELED, "moved")
    assert transact(diary.live_hold, troupe.ana.id, now=MONDAY).id == second.id  # type: ignore[union-attr]


def test_a_tap_that_is_refused_keeps_the_old_hold(transact: Transact, troupe: Cast) -> None:
    bea = transact(cast.person, "Bea")
    transact(cast.book, troupe.ben, bea, TUESDAY_TEN + 3 * HOUR)
    mine = transact(cast.hold, troupe.ben, troupe.ana)
    with pytest.raises(Conflict):
        transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 3 * HOUR)
    assert transact(diary.find, mine.id).state is BookingState.HELD


def test_a_taken_time_is_refused_with_the_three_nearest(transact: Transact, troupe: Cast) -> None:
    bea = transact(cast.person, "Bea")
    transact(cast.hold, troupe.ben, bea)
    with pytest.raises(Conflict) as refused:
        transact(cast.hold, troupe.ben, troupe.ana)
    facts = refused.value.facts
    assert (refused.value.key, facts["reason"], facts["slug"]) == ("booking.not_free", Reason.BUSY, "ben")
    eight = TUESDAY_TEN - 2 * HOUR
    assert facts["nearest"] == (eight, eight + HOUR / 2, TUESDAY_TEN + 1.5 * HOUR)
    for time in facts["nearest"]:
        transact(cast.hold, troupe.ben, troupe.ana, time)


def test_buffers_on_both_sides_are_respected_between_neighbours(transact: Transact, troupe: Cast) -> None:
    transact(cast.open_up, troupe.ben, buffers=(15, 15))
    bea = transact(cast.person, "Bea")
    transact(cast.hold, troupe.ben, bea)
    for neighbour in (TUESDAY_TEN - HOUR, TUESDAY_TEN + HOUR):
        with pytest.raises(Conflict):
            transact(cast.hold, troupe.ben, troupe.ana, neighbour)
    transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 1.5 * HOUR)


def test_a_student_is_busy_with_one_mentor_when_she_looks_at_another(
    transact: Transact, troupe: Cast
) -> None:
    carl = transact(cast.mentor, troupe.community, "Carl", by=troupe.hana)
    transact(cast.book, troupe.ben, troupe.ana)
    with pytest.raises(Conflict) as refused:
        transact(cast.hold, carl, troupe.ana)
    assert refused.value.facts["reason"] is Reason.BUSY
    assert TUESDAY_TEN not in refused.value.facts["nearest"]


def test_a_mentor_who_learns_from_another_is_busy_for_both_roles(transact: Transact, troupe: Cast) -> None:
    carl = transact(cast.mentor, troupe.community, "Carl", by=troupe.hana)
    transact(cast.book, carl, troupe.ben_himself)
    with pytest.raises(Conflict) as as_mentor:
        transact(cast.hold, troupe.ben, troupe.ana)
    assert as_mentor.value.facts["reason"] is Reason.BUSY
    three = TUESDAY_TEN + 5 * HOUR
    transact(cast.book, troupe.ben, troupe.ana, three)
    with pytest.raises(Conflict) as as_student:
        transact(cast.hold, carl, troupe.ben_himself, three)
    assert as_student.value.facts["reason"] is Reason.BUSY


def test_a_mentor_of_two_communities_is_one_person_with_one_diary(transact: Transact, troupe: Cast) -> None:
    def elsewhere(session: Session) -> mentors.Mentor:
        place, hana = cast.community(session, "Other")
        return cast.mentor(session, place, "Ben", by=hana)

    other_ben, bea = transact(elsewhere), transact(cast.person, "Bea")
    assert other_ben.person_id == troupe.ben.person_id
    transact(cast.book, troupe.ben, troupe.ana)
    with pytest.raises(Conflict):
        transact(cast.hold, other_ben, bea)


def wrongs(session: Session, troupe: Cast, wrong: str) -> Booking:
    ben, himself = cast.here(session, troupe.ben), cast.here(session, troupe.ben_himself)
    match wrong:
        case "own":
            return cast.hold(session, ben, himself)
        case "duration":
            return cast.hold(session, ben, troupe.ana, minutes=45)
        case "withdrawn":
            rates.withdraw(session, ben, himself, 60, now=MONDAY)
        case "applied":
            place = cast.here(session, troupe.community)
            carl = cast.person(session, "Carl")
            ben = mentorship.apply(session, place, carl, cast.application(), lowest=None, now=MONDAY)
    return cast.hold(session, ben, troupe.ana)


@pytest.mark.parametrize(
    ("wrong", "kind", "key"),
    [
        ("own", Forbidden, "booking.own"),
        ("duration", Invalid, "booking.duration"),
        ("withdrawn", Invalid, "booking.duration"),
        ("applied", Forbidden, "mentor.not_bookable"),
    ],
)
def test_what_cannot_be_booked_at_all_is_refused(
    transact: Transact, troupe: Cast, wrong: str, kind: type[Refusal], key: str
) -> None:
    with pytest.raises(kind) as refused:
        transact(wrongs, troupe, wrong)
    assert refused.value.key == key
    assert transact(count) == 0


# --- agreeing and letting go --------------------------------------------------------------------


def agree(session: Session, booking: Booking, topic: str, agenda: str, who: Any, now: Any = MONDAY) -> None:
    holds.agree(session, diary.find(session, booking.id), cast.here(session, who), topic, agenda, now=now)


@pytest.mark.parametrize(
    ("topic", "agenda", "key"),
    [
        ("", "x", "text.empty"),
        (" ", "", "text.empty"),
        ("x" * 101, "", "text.long"),
        ("x", "y" * 501, "text.long"),
    ],
)
def test_a_topic_is_asked_for(transact: Transact, troupe: Cast, topic: str, agenda: str, key: str) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    with pytest.raises(Invalid) as refused:
        transact(agree, booking, topic, agenda, troupe.ana)
    assert refused.value.key == key
    assert not transact(diary.find, booking.id).is_ready_to_pay


def test_a_session_for_nothing_is_confirmed_by_agreeing(transact: Transact, troupe: Cast) -> None:
    eve = transact(cast.mentor, troupe.community, "Eve", by=troupe.hana, hourly=Money(0, "USD"))
    booking = transact(cast.hold, eve, troupe.ana)
    assert booking.state is BookingState.HELD
    agreed = transact(cast.agree, booking)
    assert (agreed.state, agreed.topic) == (BookingState.CONFIRMED, "Parsers")


def test_agreeing_too_late_or_for_another_is_refused(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    with pytest.raises(Refusal) as stranger:
        transact(agree, booking, "x", "", troupe.hana)
    assert stranger.value.key == "booking.unknown"
    with pytest.raises(Conflict) as late:
        transact(agree, booking, "x", "", troupe.ana, booking.hold_until)
    assert late.value.key == "booking.is_expired"


def test_a_released_time_is_free_for_the_next(transact: Transact, troupe: Cast) -> None:
    bea = transact(cast.person, "Bea")
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    transact(cast.release, booking)
    assert transact(cast.hold, troupe.ben, bea).id != booking.id


def test_what_is_booked_stays_when_the_mentor_goes_away_or_closes(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)

    def close(session: Session) -> None:
        ben, himself = cast.here(session, troupe.ben), people.find(session, troupe.ben.person_id)
        availability.leave(session, ben, himself, TUESDAY_TEN.date(), TUESDAY_TEN.date(), now=MONDAY)

    transact(close)
    assert transact(diary.find, booking.id).state is BookingState.CONFIRMED
