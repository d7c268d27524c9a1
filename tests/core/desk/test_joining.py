"""Two accounts become one person: all of it follows, and nothing is counted twice."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import pytest
from sqlalchemy import Column, create_engine, or_, select
from sqlalchemy.orm import Session

from adapters.database import tables
from core import drafts
from core.booking import checkout, diary
from core.booking.life import Booking
from core.db import Instant
from core.desk import joining
from core.discovery import reviews, written
from core.errors import NotFound
from core.history import History
from core.messages import notices, outbox
from core.messages.outbox import Notice, NoticeState
from core.money import Money
from core.payments import ledger
from core.payments.payments import Payment
from core.people import memberships, mentors, people, roles
from core.people.people import Person
from core.people.roles import RoleWish
from core.plans import minutes, plans, subscribing, subscriptions
from core.plans.plans import Terms
from core.plans.subscriptions import Subscription
from tests import cast
from tests.bank import Bank
from tests.cast import MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.desk.twins import DAY, NOW, join, refused, telegram
from tests.databases import Transact
from tests.doubles.clock import MovableClock

KEPT, GONE = 11, 12
FIRST = {"number": 1, "previous": None, "found": 0, "amount": 7, "balance": 7}
FITTING: dict[str, dict[str, Any]] = {"credit_entries": FIRST, "minute_entries": FIRST}
"""What the database itself demands of a row."""


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
            row = {c.name: sample(c) for c in table.columns} | FITTING.get(table.name, {})
            session.execute(table.insert().values(row))
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
        lambda s: reviews.give(s, cast.here(s, done), people.find(s, ana.id), 5, now=done.ends_at + MINUTE)
    )
    held = transact(cast.agree, transact(cast.hold, troupe.ben, ana, TUESDAY_TEN + DAY))
    transact(checkout.intend, Bank(MovableClock()), held.subject, ana.id, now=MONDAY)
    money = transact(sums)
    transact(join, troupe.ana, ana)
    assert transact(sums) == money
    assert {transact(diary.find, each.id).student_id for each in (done, held)} == {troupe.ana.id}
    assert transact(lambda s: s.scalars(select(Payment.person_id)).all()) == [troupe.ana.id]
    [review] = transact(written.of_booking, done.id)
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
        memberships.see(session, place, person, may_manage=False, roles=frozenset(), now=MONDAY + DAY)

    transact(visit)
    transact(join, troupe.hana, guest)
    membership = transact(memberships.membership_of, troupe.community.id, troupe.hana.id)
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
        rows = select(History).where(about, History.event.like("person.%")).order_by(History.id)
        return list(session.scalars(rows))

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


# --- plans ------------------------------------------------------------------------------------


def subscribed(session: Session, troupe: Cast, person: Person, provider: str) -> Subscription:
    community = cast.here(session, troupe.community)
    memberships.welcome(session, community, cast.here(session, person), now=MONDAY)
    terms = Terms("Pro", Money(2_900 if provider else 0, "USD"), 60, 0, 0)
    hana = cast.here(session, troupe.hana)
    plan = plans.define(session, community, hana, terms, lowest=Money(50, "USD"), now=MONDAY)
    subscription = subscribing.begin(session, plan, person.id, provider, now=MONDAY)
    subscribing.activate(session, subscription, MONDAY, MONDAY + 30 * DAY, now=MONDAY)
    return subscription


def test_a_plan_follows_with_its_minutes(transact: Transact, troupe: Cast, ana: Person) -> None:
    theirs = transact(subscribed, troupe, ana, "stripe")
    transact(join, troupe.ana, ana)
    found = transact(subscriptions.running, troupe.community.id, troupe.ana.id)
    assert found is not None
    assert (found.id, transact(minutes.left, found.id)) == (theirs.id, 60)


@pytest.mark.parametrize(("older", "younger"), [("stripe", ""), ("", "stripe"), ("", "")])
def test_of_two_plans_the_one_for_nothing_ends(
    transact: Transact, troupe: Cast, ana: Person, older: str, younger: str
) -> None:
    rows = [transact(subscribed, troupe, troupe.ana, older), transact(subscribed, troupe, ana, younger)]
    transact(join, troupe.ana, ana)
    kept = rows[1 if younger else 0]
    found = transact(subscriptions.running, troupe.community.id, troupe.ana.id)
    assert found is not None
    assert found.id == kept.id


def test_two_plans_that_are_paid_stay_with_two_people(transact: Transact, troupe: Cast, ana: Person) -> None:
    for person in (troupe.ana, ana):
        transact(subscribed, troupe, person, "stripe")
    conflict = refused(transact, troupe.ana, ana)
    assert (conflict.key, conflict.facts) == ("link.plans", {"name": "Guild"})
