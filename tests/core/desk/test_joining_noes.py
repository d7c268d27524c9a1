"""Who cannot be one person hears why; a code joins once, and what happens at the same moment is not lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.booking import checkout, diary, holds
from core.booking.life import Booking, BookingState
from core.booking.till import Till, Words
from core.desk import joining
from core.errors import Conflict, NotFound, Refusal
from core.people import codes, linking, people
from core.people.people import Person
from tests import cast
from tests.bank import Bank
from tests.cast import HOUR, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking import truths
from tests.core.booking.shop import wait_for_a_lock
from tests.core.desk.twins import NOW, join, refused, telegram
from tests.databases import Transact
from tests.doubles.clock import MovableClock

# --- what cannot be ---------------------------------------------------------------------------


def test_two_profiles_in_one_community_are_explained(transact: Transact, troupe: Cast) -> None:
    cleo = transact(cast.mentor, troupe.community, "Cleo", by=troupe.hana)
    himself = transact(people.find, cleo.person_id)
    conflict = refused(transact, troupe.ben_himself, himself)
    assert (conflict.key, conflict.facts) == ("link.mentors", {"name": "Guild"})


@pytest.mark.parametrize("state", ["held", "confirmed", "completed"])
def test_who_booked_each_other_are_two_people(
    transact: Transact, troupe: Cast, ana: Person, state: str
) -> None:
    booking = transact(cast.hold, troupe.ben, ana)
    if state != "held":
        transact(cast.confirm, booking)
    if state == "completed":
        transact(cast.complete, booking)
    conflict = refused(transact, troupe.ben_himself, ana)
    assert (conflict.key, conflict.facts) == ("link.each_other", {"code": booking.code})


def test_a_hold_let_go_unpaid_stands_in_nobodys_way(transact: Transact, troupe: Cast, ana: Person) -> None:
    transact(cast.release, transact(cast.hold, troupe.ben, ana))
    assert transact(join, troupe.ben_himself, ana).id == troupe.ben_himself.id


def test_a_hold_let_go_whose_money_may_still_come_does(transact: Transact, troupe: Cast, ana: Person) -> None:
    booking = transact(cast.agree, transact(cast.hold, troupe.ben, ana))
    token = transact(checkout.intend, Bank(MovableClock()), booking.subject, ana.id, now=MONDAY)
    till = Till({"bank": Bank(MovableClock())}, "bank", "", "https://discord.example")
    transact(checkout.begin, till, token, lambda *_: Words("a", "b", "en"), now=MONDAY)
    transact(cast.release, booking)
    assert refused(transact, troupe.ben_himself, ana).key == "link.each_other"


def test_sessions_at_one_time_are_explained(transact: Transact, troupe: Cast, ana: Person) -> None:
    cleo = transact(cast.mentor, troupe.community, "Cleo", by=troupe.hana)
    mine = transact(cast.book, troupe.ben, troupe.ana)
    theirs = transact(cast.book, cleo, ana, TUESDAY_TEN + HOUR / 2)
    conflict = refused(transact, troupe.ana, ana)
    assert conflict.key == "link.overlap"
    assert {conflict.facts["code"], conflict.facts["other"]} == {mine.code, theirs.code}


def test_a_session_learnt_at_the_hour_of_one_given_is_explained_too(
    transact: Transact, troupe: Cast, ana: Person
) -> None:
    cleo = transact(cast.mentor, troupe.community, "Cleo", by=troupe.hana)
    transact(cast.book, troupe.ben, troupe.ana)
    transact(cast.book, cleo, ana)
    assert refused(transact, troupe.ben_himself, ana).key == "link.overlap"


def test_a_lapsed_hold_at_the_same_time_does_not_count(transact: Transact, troupe: Cast, ana: Person) -> None:
    cleo = transact(cast.mentor, troupe.community, "Cleo", by=troupe.hana)
    lapsed = transact(cast.hold, cleo, ana)
    transact(cast.book, troupe.ben, troupe.ana)
    transact(join, troupe.ana, ana, cast.end_of(lapsed))
    assert transact(diary.find, lapsed.id).state is BookingState.EXPIRED


# --- by a code --------------------------------------------------------------------------------


def offered(session: Session, person: Person) -> str:
    digest = codes.digest(codes.fresh())
    linking.offer(session, cast.here(session, person), digest, now=NOW)
    return digest


def test_a_code_joins_once(transact: Transact, troupe: Cast, ana: Person) -> None:
    digest = transact(offered, troupe.ana)
    proposed = transact(joining.propose, ana.id, digest, now=NOW)
    assert isinstance(proposed, Person)
    assert proposed.id == troupe.ana.id
    kept = transact(joining.accept, ana.id, digest, now=NOW)
    assert isinstance(kept, Person)
    again = transact(joining.accept, kept.id, digest, now=NOW)
    assert isinstance(again, Refusal)
    assert again.key == "link.wrong"


def test_a_conflict_spends_no_code(transact: Transact, troupe: Cast, ana: Person) -> None:
    booking = transact(cast.hold, troupe.ben, ana)
    digest = transact(offered, troupe.ben_himself)
    assert isinstance(transact(joining.propose, ana.id, digest, now=NOW), Conflict)
    with pytest.raises(Conflict):
        transact(joining.accept, ana.id, digest, now=NOW)
    transact(cast.release, booking)
    assert isinstance(transact(joining.accept, ana.id, digest, now=NOW), Person)


# --- at once ----------------------------------------------------------------------------------


def test_two_who_enter_one_code_at_once_are_not_both_joined(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    one, two = postgresql(telegram), postgresql(telegram, "Cleo")
    digest = postgresql(offered, troupe.ana)
    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        assert isinstance(joining.accept(session, one.id, digest, now=NOW), Person)
        session.flush()
        second = thread.submit(postgresql, joining.accept, two.id, digest, now=NOW)
        wait_for_a_lock(postgresql)
        session.commit()
        outcome = second.result(timeout=60)
    assert isinstance(outcome, Refusal)
    assert outcome.key == "link.wrong"
    assert postgresql(people.find, two.id).name == "Cleo"


def test_who_books_while_being_joined_has_to_say_it_again(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    ana = postgresql(telegram)
    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        joining.join(session, cast.here(session, troupe.ana), cast.here(session, ana), now=NOW)
        session.flush()
        booking = thread.submit(postgresql, cast.hold, troupe.ben, ana)
        wait_for_a_lock(postgresql)
        session.commit()
        with pytest.raises(NotFound) as gone:
            booking.result(timeout=60)
    assert gone.value.key == "person.unknown"
    assert postgresql(lambda s: s.scalar(select(func.count(Booking.id)))) == 0


def test_a_time_taken_just_before_the_join_follows(postgresql: Transact) -> None:
    troupe = postgresql(cast.enter)
    ana = postgresql(telegram)
    digest = postgresql(offered, troupe.ana)
    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        ben, student = cast.here(session, troupe.ben), cast.here(session, ana)
        booking_id = holds.place(session, ben, student, TUESDAY_TEN, 60, now=NOW).id
        joined = thread.submit(postgresql, joining.accept, ana.id, digest, now=NOW)
        wait_for_a_lock(postgresql)
        session.commit()
        assert isinstance(joined.result(timeout=60), Person)
    assert postgresql(diary.find, booking_id).student_id == troupe.ana.id
    postgresql(truths.nobody_is_in_two_places)
