"""A time that the waitlist held, claimed: the button says what it did, and later what has become of it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.booking import bookings, diary, waiting
from core.booking.bookings import Wish
from core.booking.life import Booking, Origin
from core.booking.waiting import Wanted
from core.money import Money
from core.people import communities
from core.people.mentors import Mentor
from core.schedule.times import Span
from tests import cast
from tests.bot import walks
from tests.bot.frontdesk import ANA, FrontDesk, sentence
from tests.cast import HOUR, MONDAY

pytestmark = pytest.mark.anyio


def offered(session: Session, ben: Mentor) -> Booking:
    """The line holds a time with Ben for Ana."""
    ben, ana = cast.here(session, ben), cast.person(session, ANA)
    start = walks.next_time(session)
    span = Span(start, start + HOUR)
    entry = waiting.enter(
        session,
        mentor_id=ben.id,
        student_id=ana.id,
        minutes=60,
        wanted=Wanted.ANY,
        day=None,
        since=None,
        until=None,
        booking_id=None,
        now=MONDAY,
    )
    policy = communities.find(session, ben.community_id).policy
    price, until = Money(6_000, "USD"), MONDAY + timedelta(minutes=30)
    wish = Wish(ben, ana, span, span, price, policy, origin=Origin.WAITLIST, until=until)
    booking = bookings.hold(session, wish, now=MONDAY)
    waiting.hold_for(session, entry, booking, now=MONDAY)
    return booking


def pay(session: Session, booking: Booking) -> None:
    cast.confirm(session, cast.agree(session, diary.find(session, booking.id)))


async def test_a_second_tap_on_a_claim_says_what_has_become_of_it(quick_desk: FrontDesk) -> None:
    desk = quick_desk
    held = await desk.db.write(offered, desk.ben)
    for _ in range(2):
        assert "The time is yours." in sentence(await desk.hear(ANA, f"waitlist.claim:{held.short}"))
    await desk.db.write(pay, held)
    paid = await desk.hear(ANA, f"waitlist.claim:{held.short}")
    assert sentence(paid) == sentence(await desk.hear(ANA, f"booking.show:{held.short}"))
