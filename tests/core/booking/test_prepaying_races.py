"""Two at once about one session of a pack: on PostgreSQL the second waits, and then sees what the first did."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import bookings, completing, diary, openings, prepaying
from core.booking.bookings import Wish
from core.booking.life import Booking, BookingState
from core.errors import Conflict
from core.people.people import Person
from core.prepaid import credits, selling
from core.prepaid.credits import CreditKind
from core.prepaid.packs import Pack
from core.schedule.times import Span
from tests import cast
from tests.cast import HOUR, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking.test_races import while_open
from tests.core.prepaid import counter
from tests.databases import Transact

DAY = timedelta(days=1)


@pytest.fixture
def troupe(postgresql: Transact) -> Cast:
    return postgresql(cast.enter)


def bought(session: Session, troupe: Cast) -> Pack:
    """Ana has a pack of Ben's, and the money for it came from nowhere."""
    product = counter.define(session, troupe)
    ben, ana = cast.here(session, troupe.ben), cast.here(session, troupe.ana)
    pack = selling.hold(session, product, ben, ana, revision=product.revision, now=MONDAY)
    selling.activate(session, pack, now=MONDAY)
    return pack


def books(session: Session, troupe: Cast, number: int) -> Booking:
    start = TUESDAY_TEN + number * DAY
    held = cast.hold(session, troupe.ben, troupe.ana, start, now=MONDAY)
    return cast.agree(session, held, now=MONDAY)


def is_held_for(session: Session, troupe: Cast, number: int) -> Booking:
    """As the waitlist does it, beside the taps of the student's own."""
    ben, ana = cast.here(session, troupe.ben), cast.here(session, troupe.ana)
    at = Span(TUESDAY_TEN + number * DAY, TUESDAY_TEN + number * DAY + HOUR)
    pack = prepaying.pack_for(session, ben, ana.id, 60, at.starts_at, now=MONDAY)
    opening = openings.of(session, ben, now=MONDAY, student_id=ana.id)
    wish = Wish(
        mentor=ben,
        student=ana,
        span=at,
        busy=opening.hours.busy(at.starts_at, 60),
        price=credits.worth(session, pack) if pack else cast.application().hourly,
        policy=opening.policy,
        pack_id=pack.id if pack else None,
    )
    return bookings.hold(session, wish, now=MONDAY)


def test_two_bookings_for_the_last_session_at_the_same_moment_take_one(
    postgresql: Transact, troupe: Cast
) -> None:
    pack = postgresql(bought, troupe)
    for number in range(3):
        postgresql(books, troupe, number)
    held: list[int] = []
    while_open(
        postgresql,
        lambda session: held.append(books(session, troupe, 4).id),
        lambda: held.append(postgresql(is_held_for, troupe, 5).id),
    )
    with_pack = [postgresql(diary.find, each).pack_id for each in held]
    assert sorted(each is not None for each in with_pack) == [False, True]
    assert postgresql(credits.left, pack.id) == 0


def test_two_who_complete_at_the_same_moment_take_one_session(postgresql: Transact, troupe: Cast) -> None:
    pack = postgresql(bought, troupe)
    booking = postgresql(books, troupe, 0)
    now = TUESDAY_TEN + HOUR / 2

    def complete(session: Session, by: Person) -> bool:
        return completing.complete(session, diary.find(session, booking.id), cast.here(session, by), now=now)

    said: list[bool] = []
    while_open(
        postgresql,
        lambda session: said.append(complete(session, troupe.ben_himself)),
        lambda: said.append(postgresql(complete, troupe.hana)),
    )
    assert said == [True, False]
    assert postgresql(diary.find, booking.id).state is BookingState.COMPLETED
    kinds = [line.kind for line in postgresql(credits.lines, pack.id)]
    assert kinds == [CreditKind.BOUGHT, CreditKind.RESERVED, CreditKind.CAPTURED]


def test_a_session_that_is_canceled_while_it_is_completed_is_one_of_the_two(
    postgresql: Transact, troupe: Cast
) -> None:
    postgresql(bought, troupe)
    booking = postgresql(books, troupe, 0)
    now = TUESDAY_TEN + HOUR / 2

    def complete(session: Session) -> bool:
        ben = cast.here(session, troupe.ben_himself)
        return completing.complete(session, diary.find(session, booking.id), ben, now=now)

    def void(session: Session) -> None:
        bookings.void(session, diary.find(session, booking.id), now=now)

    with pytest.raises(Conflict):
        while_open(postgresql, complete, lambda: postgresql(void))
    assert postgresql(diary.find, booking.id).state is BookingState.COMPLETED
