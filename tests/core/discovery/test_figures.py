"""The numbers on a profile: exact after whatever happened, and read for many mentors as for one."""

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core import history
from core.booking import attendance, diary, moves
from core.booking.life import AFTER, Booking, BookingState, Who
from core.discovery import figures, reviews, search, written
from core.discovery.figures import Figures, Standing
from core.discovery.written import OPEN, Review, Side
from core.errors import Refusal
from core.people import mentors, people
from core.people.mentors import Mentor
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.discovery.saying import give, met, of
from tests.databases import Stock, Transact

DAY = timedelta(days=1)
STUDENTS = ("Ana", "Cleo", "Olga")
STARS = st.integers(1, 5)
ACTS = st.one_of(
    st.tuples(
        st.just("meet"), st.integers(0, 2), st.sampled_from(("complete", "miss_student", "miss_mentor"))
    ),
    st.tuples(st.just("student"), st.integers(0, 9), STARS),
    st.tuples(st.just("mentor"), st.integers(0, 9), STARS),
    st.tuples(st.just("words"), st.integers(0, 9), STARS),
    st.tuples(st.just("hide"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("keep"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("find"), st.integers(0, 9), st.sampled_from(("completed", "mentor_no_show"))),
    st.tuples(st.just("pass"), st.integers(1, 5), st.just(0)),
)


def of_ben(transact: Transact, troupe: Cast, now: datetime = MONDAY) -> Figures:
    return transact(figures.of_many, [troupe.ben.id], now=now)[troupe.ben.id]


def test_students_who_come_back_are_those_with_two_sessions_that_took_place(transact: Transact) -> None:
    troupe = transact(cast.enter)
    assert of_ben(transact, troupe) == Figures()
    cleo = transact(cast.person, "Cleo")
    for day, who in enumerate((troupe.ana, cleo, troupe.ana)):
        transact(met, troupe.ben, who, TUESDAY_TEN + day * DAY)
    found = of_ben(transact, troupe)
    assert (found.students, found.returning, found.repeat_basis_points) == (2, 1, 5_000)


def request(session: Session, booking: Booking, at: datetime) -> Booking:
    """Ben is asked first."""
    mine = diary.find(session, booking.id)
    mine.asks_first = True
    moves.make(session, mine, "ask", Who.STUDENT, now=at, actor_id=mine.student_id)
    return mine


def decline(session: Session, booking: Booking, ben: Mentor, at: datetime) -> None:
    mine = diary.find(session, booking.id)
    moves.make(session, mine, "decline", Who.MENTOR, now=at, actor_id=ben.person_id)


def test_the_time_to_an_answer_is_the_median_of_those_of_ninety_days(transact: Transact) -> None:
    troupe = transact(cast.enter)
    for number, wait in enumerate((HOUR, 3 * HOUR, 20 * HOUR)):
        booking = transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + (7 + number) * DAY)
        transact(request, booking, MONDAY + number * DAY)
        transact(decline, booking, troupe.ben, MONDAY + number * DAY + wait)
    assert of_ben(transact, troupe, MONDAY + 4 * DAY).answers_in == 3 * HOUR
    assert of_ben(transact, troupe, MONDAY + 90 * DAY + MINUTE).answers_in == (3 * HOUR + 20 * HOUR) / 2
    assert of_ben(transact, troupe, MONDAY + 93 * DAY).answers_in is None


def test_a_proposal_is_an_answer_and_only_the_first_counts(transact: Transact) -> None:
    troupe = transact(cast.enter)
    booking = transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 7 * DAY)
    transact(request, booking, MONDAY)

    def propose(session: Session) -> None:
        history.record(
            session, "booking.proposed", booking.id, now=MONDAY + 2 * HOUR, actor_id=troupe.ben.person_id
        )

    transact(propose)
    transact(decline, booking, troupe.ben, MONDAY + 9 * HOUR)
    assert of_ben(transact, troupe, MONDAY + DAY).answers_in == 2 * HOUR


def test_a_request_that_nobody_answered_says_nothing(transact: Transact) -> None:
    troupe = transact(cast.enter)
    booking = transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 7 * DAY)
    transact(request, booking, MONDAY)
    assert of_ben(transact, troupe, MONDAY + DAY).answers_in is None


def test_a_mentor_sees_what_others_think_of_a_student_once_it_is_published(transact: Transact) -> None:
    troupe = transact(cast.enter)
    eve = transact(cast.mentor, troupe.community, "Eve", by=troupe.hana)
    for number, (mentor, stars) in enumerate(((troupe.ben, 5), (troupe.ben, 4), (eve, 3))):
        booking = transact(met, mentor, troupe.ana, TUESDAY_TEN + number * DAY)
        author = transact(people.find, mentor.person_id)
        transact(give, booking, author, stars, now=booking.ends_at)
        assert transact(figures.standing, troupe.ana.id) is None
    transact(reviews.publish_due, now=TUESDAY_TEN + OPEN + 5 * DAY)
    assert transact(figures.standing, troupe.ana.id) == Standing(4.0, 2)
    transact(lambda s: reviews.hide(s, of(s, booking, Side.MENTOR), cast.here(s, troupe.hana), now=MONDAY))
    assert transact(figures.standing, troupe.ana.id) == Standing(4.5, 1)


def test_a_page_of_mentors_takes_as_many_statements_as_one(transact: Transact) -> None:
    troupe = transact(cast.enter)
    few = [transact(mentors.find, troupe.ben.id)]
    many = few + [
        transact(cast.mentor, troupe.community, name, by=troupe.hana) for name in ("Eve", "Dan", "Gil")
    ]
    assert len({_statements(transact, rows) for rows in (few, many)}) == 1


def _statements(transact: Transact, rows: list[Mentor]) -> int:
    counted: list[str] = []

    def count(*args: object) -> None:
        counted.append(str(args[2]))

    event.listen(transact.engine, "before_cursor_execute", count)
    transact(search.looks, rows, now=MONDAY)
    event.remove(transact.engine, "before_cursor_execute", count)
    return len(counted)


# --- whatever happened ------------------------------------------------------------------------


class Town:
    """Ben, three students, and what they do in some order."""

    def __init__(self, transact: Transact) -> None:
        self.transact = transact
        self.troupe: Cast = transact(cast.enter)
        self.students = [transact(cast.person, name) for name in STUDENTS]
        self.sessions: list[Booking] = []
        self.now = TUESDAY_TEN

    def act(self, verb: str, which: int, how: int | str) -> None:
        with suppress(Refusal):
            self.transact(getattr(self, f"_{verb}"), which, how)

    def _meet(self, session: Session, which: int, how: str) -> None:
        booking = cast.book(session, self.troupe.ben, self.students[which], self.now, 30)
        outcome = {
            "complete": "completed",
            "miss_student": "student_no_show",
            "miss_mentor": "mentor_no_show",
        }
        moves.make(session, booking, how, Who.CLOCK, now=booking.ends_at, outcome=outcome[how])
        if how == "complete":
            mentors.count_session(mentors.find(session, booking.mentor_id))
        self.sessions.append(booking)
        self.now = booking.ends_at + 10 * MINUTE

    def _student(self, session: Session, which: int, stars: int) -> None:
        booking = self._session(session, which)
        give(session, booking, people.find(session, booking.student_id), stars, now=self.now)

    def _mentor(self, session: Session, which: int, stars: int) -> None:
        booking = self._session(session, which)
        give(session, booking, self.troupe.ben_himself, stars, "Fine.", now=self.now)

    def _words(self, session: Session, which: int, stars: int) -> None:
        booking = self._session(session, which)
        student = people.find(session, booking.student_id)
        reviews.revise(session, booking, student, stars, "Fine.", now=self.now)

    def _hide(self, session: Session, which: int, _how: int) -> None:
        self._decide(session, which, reviews.hide)

    def _keep(self, session: Session, which: int, _how: int) -> None:
        self._decide(session, which, reviews.keep)

    def _decide(self, session: Session, which: int, verb: object) -> None:
        booking = self._session(session, which)
        for review in written.of_booking(session, booking.id):
            verb(session, review, cast.here(session, self.troupe.hana), now=self.now)  # type: ignore[operator]

    def _find(self, session: Session, which: int, outcome: str) -> None:
        """A dispute, and what staff finds to have happened."""
        booking = self._session(session, which)
        before = booking.outcome
        moves.make(session, booking, "object", Who.STUDENT, now=self.now)
        moves.make(session, booking, "resolve", Who.STAFF, now=self.now, outcome=outcome)
        attendance.count(session, booking, before, outcome)
        reviews.void(session, booking, now=self.now)

    def _pass(self, session: Session, days: int, _how: int) -> None:
        self.now += days * DAY
        reviews.publish_due(session, now=self.now)

    def _session(self, session: Session, which: int) -> Booking:
        if not self.sessions:
            raise Refusal("nothing yet")
        return diary.find(session, self.sessions[which % len(self.sessions)].id)


def counted(session: Session, mentor_id: int) -> tuple[int, int, int, int, int]:
    """The same numbers, from the rows alone."""
    mine = select(Review).where(Review.mentor_id == mentor_id, Review.side == Side.STUDENT)
    stars = [review.stars for review in session.scalars(mine) if review.is_shown]
    held = session.scalars(select(Booking).where(Booking.mentor_id == mentor_id)).all()
    took_place = [b for b in held if b.state in AFTER and b.outcome == BookingState.COMPLETED]
    each = Counter(booking.student_id for booking in took_place)
    returning = sum(number > 1 for number in each.values())
    return sum(stars), len(stars), len(took_place), len(each), returning


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=25))
def test_what_is_stored_is_what_the_rows_say_after_any_history(
    stock: Stock, acts: list[tuple[str, int, int]]
) -> None:
    with stock.fresh() as url:
        transact = Transact(url)
        town = Town(transact)
        for act in acts:
            town.act(*act)
        ben = transact(mentors.find, town.troupe.ben.id)
        found = of_ben(transact, town.troupe, town.now)
        stored = (ben.rating_sum, ben.rating_count, ben.sessions, found.students, found.returning)
        assert stored == transact(counted, ben.id)
        transact.close()
