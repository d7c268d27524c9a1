"""Clocks of the pages: how long something still lasts, and a day in the zone of whoever looks."""

from datetime import UTC, datetime
from typing import Final

import pytest
from playwright.async_api import Browser, Page, expect

from adapters.payments.sandbox_plans import PlanPage
from adapters.payments.sandbox_subscriptions import Standing
from core.money import Money
from core.ports import LinkStatus
from tests.browser.playhouse import Asked, Playhouse

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

MINUTE, HOUR, DAY = 60, 3_600, 86_400
SAID: Final = """([lang, left]) => {
    document.body.innerHTML = `<p lang="${lang}"><time data-left="in {time}"></time></p>`;
    return remaining(document.querySelector("time"), left);
}"""
BEFORE_DAWN: Final = datetime(2026, 12, 22, 20, tzinfo=UTC)
"""The evening of a day in London, the next morning in Kolkata."""


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (1, "in 00:01"),
        (HOUR - 1, "in 59:59"),
        (HOUR, "in 60 minutes"),
        (2 * HOUR - 31, "in 119 minutes"),
        (2 * HOUR - 1, "in 2 hours"),
        (DAY, "in 24 hours"),
        (2 * DAY - HOUR, "in 47 hours"),
        (2 * DAY - 1, "in 2 days"),
        (3 * DAY - 1, "in 3 days"),
        (3 * DAY, "in 3 days"),
        (2 * DAY + HOUR, "in 2 days"),
    ],
)
async def test_what_is_left_is_said_as_a_person_would(
    playhouse: Playhouse, desk: Page, left: int, said: str
) -> None:
    await desk.goto(f"{playhouse.address}/sandbox/open")
    assert await desk.evaluate(SAID, ["en", left]) == said


@pytest.mark.parametrize(("lang", "said"), [("hi", "3 दिन में"), ("te", "3 రోజుల్లో")])
async def test_and_so_it_is_in_hindi_and_telugu(
    playhouse: Playhouse, desk: Page, lang: str, said: str
) -> None:
    await desk.goto(f"{playhouse.address}/sandbox/open")
    assert await desk.evaluate(SAID, [lang, 3 * DAY - 1]) == said


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/London", "Tue, Dec 22, 2026"), ("Asia/Kolkata", "Wed, Dec 23, 2026")]
)
async def test_the_next_payment_of_a_plan_is_on_a_day_of_the_readers_own(
    chromium: Browser, playhouse: Playhouse, zone: str, day: str
) -> None:
    plan = PlanPage(Standing.RUNS, Money(1_900, "EUR"), BEFORE_DAWN)
    playhouse.bank.links["plan"] = Asked(status=LinkStatus.PAID, plan=plan)
    context = await chromium.new_context(timezone_id=zone, locale="en-US")
    page = await context.new_page()
    await page.goto(f"{playhouse.address}/sandbox/plan")
    await expect(page.locator(".own-day")).to_have_text(f"The next payment is due on {day}.")
    await context.close()
