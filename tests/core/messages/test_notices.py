"""From what happened to who hears of it: once, and only while it is true."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.booking import bookings, diary, holds, settling
from core.booking.life import Booking, BookingState, Who
from core.history import History
from core.messages import notices, outbox
from core.messages.outbox import Notice, NoticeState
from core.money import Money
from core.people import mentors, mentorship, people
from core.schedule.times import Span
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.messages.desk import planned
from tests.databases import Transact

REMINDERS = {"reminder.1440", "reminder.60", "reminder.10"}


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


def fan_out(transact: Transact, now: datetime = MONDAY) -> None:
    while transact(notices.fan_out, now=now):
        pass


def kinds(transact: Transact, person_id: int) -> set[str]:
    return set(transact(planned, person_id))


def booked(transact: Transact, troupe: Cast, *, now: datetime = MONDAY) -> Booking:
    booking = transact(cast.book, troupe.ben, troupe.ana, now=now)
    fan_out(transact, now)
    return booking


def test_both_hear_of_a_confirmed_session_and_are_reminded(transact: Transact, troupe: Cast) -> None:
    booking = booked(transact, troupe)
    assert kinds(transact, troupe.ana.id) == {"lapsing", "confirmed"} | REMINDERS
    assert kinds(transact, troupe.ben.person_id) == {"approved", "booked"} | REMINDERS
    mine = transact(planned, troupe.ana.id)
    assert mine["reminder.60"].due_at == TUESDAY_TEN - HOUR
    assert mine["lapsing"].due_at == cast.end_of(booking) - 5 * MINUTE


def test_fanning_out_again_makes_nothing_new(transact: Transact, troupe: Cast) -> None:
    booking = booked(transact, troupe)
    before = transact(planned, troupe.ana.id).keys()
    assert transact(notices.fan_out, now=MONDAY) == 0
    transact(forget_telling)
    fan_out(transact)
    assert transact(planned, troupe.ana.id).keys() == before
    assert transact(diary.find, booking.id).state is BookingState.CONFIRMED


def forget_telling(session: Session) -> None:
    """As if the worker had died between making the notices and saying so."""
    session.execute(update(History).values(told_at=None))


def test_a_hold_that_lapses_is_told_and_its_warning_is_dropped(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    transact(settling.lapse_due, now=cast.end_of(booking))
    fan_out(transact, cast.end_of(booking))
    mine = transact(planned, troupe.ana.id)
    assert set(mine) == {"lapsing", "lapsed"}
    assert why_stale(transact, mine["lapsing"], MONDAY) == "expired"
    assert why_stale(transact, mine["lapsed"], cast.end_of(booking)) == ""


def why_stale(transact: Transact, notice: Notice, now: datetime) -> str:
    return transact(notices.stale, notice, now=now)


def test_a_short_hold_has_no_warning(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter, hold_minutes=9)
    transact(cast.hold, troupe.ben, troupe.ana)
    fan_out(transact)
    assert kinds(transact, troupe.ana.id) == set()


def move(session: Session, booking: Booking, to: datetime) -> None:
    """Late money finds another time: the only move there is so far."""
    booking = diary.find(session, booking.id)
    booking.state = BookingState.EXPIRED
    session.flush()
    at, busy = Span(to, to + HOUR), Span(to, to + HOUR + 10 * MINUTE)
    assert bookings.revive(session, booking, Who.STUDENT, now=MONDAY, at=at, busy=busy)


def test_a_moved_session_has_new_reminders_and_the_old_ones_are_dropped(
    transact: Transact, troupe: Cast
) -> None:
    booking = booked(transact, troupe)
    transact(move, booking, TUESDAY_TEN + 3 * HOUR)
    fan_out(transact)
    mine = transact(planned, troupe.ana.id)
    assert {f"{kind}/1" for kind in REMINDERS} <= set(mine)
    assert mine["reminder.60/1"].due_at == TUESDAY_TEN + 2 * HOUR
    assert why_stale(transact, mine["reminder.60"], MONDAY) == "moved"
    assert why_stale(transact, mine["confirmed"], MONDAY) == "moved"
    assert why_stale(transact, mine["reminder.60/1"], MONDAY) == ""


def test_a_session_that_is_off_is_not_reminded_of(transact: Transact, troupe: Cast) -> None:
    booking = booked(transact, troupe)
    transact(lambda s: bookings.void(s, diary.find(s, booking.id), now=MONDAY))
    fan_out(transact)
    for person_id in (troupe.ana.id, troupe.ben.person_id):
        mine = transact(planned, person_id)
        assert why_stale(transact, mine["reminder.60"], MONDAY) == "canceled"
        assert why_stale(transact, mine["canceled"], MONDAY) == ""


def test_letting_a_hold_go_is_no_news(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    transact(cast.release, booking)
    fan_out(transact)
    assert kinds(transact, troupe.ana.id) == {"lapsing"}
    assert kinds(transact, troupe.ben.person_id) == {"approved"}


def choose(session: Session, who: people.Person, offsets: tuple[int, ...] | None) -> None:
    people.choose_reminders(session, cast.here(session, who), offsets, now=MONDAY)


def test_reminders_chosen_later_are_planned_and_those_not_wanted_dropped(
    transact: Transact, troupe: Cast
) -> None:
    booked(transact, troupe)
    transact(choose, troupe.ana, (120, 10))
    fan_out(transact)
    mine = transact(planned, troupe.ana.id)
    assert mine["reminder.120"].due_at == TUESDAY_TEN - 2 * HOUR
    assert why_stale(transact, mine["reminder.60"], MONDAY) == "not wanted"
    assert why_stale(transact, mine["reminder.10"], MONDAY) == ""
    assert "reminder.120" not in kinds(transact, troupe.ben.person_id)
    transact(choose, troupe.ana, None)
    fan_out(transact)
    assert why_stale(transact, mine["reminder.60"], MONDAY) == ""
    assert why_stale(transact, mine["reminder.120"], MONDAY) == "not wanted"


def test_reminders_follow_the_policy_of_the_booking(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter, reminders=(30,))
    booked(transact, troupe)
    assert {kind for kind in kinds(transact, troupe.ana.id) if "reminder" in kind} == {"reminder.30"}


def test_staff_hear_of_an_application_until_it_is_decided(transact: Transact, troupe: Cast) -> None:
    def apply(session: Session) -> mentors.Mentor:
        place, carl = cast.here(session, troupe.community), cast.person(session, "Carl")
        return mentorship.apply(session, place, carl, cast.application(), lowest=None, now=MONDAY)

    carl = transact(apply)
    fan_out(transact)
    news = [notice for notice in transact(planned, troupe.hana.id).values() if notice.subject_id == carl.id]
    assert [why_stale(transact, notice, MONDAY) for notice in news] == [""]
    transact(lambda s: mentorship.approve(s, cast.here(s, carl), cast.here(s, troupe.hana), now=MONDAY))
    assert [why_stale(transact, notice, MONDAY) for notice in news] == ["approved"]


def test_what_was_sent_long_ago_is_forgotten_and_what_waits_is_not(transact: Transact, troupe: Cast) -> None:
    booked(transact, troupe)
    sent = transact(planned, troupe.ana.id)["confirmed"]
    transact(outbox.sent, sent.id, "discord:direct", now=MONDAY)
    transact(outbox.purge, now=MONDAY + outbox.KEPT + timedelta(days=1))
    left = transact(planned, troupe.ana.id)
    assert "confirmed" not in left
    assert left["reminder.10"].state is NoticeState.WAITING


def test_the_oldest_that_waits_tells_how_late_we_are(transact: Transact, troupe: Cast) -> None:
    assert transact(outbox.oldest_due, now=MONDAY) == timedelta(0)
    booked(transact, troupe)
    assert transact(outbox.oldest_due, now=MONDAY + 7 * MINUTE) == 7 * MINUTE


def test_a_free_session_is_told_like_any_other(transact: Transact, troupe: Cast) -> None:
    eve = transact(cast.mentor, troupe.community, "Eve", by=troupe.hana, hourly=Money(0, "USD"))
    booking = transact(cast.hold, eve, troupe.ana)
    transact(
        lambda s: holds.agree(s, diary.find(s, booking.id), cast.here(s, troupe.ana), "x", "", now=MONDAY)
    )
    fan_out(transact)
    assert {"confirmed"} | REMINDERS <= kinds(transact, troupe.ana.id)
