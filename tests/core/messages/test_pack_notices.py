"""Who hears of packs and seats, and what is not said any more once it is over."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from adapters.database import Database
from core.messages import manners, notices, preferences
from core.messages.outbox import Notice
from core.messages.preferences import Topic
from core.payments import funding
from core.people import mentorship
from core.people.people import Person
from core.prepaid import caring, credits, packs, reminding, returning, seats, selling, tenure
from core.prepaid.packs import Pack
from core.prepaid.reminding import Told
from tests import cast
from tests.cast import HOUR, MINUTE, TUESDAY_TEN
from tests.core.messages.desk import planned
from tests.core.prepaid.counter import Counter

pytestmark = pytest.mark.anyio
NIGHT = timedelta(hours=14)
"""From nine in the morning to eleven in the evening."""


@pytest.fixture
async def counter(db: Database) -> Counter:
    return await Counter.open(db)


async def told(counter: Counter, who: Person) -> dict[str, Notice]:
    """What is planned for somebody by kind, once all that has happened was told; of one kind the latest."""
    while await counter.db.write(notices.fan_out, now=counter.now):
        pass
    found = await counter.db.read(planned, who.id)
    return {name.partition("/")[0]: notice for name, notice in found.items()}


async def why_stale(counter: Counter, notice: Notice, now: datetime | None = None) -> str:
    return await counter.db.read(notices.stale, notice, now=now or counter.now)


async def uses(counter: Counter, pack: Pack, sessions: int) -> None:
    """So many sessions are booked, one after the other, and take place."""
    gone = 4 - await counter.left(pack)
    for number in range(gone, gone + sessions):
        booking = await counter.hold(at=TUESDAY_TEN + number * 2 * HOUR)

        def take_place(session: Session, booking_id: int = booking.id) -> None:
            credits.capture(session, packs.find(session, pack.id), booking_id, now=counter.now)
            tenure.follow(session, pack.mentor_id, pack.student_id, now=counter.now)

        await counter.db.write(take_place)
        counter.clock.move(2 * MINUTE)


async def adjusts(counter: Counter, pack: Pack, by: int) -> None:
    def act(session: Session) -> None:
        hana = cast.here(session, counter.troupe.hana)
        caring.adjust(session, packs.find(session, pack.id), hana, by, "As agreed.", now=counter.now)

    await counter.db.write(act)


async def test_both_hear_of_a_purchase_in_their_own_words(counter: Counter) -> None:
    pack = await counter.buys()
    assert "pack_bought" in await told(counter, counter.troupe.ana)
    mine = await told(counter, counter.troupe.ben_himself)
    assert "pack_sold" in mine
    assert "pack_bought" not in mine
    assert await why_stale(counter, mine["pack_sold"]) == ""
    assert mine["pack_sold"].subject_id == pack.id


async def test_the_last_session_but_one_is_followed_by_the_reminder_to_renew(counter: Counter) -> None:
    pack = await counter.buys()
    await uses(counter, pack, 2)
    assert "renewal" not in await told(counter, counter.troupe.ana)
    await uses(counter, pack, 1)
    mine = await told(counter, counter.troupe.ana)
    assert {"pack_low", "renewal"} <= mine.keys()
    assert await why_stale(counter, mine["renewal"]) == ""
    await counter.buys()
    assert await why_stale(counter, mine["renewal"]) == "renewed"
    assert await why_stale(counter, mine["pack_low"]) == "renewed"


async def test_grace_is_told_at_once_and_not_any_more_once_it_is_renewed(counter: Counter) -> None:
    pack = await counter.buys()
    await adjusts(counter, pack, -4)
    mine = await told(counter, counter.troupe.ana)
    grace = mine[manners.GRACE]
    assert (grace.due_at, grace.expires_at) == (counter.now, counter.now + 72 * HOUR)
    assert await why_stale(counter, grace) == ""
    await counter.buys()
    assert await why_stale(counter, grace) == "renewed"


async def test_both_are_warned_and_told_of_the_end(counter: Counter) -> None:
    ana, ben = counter.troupe.ana, counter.troupe.ben_himself
    pack = await counter.buys()
    await adjusts(counter, pack, -4)
    counter.clock.move(60 * HOUR)
    await counter.db.write(tenure.keep_due, now=counter.now)
    for who in (ana, ben):
        warning = (await told(counter, who))[manners.GRACE_WARNING]
        assert warning.due_at == counter.now
        assert await why_stale(counter, warning) == ""
    counter.clock.move(12 * HOUR)
    await counter.db.write(tenure.keep_due, now=counter.now)
    for who in (ana, ben):
        mine = await told(counter, who)
        assert "seat_released" in mine
        assert await why_stale(counter, mine[manners.GRACE_WARNING]) == "released"


async def test_a_renewal_makes_the_warning_untrue(counter: Counter) -> None:
    pack = await counter.buys()
    await adjusts(counter, pack, -4)
    counter.clock.move(60 * HOUR)
    await counter.db.write(tenure.keep_due, now=counter.now)
    warning = (await told(counter, counter.troupe.ana))[manners.GRACE_WARNING]
    await counter.buys()
    assert await why_stale(counter, warning) == "renewed"


async def test_a_seat_that_was_only_reserved_is_no_news(counter: Counter) -> None:
    await counter.reserves()
    await counter.wait(timedelta(minutes=20))
    mine = await told(counter, counter.troupe.ana)
    assert "pack_lapsed" in mine
    assert "seat_released" not in mine


async def test_who_waits_hears_of_the_seat_that_is_kept_for_them(counter: Counter) -> None:
    await counter.has_seats(1)
    pack = await counter.buys()
    wait = await counter.joins(counter.dora)
    await adjusts(counter, pack, -4)
    for span in (60 * HOUR, 12 * HOUR):
        counter.clock.move(span)
        await counter.db.write(tenure.keep_due, now=counter.now)
    offer = (await told(counter, counter.dora))[manners.SEAT_OFFER]
    assert offer.subject_id == wait.id
    assert offer.expires_at == counter.now + seats.OFFER
    assert await why_stale(counter, offer) == ""
    assert await why_stale(counter, offer, offer.expires_at + MINUTE) == "expired"


async def test_what_staff_does_is_told_with_its_reason_each_time(counter: Counter) -> None:
    pack = await counter.buys()
    await adjusts(counter, pack, 1)
    first = (await told(counter, counter.troupe.ana))["pack_adjusted"]
    await adjusts(counter, pack, 1)
    again = (await told(counter, counter.troupe.ana))["pack_adjusted"]
    assert first.id != again.id
    assert "pack_adjusted" in await told(counter, counter.troupe.ben_himself)
    assert "pack_adjusted" not in await told(counter, counter.troupe.hana)


async def test_a_refund_tells_of_its_credit_itself(counter: Counter) -> None:
    await counter.gives_credit(counter.troupe.ana, 20_000)
    pack = await counter.reserves()
    await counter.db.write(pay_by_wallet, pack, counter.now)

    def refund(session: Session) -> None:
        mine = packs.find(session, pack.id)
        quote = returning.quoted(session, mine, now=counter.now)
        hana = cast.here(session, counter.troupe.hana)
        returning.refund(session, mine, hana, quote, "As agreed.", now=counter.now)

    await counter.db.write(refund)
    mine = await told(counter, counter.troupe.ana)
    assert "pack_refunded" in mine
    assert "pack_credited" not in mine
    assert await counter.credit() == 20_000


def pay_by_wallet(session: Session, pack: Pack, now: datetime) -> None:
    mine = packs.find(session, pack.id)
    funding.spend(session, mine, lowest=None, now=now)
    selling.activate(session, mine, now=now)


async def ben_leaves(counter: Counter) -> None:
    def leave(session: Session) -> None:
        ben = cast.here(session, counter.troupe.ben)
        mentorship.leave(session, ben, cast.here(session, counter.troupe.ben_himself), now=counter.now)

    await counter.db.write(leave)


async def test_nobody_is_asked_to_renew_with_a_mentor_who_left(counter: Counter) -> None:
    pack = await counter.buys()
    await uses(counter, pack, 3)
    await adjusts(counter, pack, -1)
    mine = await told(counter, counter.troupe.ana)
    await ben_leaves(counter)
    for kind in ("renewal", manners.GRACE):
        assert await why_stale(counter, mine[kind]) == "the mentor left"


async def test_a_pack_that_is_paid_after_the_mentor_left_is_asked_about_at_once(counter: Counter) -> None:
    pack = await counter.reserves()
    await ben_leaves(counter)
    await counter.pays(pack)
    assert manners.MENTOR_LEFT in await told(counter, counter.troupe.ana)


async def test_students_of_a_mentor_who_left_are_asked_until_they_have_chosen(counter: Counter) -> None:
    pack = await counter.buys()
    await ben_leaves(counter)
    asked = (await told(counter, counter.troupe.ana))[manners.MENTOR_LEFT]
    assert asked.subject_id == pack.id
    assert await why_stale(counter, asked) == ""
    await adjusts(counter, pack, -4)
    assert await why_stale(counter, asked) == "settled"


async def test_what_is_said_out_of_turn_comes_besides_what_was_said_before(counter: Counter) -> None:
    pack = await counter.buys()
    first = (await told(counter, counter.troupe.ana))["pack_bought"]

    def again(session: Session) -> None:
        ben = cast.here(session, counter.troupe.ben_himself)
        reminding.tell(session, packs.find(session, pack.id), Told.PURCHASE, ben, now=counter.now)

    await counter.db.write(again)
    assert (await told(counter, counter.troupe.ana))["pack_bought"].id != first.id


async def test_reminders_to_renew_can_be_switched_off_and_a_seat_that_goes_cannot(counter: Counter) -> None:
    def switch(session: Session) -> None:
        ana = cast.here(session, counter.troupe.ana)
        preferences.switch(session, ana, Topic.PACKS, now=counter.now)

    await counter.db.write(switch)
    pack = await counter.buys()
    await uses(counter, pack, 3)
    await adjusts(counter, pack, -1)
    mine = await told(counter, counter.troupe.ana)

    def unwanted(session: Session, notice: Notice) -> str:
        wishes = preferences.of(session, counter.troupe.ana.id)
        return manners.unwanted(session, notice, wishes, now=counter.now)

    assert await counter.db.read(unwanted, mine["renewal"]) == "switched off"
    assert await counter.db.read(unwanted, mine[manners.GRACE]) == ""


async def test_a_seat_that_goes_is_told_at_night_too(counter: Counter) -> None:
    pack = await counter.buys()
    counter.clock.move(NIGHT)
    await adjusts(counter, pack, -4)
    mine = await told(counter, counter.troupe.ana)

    def waits(session: Session, notice: Notice) -> object:
        wishes = preferences.of(session, counter.troupe.ana.id)
        return manners.wait(session, notice, wishes, now=counter.now)

    assert await counter.db.read(waits, mine[manners.GRACE]) is None
    assert await counter.db.read(waits, mine["pack_adjusted"]) is not None
