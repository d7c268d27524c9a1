"""Seats from the purchase to the release, with the clock moved: reminded, kept, warned of, renewed or passed on."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from tests.stories import packs, steps
from tests.stories.stage import Stage
from tests.stories.test_pack_sessions import DAYS, TEN, books_with_it

pytestmark = pytest.mark.anyio

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
OVER: Final = HOUR + 15 * MINUTE
"""After its start a session counts as done."""
GRACE: Final = 72 * HOUR
KEPT, CALL, GONE = "Your seat is kept for now", "Last call for your seat", "Your seat is released"
RENEWAL, OFFER = "Time to renew?", "A seat for you"
ONE: Final = replace(packs.FOUR, sessions=1)


async def books_days(stage: Stage, *days: str) -> None:
    """A session of the pack on each, one after the other."""
    for day in days:
        await books_with_it(stage.ana, day)
        await stage.settles()


async def uses_up_the_one_session(stage: Stage) -> None:
    """Ben has one seat, which is Ana's; Cleo waits for it. Ana's only session is over, and she knows."""
    await packs.are_sold(stage, ONE, seats=1)
    await packs.buys(stage.ana)
    await packs.waits(stage.cleo)
    await books_with_it(stage.ana)
    await stage.moves_to(TEN + OVER)
    await stage.ana.will_see(KEPT)


async def test_a_pack_from_its_purchase_to_the_release_of_its_seat(stage: Stage) -> None:
    ana, ben, cleo = stage.ana, stage.ben, stage.cleo
    await packs.are_sold(stage, seats=1)
    await packs.buys(ana)
    await packs.waits(cleo)
    await books_days(stage, *DAYS[:3])
    await ana.will_see("One session left")
    await books_days(stage, DAYS[3])

    await stage.moves_to(TEN + 2 * DAY + OVER - MINUTE)
    await ana.will_not_see(RENEWAL)
    await stage.moves(minutes=1)
    await ana.will_see(RENEWAL)
    assert ana.offers("Renew")

    await stage.moves_to(TEN + 3 * DAY + OVER)
    await ana.will_see(KEPT)
    over = stage.now + GRACE
    assert ana.sees_time(over)
    assert ana.offers("Renew")
    await steps.takes_a_time(ana, "Mon, Nov 30")
    await steps.says_what_about(ana)
    assert ana.has_link("Pay €40.00"), "a session of the pack cannot be booked any more"

    await stage.moves_to(over - 12 * HOUR - MINUTE)
    await ana.will_not_see(CALL)
    await stage.moves(minutes=1)
    await ana.will_see(CALL)
    assert ana.sees_time(over)
    await ben.will_see("A seat is about to be free", "Ana Ruiz has not renewed")

    await stage.moves_to(over - MINUTE)
    await cleo.will_not_see(OFFER)
    await stage.moves(minutes=1)
    await ana.will_see(GONE)
    await ben.will_see("A seat is free", "Ana Ruiz has no seat with you any more")
    await cleo.will_see(OFFER)
    await cleo.taps("Take the seat")
    await cleo.pays(cleo.link("Pay €140.00"))
    await cleo.will_see("Your pack is paid")
    await ana.says("/packs")
    assert ana.offers("Wait for a seat"), ana.view()


async def test_a_renewal_at_the_last_minute_of_grace_keeps_the_seat(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await uses_up_the_one_session(stage)
    over = stage.now + GRACE
    await stage.moves_to(over - MINUTE)
    await ana.taps("Renew")
    link = ana.link("Pay €140.00")
    await stage.moves(minutes=5)
    await ana.will_not_see(GONE)
    await cleo.will_not_see(OFFER)
    await ana.pays(link)
    await ana.will_see("Your pack is paid")
    await stage.moves(hours=24)
    await cleo.will_not_see(OFFER)
    await books_with_it(ana, "Mon, Nov 30")


async def test_a_renewal_that_is_not_paid_gives_the_seat_to_the_next(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await uses_up_the_one_session(stage)
    await stage.moves_to(stage.now + GRACE - MINUTE)
    await ana.taps("Renew")
    await stage.moves(minutes=13)
    await cleo.will_not_see(OFFER)
    await stage.moves(minutes=3)
    await cleo.will_see(OFFER)
    await ana.will_see(GONE)


async def test_renewed_in_time_the_seat_is_never_in_grace(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await packs.are_sold(stage, replace(packs.FOUR, sessions=2), seats=1)
    await packs.buys(ana)
    await packs.waits(cleo)
    await books_days(stage, *DAYS[:2])
    await stage.moves_to(TEN + OVER)
    await ana.will_see(RENEWAL)
    await ana.taps("Renew")
    await ana.pays(ana.link("Pay €140.00"))
    await stage.moves_to(TEN + DAY + OVER)
    await ana.will_not_see(KEPT)
    await stage.moves(days=5)
    await cleo.will_not_see(OFFER)


async def test_a_pack_that_nobody_uses_is_announced_ends_and_frees_its_seat(stage: Stage) -> None:
    ana, ben, cleo = stage.ana, stage.ben, stage.cleo
    await packs.are_sold(stage, replace(packs.FOUR, validity_days=14), seats=1)
    await packs.buys(ana)
    await packs.waits(cleo)
    end = stage.now + 14 * DAY
    await stage.moves_to(end - 7 * DAY - MINUTE)
    await ana.will_not_see("Your pack ends soon")
    await stage.moves(minutes=1)
    await ana.will_see("Your pack ends soon", "4 sessions with Ben Okafor are not booked yet")
    await stage.moves_to(end)
    await ana.will_see("Your pack has ended")
    await ana.will_see(KEPT, "Your seat with Ben Okafor goes to the next in line")
    assert not ana.sees("are used up")
    assert ana.sees_time(end + GRACE)
    await stage.moves_to(end + GRACE)
    await ana.will_see(GONE)
    await ben.will_see("A seat is free")
    await cleo.will_see(OFFER)


async def test_no_seat_goes_without_a_warning_although_we_slept_over_its_end(stage: Stage) -> None:
    ana, ben, cleo = stage.ana, stage.ben, stage.cleo
    await uses_up_the_one_session(stage)
    await stage.closes()
    await stage.moves(hours=80)
    await stage.comes_back()
    await ana.will_see(CALL)
    await ben.will_see("A seat is about to be free")
    await ana.will_not_see(GONE)
    await stage.moves(hours=11)
    await cleo.will_not_see(OFFER)
    await stage.moves(hours=2)
    await ana.will_see(GONE)
    await ben.will_see("A seat is free")
    await cleo.will_see(OFFER)


async def test_the_late_warning_leaves_time_to_renew(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await uses_up_the_one_session(stage)
    await stage.closes()
    await stage.moves(hours=80)
    await stage.comes_back()
    await ana.will_see(CALL)
    await stage.moves(hours=11)
    await ana.taps("Renew")
    await ana.pays(ana.link("Pay €140.00"))
    await ana.will_see("Your pack is paid")
    await stage.moves(hours=2)
    await cleo.will_not_see(OFFER)
