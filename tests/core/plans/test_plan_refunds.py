"""Money that was paid for a plan that does not run goes back by itself, once, in the books and told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.payments import sandbox_invoices
from core.errors import Conflict
from core.messages import notices
from core.messages.outbox import Notice
from core.money import Money
from core.payments import ledger
from core.payments.refunds import RefundState
from core.plans import bills, givebacks
from core.plans.givebacks import GiveBack
from core.plans.subscriptions import Subscription, SubscriptionState
from core.ports import ProviderRefused, RefundStatus, SubscriptionLook
from tests.core.prepaid.club import PREMIUM, PRO, Club

pytestmark = pytest.mark.anyio


async def paid_twice(club: Club) -> Subscription:
    """Ana has Premium, and the page of Pro, which she left, is paid after all. The one that is too much."""
    first = await club.subscribes(await club.offers(PRO))
    await club.waits(hours=3)
    await club.has(await club.offers(PREMIUM))
    await club.bank.pay_late(first.link or "")
    return first


async def backs(club: Club) -> list[GiveBack]:
    return await club.db.read(lambda s: list(s.scalars(select(GiveBack).order_by(GiveBack.id))))


async def told(club: Club) -> list[str]:
    await club.db.write(notices.fan_out, now=club.now)
    return await club.db.read(lambda s: list(s.scalars(select(Notice.kind).order_by(Notice.id))))


async def test_a_second_payment_is_stopped_and_goes_back_by_itself(club: Club) -> None:
    first = await paid_twice(club)
    await club.hears(first.link or "", times=2)
    await club.waits(minutes=1)
    [back] = await backs(club)
    assert (back.money, back.state, back.reason) == (Money(2_900, "USD"), RefundState.SUCCEEDED, "double")
    assert (await club.bank.plans.look_up(first.link or "")).status == "ended"
    assert await club.house() == 5_900
    assert set((await club.db.read(ledger.sums)).values()) == {0}
    kinds = await told(club)
    assert (kinds.count("plan_trouble"), kinds.count("plan_refunded")) == (1, 1)


async def test_it_goes_back_once_however_often_it_is_heard_of(club: Club) -> None:
    first = await paid_twice(club)
    for _ in range(3):
        await club.hears(first.link or "")
        await club.waits(hours=2)
    [bill] = await club.db.read(bills.of, first.id)
    await club.hears("", charge=bill.charge, times=2)
    assert await club.bank.plans.returned(bill.charge) == Money(2_900, "USD")
    assert (await club.house(), len(await backs(club))) == (5_900, 1)


async def test_an_answer_that_was_lost_gives_nothing_back_twice(club: Club) -> None:
    first = await paid_twice(club)
    await club.hears(first.link or "")
    club.line.loses_answers = True
    await club.waits(minutes=10)
    club.line.loses_answers = False
    await club.waits(hours=7)
    [back] = await backs(club)
    assert (back.state, await club.house()) == (RefundState.SUCCEEDED, 5_900)


async def test_one_that_is_to_go_back_never_begins_after_all(club: Club) -> None:
    first = await paid_twice(club)
    await club.hears(first.link or "")
    again = await club.db.read(
        lambda s: s.scalars(select(Subscription).where(Subscription.name == "Premium")).one()
    )
    await club.ends(again)
    await club.waits(days=32)
    assert (await club.subscription(first)).state is SubscriptionState.LAPSED


async def test_a_bill_that_is_paid_after_the_end_goes_back(club: Club) -> None:
    pro = await club.has(await club.offers(PRO))
    await club.ends(pro)
    await club.waits(days=32)
    look = await club.bank.plans.look_up(pro.ref or "")
    assert len(look.invoices) == 1

    await club.db.write(sandbox_invoices.post, pro.ref or "", pro.price, club.now)
    await club.hears(pro.ref or "")
    await club.waits(minutes=1)
    [back] = await backs(club)
    assert (back.state, back.reason, await club.house()) == (RefundState.SUCCEEDED, "ended", 2_900)
    assert "plan_refunded" in await told(club)


async def test_a_bill_that_is_paid_after_the_end_goes_back_without_a_webhook(club: Club) -> None:
    pro = await club.has(await club.offers(PRO))
    await club.ends(pro)
    await club.waits(days=40)
    await club.db.write(sandbox_invoices.post, pro.ref or "", pro.price, club.now)
    await club.waits(days=1, minutes=1)
    [back] = await backs(club)
    assert (back.state, back.reason, await club.house()) == (RefundState.SUCCEEDED, "ended", 2_900)


async def test_what_has_ended_is_not_asked_about_for_ever(club: Club) -> None:
    pro = await club.has(await club.offers(PRO))
    await club.ends(pro)
    await club.waits(days=31 + 61)
    assert (await club.subscription(pro)).check_at is None


async def test_a_bill_whose_charge_is_known_later_goes_back_then(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = club.bank.plans.look_up

    async def without_charges(ref: str) -> SubscriptionLook:
        look = await look_up(ref)
        return replace(look, invoices=tuple(replace(invoice, charge="") for invoice in look.invoices))

    first = await paid_twice(club)
    monkeypatch.setattr(club.bank.plans, "look_up", without_charges)
    await club.hears(first.link or "")
    await club.waits(minutes=10)
    [back] = await backs(club)
    assert (back.state, await club.house()) == (RefundState.WANTED, 8_800)
    monkeypatch.setattr(club.bank.plans, "look_up", look_up)
    await club.waits(hours=8)
    [back] = await backs(club)
    assert (back.state, await club.house()) == (RefundState.SUCCEEDED, 5_900)
    assert "plan_refund_failed" not in await told(club)


async def test_what_the_bank_will_not_give_back_is_staffs_to_give(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no(*_: object, **__: object) -> tuple[str, RefundStatus]:
        raise ProviderRefused("closed account")

    first = await paid_twice(club)
    monkeypatch.setattr(club.bank.plans, "refund", no)
    await club.hears(first.link or "")
    await club.waits(minutes=1)
    [back] = await backs(club)
    assert (back.state, await club.house()) == (RefundState.FAILED, 8_800)
    kinds = await told(club)
    assert (kinds.count("plan_refund_failed"), kinds.count("plan_refunded")) == (1, 0)


async def test_what_went_back_at_the_dashboard_before_is_not_given_again(club: Club) -> None:
    first = await paid_twice(club)
    look = await club.bank.plans.look_up(first.link or "")
    await club.bank.refund(look.invoices[0].charge, Money(2_900, "USD"), key="dashboard")
    await club.hears(first.link or "")
    await club.waits(minutes=1)
    [back] = await backs(club)
    assert (back.state, await club.house()) == (RefundState.SUCCEEDED, 5_900)


async def test_of_what_went_back_in_part_at_the_dashboard_the_rest_is_given(club: Club) -> None:
    first = await paid_twice(club)
    charge = (await club.bank.plans.look_up(first.link or "")).invoices[0].charge
    await club.bank.refund(charge, Money(1_000, "USD"), key="dashboard")
    await club.hears(first.link or "")
    await club.waits(minutes=1)
    [back] = await backs(club)
    assert (back.money, back.state) == (Money(1_900, "USD"), RefundState.SUCCEEDED)
    assert (await club.bank.plans.returned(charge), await club.house()) == (Money(2_900, "USD"), 5_900)
    assert "plan_refund_failed" not in await told(club)


async def test_a_bank_that_never_answers_is_told_to_staff_in_the_end(club: Club) -> None:
    first = await paid_twice(club)
    await club.hears(first.link or "")
    club.line.is_down = True
    await club.waits(days=10)
    [back] = await backs(club)
    assert (back.state, back.attempts) == (RefundState.FAILED, givebacks.MOST_ATTEMPTS)
    assert (await told(club)).count("plan_refund_failed") == 1


async def test_a_charge_that_the_bank_does_not_know_keeps_nobody_elses_plan_waiting(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no(*_: object, **__: object) -> Money:
        raise ProviderRefused("no such charge")

    first = await paid_twice(club)
    for verb in ("refund", "returned"):
        monkeypatch.setattr(club.bank.plans, verb, no)
    await club.hears(first.link or "")
    await club.waits(days=10)
    [back] = await backs(club)
    assert (back.state, await club.house()) == (RefundState.FAILED, 8_800)
    assert (await told(club)).count("plan_refund_failed") == 1


async def test_a_bill_paid_after_an_end_that_nobody_had_heard_of_goes_back(club: Club) -> None:
    pro = await club.has(await club.offers(PRO))
    await club.ends(pro)
    club.clock.move(timedelta(days=33))
    await club.db.write(sandbox_invoices.post, pro.ref or "", pro.price, club.now)
    await club.hears(pro.ref or "")
    await club.waits(minutes=1)
    [back] = await backs(club)
    assert (back.state, back.reason, await club.house()) == (RefundState.SUCCEEDED, "ended", 2_900)


async def test_who_paid_for_one_plan_alone_is_not_told_of_another(club: Club) -> None:
    """Its first month was paid and it was stopped at the dashboard before anybody heard of it."""
    pro = await club.subscribes(await club.offers(PRO))
    await club.bank.pay(pro.link or "")
    await club.bank.plans.stop(pro.link or "", key="dashboard")
    await club.hears(pro.link or "")
    await club.waits(minutes=1)
    [back] = await backs(club)
    assert (back.state, back.reason, await club.house()) == (RefundState.SUCCEEDED, "ended", 0)


async def test_who_paid_for_a_second_plan_is_not_told_that_it_is_theirs(club: Club) -> None:
    """The page of Pro is paid late, and then that of Premium, which was opened meanwhile."""
    plan = await club.offers(PRO)
    first = await club.subscribes(plan)
    await club.waits(hours=3)
    second = await club.subscribes(await club.offers(PREMIUM))
    await club.bank.pay_late(first.link or "")
    await club.hears(first.link or "")
    await club.pays(second)
    with pytest.raises(Conflict) as refused:
        await club.subscribes(plan)
    assert refused.value.key == "plan.have"
    assert (await club.subscription(second)).state is SubscriptionState.LAPSED
    await club.waits(minutes=1)
    [back] = await backs(club)
    assert (back.state, back.reason, await club.house()) == (RefundState.SUCCEEDED, "double", 2_900)
