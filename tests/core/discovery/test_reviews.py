"""A review: once, by the student, within a week."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from core.booking import diary
from core.booking.life import Booking
from core.discovery import reviews
from core.errors import Conflict, Invalid, NotFound
from core.people import mentors
from core.people.people import Person
from tests import cast
from tests.cast import MINUTE, MONDAY, Cast
from tests.databases import Transact


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def session_over(transact: Transact, troupe: Cast) -> Booking:
    return transact(lambda s: cast.complete(s, cast.book(s, troupe.ben, troupe.ana)))


def review(session: Session, booking: Booking, who: Person, stars: int, *, now: datetime) -> None:
    mine = diary.find(session, booking.id)
    reviews.review(session, mine, cast.here(session, who), stars, now=now)


def test_a_review_counts_for_the_mentor(transact: Transact, troupe: Cast, session_over: Booking) -> None:
    transact(review, session_over, troupe.ana, 4, now=session_over.ends_at)
    ben = transact(mentors.find, troupe.ben.id)
    assert (ben.rating, ben.rating_count, ben.sessions) == (4.0, 1, 1)


def test_a_review_is_given_once(transact: Transact, troupe: Cast, session_over: Booking) -> None:
    transact(review, session_over, troupe.ana, 5, now=session_over.ends_at)
    with pytest.raises(Conflict) as refused:
        transact(review, session_over, troupe.ana, 1, now=session_over.ends_at)
    assert refused.value.key == "review.given"
    assert transact(mentors.find, troupe.ben.id).rating == 5.0


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(transact: Transact, troupe: Cast, session_over: Booking, stars: int) -> None:
    with pytest.raises(Invalid) as refused:
        transact(review, session_over, troupe.ana, stars, now=session_over.ends_at)
    assert refused.value.key == "review.stars"


def test_a_review_comes_within_a_week(transact: Transact, troupe: Cast, session_over: Booking) -> None:
    last = session_over.ends_at + reviews.OPEN
    with pytest.raises(Conflict) as refused:
        transact(review, session_over, troupe.ana, 5, now=last + MINUTE)
    assert refused.value.key == "review.closed"
    transact(review, session_over, troupe.ana, 5, now=last)


def test_only_the_student_of_a_session_that_is_over_reviews_it(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    with pytest.raises(NotFound):
        transact(review, booking, troupe.ben_himself, 5, now=MONDAY)
    with pytest.raises(Conflict) as early:
        transact(review, booking, troupe.ana, 5, now=MONDAY)
    assert early.value.key == "booking.is_confirmed"
