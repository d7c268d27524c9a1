"""A time that the waitlist held and that was claimed, paid for by other means: it stays the claim's own."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from adapters.database import Database
from core.booking import claims, diary, holds, waiting, waitlist
from core.booking.life import Booking, BookingState, Origin
from core.booking.means import Means
from core.booking.waiting import EntryState
from core.errors import Conflict
from tests import cast
from tests.cast import HOUR, MINUTE, TUESDAY_TEN
from tests.core.prepaid.counter import Counter

pytestmark = pytest.mark.anyio
WEDNESDAY_TEN = TUESDAY_TEN + timedelta(days=1)


@pytest.fixture
async def counter(db: Database) -> Counter:
    """Ana has a pack of four with Ben, who is open from ten to eleven."""
    counter = await Counter.open(db)
    await counter.buys()
    await counter.db.write(lambda s: cast.open_up(s, counter.troupe.ben, hours=[(600, 660)]))
    return counter


@pytest.fixture
async def claimed(counter: Counter) -> Booking:
    """Ana waited for Wednesday, Dora let it go, and Ana took it."""
    ben, held = counter.troupe.ben, await counter.hold(counter.dora, at=WEDNESDAY_TEN)

    def wait(session: Session) -> None:
        ana, day = cast.here(session, counter.troupe.ana), WEDNESDAY_TEN.date()
        waitlist.join(session, cast.here(session, ben), ana, 60, now=counter.now, day=day)

    await counter.db.write(wait)
    await counter.db.write(cast.release, held, now=counter.now)
    [offered] = await counter.db.read(diary.of_student, counter.troupe.ana.id, now=counter.now)
    return await takes(counter, offered)


async def takes(counter: Counter, offered: Booking) -> Booking:
    def claim(session: Session) -> Booking:
        found, ana = diary.find(session, offered.id), cast.here(session, counter.troupe.ana)
        return claims.claim(session, found, ana, now=counter.now)

    return await counter.db.write(claim)


async def pays_by(counter: Counter, held: Booking, wanted: Means) -> Booking:
    def choose(session: Session) -> Booking:
        ana = cast.here(session, counter.troupe.ana)
        return holds.pay_by(session, diary.find(session, held.id), ana, wanted, now=counter.now)

    return await counter.db.write(choose)


async def test_a_tap_elsewhere_does_not_move_a_claimed_time_that_money_pays(
    counter: Counter, claimed: Booking
) -> None:
    paid = await pays_by(counter, claimed, Means.MONEY)
    await counter.hold(at=TUESDAY_TEN)
    assert await counter.state(paid) is BookingState.HELD
    assert (paid.origin, paid.hold_until) == (Origin.WAITLIST, claimed.hold_until)


async def test_the_means_of_a_claimed_time_can_be_changed_back_and_the_same_tap_changes_nothing(
    counter: Counter, claimed: Booking
) -> None:
    paid = await pays_by(counter, claimed, Means.MONEY)
    assert (await pays_by(counter, claimed, Means.MONEY)).id == paid.id
    again = await pays_by(counter, paid, Means.PACK)
    assert (again.pack_id, again.origin) == (claimed.pack_id, Origin.WAITLIST)


async def test_an_old_tap_on_the_offer_finds_the_time_as_it_is_held_now(
    counter: Counter, claimed: Booking
) -> None:
    paid = await pays_by(counter, claimed, Means.MONEY)
    assert (await takes(counter, claimed)).id == paid.id
    with pytest.raises(Conflict, match=r"booking\.is_held"):
        await counter.db.write(_declines, counter, claimed)


async def test_once_it_lapses_it_is_told_as_taken_and_not_paid(counter: Counter, claimed: Booking) -> None:
    paid = await pays_by(counter, claimed, Means.MONEY)
    assert not await counter.db.read(lambda s: waiting.is_unclaimed(s, diary.find(s, paid.id)))
    await counter.wait(HOUR)
    assert await counter.state(paid) is BookingState.EXPIRED
    entry = await counter.db.read(lambda s: waiting.of_offer(s, diary.find(s, paid.id)))
    assert entry.state is EntryState.SERVED


async def test_a_claim_that_has_lapsed_is_paid_by_nothing_else(counter: Counter, claimed: Booking) -> None:
    await counter.wait(15 * MINUTE)
    with pytest.raises(Conflict):
        await pays_by(counter, claimed, Means.MONEY)


def _declines(session: Session, counter: Counter, offered: Booking) -> None:
    claims.decline(
        session, diary.find(session, offered.id), cast.here(session, counter.troupe.ana), now=counter.now
    )
