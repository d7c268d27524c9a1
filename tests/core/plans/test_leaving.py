"""Who leaves the community pays no further month; who is only not answered for, or never was there, is left alone."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.chat import Reader, Screen
from core.messages import notices
from core.messages.outbox import Notice
from core.plans import leaving
from core.plans.subscriptions import Subscription, SubscriptionState
from core.ports import Presence, Rung, Undeliverable
from tests.core.prepaid.club import SOME_FREE, Club

pytestmark = pytest.mark.anyio
ANA = "discord:ana"


@dataclass
class Hall:
    """A platform that says who is inside, one at a time."""

    platform: str = "discord"
    inside: set[str] = field(default_factory=lambda: {ANA})
    asked: int = 0
    is_silent: bool = False

    async def deliver(self, rung: Rung, screen: Screen, reader: Reader, *, key: str, rings: bool) -> None:
        raise AssertionError("nothing is said here")

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None:
        raise AssertionError("nobody has a role here")

    def invitation(self, payload: str) -> str | None:
        return None

    async def is_there(self, place: str, account: str) -> bool:
        self.asked += 1
        if self.is_silent:
            raise Undeliverable("no answer", permanent=False)
        return account in self.inside


async def pass_days(club: Club, hall: Hall, days: int) -> None:
    """Both workers run, every hour."""
    assert isinstance(hall, Presence)
    for _ in range(24 * days):
        await leaving.look(club.db, {"discord": hall}, now=club.now)
        await club.waits(hours=1)


async def told(club: Club) -> list[str]:
    await club.db.write(notices.fan_out, now=club.now)
    return await club.db.read(lambda s: list(s.scalars(select(Notice.kind).order_by(Notice.id))))


async def test_who_has_left_keeps_the_month_that_is_paid_and_pays_no_other(
    club: Club, pro: Subscription
) -> None:
    hall = Hall()
    await pass_days(club, hall, 3)
    assert not (await club.subscription(pro)).ends_at_period_end
    hall.inside.clear()
    await pass_days(club, hall, 2)
    gone = await club.subscription(pro)
    assert (gone.ends_at_period_end, gone.was_there, gone.has_benefits(club.now)) == (True, False, True)
    assert (await told(club)).count("plan_will_end") == 1
    await pass_days(club, hall, 28)
    assert (await club.subscription(pro)).state is SubscriptionState.ENDED
    assert len((await club.bank.plans.look_up(pro.ref or "")).invoices) == 1


async def test_who_leaves_on_the_last_day_is_not_billed_either(club: Club, pro: Subscription) -> None:
    hall = Hall()
    await pass_days(club, hall, 29)
    assert pro.period_end is not None
    club.clock.move(pro.period_end - timedelta(hours=3) - club.now)
    await leaving.look(club.db, {"discord": hall}, now=club.now)
    hall.inside.clear()
    await club.waits(hours=1, minutes=1)
    await leaving.look(club.db, {"discord": hall}, now=club.now)
    await club.waits(days=1)
    assert (await club.subscription(pro)).state is SubscriptionState.ENDED


async def test_a_bill_that_is_open_is_not_asked_for_any_more(club: Club, pro: Subscription) -> None:
    hall = Hall()
    await pass_days(club, hall, 1)
    await club.fails_next(pro)
    await club.waits(days=31)
    hall.inside.clear()
    await pass_days(club, hall, 1)
    assert (await club.subscription(pro)).state is SubscriptionState.ENDED
    assert (await club.bank.plans.look_up(pro.ref or "")).status == "ended"


async def test_who_keeps_the_plan_all_the_same_keeps_it_until_they_leave_again(
    club: Club, pro: Subscription
) -> None:
    hall = Hall()
    await pass_days(club, hall, 1)
    hall.inside.clear()
    await pass_days(club, hall, 2)
    await club.ends(pro, ends=False)
    await pass_days(club, hall, 3)
    assert not (await club.subscription(pro)).ends_at_period_end
    hall.inside.add(ANA)
    await pass_days(club, hall, 2)
    hall.inside.clear()
    await pass_days(club, hall, 2)
    assert (await club.subscription(pro)).ends_at_period_end


async def test_who_was_never_there_and_who_is_not_answered_for_has_not_left(
    club: Club, pro: Subscription
) -> None:
    await pass_days(club, Hall(inside=set()), 2)
    assert (await club.subscription(pro)).was_there is None
    hall = Hall()
    await pass_days(club, hall, 1)
    hall.inside.clear()
    hall.is_silent = True
    await pass_days(club, hall, 2)
    assert hall.asked <= 6
    assert not (await club.subscription(pro)).ends_at_period_end


async def test_nobody_looks_for_who_pays_nothing(club: Club) -> None:
    await club.has(await club.offers(SOME_FREE))
    assert await club.db.read(leaving.next_look) is None
