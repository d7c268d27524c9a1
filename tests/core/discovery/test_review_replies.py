"""What becomes of a published review: the mentor's reply, reports of those who read it, and the staff's word."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.discovery import reports, reviews, written
from core.discovery.written import OPEN, Review, Side
from core.history import History
from core.people import memberships, mentors, people
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MONDAY, Cast
from tests.core.discovery.saying import give, met, of, refused
from tests.databases import Transact

LATER = cast.TUESDAY_TEN + timedelta(days=2)


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def praised(transact: Transact, troupe: Cast) -> Booking:
    """Both have written."""
    booking = transact(met, troupe.ben, troupe.ana)
    transact(give, booking, troupe.ana, 2, "He was late.", now=booking.ends_at)
    transact(give, booking, troupe.ben_himself, 5, "Came prepared.", now=booking.ends_at)
    return booking


@pytest.fixture
def cleo(transact: Transact, troupe: Cast) -> Person:
    return transact(member, troupe, "Cleo")


def member(session: Session, troupe: Cast, name: str) -> Person:
    """Somebody of the community."""
    person = cast.person(session, name)
    place = cast.here(session, troupe.community)
    memberships.see(session, place, person, may_manage=False, roles=frozenset(), now=MONDAY)
    return person


def answer(session: Session, booking: Booking, who: Person, reply: str, side: Side = Side.STUDENT) -> Review:
    review = of(session, booking, side)
    reviews.answer(session, review, people.find(session, who.id), reply, now=LATER)
    return review


def report(
    session: Session,
    booking: Booking,
    who: Person,
    reason: str,
    side: Side = Side.STUDENT,
    *,
    now: datetime = LATER,
) -> None:
    reviews.report(session, of(session, booking, side), people.find(session, who.id), reason, now=now)


def hide(session: Session, booking: Booking, who: Person) -> None:
    reviews.hide(session, of(session, booking), people.find(session, who.id), now=LATER)


def keep(session: Session, booking: Booking, who: Person) -> None:
    reviews.keep(session, of(session, booking), people.find(session, who.id), now=LATER)


def waiting(session: Session, troupe: Cast) -> list[str]:
    return [review.words for review in reviews.reported_in(session, troupe.community.id)]


def rating(transact: Transact, troupe: Cast) -> tuple[int, int]:
    ben = transact(mentors.find, troupe.ben.id)
    return ben.rating_sum, ben.rating_count


def test_the_mentor_replies_once(transact: Transact, troupe: Cast, praised: Booking) -> None:
    transact(answer, praised, troupe.ben_himself, " I am sorry. ")
    assert transact(of, praised).reply == "I am sorry."
    assert refused(transact, answer, praised, troupe.ben_himself, "And more.") == "review.replied"


def test_a_reply_is_short_and_not_empty(transact: Transact, troupe: Cast, praised: Booking) -> None:
    assert refused(transact, answer, praised, troupe.ben_himself, "x" * 501) == "text.long"
    assert refused(transact, answer, praised, troupe.ben_himself, "  \n ") == "text.empty"
    transact(answer, praised, troupe.ben_himself, "x" * 500)


def test_only_the_mentor_replies_and_to_a_students_review_only(
    transact: Transact, troupe: Cast, praised: Booking, cleo: Person
) -> None:
    for who in (troupe.ana, cleo, troupe.hana):
        assert refused(transact, answer, praised, who, "Hm.") == "mentor.forbidden"
    for who in (troupe.ana, troupe.ben_himself):
        assert refused(transact, answer, praised, who, "Hm.", Side.MENTOR) == "mentor.forbidden"


def test_what_is_not_published_does_not_exist_for_anybody_else(
    transact: Transact, troupe: Cast, cleo: Person
) -> None:
    booking = transact(met, troupe.ben, troupe.ana)
    transact(give, booking, troupe.ana, 1, "Never again.", now=booking.ends_at)
    for verb in (answer, report):
        for who in (troupe.ben_himself, cleo, troupe.hana):
            assert refused(transact, verb, booking, who, "Hm.") == "review.unknown"
    for decide in (hide, keep):
        assert refused(transact, decide, booking, troupe.hana) == "review.unknown"


def test_what_a_mentor_wrote_is_read_by_the_two_alone(
    transact: Transact, troupe: Cast, praised: Booking, cleo: Person
) -> None:
    assert refused(transact, report, praised, cleo, "Unfair.", Side.MENTOR) == "review.unknown"
    transact(report, praised, troupe.ana, "Unfair.", Side.MENTOR)
    assert transact(waiting, troupe) == ["Came prepared."]


def test_a_member_reports_and_the_staff_hides_so_that_it_counts_no_more(
    transact: Transact, troupe: Cast, praised: Booking, cleo: Person
) -> None:
    transact(report, praised, cleo, "It is about somebody else.")
    assert transact(waiting, troupe) == ["He was late."]
    assert rating(transact, troupe) == (2, 1)
    transact(hide, praised, troupe.hana)
    assert transact(waiting, troupe) == []
    assert rating(transact, troupe) == (0, 0)
    assert transact(written.shown_of, troupe.ben.id, most=3) == []
    transact(hide, praised, troupe.hana)
    assert rating(transact, troupe) == (0, 0)
    transact(keep, praised, troupe.hana)
    assert rating(transact, troupe) == (2, 1)


def test_what_the_staff_keeps_leaves_the_queue_and_stays_where_it_was(
    transact: Transact, troupe: Cast, praised: Booking
) -> None:
    transact(report, praised, troupe.ben_himself, "I was not late.")
    transact(keep, praised, troupe.hana)
    assert transact(waiting, troupe) == []
    assert rating(transact, troupe) == (2, 1)


def test_every_decision_is_written_down_with_who_made_it(
    transact: Transact, troupe: Cast, praised: Booking
) -> None:
    def decisions(session: Session) -> list[tuple[int | None, object]]:
        rows = session.scalars(select(History).where(History.event == "review.decided").order_by(History.id))
        return [(row.actor_id, row.facts["hidden"]) for row in rows]

    transact(report, praised, troupe.ben_himself, "I was not late.")
    transact(hide, praised, troupe.hana)
    transact(keep, praised, troupe.hana)
    assert transact(decisions) == [(troupe.hana.id, True), (troupe.hana.id, False)]


def test_a_reader_reports_once_and_nobody_their_own(
    transact: Transact, troupe: Cast, praised: Booking, cleo: Person
) -> None:
    transact(report, praised, cleo, "Unfair.")
    assert refused(transact, report, praised, cleo, "Unfair!") == "review.reported"
    assert refused(transact, report, praised, troupe.ana, "I was wrong.") == "review.own"


def test_a_report_has_a_short_reason(
    transact: Transact, troupe: Cast, praised: Booking, cleo: Person
) -> None:
    assert refused(transact, report, praised, cleo, "") == "text.empty"
    assert refused(transact, report, praised, cleo, "x" * 301) == "text.long"
    transact(report, praised, cleo, "x" * 300)


def test_a_stranger_to_the_community_neither_reads_nor_reports(
    transact: Transact, troupe: Cast, praised: Booking
) -> None:
    stranger = transact(cast.person, "Olga")
    assert refused(transact, report, praised, stranger, "Unfair.") == "review.unknown"


def test_only_staff_decides_and_not_about_a_session_of_their_own(
    transact: Transact, troupe: Cast, praised: Booking, cleo: Person
) -> None:
    for who in (cleo, troupe.ana, troupe.ben_himself):
        assert refused(transact, hide, praised, who) == "staff.forbidden"

    def promote(session: Session) -> None:
        place, ben = cast.here(session, troupe.community), people.find(session, troupe.ben.person_id)
        memberships.see(session, place, ben, may_manage=True, roles=frozenset(), now=MONDAY)

    transact(promote)
    assert refused(transact, hide, praised, troupe.ben_himself) == "review.own_case"
    assert refused(transact, keep, praised, troupe.ben_himself) == "review.own_case"


def test_staff_of_another_community_sees_and_decides_nothing(
    transact: Transact, troupe: Cast, praised: Booking, cleo: Person
) -> None:
    other, olga = transact(cast.community, "Elsewhere")
    transact(report, praised, cleo, "Unfair.")
    assert transact(reviews.reported_in, other.id) == []
    assert refused(transact, hide, praised, olga) == "staff.forbidden"


def test_the_one_that_waits_longest_comes_first(transact: Transact, troupe: Cast, praised: Booking) -> None:
    later = transact(met, troupe.ben, troupe.ana, cast.TUESDAY_TEN + 4 * HOUR)
    transact(give, later, troupe.ana, 5, "Better.", now=later.ends_at)
    transact(reviews.publish_due, now=later.ends_at + OPEN)
    transact(report, later, troupe.ben_himself, "Too kind.")
    transact(report, praised, troupe.ben_himself, "Too harsh.", now=LATER + HOUR)
    assert transact(waiting, troupe) == ["Better.", "He was late."]


def test_both_reports_of_two_people_who_are_one_become_one(
    transact: Transact, troupe: Cast, praised: Booking, cleo: Person
) -> None:
    twin = transact(member, troupe, "Cleo Marsh")
    for who in (cleo, twin):
        transact(report, praised, who, f"Unfair, says {who.name}.")
    transact(reviews.reassign, twin.id, cleo.id)
    found = transact(reports.of_review, transact(of, praised).id)
    assert [(each.person_id, each.reason) for each in found] == [(cleo.id, "Unfair, says Cleo.")]
