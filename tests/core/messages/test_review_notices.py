"""Who hears of a review: both are asked, and nobody hears what nobody may read."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.discovery import reviews, written
from core.messages import notices
from core.messages.outbox import Notice
from core.people import memberships, people
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, Cast
from tests.core.discovery.saying import give, met, of
from tests.core.messages.desk import planned
from tests.databases import Transact

ABOUT_REVIEWS = {"review_out", "review_reply", "review_reported", "review_decided"}


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def booking(transact: Transact, troupe: Cast) -> Booking:
    return transact(met, troupe.ben, troupe.ana)


@pytest.fixture
def both_wrote(transact: Transact, troupe: Cast, booking: Booking) -> Booking:
    transact(give, booking, troupe.ana, 2, "He was late.", now=booking.ends_at + HOUR)
    transact(give, booking, troupe.ben_himself, 5, "Came prepared.", now=booking.ends_at + HOUR)
    return booking


def told(transact: Transact, who: Person, now: datetime) -> dict[str, Notice]:
    """What is planned for somebody, once everything that has happened was told."""
    while transact(notices.fan_out, now=now):
        pass
    return transact(planned, who.id)


def about(transact: Transact, who: Person, now: datetime) -> set[str]:
    return told(transact, who, now).keys() & ABOUT_REVIEWS


def why_stale(transact: Transact, notice: Notice, now: datetime) -> str:
    return transact(notices.stale, notice, now=now)


def test_both_are_asked_a_quarter_of_an_hour_after_the_end_and_once_more_a_day_later(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    end = booking.ends_at
    for who in (troupe.ana, troupe.ben_himself):
        mine = told(transact, who, end + 15 * MINUTE)
        assert mine["review"].due_at == end + 15 * MINUTE
        assert mine["review_again"].due_at == end + 24 * HOUR
        assert why_stale(transact, mine["review"], end + 15 * MINUTE) == ""
        assert why_stale(transact, mine["review"], end + 25 * HOUR) == "expired"
        assert why_stale(transact, mine["review_again"], end + 24 * HOUR) == ""
        assert why_stale(transact, mine["review_again"], end + written.OPEN + MINUTE) == "expired"


def test_who_has_written_is_not_asked_again_and_the_other_is(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    end = booking.ends_at
    transact(give, booking, troupe.ana, 5, now=end)
    due = end + 24 * HOUR
    assert why_stale(transact, told(transact, troupe.ana, end)["review_again"], due) == "reviewed"
    assert why_stale(transact, told(transact, troupe.ben_himself, end)["review_again"], due) == ""


def test_a_review_that_waits_for_the_other_is_no_news(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    transact(give, booking, troupe.ana, 1, "Never again.", now=booking.ends_at)
    for who in (troupe.ana, troupe.ben_himself, troupe.hana):
        assert about(transact, who, booking.ends_at) == set()


def test_each_hears_of_the_others_when_both_are_published(
    transact: Transact, troupe: Cast, both_wrote: Booking
) -> None:
    now = both_wrote.ends_at + HOUR
    theirs = {written.Side.MENTOR: troupe.ana, written.Side.STUDENT: troupe.ben_himself}
    for side, reader in theirs.items():
        news = told(transact, reader, now)["review_out"]
        assert news.subject_id == transact(of, both_wrote, side).id
        assert why_stale(transact, news, now) == ""


def test_one_that_stands_alone_is_told_to_both(transact: Transact, troupe: Cast, booking: Booking) -> None:
    transact(give, booking, troupe.ana, 5, now=booking.ends_at)
    closes = booking.ends_at + written.OPEN
    transact(reviews.publish_due, now=closes)
    for who in (troupe.ana, troupe.ben_himself):
        assert about(transact, who, closes) == {"review_out"}


def decide(session: Session, booking: Booking, hana: Person, *, hidden: bool) -> None:
    verb = reviews.hide if hidden else reviews.keep
    later = booking.ends_at + timedelta(days=1, hours=hidden)
    verb(session, of(session, booking), people.find(session, hana.id), now=later)


def report(session: Session, booking: Booking, who: Person) -> None:
    reader = people.find(session, who.id)
    reviews.report(session, of(session, booking), reader, "Unfair.", now=booking.ends_at + HOUR)


def test_the_author_hears_of_a_reply(transact: Transact, troupe: Cast, both_wrote: Booking) -> None:
    now = both_wrote.ends_at + HOUR

    def answer(session: Session) -> None:
        ben = people.find(session, troupe.ben.person_id)
        reviews.answer(session, of(session, both_wrote), ben, "I am sorry.", now=now)

    transact(answer)
    news = told(transact, troupe.ana, now)["review_reply"]
    assert why_stale(transact, news, now) == ""
    transact(decide, both_wrote, troupe.hana, hidden=True)
    assert why_stale(transact, news, now) == "hidden"


def test_staff_hear_of_a_report_until_somebody_has_decided(
    transact: Transact, troupe: Cast, both_wrote: Booking
) -> None:
    transact(report, both_wrote, troupe.ben_himself)
    now = both_wrote.ends_at + HOUR
    news = told(transact, troupe.hana, now)["review_reported"]
    assert why_stale(transact, news, now) == ""
    transact(decide, both_wrote, troupe.hana, hidden=False)
    assert why_stale(transact, news, now) == "decided"


def test_the_author_and_who_reported_it_hear_of_the_last_decision(
    transact: Transact, troupe: Cast, both_wrote: Booking
) -> None:
    cleo = transact(cast.person, "Cleo")

    def join(session: Session) -> None:
        place = cast.here(session, troupe.community)
        here = people.find(session, cleo.id)
        memberships.see(session, place, here, may_manage=False, roles=frozenset(), now=MONDAY)

    transact(join)
    transact(report, both_wrote, cleo)
    transact(decide, both_wrote, troupe.hana, hidden=False)
    now = both_wrote.ends_at + timedelta(days=1)
    first = [told(transact, who, now)["review_decided"] for who in (troupe.ana, cleo)]
    assert {why_stale(transact, notice, now) for notice in first} == {""}
    assert "review_decided" not in about(transact, troupe.ben_himself, now)
    transact(decide, both_wrote, troupe.hana, hidden=True)
    assert {why_stale(transact, notice, now) for notice in first} == {"decided again"}
    assert why_stale(transact, told(transact, troupe.ana, now)["review_decided"], now) == ""
