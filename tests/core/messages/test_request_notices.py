"""Who hears of a request: the mentor when it is made and once more, the student of the answer, both of its end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import requests, settling
from core.booking.life import Booking
from core.messages import notices
from core.messages.outbox import Notice
from core.money import Money
from core.people import mentors, people
from core.people.mentors import Mentor
from tests import cast
from tests.cast import HOUR, MONDAY, TUESDAY_TEN, Cast
from tests.core.messages.desk import planned
from tests.databases import Transact


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    troupe = transact(cast.enter)
    transact(be_careful, troupe.ben)
    return troupe


def be_careful(session: Session, ben: Mentor) -> None:
    ben = cast.here(session, ben)
    mentors.ask_first(session, ben, people.find(session, ben.person_id), asks=True, now=MONDAY)


def asked(transact: Transact, troupe: Cast, ben: Mentor | None = None) -> Booking:
    booking = transact(cast.agree, transact(cast.hold, ben or troupe.ben, troupe.ana))
    fan_out(transact)
    return booking


def accept(session: Session, booking: Booking, now: datetime = MONDAY) -> None:
    booking = cast.here(session, booking)
    requests.accept(session, booking, people.find(session, booking.mentor_person_id), now=now)


def fan_out(transact: Transact, now: datetime = MONDAY) -> None:
    while transact(notices.fan_out, now=now):
        pass


def of(transact: Transact, person_id: int) -> dict[str, Notice]:
    return transact(planned, person_id)


def why_stale(transact: Transact, notice: Notice, now: datetime = MONDAY) -> str:
    return transact(notices.stale, notice, now=now)


def test_the_mentor_hears_of_it_and_is_reminded_once_at_half_time(transact: Transact, troupe: Cast) -> None:
    booking = asked(transact, troupe)
    theirs = of(transact, troupe.ben.person_id)
    assert set(theirs) == {"approved", "requested", "unanswered"}
    end = cast.end_of(booking)
    assert theirs["unanswered"].due_at == MONDAY + (end - MONDAY) / 2
    assert theirs["requested"].expires_at == end


def test_once_it_is_answered_nobody_is_reminded_to(transact: Transact, troupe: Cast) -> None:
    booking = asked(transact, troupe)
    transact(accept, booking)
    fan_out(transact)
    theirs, mine = of(transact, troupe.ben.person_id), of(transact, troupe.ana.id)
    assert why_stale(transact, theirs["unanswered"]) == "held"
    assert set(mine) == {"lapsing", "accepted", "unpaid"}
    assert why_stale(transact, mine["accepted"]) == ""


def test_the_warning_of_the_first_hold_is_not_sent_for_the_accepted_one(
    transact: Transact, troupe: Cast
) -> None:
    booking = asked(transact, troupe)
    transact(accept, booking)
    fan_out(transact)
    mine = of(transact, troupe.ana.id)
    assert why_stale(transact, mine["lapsing"], mine["lapsing"].due_at) == "accepted"
    assert why_stale(transact, mine["unpaid"], mine["unpaid"].due_at) == ""
    assert mine["unpaid"].due_at == MONDAY + 12 * HOUR - timedelta(minutes=30)


def test_a_free_session_that_is_accepted_is_told_as_confirmed(transact: Transact, troupe: Cast) -> None:
    def cleo_for_nothing(session: Session) -> Mentor:
        hana = troupe.hana
        return cast.mentor(session, troupe.community, "Cleo", by=hana, hourly=Money(0, "USD"))

    cleo = transact(cleo_for_nothing)
    transact(be_careful, cleo)
    transact(accept, asked(transact, troupe, cleo))
    fan_out(transact)
    mine = of(transact, troupe.ana.id)
    assert "accepted" not in mine
    assert "confirmed" in mine


def test_a_no_is_told_to_the_student(transact: Transact, troupe: Cast) -> None:
    booking = asked(transact, troupe)

    def decline(session: Session) -> None:
        ben = cast.here(session, troupe.ben_himself)
        requests.decline(session, cast.here(session, booking), ben, "Exams.", now=MONDAY)

    transact(decline)
    fan_out(transact)
    mine = of(transact, troupe.ana.id)
    assert why_stale(transact, mine["declined"]) == ""


def test_what_was_taken_back_is_told_to_the_mentor(transact: Transact, troupe: Cast) -> None:
    transact(cast.release, asked(transact, troupe))
    fan_out(transact)
    theirs = of(transact, troupe.ben.person_id)
    assert why_stale(transact, theirs["withdrawn"]) == ""
    assert why_stale(transact, theirs["requested"]) == "canceled"


def test_a_hold_that_never_became_a_request_is_no_news_for_the_mentor(
    transact: Transact, troupe: Cast
) -> None:
    booking = transact(cast.hold, troupe.ben, troupe.ana)
    transact(settling.lapse_due, now=cast.end_of(booking))
    fan_out(transact, cast.end_of(booking))
    assert set(of(transact, troupe.ben.person_id)) == {"approved"}
    assert set(of(transact, troupe.ana.id)) == {"lapsing", "lapsed"}


def test_both_hear_of_a_request_that_lapsed(transact: Transact, troupe: Cast) -> None:
    booking = asked(transact, troupe)
    end = cast.end_of(booking)
    transact(settling.lapse_due, now=end)
    fan_out(transact, end)
    for person_id in (troupe.ana.id, troupe.ben.person_id):
        theirs = of(transact, person_id)
        assert "lapsed" not in theirs
        assert why_stale(transact, theirs["request_lapsed"], end) == ""


def test_a_mentor_with_little_time_is_not_reminded(transact: Transact, troupe: Cast) -> None:
    now = TUESDAY_TEN - 2 * HOUR - timedelta(minutes=40)
    transact(cast.agree, transact(cast.hold, troupe.ben, troupe.ana, now=now), now=now)
    fan_out(transact, now)
    assert set(of(transact, troupe.ben.person_id)) == {"approved", "requested"}
