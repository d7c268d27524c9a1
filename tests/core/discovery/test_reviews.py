"""A review: once a side, by the two alone, within a week, seen by nobody until both have written or time is up."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import diary, moves
from core.booking.life import Booking, BookingState, Who
from core.discovery import reviews, written
from core.discovery.written import FOR_WORDS, OPEN, Side
from core.people import mentors
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, Cast
from tests.core.discovery.saying import give, met, of, refused, revise
from tests.databases import Transact

SECOND = timedelta(seconds=1)


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def session_over(transact: Transact, troupe: Cast) -> Booking:
    return transact(met, troupe.ben, troupe.ana)


def rating(transact: Transact, troupe: Cast) -> tuple[int, int]:
    ben = transact(mentors.find, troupe.ben.id)
    return ben.rating_sum, ben.rating_count


def publish(transact: Transact, now: datetime) -> datetime | None:
    return transact(reviews.publish_due, now=now)


def test_the_second_to_write_publishes_both(transact: Transact, troupe: Cast, session_over: Booking) -> None:
    end = session_over.ends_at
    transact(give, session_over, troupe.ana, 4, "Clear and kind.", now=end)
    assert of_mentor(transact, troupe) == []
    assert rating(transact, troupe) == (0, 0)
    transact(give, session_over, troupe.ben_himself, 5, "Came prepared.", now=end + HOUR)
    for side in Side:
        assert transact(of, session_over, side).published_at == end + HOUR
    assert rating(transact, troupe) == (4, 1)
    assert [shown.review.words for shown in transact(written.shown_of, troupe.ben.id, most=3)] == [
        "Clear and kind."
    ]


def of_mentor(transact: Transact, troupe: Cast) -> list[written.Shown]:
    return transact(written.shown_of, troupe.ben.id, most=3)


def test_one_that_stands_alone_is_published_when_the_week_is_over(
    transact: Transact, troupe: Cast, session_over: Booking
) -> None:
    end = session_over.ends_at
    transact(give, session_over, troupe.ana, 4, now=end + MINUTE)
    assert publish(transact, end + OPEN - SECOND) == end + OPEN
    assert not transact(of, session_over).is_shown
    assert publish(transact, end + OPEN) is None
    assert transact(of, session_over).is_shown
    publish(transact, end + OPEN + HOUR)
    assert rating(transact, troupe) == (4, 1)


def test_stars_alone_wait_a_little_for_words_so_that_nobody_reads_the_other_first(
    transact: Transact, troupe: Cast, session_over: Booking
) -> None:
    end = session_over.ends_at
    transact(give, session_over, troupe.ana, 4, "Clear and kind.", now=end)
    transact(give, session_over, troupe.ben_himself, 2, now=end + HOUR)
    assert not transact(of, session_over).is_shown
    transact(revise, session_over, troupe.ben_himself, 3, "She was late.", now=end + HOUR + MINUTE)
    assert transact(of, session_over).is_shown
    assert transact(of, session_over, Side.MENTOR).stars == 3


def test_stars_that_no_words_follow_are_published_with_the_others(
    transact: Transact, troupe: Cast, session_over: Booking
) -> None:
    end = session_over.ends_at
    transact(give, session_over, troupe.ana, 4, now=end)
    transact(give, session_over, troupe.ben_himself, 5, now=end + HOUR)
    assert publish(transact, end + HOUR) == end + HOUR + FOR_WORDS
    publish(transact, end + HOUR + FOR_WORDS)
    assert rating(transact, troupe) == (4, 1)


def test_the_author_changes_it_until_it_is_published_and_not_after(
    transact: Transact, troupe: Cast, session_over: Booking
) -> None:
    end = session_over.ends_at
    transact(give, session_over, troupe.ana, 4, now=end)
    transact(revise, session_over, troupe.ana, 5, "  Clear and kind. ", now=end + HOUR)
    mine = transact(of, session_over)
    assert (mine.stars, mine.words) == (5, "Clear and kind.")
    transact(give, session_over, troupe.ben_himself, 5, "Came prepared.", now=end + 2 * HOUR)
    late = refused(transact, revise, session_over, troupe.ana, 1, "No!", now=end + 2 * HOUR)
    assert late == "review.published"
    assert rating(transact, troupe) == (5, 1)


def test_there_is_nothing_to_change_before_there_is_a_review(
    transact: Transact, troupe: Cast, session_over: Booking
) -> None:
    assert (
        refused(transact, revise, session_over, troupe.ana, 5, "x", now=session_over.ends_at)
        == "review.unknown"
    )


@pytest.mark.parametrize("side", Side)
def test_each_side_writes_once(transact: Transact, troupe: Cast, session_over: Booking, side: Side) -> None:
    author = troupe.ana if side is Side.STUDENT else troupe.ben_himself
    transact(give, session_over, author, 5, now=session_over.ends_at)
    twice = refused(transact, give, session_over, author, 1, now=session_over.ends_at)
    assert twice == "review.given"
    assert transact(of, session_over, side).stars == 5


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(transact: Transact, troupe: Cast, session_over: Booking, stars: int) -> None:
    assert (
        refused(transact, give, session_over, troupe.ana, stars, now=session_over.ends_at) == "review.stars"
    )


def test_words_have_an_end(transact: Transact, troupe: Cast, session_over: Booking) -> None:
    end = session_over.ends_at
    assert refused(transact, give, session_over, troupe.ana, 5, "x" * 1_001, now=end) == "text.long"
    transact(give, session_over, troupe.ana, 5, "x" * 1_000, now=end)
    assert refused(transact, revise, session_over, troupe.ana, 5, "x" * 1_001, now=end) == "text.long"


def test_a_review_comes_within_a_week(transact: Transact, troupe: Cast, session_over: Booking) -> None:
    last = session_over.ends_at + OPEN
    late = refused(transact, give, session_over, troupe.ana, 5, now=last + SECOND)
    assert late == "review.closed"
    transact(give, session_over, troupe.ana, 5, now=last)
    assert transact(of, session_over).is_shown  # the time is up at that very moment


def test_a_stranger_does_not_review(transact: Transact, troupe: Cast, session_over: Booking) -> None:
    cleo = transact(cast.person, "Cleo")
    assert refused(transact, give, session_over, cleo, 1, now=session_over.ends_at) == "booking.unknown"
    assert (
        refused(transact, revise, session_over, cleo, 1, "x", now=session_over.ends_at) == "booking.unknown"
    )


def test_a_session_that_is_not_over_is_not_reviewed(transact: Transact, troupe: Cast) -> None:
    booking = transact(cast.book, troupe.ben, troupe.ana)
    for author in (troupe.ana, troupe.ben_himself):
        assert refused(transact, give, booking, author, 5, now=MONDAY) == "booking.is_confirmed"


def missed(session: Session, booking: Booking, verb: str, outcome: BookingState) -> Booking:
    mine = diary.find(session, booking.id)
    moves.make(session, mine, verb, Who.CLOCK, now=mine.ends_at, outcome=str(outcome))
    return mine


@pytest.mark.parametrize(
    ("verb", "outcome"),
    [("miss_student", BookingState.STUDENT_NO_SHOW), ("miss_mentor", BookingState.MENTOR_NO_SHOW)],
)
def test_a_session_that_did_not_happen_is_not_reviewed(
    transact: Transact, troupe: Cast, verb: str, outcome: BookingState
) -> None:
    booking = transact(missed, transact(cast.book, troupe.ben, troupe.ana), verb, outcome)
    for author in (troupe.ana, troupe.ben_himself):
        assert refused(transact, give, booking, author, 5, now=booking.ends_at) == "review.no_session"


def refund(session: Session, booking: Booking, outcome: BookingState) -> None:
    """A dispute that ends with all of the money back."""
    mine = diary.find(session, booking.id)
    moves.make(session, mine, "object", Who.STUDENT, now=mine.ends_at)
    moves.make(session, mine, "refund", Who.STAFF, now=mine.ends_at, outcome=str(outcome))
    reviews.void(session, mine, now=mine.ends_at)


def test_money_that_went_back_takes_no_review_with_it(
    transact: Transact, troupe: Cast, session_over: Booking
) -> None:
    end = session_over.ends_at
    transact(give, session_over, troupe.ana, 1, now=end)
    publish(transact, end + OPEN)
    transact(refund, session_over, BookingState.COMPLETED)
    assert rating(transact, troupe) == (1, 1)
    transact(give, session_over, troupe.ben_himself, 3, now=end + HOUR)


def test_reviews_of_a_session_that_staff_finds_did_not_happen_do_not_stand(
    transact: Transact, troupe: Cast, session_over: Booking
) -> None:
    end = session_over.ends_at
    transact(give, session_over, troupe.ana, 4, "Fine.", now=end)
    transact(give, session_over, troupe.ben_himself, 4, "Fine.", now=end)
    assert rating(transact, troupe) == (4, 1)
    transact(refund, session_over, BookingState.MENTOR_NO_SHOW)
    assert rating(transact, troupe) == (0, 0)
    assert of_mentor(transact, troupe) == []


def test_what_was_not_published_then_never_is(
    transact: Transact, troupe: Cast, session_over: Booking
) -> None:
    end = session_over.ends_at
    transact(give, session_over, troupe.ana, 4, now=end)
    transact(refund, session_over, BookingState.STUDENT_NO_SHOW)
    assert publish(transact, end + OPEN) is None
    assert rating(transact, troupe) == (0, 0)


def test_two_of_one_mentor_that_fall_due_at_once_both_count(transact: Transact, troupe: Cast) -> None:
    for number, stars in enumerate((5, 2)):
        booking = transact(met, troupe.ben, troupe.ana, cast.TUESDAY_TEN + number * 2 * HOUR)
        transact(give, booking, troupe.ana, stars, now=booking.ends_at)
    publish(transact, cast.TUESDAY_TEN + OPEN + 4 * HOUR)
    assert rating(transact, troupe) == (7, 2)


def test_two_who_write_at_once_are_both_published(postgresql: Transact) -> None:
    """The second waits for the first, and then knows of it."""
    troupe = postgresql(cast.enter)
    booking = postgresql(met, troupe.ben, troupe.ana)

    def first(session: Session) -> None:
        give(session, booking, troupe.ana, 5, "Good.", now=booking.ends_at)
        with pytest.raises(Exception, match="lock timeout"):
            postgresql(impatient)

    def impatient(session: Session) -> None:
        session.connection().exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        give(session, booking, troupe.ben_himself, 5, "Good.", now=booking.ends_at)

    postgresql(first)
    postgresql(give, booking, troupe.ben_himself, 5, "Good.", now=booking.ends_at)
    assert all(postgresql(of, booking, side).is_shown for side in Side)
