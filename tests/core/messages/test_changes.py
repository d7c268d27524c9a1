"""Who hears of a change, once, and which reminders are left of the time before."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import canceling, moving, proposals
from core.booking.life import Booking, Who
from core.messages import notices
from core.messages.outbox import Notice
from core.money import Money
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MONDAY, TUESDAY_TEN, Cast
from tests.databases import Transact

DAY = timedelta(days=1)
FRIDAY_TEN = TUESDAY_TEN + 3 * DAY


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def booking(transact: Transact, troupe: Cast) -> Booking:
    return transact(cast.book, troupe.ben, troupe.ana)


def told(session: Session, kind: str) -> list[Notice]:
    """What is planned and true of a kind of notice, after the fan-out."""
    while notices.fan_out(session, now=MONDAY):
        session.flush()
    found = session.scalars(select(Notice).where(Notice.kind.startswith(kind)).order_by(Notice.id)).all()
    return [notice for notice in found if not notices.stale(session, notice, now=MONDAY)]


def move(session: Session, booking: Booking, ana: Person) -> None:
    mine = cast.here(session, booking)
    moving.move(session, mine, Who.STUDENT, cast.here(session, ana), FRIDAY_TEN, now=MONDAY)


def call_off(session: Session, booking: Booking, who: Who, actor: Person) -> None:
    mine, by = cast.here(session, booking), cast.here(session, actor)
    canceling.call_off(session, mine, who, by, refund=Money(0, "USD"), now=MONDAY)


def propose(session: Session, booking: Booking, ben: Person, at: datetime, minute: int) -> None:
    mine, by = cast.here(session, booking), cast.here(session, ben)
    proposals.propose(session, mine, by, [at], "", now=MONDAY + timedelta(minutes=minute))


def test_both_hear_of_a_move_and_only_reminders_of_the_new_time_are_true(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    before = transact(told, "reminder.")
    transact(move, booking, troupe.ana)
    assert {notice.person_id for notice in transact(told, "moved")} == {troupe.ana.id, troupe.ben.person_id}
    after = transact(told, "reminder.")
    assert len(after) == len(before) == 6
    assert {notice.revision for notice in after} == {1}
    assert {notice.due_at for notice in after} == {notice.due_at + 3 * DAY for notice in before}


@pytest.mark.parametrize("who", [Who.STUDENT, Who.MENTOR, Who.STAFF])
def test_whoever_did_not_cancel_hears_of_it(
    transact: Transact, troupe: Cast, booking: Booking, who: Who
) -> None:
    actors = {Who.STUDENT: troupe.ana, Who.MENTOR: troupe.ben_himself, Who.STAFF: troupe.hana}
    readers = {
        Who.STUDENT: {troupe.ben_himself.id},
        Who.MENTOR: {troupe.ana.id},
        Who.STAFF: {troupe.ana.id, troupe.ben_himself.id},
    }
    transact(call_off, booking, who, actors[who])
    assert {notice.person_id for notice in transact(told, "canceled")} == readers[who]
    assert transact(told, "reminder.") == []


def test_each_proposal_is_told_once_and_only_the_open_one_is_true(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    for number in range(2):
        transact(propose, booking, troupe.ben_himself, FRIDAY_TEN + number * HOUR, number)
    (notice,) = transact(told, "proposed")
    assert (notice.person_id, notice.due_at) == (troupe.ana.id, MONDAY + timedelta(minutes=1))
    transact(lambda s: proposals.refuse(s, cast.here(s, booking), cast.here(s, troupe.ana), now=MONDAY))
    assert transact(told, "proposed") == []
    assert [notice.person_id for notice in transact(told, "proposal_refused")] == [troupe.ben_himself.id]


def test_the_mentor_and_the_staff_hear_that_bookings_are_paused(transact: Transact, troupe: Cast) -> None:
    for number in range(3):
        zoe = transact(cast.person, f"Zoe {number}")
        each = transact(cast.book, troupe.ben, zoe, TUESDAY_TEN + number * DAY)
        transact(call_off, each, Who.MENTOR, troupe.ben_himself)
    assert [notice.person_id for notice in transact(told, "warned")] == [troupe.ben_himself.id]
    paused = {(notice.kind, notice.person_id) for notice in transact(told, "paused")}
    assert paused == {("paused", troupe.ben_himself.id), ("paused_staff", troupe.hana.id)}
