"""Monthly plans: begun once, renewed when paid, kept in grace, changed at once, ended in the end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import Invalid, NotFound
from core.money import Money
from core.payments import ledger
from core.plans import billing, minutes, months, plans, renewals, wishing
from core.plans.counter import Counter
from core.plans.minutes import MinuteKind
from core.plans.subscriptions import Subscription, SubscriptionState
from core.ports import ProviderRefused, SubscriptionLook
from tests import cast
from tests.cast import MONDAY
from tests.core.prepaid.club import FREE, PREMIUM, PRO, SOME_FREE, Club, refused

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
ACTIVE, PAST_DUE, ENDED = SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE, SubscriptionState.ENDED


# --- what staff offers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"name": " "}, "text.empty"),
        ({"name": "x" * 61}, "text.long"),
        ({"price": Money(20, "USD")}, "money.low"),
        ({"price": Money(-1, "USD")}, "money.negative"),
        ({"price": Money(900, "EUR")}, "money.currency"),
        ({"minutes": 3_001}, "plan.minutes"),
        ({"minutes": -1}, "plan.minutes"),
        ({"discount": 2_001}, "plan.discount"),
        ({"priority_hours": 169}, "plan.priority"),
    ],
)
async def test_a_plan_that_cannot_stand_is_refused(club: Club, changes: dict[str, object], key: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await club.offers(replace(PRO, **changes))  # type: ignore[arg-type]
    assert refusal.value.key == key


async def test_ten_plans_are_on_sale_at_most(club: Club) -> None:
    for number in range(10):
        last = await club.offers(replace(PRO, name=f"Plan {number}"))
    assert await refused(club.offers(PRO)) == "plan.many"
    await club.retires(last)
    await club.offers(PRO)


async def test_only_staff_manages_plans(club: Club) -> None:
    plan = await club.offers(PRO)
    with pytest.raises(NotFound):
        await club.db.write(
            lambda s: plans.retire(s, cast.here(s, plan), cast.here(s, club.troupe.ana), now=club.now)
        )


async def test_who_has_a_plan_keeps_what_they_subscribed_to(club: Club, pro: Subscription) -> None:
    await club.revises(pro.plan_id, replace(PRO, minutes=30))
    await club.waits(days=31)
    assert await club.left(pro) == 120


# --- the beginning --------------------------------------------------------------------------------


async def test_a_plan_begins_when_its_first_month_is_paid(club: Club) -> None:
    pending = await club.subscribes(await club.offers(PRO))
    assert (pending.state, pending.url[:9]) == (SubscriptionState.PENDING, "/sandbox/")
    await club.pays(pending)
    running = await club.subscription(pending)
    assert (running.state, running.period_end) == (ACTIVE, months.after(MONDAY, MONDAY))
    assert await club.left(running) == 120
    assert await club.house() == 2_900
    assert await club.events() == ["plan.started"]


async def test_the_same_wish_twice_is_one_subscription(club: Club) -> None:
    plan = await club.offers(PRO)
    first, again = await club.subscribes(plan), await club.subscribes(plan)
    assert (first.id, first.url) == (again.id, again.url)


async def test_a_page_that_nobody_pays_at_lapses(club: Club) -> None:
    pending = await club.subscribes(await club.offers(PRO))
    await club.waits(hours=3)
    assert (await club.subscription(pending)).state is SubscriptionState.LAPSED
    assert await club.events() == ["plan.lapsed"]


async def test_an_answer_that_was_lost_is_asked_for_again(club: Club) -> None:
    plan = await club.offers(PRO)
    club.line.loses_answers = True
    assert await refused(club.subscribes(plan)) == "plan.down"
    club.line.loses_answers = False
    await club.waits(minutes=2)
    again = await club.subscribes(plan)
    assert again.url
    await club.pays(again)
    assert (await club.subscription(again)).state is ACTIVE


async def test_choosing_another_plan_closes_the_page_of_the_first(club: Club) -> None:
    pro, premium = await club.offers(PRO), await club.offers(PREMIUM)
    first = await club.subscribes(pro)
    second = await club.subscribes(premium)
    assert (await club.subscription(first)).state is SubscriptionState.LAPSED
    page = await club.bank.pay(first.link or "")
    assert page.status == "expired"
    await club.pays(second)
    assert (await club.subscription(second)).state is ACTIVE


async def test_a_page_that_was_paid_meanwhile_is_not_closed(club: Club) -> None:
    pro, premium = await club.offers(PRO), await club.offers(PREMIUM)
    first = await club.subscribes(pro)
    await club.bank.pay(first.link or "")
    assert await refused(club.subscribes(premium)) == "plan.paid_already"
    assert (await club.subscription(first)).state is ACTIVE


async def test_one_plan_runs_at_a_time(club: Club, pro: Subscription) -> None:
    assert await refused(club.subscribes(await club.offers(PREMIUM))) == "plan.running"


async def test_a_webhook_that_never_comes_is_not_needed(club: Club) -> None:
    pending = await club.subscribes(await club.offers(PRO))
    await club.bank.pay(pending.link or "")
    await club.waits(minutes=1)
    assert (await club.subscription(pending)).state is ACTIVE


async def test_webhooks_may_come_twice_and_late(club: Club, pro: Subscription) -> None:
    await club.hears(pro.link or "", times=3)
    await club.hears(pro.ref or "", times=2)
    assert await club.left(pro) == 120
    assert await club.house() == 2_900
    assert await club.events() == ["plan.started"]


async def test_a_stranger_has_no_plan_here(club: Club) -> None:
    plan = await club.offers(PRO)
    assert await refused(club.subscribes(plan, club.troupe.ben_himself)) == "plan.unknown"


async def test_a_plan_that_is_off_sale_is_not_to_be_had(club: Club) -> None:
    plan = await club.offers(PRO)
    await club.retires(plan)
    assert await refused(club.subscribes(plan)) == "plan.retired"


async def test_where_nobody_takes_monthly_money_only_plans_for_nothing_are_to_be_had(club: Club) -> None:
    club.counter = Counter({}, "")
    assert await refused(club.subscribes(await club.offers(PRO))) == "plan.no_provider"
    assert (await club.has(await club.offers(FREE))).state is ACTIVE


# --- months ---------------------------------------------------------------------------------------


async def test_a_paid_month_brings_its_minutes_and_the_rest_of_the_old_lapses(
    club: Club, pro: Subscription
) -> None:
    await club.waits(days=31)
    kinds = [(line.kind, line.amount) for line in await club.db.read(minutes.lines, pro.id)]
    assert kinds == [
        (MinuteKind.GRANTED, 120),
        (MinuteKind.LAPSED, -120),
        (MinuteKind.GRANTED, 120),
    ]
    assert await club.house() == 5_800
    assert await club.events() == ["plan.started", "plan.renewed"]


async def test_months_end_on_the_day_they_began(club: Club) -> None:
    start = MONDAY.replace(month=1, day=31)
    february = months.after(start, start)
    assert (february.month, february.day) == (2, 28)
    assert months.after(start, february).day == 31


async def test_after_an_outage_of_months_everything_is_in_the_books(club: Club, pro: Subscription) -> None:
    club.clock.move(timedelta(days=70))
    await club.waits(hours=1)
    assert await club.house() == 3 * 2_900
    assert await club.left(pro) == 120
    running = await club.subscription(pro)
    assert running.period_end is not None
    assert running.period_end > club.now


async def test_a_free_plan_needs_no_payment_and_is_renewed_by_the_clock(club: Club) -> None:
    club.line.is_down = True
    free = await club.has(await club.offers(SOME_FREE))
    assert (free.state, await club.left(free)) == (ACTIVE, 30)
    await club.waits(days=31)
    assert await club.left(free) == 30
    assert await club.events() == ["plan.started", "plan.renewed"]


async def test_a_paid_plan_takes_the_place_of_a_free_one(club: Club) -> None:
    free = await club.has(await club.offers(FREE))
    pro = await club.has(await club.offers(PRO))
    assert (await club.subscription(free)).state is ENDED
    assert pro.state is ACTIVE


# --- a renewal that fails -------------------------------------------------------------------------


async def test_a_failed_renewal_takes_nothing_away_during_grace_and_then_all(
    club: Club, pro: Subscription
) -> None:
    await club.fails_next(pro)
    await club.waits(days=30, hours=1)
    owed = await club.subscription(pro)
    assert (owed.state, await club.left(pro)) == (PAST_DUE, 120)
    assert owed.has_benefits(club.now)
    assert owed.grace_until is not None
    assert not owed.has_benefits(owed.grace_until)
    assert await club.events() == ["plan.started", "plan.payment_failed"]


async def test_paid_in_grace_the_plan_goes_on(club: Club, pro: Subscription) -> None:
    await club.fails_next(pro)
    await club.waits(days=31)
    await club.pays_due(pro)
    again = await club.subscription(pro)
    assert (again.state, again.grace_until, await club.left(pro)) == (ACTIVE, None, 120)
    assert await club.events() == ["plan.started", "plan.payment_failed", "plan.renewed"]
    assert await club.house() == 5_800


async def test_a_plan_that_is_never_paid_ends(club: Club, pro: Subscription) -> None:
    await club.fails_next(pro)
    await club.waits(days=50)
    assert (await club.subscription(pro)).state is ENDED
    assert await club.left(pro) == 0
    assert await club.events() == ["plan.started", "plan.payment_failed", "plan.ended"]


# --- change and end -------------------------------------------------------------------------------


async def test_another_plan_counts_at_once(club: Club, pro: Subscription) -> None:
    await club.waits(days=15)
    changed = await club.changes(pro, await club.offers(PREMIUM))
    assert (changed.name, changed.amount, changed.discount) == ("Premium", 5_900, 2_000)
    assert 120 + 85 < await club.left(pro) < 120 + 95, "half of the month is half of what there is more"
    assert 2_900 + 1_400 < await club.house() < 2_900 + 1_600
    assert await club.events() == ["plan.started", "plan.changed"]


async def test_minutes_that_are_used_stay_used_when_the_plan_changes(club: Club) -> None:
    premium = await club.has(await club.offers(PREMIUM))
    await club.books(MONDAY + DAY)
    await club.changes(premium, await club.offers(PRO))
    assert await club.left(premium) == 60


async def test_a_change_whose_answer_was_lost_is_found_and_made_once(club: Club, pro: Subscription) -> None:
    premium = await club.offers(PREMIUM)
    club.line.loses_answers = True
    assert await refused(club.changes(pro, premium)) == "plan.change_down"
    club.line.loses_answers = False
    await club.waits(minutes=2)
    assert (await club.subscription(pro)).name == "Premium"
    assert await club.events() == ["plan.started", "plan.changed"]


async def test_a_change_that_the_bank_refuses_changes_nothing(club: Club, pro: Subscription) -> None:
    await club.bank.plans.stop(pro.ref or "", key="at the bank")
    assert await refused(club.changes(pro, await club.offers(PREMIUM))) == "plan.change_refused"
    assert (await club.subscription(pro)).wish == {}


async def test_a_plan_ends_with_its_month_and_the_end_can_be_taken_back(
    club: Club, pro: Subscription
) -> None:
    assert (await club.ends(pro)).ends_at_period_end
    assert not (await club.ends(pro, ends=False)).ends_at_period_end
    await club.ends(pro)
    await club.waits(days=29)
    assert (await club.subscription(pro)).has_benefits(club.now)
    await club.waits(days=2)
    assert (await club.subscription(pro)).state is ENDED
    assert await club.events() == ["plan.started", "plan.ending", "plan.kept", "plan.ending", "plan.ended"]


async def test_no_wish_to_end_or_to_go_on_comes_with_the_key_of_another(
    club: Club, pro: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bank answers a key that it knows with its first answer, and does nothing more."""
    keys: list[str] = []
    end = club.bank.plans.end

    async def once(ref: str, *, ends: bool, key: str) -> SubscriptionLook:
        keys.append(key)
        return await (end(ref, ends=ends, key=key) if keys.count(key) == 1 else club.bank.plans.look_up(ref))

    monkeypatch.setattr(club.bank.plans, "end", once)
    club.line.loses_answers = True
    for ends in (True, False, True, True):
        assert await refused(club.ends(pro, ends=ends)) == "plan.end_down"
    club.line.loses_answers = False
    assert (len(set(keys)), keys[2]) == (3, keys[3])
    await club.waits(days=31)
    assert (await club.subscription(pro)).state is ENDED


async def test_an_end_that_nobody_answered_is_asked_for_by_itself(club: Club, pro: Subscription) -> None:
    club.line.is_down = True
    assert await refused(club.ends(pro)) == "plan.end_down"
    club.line.is_down = False
    await club.waits(minutes=2)
    again = await club.subscription(pro)
    assert (again.ends_at_period_end, again.wants_end) == (True, None)
    assert await club.events() == ["plan.started", "plan.ending"]
    await club.waits(days=31)
    assert (await club.subscription(pro)).state is ENDED


async def test_an_end_that_is_refused_is_for_staff_and_asked_for_every_hour(
    club: Club, pro: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def no(ref: str, *, ends: bool, key: str) -> SubscriptionLook:
        asked.append(key)
        raise ProviderRefused("nobody here may end it")

    with monkeypatch.context() as while_it_refuses:
        while_it_refuses.setattr(club.bank.plans, "end", no)
        assert await refused(club.ends(pro)) == "plan.end_down"
        for _minute in range(59):
            await club.waits(minutes=1)
        assert len(asked) == 1
        await club.waits(hours=2)
    assert len(asked) > 1
    assert (await club.events()).count("plan.flagged") == 1
    assert (await club.subscription(pro)).problem == wishing.END_REFUSED
    await club.waits(hours=1)
    ended = await club.subscription(pro)
    assert (ended.ends_at_period_end, ended.wants_end, ended.problem) == (True, None, "")


async def test_the_end_of_what_is_over_at_the_bank_is_no_trouble(club: Club, pro: Subscription) -> None:
    await club.bank.plans.stop(pro.ref or "", key="at the bank")
    assert (await club.ends(pro)).state is ENDED


async def test_a_free_plan_ends_with_its_month_too(club: Club) -> None:
    free = await club.has(await club.offers(SOME_FREE))
    await club.ends(free)
    await club.waits(days=31)
    assert (await club.subscription(free)).state is ENDED


async def test_nobody_ends_the_plan_of_another(club: Club, pro: Subscription) -> None:
    cleo = await club.db.write(cast.person, "Cleo")
    call = billing.end(club.db, club.counter, pro.short, cleo.id, ends=True, now=club.now)
    assert await refused(call) == "plan.unknown"


async def test_who_had_a_plan_can_have_one_again(club: Club, pro: Subscription) -> None:
    await club.ends(pro)
    await club.waits(days=31)
    plan = await club.db.read(plans.find, pro.plan_id)
    again = await club.has(plan)
    assert (again.state, again.id == pro.id) == (ACTIVE, False)


# --- two that became one, money that went back ----------------------------------------------------


async def test_a_second_payment_for_a_plan_that_runs_is_stopped_and_staff_is_told(club: Club) -> None:
    pro, premium = await club.offers(PRO), await club.offers(PREMIUM)
    first = await club.subscribes(pro)
    club.line.is_down = True
    await club.waits(hours=2)
    club.line.is_down = False
    await club.waits(hours=1)
    second = await club.has(premium)
    await club.bank.pay_late(first.link or "")
    await club.hears(first.link or "")
    assert (await club.subscription(second)).state is ACTIVE
    assert (await club.bank.plans.look_up(first.link or "")).status == "ended"
    assert "plan.flagged" in await club.events()


async def test_money_of_a_bill_that_went_back_leaves_the_community(club: Club, pro: Subscription) -> None:
    look = await club.bank.plans.look_up(pro.ref or "")
    charge = look.invoices[0].charge
    await club.bank.refund(charge, Money(900, "USD"), key="dashboard")
    for _ in range(2):
        await club.hears("", charge=charge)
    assert await club.house() == 2_000
    assert set((await club.db.read(ledger.sums)).values()) == {0}


async def test_an_older_answer_never_overtakes_a_newer_one(club: Club, pro: Subscription) -> None:
    await club.fails_next(pro)
    await club.waits(days=31)
    stale = await club.bank.plans.look_up(pro.ref or "")
    seen = (await club.subscription(pro)).looks
    await club.pays_due(pro)
    taken = await club.db.write(renewals.take_in, pro.id, stale, seen=seen, now=club.now)
    assert taken is renewals.Taken.STALE
    assert (await club.subscription(pro)).state is ACTIVE
