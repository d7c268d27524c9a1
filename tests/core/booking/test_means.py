"""What pays for a session: a pack, minutes of a plan, or money; what comes by itself, and what one may choose."""

import pytest
from sqlalchemy.orm import Session

from adapters.database import Database
from core.booking import diary, holds, means
from core.booking.life import Booking
from core.booking.means import Means, Offer
from core.errors import Conflict
from core.money import Money
from core.plans.subscriptions import Subscription
from core.prepaid.packs import Pack
from tests import cast
from tests.cast import TUESDAY_TEN
from tests.core.plans.test_plan_benefits import DAY, free_times
from tests.core.prepaid import sold
from tests.core.prepaid.club import PRO, Club

pytestmark = pytest.mark.anyio


@pytest.fixture
async def club(db: Database) -> Club:
    return await Club.open(db)


@pytest.fixture
async def pro(club: Club) -> Subscription:
    """120 minutes a month, a tenth off, a day before others."""
    return await club.has(await club.offers(PRO))


@pytest.fixture
async def pack(club: Club) -> Pack:
    """Four sessions of an hour with Ben."""
    return await club.db.write(sold.buy, club.troupe)


async def offered(club: Club, minutes: int = 60) -> tuple[Offer, ...]:
    ben, ana, price = club.troupe.ben, club.troupe.ana, Money(6_000 * minutes // 60, "USD")
    return await club.db.read(means.offered, ben, ana.id, minutes, price, now=club.now)


async def pays_by(club: Club, held: Booking, wanted: Means) -> Booking:
    def choose(session: Session) -> Booking:
        ana = cast.here(session, club.troupe.ana)
        return holds.pay_by(session, diary.find(session, held.id), ana, wanted, now=club.now)

    return await club.db.write(choose)


async def taps(club: Club) -> Booking:
    return await club.db.write(cast.hold, club.troupe.ben, club.troupe.ana, TUESDAY_TEN, now=club.now)


async def test_what_was_paid_ahead_comes_first_and_money_always_works(
    club: Club, pro: Subscription, pack: Pack
) -> None:
    found = await offered(club)
    assert [offer.means for offer in found] == [Means.PACK, Means.PLAN, Means.MONEY]
    assert [offer.means for offer in await offered(club, 30)] == [Means.PLAN, Means.MONEY]


async def test_money_is_what_is_said_with_the_plans_discount(club: Club, pro: Subscription) -> None:
    *_ahead, money = await offered(club)
    paid = await pays_by(club, await taps(club), Means.MONEY)
    assert paid.price == money.price < Money(6_000, "USD")
    assert (paid.included, await club.left(pro)) == (0, 120)


async def test_each_of_the_three_can_be_chosen_in_turn(club: Club, pro: Subscription, pack: Pack) -> None:
    held = await taps(club)
    assert means.of(held) is Means.PACK
    held = await pays_by(club, held, Means.PLAN)
    assert (held.pack_id, held.included, await club.left(pro)) == (None, 60, 60)
    held = await pays_by(club, held, Means.MONEY)
    assert (means.of(held), await club.left(pro)) == (Means.MONEY, 120)
    held = await pays_by(club, held, Means.PACK)
    assert held.pack_id == pack.id


async def test_a_plan_that_has_too_few_minutes_is_not_offered(club: Club, pro: Subscription) -> None:
    held = await pays_by(club, await taps(club), Means.MONEY)
    assert [offer.means for offer in await offered(club, 180)] == [Means.MONEY]
    await club.db.write(lambda s: setattr(cast.here(s, club.troupe.ben), "paused_at", club.now))
    with pytest.raises(Conflict, match=r"booking\.other_means"):
        await pays_by(club, held, Means.PLAN)


async def test_a_member_books_with_the_pack_before_others_too(
    club: Club, pro: Subscription, pack: Pack
) -> None:
    horizon = club.now + club.troupe.community.policy.horizon
    earlier = await free_times(club, club.troupe.ana.id, horizon)
    late = next(start for start in earlier if start > horizon)
    assert late <= horizon + DAY
    booked = await club.db.write(cast.hold, club.troupe.ben, club.troupe.ana, late, now=club.now)
    assert booked.pack_id == pack.id
