"""Sessions of a pack that pay for bookings: taken with the hold, used up at the outcome, or back in the pack."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from adapters.database import Database
from core.booking import (
    attendance,
    canceling,
    claims,
    completing,
    diary,
    disputes,
    handing,
    holds,
    moving,
    prepaying,
    proposals,
    requests,
    waitlist,
)
from core.booking.canceling import Back
from core.booking.life import Booking, BookingState, Who
from core.booking.means import Means
from core.errors import Conflict, Forbidden, NotFound
from core.money import Money
from core.payments import funding, payments
from core.people import governing, mentors, people
from core.people.people import Person
from core.prepaid import credits, packs, tenure
from core.prepaid.credits import CreditKind
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import SeatState
from core.schedule.times import Reason, Span
from tests import cast
from tests.cast import HOUR, MINUTE, TUESDAY_TEN
from tests.core.prepaid.counter import Counter

pytestmark = pytest.mark.anyio
EACH = 5_000
"""What one of four sessions for 200.00 is worth."""
DAY = timedelta(days=1)


@pytest.fixture
async def counter(db: Database) -> Counter:
    return await Counter.open(db)


async def books(counter: Counter, at: datetime = TUESDAY_TEN) -> Booking:
    """Ana taps on a time and says what it is about."""
    return await counter.booking(await counter.hold(at=at))


async def kinds(counter: Counter, booking: Booking) -> list[CreditKind]:
    assert booking.pack_id is not None
    lines = await counter.db.read(credits.lines, booking.pack_id)
    return [line.kind for line in lines if line.booking_id == booking.id]


async def calls_off(counter: Counter, booking: Booking, who: Who = Who.STUDENT) -> canceling.Quote:
    """Somebody cancels, and gets what was quoted."""

    def off(session: Session) -> canceling.Quote:
        found = diary.find(session, booking.id)
        quote = canceling.quoted(session, found, who, now=counter.now)
        actor = _actor(session, counter, found, who)
        whole = quote.back is Back.SESSION
        canceling.call_off(
            session, found, who, actor, refund=quote.amount, whole=whole, note="Ill", now=counter.now
        )
        return quote

    return await counter.db.write(off)


async def changes_policy(counter: Counter, **rules: object) -> None:
    def change(session: Session) -> None:
        community, hana = (
            cast.here(session, counter.troupe.community),
            cast.here(session, counter.troupe.hana),
        )
        governing.change(session, community, hana, now=counter.now, **rules)

    await counter.db.write(change)


async def goes_to(counter: Counter, at: datetime) -> None:
    await counter.wait(at - counter.now)
    await counter.db.write(tenure.keep_due, now=counter.now)


async def is_conserved(counter: Counter) -> None:
    """What was paid lies in packs, is kept for sessions, was shared out, or is in wallets."""
    await counter.check_books()


def _actor(session: Session, counter: Counter, booking: Booking, who: Who) -> Person:
    match who:
        case Who.STUDENT:
            return people.find(session, booking.student_id)
        case Who.MENTOR:
            return people.find(session, booking.mentor_person_id)
    return cast.here(session, counter.troupe.hana)


async def completes(counter: Counter, booking: Booking, who: Who = Who.MENTOR) -> bool:
    def complete(session: Session) -> bool:
        found = diary.find(session, booking.id)
        return completing.complete(session, found, _actor(session, counter, found, who), now=counter.now)

    return await counter.db.write(complete)


# --- booking ------------------------------------------------------------------------------------


async def test_a_session_of_a_pack_confirms_without_a_payment(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    assert booking.state is BookingState.CONFIRMED
    assert (booking.pack_id, booking.amount) == (pack.id, EACH)
    assert await counter.db.read(payments.of_booking, booking.id) == []
    assert (await counter.left(pack), await counter.kept(pack), await counter.held(booking)) == (
        3,
        15_000,
        EACH,
    )
    assert await kinds(counter, booking) == [CreditKind.RESERVED]
    await is_conserved(counter)


async def test_the_tap_takes_it_and_what_lapses_or_is_let_go_is_back(counter: Counter) -> None:
    pack = await counter.buys()
    held = await counter.db.write(cast.hold, counter.troupe.ben, counter.troupe.ana, now=counter.now)
    assert await counter.left(pack) == 3
    await counter.wait(20 * MINUTE)
    assert await counter.state(held) is BookingState.EXPIRED
    assert (await counter.left(pack), await counter.kept(pack), await counter.held(held)) == (4, 20_000, 0)
    again = await counter.db.write(cast.hold, counter.troupe.ben, counter.troupe.ana, now=counter.now)
    await counter.db.write(cast.release, again, now=counter.now)
    assert await kinds(counter, again) == [CreditKind.RESERVED, CreditKind.RELEASED]
    assert await counter.left(pack) == 4


async def test_a_new_tap_moves_the_hold_and_takes_no_second_session(counter: Counter) -> None:
    pack = await counter.buys()
    for number in range(4):
        await books(counter, TUESDAY_TEN + number * DAY) if number < 3 else None
    assert await counter.left(pack) == 1
    ben, ana = counter.troupe.ben, counter.troupe.ana
    await counter.db.write(cast.hold, ben, ana, TUESDAY_TEN + 4 * DAY, now=counter.now)
    moved = await counter.db.write(cast.hold, ben, ana, TUESDAY_TEN + 5 * DAY, now=counter.now)
    assert (moved.pack_id, await counter.left(pack)) == (pack.id, 0)


async def test_who_has_used_all_of_it_pays_as_usual(counter: Counter) -> None:
    pack = await counter.buys()
    for number in range(4):
        await books(counter, TUESDAY_TEN + number * DAY)
    fifth = await books(counter, TUESDAY_TEN + 4 * DAY)
    assert (fifth.state, fifth.pack_id, fifth.amount) == (BookingState.HELD, None, 6_000)
    assert await counter.left(pack) == 0


async def test_another_length_and_a_start_after_the_end_are_paid_as_usual(counter: Counter) -> None:
    await counter.buys()
    ben, ana = counter.troupe.ben, counter.troupe.ana
    half = await counter.db.write(cast.hold, ben, ana, TUESDAY_TEN, 30, now=counter.now)
    assert half.pack_id is None
    await _ends(counter, TUESDAY_TEN + DAY)
    late = await counter.db.write(cast.hold, ben, ana, TUESDAY_TEN + 2 * DAY, now=counter.now)
    assert late.pack_id is None
    in_time = await counter.db.write(cast.hold, ben, ana, TUESDAY_TEN + DAY, now=counter.now)
    assert in_time.pack_id is not None


async def test_the_packs_of_others_pay_for_nobody(counter: Counter) -> None:
    await counter.buys(counter.dora)
    booking = await books(counter)
    assert (booking.state, booking.pack_id) == (BookingState.HELD, None)


async def test_a_request_confirms_when_the_mentor_accepts(counter: Counter) -> None:
    pack = await counter.buys()
    await counter.db.write(_asks_first, counter)
    booking = await books(counter)
    assert (booking.state, await counter.left(pack)) == (BookingState.REQUESTED, 3)
    await counter.db.write(_answers, counter, booking, yes=True)
    assert await counter.state(booking) is BookingState.CONFIRMED
    assert await kinds(counter, booking) == [CreditKind.RESERVED]


async def test_a_request_that_is_declined_gives_its_session_back(counter: Counter) -> None:
    pack = await counter.buys()
    await counter.db.write(_asks_first, counter)
    booking = await books(counter)
    await counter.db.write(_answers, counter, booking, yes=False)
    assert await counter.state(booking) is BookingState.DECLINED
    assert (await counter.left(pack), await counter.held(booking)) == (4, 0)


async def test_another_time_for_a_request_confirms_it_too(counter: Counter) -> None:
    await counter.buys()
    await counter.db.write(_asks_first, counter)
    booking = await books(counter)
    await counter.db.write(_proposes, counter, booking, TUESDAY_TEN + DAY)

    def accept(session: Session) -> None:
        ana = cast.here(session, counter.troupe.ana)
        found = diary.find(session, booking.id)
        proposals.accept(session, found, ana, TUESDAY_TEN + DAY, now=counter.now)

    await counter.db.write(accept)
    assert await counter.state(booking) is BookingState.CONFIRMED


async def test_the_waitlist_offers_a_time_with_a_session_of_the_pack(counter: Counter) -> None:
    pack = await counter.buys()
    offered = await _is_offered(counter)
    assert (offered.pack_id, await counter.left(pack)) == (pack.id, 3)

    def claim(session: Session) -> None:
        ana, found = cast.here(session, counter.troupe.ana), diary.find(session, offered.id)
        claims.claim(session, found, ana, now=counter.now)
        holds.agree(session, found, ana, "Parsers", "", now=counter.now)

    await counter.db.write(claim)
    assert await counter.state(offered) is BookingState.CONFIRMED


async def test_an_offer_that_nobody_takes_gives_its_session_back(counter: Counter) -> None:
    pack = await counter.buys()
    offered = await _is_offered(counter)
    await counter.wait(2 * HOUR)
    assert await counter.state(offered) is BookingState.EXPIRED
    assert await counter.left(pack) == 4


# --- the session takes place, or not ------------------------------------------------------------


async def test_the_outcome_uses_the_session_up_and_its_money_is_shared_out(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await goes_to(counter, booking.ends_at + HOUR)
    assert await kinds(counter, booking) == [CreditKind.RESERVED, CreditKind.CAPTURED]
    await counter.wait(4 * DAY)
    assert await counter.state(booking) is BookingState.SETTLED
    assert (await counter.left(pack), await counter.held(booking)) == (3, 0)
    shared = await counter.db.read(lambda s: funding.settled(s, diary.find(s, booking.id)))
    assert shared.both.amount == EACH
    await is_conserved(counter)


async def test_a_student_who_does_not_come_has_used_it(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await _is_there(counter, booking, Who.MENTOR)
    await goes_to(counter, booking.ends_at + HOUR)
    assert await counter.state(booking) is BookingState.STUDENT_NO_SHOW
    assert await kinds(counter, booking) == [CreditKind.RESERVED, CreditKind.CAPTURED]
    assert await counter.left(pack) == 3


async def test_a_mentor_who_does_not_come_takes_nothing(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await _is_there(counter, booking, Who.STUDENT)
    await goes_to(counter, booking.ends_at + HOUR)
    assert (await counter.state(booking), await counter.left(pack)) == (BookingState.MENTOR_NO_SHOW, 3)
    await counter.wait(4 * DAY)
    assert await counter.state(booking) is BookingState.REFUNDED
    assert await kinds(counter, booking) == [CreditKind.RESERVED, CreditKind.RELEASED]
    assert (await counter.left(pack), await counter.kept(pack), await counter.credit()) == (4, 20_000, 0)


async def test_the_last_session_brings_grace_and_its_return_ends_it(counter: Counter) -> None:
    pack = await counter.buys()
    last = [await books(counter, TUESDAY_TEN + number * DAY) for number in range(4)][-1]
    await goes_to(counter, last.ends_at + HOUR)
    assert (await counter.became(pack), await counter.seat()) == (PackState.USED, SeatState.GRACE)
    await _objects(counter, last)
    await _decides(counter, last, last.price)
    assert (await counter.became(pack), await counter.seat()) == (PackState.ACTIVE, SeatState.ACTIVE)
    assert (await counter.left(pack), await counter.credit()) == (1, 0)


async def test_a_session_that_is_booked_when_the_pack_expires_takes_place(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await _ends(counter, TUESDAY_TEN + 30 * MINUTE)
    await goes_to(counter, TUESDAY_TEN + 35 * MINUTE)
    assert (await counter.became(pack), await counter.left(pack)) == (PackState.EXPIRED, 0)
    assert await counter.seat() is SeatState.ACTIVE
    await goes_to(counter, booking.ends_at + HOUR)
    assert await kinds(counter, booking) == [CreditKind.RESERVED, CreditKind.CAPTURED]
    assert await counter.seat() is SeatState.GRACE
    await counter.wait(4 * DAY)
    assert await counter.held(booking) == 0
    await is_conserved(counter)


# --- canceling ----------------------------------------------------------------------------------


async def test_canceled_in_time_the_session_is_back_in_the_pack(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    quote = await calls_off(counter, booking)
    assert (quote.back, quote.amount.amount, quote.kept.amount) == (Back.SESSION, EACH, 0)
    assert (await counter.left(pack), await counter.kept(pack), await counter.credit()) == (4, 20_000, 0)
    assert await kinds(counter, booking) == [CreditKind.RESERVED, CreditKind.RELEASED]


async def test_a_partial_refund_is_credit_and_the_session_is_taken(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await goes_to(counter, TUESDAY_TEN - 10 * HOUR)
    quote = await calls_off(counter, booking)
    assert (quote.back, quote.amount.amount) == (Back.WALLET, EACH // 2)
    assert (await counter.left(pack), await counter.credit(), await counter.held(booking)) == (
        3,
        EACH // 2,
        0,
    )
    assert await kinds(counter, booking) == [CreditKind.RESERVED, CreditKind.CAPTURED]
    await is_conserved(counter)


async def test_canceled_too_late_nothing_comes_back(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await goes_to(counter, TUESDAY_TEN - HOUR)
    quote = await calls_off(counter, booking)
    assert (quote.back, quote.amount.amount) == (Back.WALLET, 0)
    assert (await counter.left(pack), await counter.credit(), await counter.held(booking)) == (3, 0, 0)
    assert await kinds(counter, booking) == [CreditKind.RESERVED, CreditKind.CAPTURED]


async def test_where_credit_is_given_instead_the_session_comes_back_in_full(counter: Counter) -> None:
    await changes_policy(counter, credit_instead=True)
    pack = await counter.buys()
    booking = await books(counter)
    await goes_to(counter, TUESDAY_TEN - HOUR)
    quote = await calls_off(counter, booking)
    assert (quote.back, quote.amount.amount, quote.credit) == (Back.SESSION, EACH, None)
    assert (await counter.left(pack), await counter.credit()) == (4, 0)


@pytest.mark.parametrize("who", [Who.MENTOR, Who.STAFF])
async def test_a_cancel_by_others_brings_the_session_back(counter: Counter, who: Who) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await goes_to(counter, TUESDAY_TEN - HOUR)
    assert (await calls_off(counter, booking, who)).back is Back.SESSION
    assert (await counter.left(pack), await counter.credit()) == (4, 0)


async def test_staff_who_cancels_a_hold_gives_its_session_back_once(counter: Counter) -> None:
    pack = await counter.buys()
    held = await counter.db.write(cast.hold, counter.troupe.ben, counter.troupe.ana, now=counter.now)
    await calls_off(counter, held, Who.STAFF)
    assert await counter.state(held) is BookingState.CANCELED
    assert (await counter.left(pack), await counter.held(held)) == (4, 0)


async def test_of_a_pack_that_is_over_the_value_is_credit(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await _ends(counter, TUESDAY_TEN - 30 * HOUR)
    await goes_to(counter, TUESDAY_TEN - 25 * HOUR)
    assert await counter.became(pack) is PackState.EXPIRED
    assert (await calls_off(counter, booking)).back is Back.WALLET
    assert (await counter.credit(), await counter.held(booking), await counter.left(pack)) == (EACH, 0, 0)
    assert await counter.db.read(credits.reserved, pack.id) == 0
    assert await counter.seat() is SeatState.GRACE
    await is_conserved(counter)


async def test_who_refuses_other_times_has_the_session_back(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await counter.db.write(_proposes, counter, booking, TUESDAY_TEN + DAY)

    def refund(session: Session) -> None:
        ana = cast.here(session, counter.troupe.ana)
        proposals.refund(session, diary.find(session, booking.id), ana, now=counter.now)

    await counter.db.write(refund)
    assert (await counter.left(pack), await counter.credit()) == (4, 0)


async def test_a_free_session_comes_back_or_is_taken_by_the_terms_and_not_by_its_amount(
    counter: Counter,
) -> None:
    pack = await counter.buys()
    await counter.db.write(_is_worth_nothing, pack)
    early, late = await books(counter), await books(counter, TUESDAY_TEN + DAY)
    assert (early.state, early.amount) == (BookingState.CONFIRMED, 0)
    assert (await calls_off(counter, early)).back is Back.SESSION
    await goes_to(counter, TUESDAY_TEN + DAY - HOUR)
    assert (await calls_off(counter, late)).back is Back.WALLET
    assert await kinds(counter, early) == [CreditKind.RESERVED, CreditKind.RELEASED]
    assert await kinds(counter, late) == [CreditKind.RESERVED, CreditKind.CAPTURED]


# --- disputes and staff -------------------------------------------------------------------------


async def test_a_dispute_after_completion_gives_the_session_back(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await goes_to(counter, booking.ends_at + HOUR)
    await _objects(counter, booking)
    await _decides(counter, booking, booking.price)
    assert await counter.state(booking) is BookingState.REFUNDED
    expected = [CreditKind.RESERVED, CreditKind.CAPTURED, CreditKind.RELEASED]
    assert await kinds(counter, booking) == expected
    assert (await counter.left(pack), await counter.kept(pack), await counter.credit()) == (4, 20_000, 0)


async def test_a_part_decided_by_staff_is_credit(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await goes_to(counter, booking.ends_at + HOUR)
    await _objects(counter, booking)
    await _decides(counter, booking, Money(1_000, "USD"))
    assert (await counter.left(pack), await counter.credit(), await counter.held(booking)) == (3, 1_000, 0)


async def test_by_hand_all_of_a_settled_session_is_back_in_the_pack_once(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await goes_to(counter, booking.ends_at + 4 * DAY)
    await _gives(counter, booking, booking.price, "one")
    assert (await counter.left(pack), await counter.kept(pack), await counter.credit()) == (4, 20_000, 0)
    with pytest.raises(Conflict):
        await _gives(counter, booking, booking.price, "two")
    await is_conserved(counter)


async def test_what_is_left_after_a_part_is_no_session(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await _gives(counter, booking, Money(1_000, "USD"), "one")
    quote = await calls_off(counter, booking)
    assert (quote.back, quote.amount.amount) == (Back.WALLET, EACH - 1_000)
    assert (await counter.left(pack), await counter.credit()) == (3, EACH)


# --- or money -----------------------------------------------------------------------------------


async def test_who_would_rather_pay_keeps_the_session_and_the_time(counter: Counter) -> None:
    pack = await counter.buys()
    held = await _taps(counter)
    paid = await counter.db.write(_pays_by, counter, held, Means.MONEY)
    assert (paid.pack_id, paid.amount, paid.starts_at) == (None, 6_000, held.starts_at)
    assert paid.hold_until == held.hold_until
    assert (await counter.left(pack), await counter.state(held)) == (4, BookingState.CANCELED)
    back = await counter.db.write(_pays_by, counter, paid, Means.PACK)
    assert (back.pack_id, back.amount, await counter.left(pack)) == (pack.id, EACH, 3)
    await is_conserved(counter)


async def test_the_same_choice_twice_is_one_hold(counter: Counter) -> None:
    await counter.buys()
    held = await _taps(counter)
    first = await counter.db.write(_pays_by, counter, held, Means.MONEY)
    assert (await counter.db.write(_pays_by, counter, held, Means.MONEY)).id == first.id


async def test_the_last_session_of_a_pack_can_be_chosen_again(counter: Counter) -> None:
    pack = await counter.buys()
    for number in range(3):
        await books(counter, TUESDAY_TEN + number * DAY)
    await counter.wait(MINUTE)
    held = await _taps(counter, TUESDAY_TEN + 3 * DAY)
    paid = await counter.db.write(_pays_by, counter, held, Means.MONEY)
    assert await counter.left(pack) == 1
    assert (await counter.db.write(_pays_by, counter, paid, Means.PACK)).pack_id == pack.id


async def test_what_does_not_pay_for_it_is_refused_and_the_time_stays(counter: Counter) -> None:
    held = await _taps(counter)
    for wanted in (Means.PACK, Means.PLAN):
        with pytest.raises(Conflict, match=r"booking\.other_means"):
            await counter.db.write(_pays_by, counter, held, wanted)
    assert await counter.state(held) is BookingState.HELD


async def test_once_the_terms_are_agreed_to_it_is_paid_as_they_say(counter: Counter) -> None:
    await counter.buys()
    paid = await counter.db.write(_pays_by, counter, await _taps(counter), Means.MONEY)
    await counter.db.write(cast.agree, paid, now=counter.now)
    with pytest.raises(Conflict, match=r"booking\.other_means"):
        await counter.db.write(_pays_by, counter, paid, Means.PACK)


async def test_nobody_else_chooses_for_them(counter: Counter) -> None:
    await counter.buys()
    held = await _taps(counter)

    def choose(session: Session) -> None:
        found, dora = diary.find(session, held.id), cast.here(session, counter.dora)
        holds.pay_by(session, found, dora, Means.MONEY, now=counter.now)

    with pytest.raises(NotFound):
        await counter.db.write(choose)


async def _taps(counter: Counter, at: datetime = TUESDAY_TEN) -> Booking:
    """On a time; nothing is agreed to yet."""
    return await counter.db.write(cast.hold, counter.troupe.ben, counter.troupe.ana, at, now=counter.now)


def _pays_by(session: Session, counter: Counter, booking: Booking, wanted: Means) -> Booking:
    ana = cast.here(session, counter.troupe.ana)
    return holds.pay_by(session, diary.find(session, booking.id), ana, wanted, now=counter.now)


# --- moving -------------------------------------------------------------------------------------


async def test_a_move_finds_nothing_after_the_end_of_the_pack(counter: Counter) -> None:
    await counter.buys()
    booking = await books(counter, TUESDAY_TEN + DAY)
    until = TUESDAY_TEN + 2 * DAY
    await _ends(counter, until)
    opening = await counter.db.read(moving.opening_for, booking, now=counter.now)
    assert max(opening.ahead(60).times) == until
    late = opening.free(60, Span(until + DAY, until + DAY + MINUTE))
    assert (late.times, late.why_not) == ((), Reason.PACK_ENDS)


async def test_a_session_is_not_moved_beyond_the_end_of_its_pack(counter: Counter) -> None:
    await counter.buys()
    booking = await books(counter, TUESDAY_TEN + DAY)
    await _ends(counter, TUESDAY_TEN + 2 * DAY)
    with pytest.raises(Conflict) as refused:
        await counter.db.write(_moves, counter, booking, TUESDAY_TEN + 3 * DAY)
    assert refused.value.key == "move.pack_ends"
    assert refused.value.facts["until"] == TUESDAY_TEN + 2 * DAY
    with pytest.raises(Conflict, match=r"move\.pack_ends"):
        await counter.db.write(_proposes, counter, booking, TUESDAY_TEN + 3 * DAY)
    await counter.db.write(_moves, counter, booking, TUESDAY_TEN + 2 * DAY)
    assert (await counter.booking(booking)).starts_at == TUESDAY_TEN + 2 * DAY
    assert await kinds(counter, booking) == [CreditKind.RESERVED]


# --- completing ---------------------------------------------------------------------------------


async def test_the_mentor_completes_it_and_twice_takes_one_session(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    await goes_to(counter, TUESDAY_TEN + 5 * MINUTE)
    assert await completes(counter, booking)
    assert not await completes(counter, booking)
    done = await counter.booking(booking)
    assert (done.state, done.outcome) == (BookingState.COMPLETED, "completed")
    assert done.stands_at == done.ends_at + 72 * HOUR
    assert (await kinds(counter, booking)).count(CreditKind.CAPTURED) == 1
    assert await counter.left(pack) == 3
    await counter.wait(4 * DAY)
    assert not await completes(counter, booking, Who.STAFF)


async def test_any_booking_is_completed_and_its_student_may_object(counter: Counter) -> None:
    booking = await counter.hold()
    counter.bank.pay(await counter.page(booking))
    await counter.post_all()
    await goes_to(counter, TUESDAY_TEN)
    assert await completes(counter, booking, Who.STAFF)
    await _objects(counter, booking)
    assert await counter.state(booking) is BookingState.DISPUTED


async def test_nobody_completes_it_before_it_begins_nor_who_learns_nor_a_stranger(counter: Counter) -> None:
    await counter.buys()
    booking = await books(counter)
    with pytest.raises(Conflict, match=r"complete\.early"):
        await completes(counter, booking)
    await goes_to(counter, TUESDAY_TEN)
    with pytest.raises(Forbidden):
        await completes(counter, booking, Who.STUDENT)

    def by_a_stranger(session: Session) -> bool:
        dora = cast.here(session, counter.dora)
        return completing.complete(session, diary.find(session, booking.id), dora, now=counter.now)

    with pytest.raises(NotFound):
        await counter.db.write(by_a_stranger)


async def test_what_came_to_another_end_is_not_completed(counter: Counter) -> None:
    booking = await books(counter)
    with pytest.raises(Conflict, match=r"booking\.is_held"):
        await completes(counter, booking)


async def test_those_of_today_are_offered_to_the_mentor_and_to_staff(counter: Counter) -> None:
    await counter.buys()
    booking, later = await books(counter), await books(counter, TUESDAY_TEN + DAY)
    await goes_to(counter, TUESDAY_TEN + MINUTE)

    def offered(session: Session, person: Person) -> list[int]:
        midnight = TUESDAY_TEN.replace(hour=0)
        place = counter.troupe.community.id
        found = completing.begun(session, cast.here(session, person), place, midnight, now=counter.now)
        return [each.id for each in found]

    for person in (counter.troupe.ben_himself, counter.troupe.hana):
        assert await counter.db.read(offered, person) == [booking.id]
    assert await counter.db.read(offered, counter.troupe.ana) == []
    await completes(counter, booking)
    await goes_to(counter, TUESDAY_TEN + 10 * HOUR)
    assert await counter.db.read(offered, counter.troupe.ben_himself) == [booking.id]
    assert later.state is BookingState.CONFIRMED


async def test_what_a_card_says_of_the_pack(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await books(counter)
    share = await counter.db.read(lambda s: prepaying.share(s, diary.find(s, booking.id)))
    assert share is not None
    assert (share.code, share.left, share.total, share.is_back) == (pack.code, 3, 4, False)
    await calls_off(counter, booking)
    share = await counter.db.read(lambda s: prepaying.share(s, diary.find(s, booking.id)))
    assert share is not None
    assert (share.left, share.is_back) == (4, True)


# --- what the stories above are made of ---------------------------------------------------------


async def _ends(counter: Counter, at: datetime) -> None:
    """The pack ends then."""

    def end(session: Session) -> None:
        for pack in session.query(Pack):
            pack.expires_at = at

    await counter.db.write(end)


async def _is_there(counter: Counter, booking: Booking, who: Who) -> None:
    await goes_to(counter, booking.starts_at)

    def here(session: Session) -> None:
        found = diary.find(session, booking.id)
        attendance.check_in(session, found, _actor(session, counter, found, who), now=counter.now)

    await counter.db.write(here)


async def _objects(counter: Counter, booking: Booking) -> None:
    def object(session: Session) -> None:
        ana = cast.here(session, counter.troupe.ana)
        disputes.object(session, diary.find(session, booking.id), ana, "It was not so", now=counter.now)

    await counter.db.write(object)


async def _decides(counter: Counter, booking: Booking, refund: Money) -> None:
    def decide(session: Session) -> None:
        found, hana = diary.find(session, booking.id), cast.here(session, counter.troupe.hana)
        dispute = disputes.require_open(session, found)
        disputes.resolve(session, dispute, hana, refund=refund, note="Heard both", now=counter.now)

    await counter.db.write(decide)


async def _gives(counter: Counter, booking: Booking, money: Money, act: str) -> None:
    def give(session: Session) -> None:
        found, hana = diary.find(session, booking.id), cast.here(session, counter.troupe.hana)
        handing.give(session, found, hana, money, "Kindness", act, now=counter.now)

    await counter.db.write(give)


def _asks_first(session: Session, counter: Counter) -> None:
    ben = cast.here(session, counter.troupe.ben)
    himself = cast.here(session, counter.troupe.ben_himself)
    mentors.ask_first(session, ben, himself, asks=True, now=counter.now)


def _answers(session: Session, counter: Counter, booking: Booking, *, yes: bool) -> None:
    found, ben = diary.find(session, booking.id), cast.here(session, counter.troupe.ben_himself)
    if yes:
        requests.accept(session, found, ben, now=counter.now)
    else:
        requests.decline(session, found, ben, "Not my field", now=counter.now)


def _proposes(session: Session, counter: Counter, booking: Booking, at: datetime) -> None:
    ben = cast.here(session, counter.troupe.ben_himself)
    proposals.propose(session, diary.find(session, booking.id), ben, [at], "", now=counter.now)


def _moves(session: Session, counter: Counter, booking: Booking, at: datetime) -> None:
    hana = cast.here(session, counter.troupe.hana)
    moving.move(session, diary.find(session, booking.id), Who.STAFF, hana, at, now=counter.now)


def _is_worth_nothing(session: Session, pack: Pack) -> None:
    """All of its money is shared out, as if it had been given for nothing."""
    funding.settle(session, packs.find(session, pack.id), now=TUESDAY_TEN)


async def _is_offered(counter: Counter) -> Booking:
    """Ana waits for a day on which Dora has the only time, and Dora lets it go."""
    day = TUESDAY_TEN + DAY

    def narrow(session: Session) -> None:
        cast.open_up(session, counter.troupe.ben, hours=[(600, 660)])

    await counter.db.write(narrow)
    held = await counter.db.write(cast.hold, counter.troupe.ben, counter.dora, day, now=counter.now)

    def wait(session: Session) -> None:
        ben, ana = cast.here(session, counter.troupe.ben), cast.here(session, counter.troupe.ana)
        waitlist.join(session, ben, ana, 60, now=counter.now, day=day.date())

    await counter.db.write(wait)
    await counter.db.write(cast.release, held, now=counter.now)

    def offered(session: Session) -> Booking:
        ana = counter.troupe.ana.id
        [found] = diary.of_student(session, ana, now=counter.now)
        return found

    return await counter.db.read(offered)
