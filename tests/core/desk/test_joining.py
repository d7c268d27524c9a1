"""Two accounts become one person: all of it follows, nothing is counted twice, and what cannot be is explained."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import pytest
from sqlalchemy import Column, create_engine, func, or_, select
from sqlalchemy.orm import Session

from adapters.database import tables
from core import drafts
from core.booking import checkout, diary, holds
from core.booking.checkout import Till
from core.booking.life import Booking, BookingState
from core.db import Instant
from core.desk import joining
from core.discovery import reviews
from core.errors import Conflict, NotFound, Refusal
from core.history import History
from core.messages import notices, outbox
from core.messages.outbox import Notice, NoticeState
from core.payments import ledger
from core.payments.payments import Payment
from core.people import codes, communities, linking, mentors, people, roles
from core.people.people import Person
from core.people.roles import RoleWish
from tests import cast
from tests.bank import Bank
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking import truths
from tests.core.booking.shop import wait_for_a_lock
from tests.databases import Transact
from tests.doubles.clock import MovableClock

DAY = timedelta(days=1)
NOW = MONDAY + 2 * MINUTE
KEPT, GONE = 11, 12


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def ana(transact: Transact, troupe: Cast) -> Person:
    """Ana of Telegram, a minute younger than Ana of Discord."""
    return transact(telegram)


def telegram(session: Session, name: str = "Ana") -> Person:
    person = cast.person(session, name, platform="telegram")
    person.created_at = MONDAY + MINUTE
    return person


def join(session: Session, one: Person, other: Person, now: datetime = NOW) -> Person:
    return joining.join(session, cast.here(session, one), cast.here(session, other), now=now)


def refused(transact: Transact, one: Person, other: Person) -> Conflict:
    """Why the two cannot be joined; and nothing has changed."""
    before = transact(picture)
    with pytest.raises(Conflict) as conflict:
        transact(join, one, other)
    assert transact(picture) == before
    return conflict.value


def picture(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that stands in the database."""
    return {
        table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
        for table in tables.load().sorted_tables
    }


# --- all of it follows ------------------------------------------------------------------------


def test_the_older_person_is_kept_whoever_asks(transact: Transact, troupe: Cast, ana: Person) -> None:
    assert transact(join, ana, troupe.ana).id == troupe.ana.id
    accounts = transact(people.identities, troupe.ana.id)
    assert [account.platform for account in accounts] == ["discord", "telegram"]
    with pytest.raises(NotFound):
        transact(people.find, ana.id)


def test_nothing_that_names_a_person_is_forgotten() -> None:
    """One row in every table that there is, so that a table nobody thought of cannot be passed over."""
    metadata = tables.load()
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with Session(engine) as session:
        for table in metadata.sorted_tables:
            session.execute(table.insert().values({c.name: sample(c) for c in table.columns}))
        session.add_all(
            Person(id=each, name="Ana", seen_at=MONDAY, created_at=MONDAY) for each in (KEPT, GONE)
        )
        session.flush()
        for reassign in joining.FOLLOWING:
            reassign(session, GONE, KEPT)
        left = {
            str(column)
            for table in metadata.sorted_tables
            for column in table.columns
            if names_a_person(column) and session.execute(select(column).where(column == GONE)).first()
        }
    assert left == set(), "give these a reassign in their table's module, and joining a line"


def names_a_person(column: Column[Any]) -> bool:
    points = any(key.target_fullname == "people.id" for key in column.foreign_keys)
    return points or "person" in column.name or column.name in ("student_id", "actor_id")


def sample(column: Column[Any]) -> Any:
    """Some value that the column takes; of the person who goes, where it names one."""
    if names_a_person(column):
        return GONE
    kind: Any = datetime if isinstance(column.type, Instant) else column.type.python_type
    if issubclass(kind, Enum):
        return next(iter(kind))
    samples: dict[type, Any] = {
        int: 7,
        str: "x",
        datetime: MONDAY,
        bool: False,
        date: MONDAY.date(),
        bytes: b"x",
    }
    return samples.get(kind, {})


def test_bookings_payments_and_reviews_follow_and_no_amount_changes(
    transact: Transact, troupe: Cast, ana: Person
) -> None:
    done = transact(cast.complete, transact(cast.book, troupe.ben, ana))
    transact(
        lambda s: reviews.review(s, cast.here(s, done), people.find(s, ana.id), 5, now=done.ends_at + MINUTE)
    )
    held = transact(cast.agree, transact(cast.hold, troupe.ben, ana, TUESDAY_TEN + DAY))
    transact(checkout.intend, "bank", held.short, ana.id, now=MONDAY)
    money = transact(sums)
    transact(join, troupe.ana, ana)
    assert transact(sums) == money
    assert {transact(diary.find, each.id).student_id for each in (done, held)} == {troupe.ana.id}
    assert transact(lambda s: s.scalars(select(Payment.person_id)).all()) == [troupe.ana.id]
    review = transact(reviews.of_booking, done.id)
    assert review is not None
    assert review.student_id == troupe.ana.id


def sums(session: Session) -> tuple[object, ...]:
    """What no join may change: how much stands in which state, and the books."""
    booked = select(Booking.id, Booking.state, Booking.amount, Booking.starts_at).order_by(Booking.id)
    asked = select(Payment.id, Payment.state, Payment.amount).order_by(Payment.id)
    return tuple(session.execute(booked)), tuple(session.execute(asked)), ledger.sums(session)


def test_a_mentor_brings_profile_and_hours(transact: Transact, troupe: Cast) -> None:
    student = transact(telegram, "Ben")
    transact(join, student, troupe.ben_himself)
    booking = transact(cast.book, troupe.ben, troupe.ana)
    assert booking.mentor_person_id == troupe.ben_himself.id
    old = transact(telegram, "Hana")
    transact(lambda s: setattr(cast.here(s, old), "created_at", MONDAY - DAY))
    assert transact(join, troupe.ben_himself, old).id == old.id
    assert transact(mentors.find, troupe.ben.id).person_id == old.id
    assert transact(diary.find, booking.id).mentor_person_id == old.id


def test_one_person_may_mentor_in_two_communities(transact: Transact, troupe: Cast) -> None:
    def cleo(session: Session) -> Person:
        nest, host = cast.community(session, "Nest")
        return people.find(session, cast.mentor(session, nest, "Cleo", by=host).person_id)

    there = transact(cleo)
    kept = transact(join, troupe.ben_himself, there)
    profiles = transact(lambda s: s.scalars(select(mentors.Mentor.person_id)).all())
    assert profiles == [kept.id, kept.id]


def test_the_kept_persons_settings_win_and_blanks_are_filled(
    transact: Transact, troupe: Cast, ana: Person
) -> None:
    def choose(session: Session) -> None:
        old, young = cast.here(session, troupe.ana), cast.here(session, ana)
        people.choose_zone(session, old, "Asia/Kolkata", now=MONDAY)
        people.choose_zone(session, young, "Europe/Berlin", now=MONDAY)
        people.choose_language(session, young, "hi", now=MONDAY)
        people.choose_reminders(session, young, (), now=MONDAY)
        people.settle_in(young, troupe.community.id)

    transact(choose)
    kept = transact(join, troupe.ana, ana)
    assert (kept.zone, kept.language, kept.reminders) == ("Asia/Kolkata", "hi", [])
    assert kept.community_id == troupe.community.id


def test_of_two_memberships_the_stronger_stands_with_its_own_date(transact: Transact, troupe: Cast) -> None:
    guest = transact(telegram, "Hana")

    def visit(session: Session) -> None:
        place, person = cast.here(session, troupe.community), cast.here(session, guest)
        communities.see(session, place, person, may_manage=False, roles=frozenset(), now=MONDAY + DAY)

    transact(visit)
    transact(join, troupe.hana, guest)
    membership = transact(communities.membership_of, troupe.community.id, troupe.hana.id)
    assert membership is not None
    assert (membership.is_manager, membership.seen_at) == (True, MONDAY)


def test_a_message_that_both_were_due_is_kept_once_and_as_sent_if_one_was(
    transact: Transact, troupe: Cast, ana: Person
) -> None:
    def due(session: Session, subject: int, *to: Person) -> None:
        ids = [person.id for person in to]
        outbox.put(session, ids, "trouble", subject, community_id=None, due_at=MONDAY, expires_at=NOW)

    def send(session: Session, subject: int, to: Person) -> None:
        own = select(Notice).where(Notice.person_id == to.id, Notice.subject_id == subject)
        outbox.sent(session, session.scalars(own).one().id, "telegram:direct", now=MONDAY)

    for subject in (1, 2, 3):
        transact(due, subject, troupe.ana, ana)
    transact(due, 4, ana)
    transact(send, 2, ana)
    transact(send, 3, troupe.ana)
    transact(join, troupe.ana, ana)
    found = transact(lambda s: s.scalars(select(Notice).order_by(Notice.subject_id)).all())
    theirs = [(n.subject_id, n.state) for n in found if n.kind == "trouble"]
    waiting, sent = NoticeState.WAITING, NoticeState.SENT
    assert theirs == [(1, waiting), (2, sent), (3, sent), (4, waiting)]
    assert {n.person_id for n in found if n.kind == "trouble"} == {troupe.ana.id}


def test_what_is_sent_while_its_person_is_joined_breaks_nothing(
    transact: Transact, troupe: Cast, ana: Person
) -> None:
    for outcome in (lambda s: outbox.sent(s, 404, "x", now=NOW), lambda s: outbox.bury(s, 404, "x")):
        transact(outcome)
    transact(outbox.retry, 404, "x", now=NOW)
    transact(outbox.drop, 404, "x")


def test_of_a_form_begun_twice_what_was_typed_later_stays(
    transact: Transact, troupe: Cast, ana: Person
) -> None:
    transact(drafts.keep, ana.id, "apply", {"bio": "later"}, now=MONDAY + MINUTE)
    transact(drafts.keep, troupe.ana.id, "apply", {"bio": "sooner"}, now=MONDAY)
    transact(drafts.keep, ana.id, "own", {"bio": "mine"}, now=MONDAY)
    transact(join, troupe.ana, ana)
    assert transact(drafts.kept, troupe.ana.id, "apply") == {"bio": "later"}
    assert transact(drafts.kept, troupe.ana.id, "own") == {"bio": "mine"}


def test_a_role_that_both_should_have_is_wished_for_once(
    transact: Transact, troupe: Cast, ana: Person
) -> None:
    def wish(session: Session) -> None:
        place = cast.here(session, troupe.community)
        place.mentor_role = "77"
        for person in (troupe.ana, ana):
            roles.want(session, place, person.id, now=MONDAY)

    transact(wish)
    transact(join, troupe.ana, ana)
    assert transact(lambda s: s.scalars(select(RoleWish.person_id)).all()) == [troupe.ana.id]


def test_history_tells_of_the_kept_person_and_of_the_join(
    transact: Transact, troupe: Cast, ana: Person
) -> None:
    transact(lambda s: people.choose_zone(s, cast.here(s, ana), "Europe/Berlin", now=MONDAY))
    transact(join, troupe.ana, ana)

    def told(session: Session) -> list[History]:
        about = or_(History.actor_id == ana.id, History.subject_id == troupe.ana.id)
        return list(session.scalars(select(History).where(about, History.event.like("person.%"))))

    assert [(row.event, row.actor_id) for row in transact(told)] == [
        ("person.zone", troupe.ana.id),
        ("person.joined", troupe.ana.id),
    ]
    assert transact(told)[-1].facts == {"gone": ana.id, "accounts": [["telegram", "Ana"]]}


def test_every_chat_of_the_person_hears_of_it(transact: Transact, troupe: Cast, ana: Person) -> None:
    transact(join, troupe.ana, ana)
    transact(notices.fan_out, now=NOW)
    ids = {account.id for account in transact(people.identities, troupe.ana.id)}
    told = transact(lambda s: s.scalars(select(Notice).where(Notice.kind == "joined")).all())
    assert {(notice.person_id, notice.subject_id) for notice in told} == {
        (troupe.ana.id, each) for each in ids
    }


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
    token = transact(checkout.intend, "bank", booking.short, ana.id, now=MONDAY)
    till = Till({"bank": Bank(MovableClock())}, "bank", "", "https://discord.example")
    transact(checkout.begin, till, token, lambda *_: checkout.Words("a", "b", "en"), now=MONDAY)
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
        outcome = second.result(timeout=5)
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
            booking.result(timeout=5)
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
        assert isinstance(joined.result(timeout=5), Person)
    assert postgresql(diary.find, booking_id).student_id == troupe.ana.id
    postgresql(truths.nobody_is_in_two_places)
