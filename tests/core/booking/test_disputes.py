"""Objections: who may, until when, and what staff's decision does to the money, the count and the marks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.booking import attendance, diary, disputes, handing
from core.booking.disputes import Dispute
from core.booking.life import Booking, BookingState
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from core.messages import notices
from core.money import Money
from core.people import memberships, people
from tests import cast
from tests.core.booking.shop import PRICE, Shop
from tests.core.booking.test_attendance import THREE_DAYS, after, paid, sessions, until
from tests.core.messages.desk import planned

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
NOTHING = Money(0, "USD")
HALF = Money(PRICE.amount // 2, "USD")


async def over(shop: Shop, *there: str) -> Booking:
    """A paid session a quarter of an hour after its end; `there` came."""
    booking = await paid(shop)
    ids = {"ana": booking.student_id, "ben": booking.mentor_person_id}
    return await after(shop, booking, *(ids[name] for name in there))


async def objects(shop: Shop, booking: Booking, person_id: int, reason: str = "He left early.") -> Dispute:
    def act(session: Session) -> Dispute:
        person, found = people.find(session, person_id), diary.find(session, booking.id)
        return disputes.object(session, found, person, reason, now=shop.now)

    return await shop.db.write(act)


async def states(shop: Shop, booking: Booking, person_id: int, words: str) -> None:
    def act(session: Session) -> None:
        person, found = people.find(session, person_id), diary.find(session, booking.id)
        disputes.state(session, found, person, words, now=shop.now)

    await shop.db.write(act)


async def decides(
    shop: Shop, booking: Booking, refund: Money, *, by: int = 0, note: str = "As agreed.", outcome: str = ""
) -> None:
    def act(session: Session) -> None:
        dispute = disputes.of_booking(session, booking.id)
        assert dispute is not None
        staff = people.find(session, by or shop.troupe.hana.id)
        disputes.resolve(session, dispute, staff, refund=refund, note=note, outcome=outcome, now=shop.now)

    await shop.db.write(act)


async def told(shop: Shop, person_id: int) -> Sequence[str]:
    while await shop.db.write(notices.fan_out, now=shop.now):
        pass
    return list(await shop.db.read(planned, person_id))


async def test_an_objection_stops_the_money_and_is_told_to_the_other_and_to_staff(shop: Shop) -> None:
    booking = await over(shop, "ana", "ben")
    await objects(shop, booking, booking.student_id)
    assert await shop.state(booking) is BookingState.DISPUTED
    await shop.wait(2 * THREE_DAYS)
    assert await shop.state(booking) is BookingState.DISPUTED
    assert await shop.held(booking) == PRICE.amount
    assert "dispute_opened" in await told(shop, booking.mentor_person_id)
    assert "dispute_opened" not in await told(shop, booking.student_id)
    assert "dispute" in await told(shop, shop.troupe.hana.id)


async def test_the_other_side_says_once_how_they_saw_it(shop: Shop) -> None:
    booking = await over(shop, "ana")
    await objects(shop, booking, booking.mentor_person_id, "I was there the whole time.")
    with pytest.raises(Forbidden) as own:
        await states(shop, booking, booking.mentor_person_id, "Really.")
    assert own.value.key == "dispute.yours"
    await states(shop, booking, booking.student_id, "Nobody came.")
    assert "dispute_stated" in await told(shop, booking.mentor_person_id)
    with pytest.raises(Conflict) as twice:
        await states(shop, booking, booking.student_id, "Nobody at all.")
    assert twice.value.key == "dispute.stated"
    kept = await shop.db.read(disputes.of_booking, booking.id)
    assert kept is not None
    assert (kept.reason, kept.statement) == ("I was there the whole time.", "Nobody came.")


async def test_all_of_it_goes_back(shop: Shop) -> None:
    booking = await over(shop, "ana", "ben")
    await objects(shop, booking, booking.student_id)
    await decides(shop, booking, PRICE, outcome="mentor_no_show")
    await shop.tick()
    assert await shop.state(booking) is BookingState.REFUNDED
    assert shop.bank.returned == PRICE.amount
    assert await shop.held(booking) == 0
    assert await sessions(shop) == 0
    assert await shop.db.read(attendance.marks, booking.mentor_id) == 1
    for person_id in (booking.student_id, booking.mentor_person_id):
        assert "dispute_resolved" in await told(shop, person_id)
    await shop.check_books()


async def test_a_part_goes_back_and_the_rest_is_shared_out(shop: Shop) -> None:
    booking = await over(shop, "ana", "ben")
    await objects(shop, booking, booking.student_id)
    await decides(shop, booking, HALF)
    await shop.tick()
    assert await shop.state(booking) is BookingState.SETTLED
    assert shop.bank.returned == HALF.amount
    assert await shop.held(booking) == 0
    assert await sessions(shop) == 1
    await shop.check_books()


async def test_nothing_goes_back(shop: Shop) -> None:
    booking = await over(shop, "ben")
    await objects(shop, booking, booking.student_id, "I was there.")
    await decides(shop, booking, NOTHING)
    await shop.tick()
    assert await shop.state(booking) is BookingState.SETTLED
    assert await shop.refunds(booking) == []
    assert await sessions(shop) == 0
    await shop.check_books()


async def test_a_session_that_staff_finds_to_have_taken_place_is_counted(shop: Shop) -> None:
    booking = await over(shop, "ana")
    assert await sessions(shop) == 0
    await objects(shop, booking, booking.mentor_person_id, "I was there.")
    await decides(shop, booking, NOTHING, outcome="completed")
    assert await sessions(shop) == 1
    assert await shop.db.read(attendance.marks, booking.mentor_id) == 0
    assert (await shop.booking(booking)).outcome == BookingState.COMPLETED
    for person_id in (booking.student_id, booking.mentor_person_id):
        assert "review" in await told(shop, person_id)


async def test_what_stands_is_not_disputed_any_more_and_says_since_when(shop: Shop) -> None:
    booking = await over(shop, "ana", "ben")
    await until(shop, booking.ends_at + THREE_DAYS)
    await shop.wait(24 * HOUR)
    with pytest.raises(Conflict) as late:
        await objects(shop, booking, booking.student_id)
    assert late.value.key == "dispute.late"
    assert late.value.facts["stood"] == booking.ends_at + THREE_DAYS
    assert await shop.state(booking) is BookingState.SETTLED
    assert await shop.db.read(disputes.of_booking, booking.id) is None


async def test_an_outcome_stands_at_its_hour_even_where_the_clock_has_not_looked(shop: Shop) -> None:
    booking = await over(shop, "ana", "ben")
    shop.clock.move(THREE_DAYS)
    with pytest.raises(Conflict) as late:
        await objects(shop, booking, booking.student_id)
    assert late.value.key == "dispute.late"


async def test_before_the_outcome_there_is_nothing_to_object_to(shop: Shop) -> None:
    booking = await paid(shop)
    await until(shop, booking.ends_at)
    with pytest.raises(Conflict) as early:
        await objects(shop, booking, booking.student_id)
    assert early.value.key == "dispute.early"


async def test_what_is_decided_is_not_opened_again(shop: Shop) -> None:
    booking = await over(shop, "ana", "ben")
    await objects(shop, booking, booking.student_id)
    with pytest.raises(Conflict) as open_already:
        await objects(shop, booking, booking.mentor_person_id)
    assert open_already.value.key == "booking.is_disputed"
    await decides(shop, booking, HALF)
    for again in (objects(shop, booking, booking.student_id), decides(shop, booking, HALF)):
        with pytest.raises(Conflict) as decided:
            await again
        assert decided.value.key == "dispute.decided"
    assert len(await shop.refunds(booking)) == 1


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"note": " "}, "text.empty"),
        ({"note": "n" * 501}, "text.long"),
        ({"refund": PRICE + Money(1, "USD")}, "refund.too_much"),
        ({"refund": Money(-1, "USD")}, "refund.too_much"),
        ({"outcome": "settled"}, "dispute.outcome"),
    ],
)
async def test_a_decision_that_cannot_be_is_refused_and_changes_nothing(
    shop: Shop, said: dict[str, Any], key: str
) -> None:
    booking = await over(shop, "ana", "ben")
    await objects(shop, booking, booking.student_id)
    with pytest.raises(Refusal) as refused:
        await decides(shop, booking, **{"refund": NOTHING} | said)
    assert refused.value.key == key
    assert await shop.state(booking) is BookingState.DISPUTED
    assert await shop.refunds(booking) == []


async def test_neither_strangers_nor_members_nor_the_two_themselves_decide(shop: Shop) -> None:
    booking = await over(shop, "ana", "ben")
    bea = await shop.db.write(cast.person, "Bea")
    with pytest.raises(NotFound):
        await objects(shop, booking, bea.id)
    await objects(shop, booking, booking.student_id)
    with pytest.raises(NotFound):
        await states(shop, booking, bea.id, "I know better.")
    for person_id in (bea.id, booking.student_id):
        with pytest.raises(Forbidden) as refused:
            await decides(shop, booking, PRICE, by=person_id)
        assert refused.value.key == "staff.forbidden"
    await shop.db.write(_becomes_staff, shop, booking.mentor_person_id)
    with pytest.raises(Forbidden) as own:
        await decides(shop, booking, NOTHING, by=booking.mentor_person_id)
    assert own.value.key == "dispute.own"


def _becomes_staff(session: Session, shop: Shop, person_id: int) -> None:
    community, person = cast.here(session, shop.troupe.community), people.find(session, person_id)
    memberships.see(session, community, person, may_manage=True, roles=frozenset(), now=shop.now)


@pytest.mark.parametrize("words", ["", "  ", "x" * 1_001])
async def test_an_objection_has_words_but_not_too_many(shop: Shop, words: str) -> None:
    booking = await over(shop, "ana", "ben")
    with pytest.raises(Invalid) as refused:
        await objects(shop, booking, booking.student_id, words)
    assert refused.value.facts["field"] == "objection"
    assert await shop.state(booking) is BookingState.COMPLETED


# --- by hand ----------------------------------------------------------------------------------


async def gives(shop: Shop, booking: Booking, amount: Money, act: str, *, as_credit: bool = False) -> None:
    def deed(session: Session) -> None:
        staff, found = people.find(session, shop.troupe.hana.id), diary.find(session, booking.id)
        handing.give(session, found, staff, amount, "Sorry.", act, as_credit=as_credit, now=shop.now)

    await shop.db.write(deed)


async def test_staff_gives_money_back_by_hand_before_and_after_it_was_shared_out(shop: Shop) -> None:
    booking = await over(shop, "ana", "ben")
    await gives(shop, booking, Money(1_000, "USD"), "A1")
    await until(shop, booking.ends_at + THREE_DAYS)
    assert await shop.state(booking) is BookingState.SETTLED
    await gives(shop, booking, Money(2_000, "USD"), "A2", as_credit=True)
    await gives(shop, booking, Money(3_000, "USD"), "A3")
    await shop.tick()
    assert shop.bank.returned == 4_000
    assert await shop.held(booking) == 0
    with pytest.raises(Conflict) as too_much:
        await gives(shop, booking, Money(1, "USD"), "A4")
    assert too_much.value.key == "refund.too_much"
    assert (await shop.events("booking")).count("booking.given_back") == 3
    await shop.check_books()


async def test_while_a_dispute_is_open_nothing_is_given_by_hand(shop: Shop) -> None:
    booking = await over(shop, "ana", "ben")
    await objects(shop, booking, booking.student_id)
    with pytest.raises(Conflict) as refused:
        await gives(shop, booking, HALF, "A1")
    assert refused.value.key == "booking.is_disputed"


async def test_giving_nothing_is_no_act(shop: Shop) -> None:
    booking = await over(shop, "ana", "ben")
    with pytest.raises(Invalid) as refused:
        await gives(shop, booking, NOTHING, "A1")
    assert refused.value.key == "refund.nothing"
