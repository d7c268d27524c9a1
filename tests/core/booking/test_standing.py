"""A mentor who calls sessions off again and again is warned, then paused, until staff says so."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import canceling, standing
from core.booking.life import Booking, Who
from core.booking.standing import Standing
from core.errors import Conflict, Forbidden
from core.history import History
from core.money import Money
from core.people import communities, memberships, mentors
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MONDAY, TUESDAY_TEN, Cast
from tests.databases import Transact

DAY = timedelta(days=1)


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


def sessions(transact: Transact, troupe: Cast, count: int) -> list[Booking]:
    starts = [TUESDAY_TEN + number * DAY for number in range(count)]
    return [
        transact(cast.book, troupe.ben, transact(cast.person, f"Zoe {number}"), start)
        for number, start in enumerate(starts)
    ]


def call_off(
    transact: Transact, troupe: Cast, booking: Booking, who: Who = Who.MENTOR, *, now: datetime = MONDAY
) -> None:
    actor = {Who.MENTOR: troupe.ben_himself, Who.STAFF: troupe.hana}[who]

    def verb(session: Session) -> None:
        mine, by = cast.here(session, booking), cast.here(session, actor)
        canceling.call_off(session, mine, who, by, refund=Money(0, "USD"), now=now)

    transact(verb)


def events(session: Session) -> list[str]:
    told = session.scalars(select(History.event).order_by(History.id))
    return [event for event in told if event.startswith("mentor.")][2:]  # applied, approved


@pytest.mark.parametrize(
    ("canceled", "confirmed", "warns", "pauses"),
    [
        (1, 1, False, False),
        (2, 20, True, False),
        (2, 21, False, False),
        (2, 2, True, False),
        (3, 15, True, True),
        (3, 16, True, False),
        (3, 0, True, True),
    ],
)
def test_the_numbers_that_warn_and_pause(canceled: int, confirmed: int, warns: bool, pauses: bool) -> None:
    found = Standing(canceled, confirmed)
    assert (found.is_warning, found.is_pausing) == (warns, pauses)


def test_a_mentor_who_cancels_three_times_is_warned_then_paused(transact: Transact, troupe: Cast) -> None:
    booked = sessions(transact, troupe, 4)
    call_off(transact, troupe, booked[0])
    assert transact(events) == []
    call_off(transact, troupe, booked[1])
    assert transact(events) == ["mentor.warned"]
    call_off(transact, troupe, booked[2])
    assert transact(events) == ["mentor.warned", "mentor.paused"]
    ben = transact(mentors.find, troupe.ben.id)
    assert ben.paused_at == MONDAY
    assert not ben.is_bookable
    with pytest.raises(Forbidden):
        transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 9 * DAY)


def test_a_paused_mentor_keeps_their_desk_and_the_sessions_that_stand(
    transact: Transact, troupe: Cast
) -> None:
    booked = sessions(transact, troupe, 5)
    for each in booked[:3]:
        call_off(transact, troupe, each)
    transact(
        lambda s: mentors.meet_at(
            s, cast.here(s, troupe.ben), cast.here(s, troupe.ben_himself), "", now=MONDAY
        )
    )
    call_off(transact, troupe, booked[3])
    assert transact(events).count("mentor.paused") == 1


def test_staff_resumes_and_nobody_else(transact: Transact, troupe: Cast) -> None:
    for each in sessions(transact, troupe, 3):
        call_off(transact, troupe, each)

    def resume(session: Session, by: Person) -> None:
        standing.resume(session, cast.here(session, troupe.ben), cast.here(session, by), now=MONDAY)

    with pytest.raises(Forbidden):
        transact(resume, troupe.ben_himself)
    transact(resume, troupe.hana)
    assert transact(events)[-1] == "mentor.resumed"
    transact(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 9 * DAY)
    with pytest.raises(Conflict) as refused:
        transact(resume, troupe.hana)
    assert refused.value.key == "mentor.not_paused"


def test_what_staff_calls_off_and_what_is_long_ago_does_not_count(transact: Transact, troupe: Cast) -> None:
    booked = sessions(transact, troupe, 4)
    call_off(transact, troupe, booked[0], Who.STAFF)
    for each in booked[1:3]:
        call_off(transact, troupe, each)
    assert transact(standing.of, troupe.ben.id, now=MONDAY) == Standing(2, 4)
    assert transact(standing.of, troupe.ben.id, now=MONDAY + 90 * DAY) == Standing(0, 0)
    assert transact(standing.of, troupe.ben.id, now=MONDAY + 90 * DAY - HOUR) == Standing(2, 4)


def test_a_mentor_who_is_staff_as_well_counts_whichever_button_it_was(
    transact: Transact, troupe: Cast
) -> None:
    def as_staff(session: Session, booking: Booking) -> Booking:
        mine, ben = cast.here(session, booking), cast.here(session, troupe.ben_himself)
        community = communities.find(session, mine.community_id)
        memberships.see(session, community, ben, may_manage=True, roles=frozenset(), now=MONDAY)
        canceling.call_off(session, mine, Who.STAFF, ben, refund=Money(0, "USD"), now=MONDAY)
        return mine

    for each in sessions(transact, troupe, 3):
        assert transact(as_staff, each).closed_reason == standing.BY_MENTOR
    assert transact(events) == ["mentor.warned", "mentor.paused"]
    assert transact(mentors.find, troupe.ben.id).paused_at == MONDAY
