"""Who leaves the community is not billed for its plan again, is told so, and may have it go on all the same."""

import pytest

from tests.stories.stage import Stage
from tests.stories.test_plans import PRO, has_pro, offers

pytestmark = pytest.mark.anyio
on_telegram = pytest.mark.parametrize("door", ["telegram"], indirect=True)
on_discord = pytest.mark.parametrize("door", ["discord"], indirect=True)


async def is_missed(stage: Stage) -> None:
    """Once a day it is looked who is still there; then the bank is told."""
    await stage.moves(days=1)
    await stage.moves(minutes=2)


@on_telegram
async def test_ana_leaves_the_group_and_hears_that_nothing_more_is_charged(stage: Stage) -> None:
    ref = await has_pro(stage)
    square = stage.telegram
    await stage.moves(hours=1)
    square.server.leave(square.group, square.users["ana"])
    await is_missed(stage)
    await stage.ana.will_see("Your plan will end", "You have left Study Hall", "You keep all of it until")
    assert stage.stripe.subscriptions[ref]["cancel_at_period_end"]
    await stage.ana.taps("Keep my plan")
    await is_missed(stage)
    assert not stage.stripe.subscriptions[ref]["cancel_at_period_end"]


@on_discord
async def test_ana_leaves_the_server_and_is_billed_for_one_month_alone(stage: Stage) -> None:
    ref = await has_pro(stage)
    await stage.moves(hours=1)
    square = stage.discord
    square.guild.leave(square.users["ana"])
    await is_missed(stage)
    await stage.moves(days=32)
    assert stage.stripe.subscriptions[ref]["status"] == "canceled"
    assert len(stage.stripe.world.plans.invoices) == 1
    square.guild.join(square.users["ana"])
    await stage.ana.says("/plans")
    assert stage.ana.sees("You have no plan.")


async def test_before_anybody_subscribes_it_is_said_that_leaving_ends_it(stage: Stage) -> None:
    await offers(stage, PRO)
    await stage.ana.says("/plans")
    await stage.ana.taps("Choose", beside="Pro")
    assert stage.ana.sees("until you end it or leave this community")
