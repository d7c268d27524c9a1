"""What somebody could turn a plan into, and what a hand at the bank could: no minute is had twice for nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import Conflict
from core.messages import notices
from core.messages.outbox import Notice
from core.money import Money
from core.plans import plans, renewals
from core.plans.subscriptions import Subscription, SubscriptionState
from core.ports import SubscriptionLook, SubscriptionStatus
from tests.cast import MONDAY
from tests.core.prepaid.club import FREE, PREMIUM, PRO, SOME_FREE, Club, refused

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ACTIVE, PAST_DUE, ENDED = SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE, SubscriptionState.ENDED


async def told(club: Club, kind: str) -> list[Notice]:
    await club.db.write(notices.fan_out, now=club.now)
    found = select(Notice).where(Notice.kind == kind).order_by(Notice.id)
    return await club.db.read(lambda s: list(s.scalars(found)))


async def taken(club: Club, subscription: Subscription, look: SubscriptionLook) -> renewals.Taken:
    seen = (await club.subscription(subscription)).looks
    return await club.db.write(renewals.take_in, subscription.id, look, seen=seen, now=club.now)


# --- to and fro -----------------------------------------------------------------------------------


async def test_one_for_nothing_turns_into_another_and_what_is_used_stays_used(club: Club) -> None:
    starter, free = await club.offers(replace(SOME_FREE, minutes=60)), await club.offers(FREE)
    first = await club.has(starter)
    await club.books(MONDAY + DAY)
    for plan in (free, starter, free, starter):
        again = await club.has(plan)
        assert (again.id, again.name, await club.left(again)) == (first.id, plan.name, 0)
    await club.waits(days=31)
    assert await club.left(first) == 60


async def test_going_back_and_forth_between_plans_brings_no_minutes(club: Club, pro: Subscription) -> None:
    dear = await club.offers(replace(PRO, name="Dear", price=Money(6_900, "USD")))
    gold = await club.offers(replace(PREMIUM, name="Gold", price=Money(7_900, "USD")))
    await club.changes(pro, await club.offers(PREMIUM))
    for hours in range(3):
        await club.books(MONDAY + DAY + 2 * hours * HOUR)
    await club.changes(pro, dear)
    assert await club.left(pro) == 0
    await club.changes(pro, gold)
    assert await club.left(pro) == 120


async def test_who_has_used_more_than_a_cheaper_plan_includes_waits_for_the_next_month(club: Club) -> None:
    premium, pro = await club.has(await club.offers(PREMIUM)), await club.offers(PRO)
    for hours in range(3):
        await club.books(MONDAY + DAY + 2 * hours * HOUR)
    with pytest.raises(Conflict) as refusal:
        await club.changes(premium, pro)
    assert (refusal.value.key, repr(refusal.value.facts["used"])) == ("plan.used_more", "180")
    assert premium.period_end is not None
    await club.waits(seconds=(premium.period_end - club.now).total_seconds() + 90)
    assert (await club.changes(premium, pro)).name == "Pro"
    assert await club.left(premium) == 120


async def test_a_plan_without_minutes_begins_each_month_anew(club: Club, pro: Subscription) -> None:
    """What was used last month is not counted when the plan changes this month."""
    for hours in range(2):
        await club.books(MONDAY + DAY + 2 * hours * HOUR)
    none = await club.offers(replace(PRO, name="None", minutes=0, price=Money(3_000, "USD")))
    await club.changes(pro, none)
    assert pro.period_end is not None
    await club.waits(seconds=(pro.period_end - club.now).total_seconds() + 90)
    await club.changes(pro, await club.offers(PREMIUM))
    assert await club.left(pro) == 300


async def test_the_last_hour_of_a_month_brings_no_month_of_minutes(club: Club, pro: Subscription) -> None:
    assert pro.period_end is not None
    await club.waits(seconds=(pro.period_end - HOUR - club.now).total_seconds())
    await club.changes(pro, await club.offers(PREMIUM))
    assert await club.house() < 2_900 + 10
    assert await club.left(pro) == 120


async def test_who_changes_to_and_fro_has_what_was_paid_for(club: Club) -> None:
    premium, pro = await club.has(await club.offers(PREMIUM)), await club.offers(PRO)
    await club.books(MONDAY + DAY)
    await club.waits(days=15)
    await club.changes(premium, pro)
    assert 240 - 95 < await club.left(premium) < 240 - 85
    await club.changes(premium, await club.db.read(plans.find, premium.plan_id))
    assert await club.left(premium) == 240


async def test_a_change_that_is_refused_when_the_bank_answers_at_last_is_told(
    club: Club, pro: Subscription
) -> None:
    premium = await club.offers(PREMIUM)
    club.line.is_down = True
    assert await refused(club.changes(pro, premium)) == "plan.change_down"
    await club.bank.plans.stop(pro.ref or "", key="at the bank")
    club.line.is_down = False
    await club.waits(minutes=1)
    assert "plan.not_changed" in await club.events()
    assert (await club.subscription(pro)).wish == {}


# --- not paid -------------------------------------------------------------------------------------


async def test_a_plan_whose_month_is_not_paid_ends_at_once(club: Club, pro: Subscription) -> None:
    await club.fails_next(pro)
    await club.waits(days=31)
    assert (await club.ends(pro)).state is ENDED
    assert (await club.bank.plans.look_up(pro.ref or "")).status == "ended"
    other = await club.has(await club.offers(PREMIUM))
    assert other.state is ACTIVE


async def test_one_that_was_paid_meanwhile_keeps_its_month_when_it_is_ended(
    club: Club, pro: Subscription
) -> None:
    await club.fails_next(pro)
    await club.waits(days=31)
    await club.bank.plans.pay_due(pro.ref or "")
    ended = await club.ends(pro)
    assert (ended.state, ended.ends_at_period_end) == (ACTIVE, True)


async def test_just_before_a_grace_is_over_the_bank_is_asked_once_more(club: Club, pro: Subscription) -> None:
    await club.fails_next(pro)
    await club.waits(days=31)
    owed = await club.subscription(pro)
    assert owed.grace_until is not None
    await club.bank.plans.pay_due(pro.ref or "")
    looked = owed
    while (due := looked.check_at) and due < owed.grace_until and looked.state is PAST_DUE:
        await club.waits(seconds=(due - club.now).total_seconds())
        looked = await club.subscription(pro)
    assert (looked.state, club.now < owed.grace_until) == (ACTIVE, True)


async def test_the_end_of_a_grace_is_told_at_its_moment_and_only_if_nobody_has_paid(
    club: Club, pro: Subscription
) -> None:
    await club.fails_next(pro)
    await club.waits(days=31)
    [notice] = await told(club, "plan_paused")
    assert notice.due_at == (await club.subscription(pro)).grace_until
    assert await club.db.read(notices.stale, notice, now=club.now) == "in grace"
    assert await club.db.read(notices.stale, notice, now=notice.due_at) == ""
    await club.pays_due(pro)
    assert await club.db.read(notices.stale, notice, now=notice.due_at) == "active"


async def test_a_first_month_that_nobody_heard_of_still_begins_the_plan(club: Club) -> None:
    """The house slept for a month, and the next one was not paid."""
    pending = await club.subscribes(await club.offers(PRO))
    await club.bank.pay(pending.link or "")
    await club.bank.plans.fail_next(pending.link or "")
    club.clock.move(timedelta(days=32))
    await club.waits(hours=1)
    found = await club.subscription(pending)
    assert (found.state, await club.events()) == (PAST_DUE, ["plan.started", "plan.payment_failed"])


# --- what a hand at the dashboard does -------------------------------------------------------------


async def test_a_plan_that_is_none_of_the_community_changes_nothing_and_staff_is_told(
    club: Club, pro: Subscription
) -> None:
    look = await club.bank.plans.look_up(pro.ref or "")
    for _ in range(2):
        assert await taken(club, pro, replace(look, plan="N0TK0WN")) is renewals.Taken.IN
    assert (await club.subscription(pro)).name == "Pro"
    assert await club.events() == ["plan.started", "plan.flagged"]


async def test_a_price_that_was_changed_there_is_the_price(club: Club, pro: Subscription) -> None:
    look = await club.bank.plans.look_up(pro.ref or "")
    await taken(club, pro, replace(look, price=Money(1_900, "USD")))
    assert (await club.subscription(pro)).price == Money(1_900, "USD")


async def test_a_copy_that_bears_our_name_is_not_taken_in(club: Club, pro: Subscription) -> None:
    look = await club.bank.plans.look_up(pro.ref or "")
    copy = replace(look, ref="sbs_copy", status=SubscriptionStatus.ENDED, link="")
    assert await taken(club, pro, copy) is renewals.Taken.IN
    found = await club.subscription(pro)
    assert (found.state, found.ref) == (ACTIVE, pro.ref)


async def test_what_was_due_within_the_month_and_is_paid_is_told(club: Club, pro: Subscription) -> None:
    look = await club.bank.plans.look_up(pro.ref or "")
    await taken(club, pro, replace(look, status=SubscriptionStatus.PAST_DUE, is_paid=False))
    await taken(club, pro, look)
    assert (await club.subscription(pro)).state is ACTIVE
    assert (await club.events())[-1] == "plan.settled"
    assert await club.left(pro) == 120
