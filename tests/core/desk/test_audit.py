"""The story of a booking: complete, in order, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from adapters.database import Database
from bot.letters import WRITERS
from core.booking import diary
from core.booking.life import Booking
from core.desk import audit, register
from core.desk.audit import Line, Source
from core.desk.register import Asked
from core.errors import NotFound
from core.messages import notices
from core.messages.dispatch import deliver_due
from tests import cast
from tests.cast import TUESDAY_TEN
from tests.core.booking.shop import PRICE, Shop
from tests.core.booking.test_attendance import after, paid, until
from tests.core.booking.test_disputes import HALF, decides, objects
from tests.core.messages.desk import Chat, compose
from tests.core.messages.test_conversations import carry, says, tell

pytestmark = pytest.mark.anyio
OF_NO_BOOKING = frozenset(
    {
        *("application", "approved", "rejected", "entered", "joined", "agenda"),
        *("warned", "paused", "paused_staff", "resumed"),
        *("offer", "waitlist_silent", "undelivered"),
        *("pack_bought", "pack_sold", "pack_low", "renewal", "pack_ending", "pack_expired", "pack_lapsed"),
        *("pack_adjusted", "pack_extended", "pack_transferred", "pack_refunded", "pack_credited"),
        *("mentor_left", "seat_grace", "seat_warning", "seat_released", "seat_offer", "seat_silent"),
        "seat_line_over",
        *("roles_repaired", "roles_stuck", "role_refused"),
        *("plan_started", "plan_renewed", "plan_changed", "plan_not_changed", "plan_payment_failed"),
        *("plan_paused", "plan_settled"),
        *(
            "plan_will_end",
            "plan_goes_on",
            "plan_ended",
            "plan_refunded",
            "plan_trouble",
            "plan_refund_failed",
        ),
    }
)


@pytest.fixture
async def shop(db: Database) -> Shop:
    return await Shop.open(db)


async def story(shop: Shop, booking: Booking) -> list[Line]:
    return await shop.db.read(lambda s: audit.story(s, diary.find(s, booking.id)))


def keys(lines: list[Line], source: Source) -> list[str]:
    return [line.key for line in lines if line.source is source]


async def test_every_step_is_told_in_order(shop: Shop) -> None:
    booking = await paid(shop)
    await after(shop, booking, booking.student_id, booking.mentor_person_id)
    await objects(shop, booking, booking.student_id)
    await decides(shop, booking, HALF)
    await shop.tick()
    lines = await story(shop, booking)
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    events = keys(lines, Source.EVENT)
    for first, second in (
        ("booking.held", "payment.paid"),
        ("payment.paid", "booking.confirmed"),
        ("booking.confirmed", "booking.checked_in"),
        ("booking.checked_in", "booking.completed"),
        ("booking.completed", "booking.disputed"),
        ("booking.disputed", "booking.settled"),
        ("refund.wanted", "refund.succeeded"),
    ):
        assert events.index(first) < events.index(second), events
    assert "dispute.resolved" in events
    assert keys(lines, Source.BOOKS) == ["capture", "settle", "refund"]
    assert len(keys(lines, Source.WEBHOOK)) == 1
    assert {line.who for line in lines if line.key == "booking.checked_in"} == {"Ana", "Ben"}


async def test_the_books_are_told_by_account(shop: Shop) -> None:
    booking = await paid(shop)
    capture = next(line for line in await story(shop, booking) if line.source is Source.BOOKS)
    assert dict(capture.moves) == {"provider": PRICE, "held": -PRICE}


async def test_it_says_who_was_told_by_which_way_and_why_not(shop: Shop) -> None:
    await deliver_due(shop.db, {"discord": Chat()}, compose, now=shop.now)  # nothing else goes out at once
    booking = await paid(shop)
    door = Chat(lost={"discord:ben"})
    await deliver_due(shop.db, {"discord": door}, compose, now=shop.now)
    told = [line for line in await story(shop, booking) if line.source is Source.NOTICE]
    by_kind = {(line.key, line.who): line for line in told}
    confirmed, booked = by_kind["confirmed", "Ana"], by_kind["booked", "Ben"]
    assert (confirmed.facts["state"], confirmed.detail) == ("sent", "discord:direct")
    assert (booked.facts["state"], booked.problem) == ("dead", "50007")
    assert by_kind["reminder.60", "Ana"].facts["state"] == "waiting"
    assert by_kind["receipt", "Ana"].facts["state"] == "sent"


async def test_nothing_of_another_booking_is_in_it(shop: Shop) -> None:
    booking = await paid(shop)
    bea = await shop.db.write(cast.person, "Bea")
    other = await shop.hold(bea, at=TUESDAY_TEN + timedelta(hours=3))
    shop.bank.pay(await shop.page(other))
    await shop.post_all()
    while await shop.db.write(notices.fan_out, now=shop.now):
        pass
    for mine, hers in ((booking, "Bea"), (other, "Ana")):
        lines = await story(shop, mine)
        assert hers not in {line.who for line in lines}
        assert keys(lines, Source.BOOKS) == ["capture"]


async def test_a_code_is_known_in_its_own_community_only(shop: Shop) -> None:
    booking = await paid(shop)
    own = shop.troupe.community.id
    elsewhere, _host = await shop.db.write(lambda s: cast.community(s, "Study"))
    found = await shop.db.read(register.of_code, own, booking.code.lower())
    assert found.id == booking.id
    with pytest.raises(NotFound):
        await shop.db.read(register.of_code, elsewhere.id, booking.code)
    assert await shop.db.read(register.codes, elsewhere.id, "") == []
    assert len(await shop.db.read(register.codes, own, "an")) == 1


async def test_bookings_are_found_by_their_day_their_people_and_their_state(shop: Shop) -> None:
    booking = await paid(shop)
    own = shop.troupe.community.id

    def count(session: Session, asked: Asked) -> int:
        return register.bookings(session, own, asked, 0).count

    day = timedelta(days=1)
    for asked, expected in (
        (Asked(), 1),
        (Asked(student="an"), 1),
        (Asked(student="%"), 0),
        (Asked(code=booking.code[-5:]), 1),
        (Asked(mentor_id=booking.mentor_id + 1), 0),
        (Asked(state=booking.state), 0),
        (Asked(since=TUESDAY_TEN, until=TUESDAY_TEN + day), 1),
        (Asked(since=TUESDAY_TEN + day), 0),
        (Asked(until=TUESDAY_TEN), 0),
    ):
        assert await shop.db.read(count, asked) == expected, asked


async def test_a_page_that_is_none_is_the_last(shop: Shop) -> None:
    await paid(shop)
    found = await shop.db.read(register.bookings, shop.troupe.community.id, Asked(), 99)
    assert (found.page, len(found.entries)) == (0, 1)


async def test_every_kind_of_message_is_known_to_be_of_a_booking_or_of_none() -> None:
    of_booking = audit.BOOKING_KINDS | audit.PAYMENT_KINDS | audit.REVIEW_KINDS
    assert set(WRITERS) - of_booking == OF_NO_BOOKING


async def test_a_session_that_its_mentor_missed_and_a_message_that_found_no_way_are_in_their_own_story(
    shop: Shop,
) -> None:
    booking = await paid(shop)
    bea = await shop.db.write(cast.person, "Bea")
    other = await shop.db.write(cast.book, shop.troupe.ben, bea, TUESDAY_TEN + timedelta(days=1))
    await tell(shop.db, shop.now)
    await says(shop.db, booking, shop.troupe.ana, "Hello", now=shop.now)
    await carry(shop.db, Chat(gone={"discord:ben"}), now=shop.now)
    await after(shop, booking, booking.student_id)
    await until(shop, booking.ends_at + timedelta(hours=73))
    events = keys(await story(shop, booking), Source.EVENT)
    assert {"mentor.marked", "room.lost"} <= set(events)
    assert not {"mentor.marked", "room.lost"} & set(keys(await story(shop, other), Source.EVENT))
