"""Who came, what follows from it, and when it stands: by the rows, with a strict bank behind the money."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import attendance, diary
from core.booking.life import Booking, BookingState
from core.errors import Conflict, NotFound
from core.history import History
from core.messages import notices
from core.people import mentors, people
from tests import cast
from tests.cast import HOUR, MINUTE, TUESDAY_TEN
from tests.core.booking.shop import PRICE, Shop
from tests.core.messages.desk import planned

pytestmark = pytest.mark.anyio
SECOND = timedelta(seconds=1)
THREE_DAYS = timedelta(hours=72)
QUARTER = 15 * MINUTE


async def paid(shop: Shop) -> Booking:
    """Ana has paid for Tuesday at ten."""
    booking = await shop.hold()
    shop.bank.pay(await shop.page(booking))
    await shop.post_all()
    return booking


async def comes(shop: Shop, booking: Booking, *person_ids: int) -> None:
    for person_id in person_ids:
        await shop.db.write(_come, booking.id, person_id, shop)


def _come(session: Session, booking_id: int, person_id: int, shop: Shop) -> bool:
    person = people.find(session, person_id)
    return attendance.check_in(session, diary.find(session, booking_id), person, now=shop.now)


async def until(shop: Shop, moment: object) -> None:
    await shop.wait(moment - shop.now)  # type: ignore[operator]


async def sessions(shop: Shop) -> int:
    return (await shop.db.read(mentors.find, shop.troupe.ben.id)).sessions


async def after(shop: Shop, booking: Booking, *person_ids: int) -> Booking:
    """The session with those who came, a quarter of an hour after its end."""
    await until(shop, TUESDAY_TEN)
    await comes(shop, booking, *person_ids)
    await until(shop, booking.ends_at + QUARTER)
    return await shop.booking(booking)


async def test_both_say_that_they_are_here_once_from_ten_minutes_before(shop: Shop) -> None:
    booking, ana = await paid(shop), shop.troupe.ana.id
    await until(shop, TUESDAY_TEN - 10 * MINUTE - SECOND)
    with pytest.raises(Conflict) as early:
        await comes(shop, booking, ana)
    assert early.value.key == "attendance.early"
    assert early.value.facts["opens"] == TUESDAY_TEN - 10 * MINUTE
    await shop.wait(SECOND)
    await comes(shop, booking, ana)
    await shop.wait(5 * MINUTE)
    await comes(shop, booking, ana, booking.mentor_person_id)
    seen = await shop.booking(booking)
    assert seen.student_here_at == TUESDAY_TEN - 10 * MINUTE
    assert seen.mentor_here_at == TUESDAY_TEN - 5 * MINUTE
    told = [event for event in await shop.events("booking") if event == "booking.checked_in"]
    assert len(told) == 2


async def test_who_comes_after_the_end_or_is_a_stranger_has_not_come(shop: Shop) -> None:
    booking = await paid(shop)
    bea = await shop.db.write(cast.person, "Bea")
    await until(shop, TUESDAY_TEN)
    with pytest.raises(NotFound):
        await comes(shop, booking, bea.id)
    await until(shop, booking.ends_at)
    with pytest.raises(Conflict) as late:
        await comes(shop, booking, shop.troupe.ana.id)
    assert late.value.key == "attendance.over"
    assert (await shop.booking(booking)).student_here_at is None


@pytest.mark.parametrize(
    ("student", "mentor", "state"),
    [
        (True, True, BookingState.COMPLETED),
        (False, False, BookingState.COMPLETED),
        (True, False, BookingState.MENTOR_NO_SHOW),
        (False, True, BookingState.STUDENT_NO_SHOW),
    ],
)
async def test_the_outcome_follows_from_who_was_there(
    shop: Shop, student: bool, mentor: bool, state: BookingState
) -> None:
    booking = await paid(shop)
    there = [booking.student_id] * student + [booking.mentor_person_id] * mentor
    await until(shop, TUESDAY_TEN)
    await comes(shop, booking, *there)
    await until(shop, booking.ends_at + QUARTER - SECOND)
    assert await shop.state(booking) is BookingState.CONFIRMED
    await shop.wait(SECOND)
    proposed = await shop.booking(booking)
    assert (proposed.state, proposed.outcome) == (state, state)
    assert proposed.stands_at == booking.ends_at + THREE_DAYS
    assert await sessions(shop) == (state is BookingState.COMPLETED)


async def test_a_sign_of_an_earlier_time_says_nothing_about_the_new_one(shop: Shop) -> None:
    booking = await paid(shop)
    await until(shop, TUESDAY_TEN)
    await comes(shop, booking, booking.student_id)

    def moved(session: Session) -> attendance.Evidence:
        found = diary.find(session, booking.id)
        found.starts_at, found.ends_at = found.starts_at + 5 * HOUR, found.ends_at + 5 * HOUR
        return attendance.evidence(found)

    assert await shop.db.write(moved) == attendance.Evidence(None, None)


async def test_a_session_that_took_place_is_settled_when_nobody_objects(shop: Shop) -> None:
    booking = await paid(shop)
    await after(shop, booking, booking.student_id, booking.mentor_person_id)
    await until(shop, booking.ends_at + THREE_DAYS - SECOND)
    assert await shop.state(booking) is BookingState.COMPLETED
    assert await shop.held(booking) == PRICE.amount
    await shop.wait(SECOND)
    assert await shop.state(booking) is BookingState.SETTLED
    assert await shop.held(booking) == 0
    assert await shop.refunds(booking) == []
    assert await sessions(shop) == 1
    await shop.check_books()


async def test_a_student_who_does_not_come_has_paid_all_the_same(shop: Shop) -> None:
    booking = await paid(shop)
    await after(shop, booking, booking.mentor_person_id)
    await until(shop, booking.ends_at + THREE_DAYS)
    settled = await shop.booking(booking)
    assert (settled.state, settled.outcome) == (BookingState.SETTLED, BookingState.STUDENT_NO_SHOW)
    assert await shop.held(booking) == 0
    assert await sessions(shop) == 0
    await shop.check_books()


async def test_a_mentor_who_does_not_come_costs_nothing_and_is_marked(shop: Shop) -> None:
    booking = await paid(shop)
    await after(shop, booking, booking.student_id)
    assert await shop.refunds(booking) == []
    assert await shop.db.read(attendance.marks, booking.mentor_id) == 0
    await until(shop, booking.ends_at + THREE_DAYS)
    await shop.tick()
    assert await shop.state(booking) is BookingState.REFUNDED
    assert [refund.amount for refund in await shop.refunds(booking)] == [PRICE.amount]
    assert shop.bank.returned == PRICE.amount
    assert await shop.db.read(attendance.marks, booking.mentor_id) == 1
    assert (await shop.events("mentor"))[-1] == "mentor.marked"
    await shop.check_books()


async def test_after_a_long_downtime_there_is_still_time_to_object(shop: Shop) -> None:
    booking = await paid(shop)
    shop.clock.move(booking.ends_at + 5 * THREE_DAYS - shop.now)
    await shop.tick()
    proposed = await shop.booking(booking)
    assert proposed.state is BookingState.COMPLETED
    assert proposed.stands_at == shop.now + attendance.SHORTEST_TIME_TO_OBJECT


async def test_who_waits_alone_is_told_and_so_is_the_other(shop: Shop) -> None:
    booking = await paid(shop)
    await until(shop, TUESDAY_TEN - 5 * MINUTE)
    await comes(shop, booking, booking.student_id)
    await shop.db.write(notices.fan_out, now=shop.now)
    for person_id in (booking.student_id, booking.mentor_person_id):
        notice = (await shop.db.read(planned, person_id))["one_waits"]
        assert notice.due_at == TUESDAY_TEN + 10 * MINUTE
        assert await shop.db.read(notices.stale, notice, now=notice.due_at) == ""
    await until(shop, TUESDAY_TEN + 9 * MINUTE)
    await comes(shop, booking, booking.mentor_person_id)
    assert await shop.db.read(notices.stale, notice, now=notice.due_at) == "both there"


async def test_only_one_who_missed_a_session_makes_news(shop: Shop) -> None:
    booking = await paid(shop)
    await after(shop, booking, booking.student_id, booking.mentor_person_id)
    while await shop.db.write(notices.fan_out, now=shop.now):
        pass
    assert "outcome" not in await shop.db.read(planned, booking.mentor_person_id)


async def test_checking_in_is_written_down_with_who(shop: Shop) -> None:
    booking = await paid(shop)
    await until(shop, TUESDAY_TEN)
    await comes(shop, booking, booking.mentor_person_id)

    def told(session: Session) -> History:
        return session.scalars(select(History).where(History.event == "booking.checked_in")).one()

    row = await shop.db.read(told)
    assert (row.actor_id, row.facts["who"]) == (booking.mentor_person_id, "mentor")
