"""The playground as `make demo` opens it: a newcomer books within a minute, and both chats follow."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from adapters.database.url import file, parse
from bot import demo
from bot.app import House, open_house
from tests.browser.conftest import DESK, PHONE
from tests.browser.noon import FromNoon
from tests.databases import SqliteStock
from tests.ports import port_of_its_own

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
MOST_TAPS = 12
"""A minute, at five seconds each: counted and not timed, for a laden machine is no newcomer."""
COUNTS = (
    "addEventListener('click', e => e.detail && (localStorage.taps = 1 + +(localStorage.taps ?? 0)), true)"
)


@pytest.fixture
def demo_url(sqlite_stock: SqliteStock) -> Iterator[str]:
    with sqlite_stock.fresh() as url:
        yield url


@pytest.fixture
async def house(demo_url: str, anyio_backend: str) -> AsyncIterator[House]:
    clock = FromNoon()
    with port_of_its_own() as port:
        settings = demo.settings(file(parse(demo_url)), port)
        async with open_house(settings, clock, cast=demo.CAST) as house:
            await house.db.write(demo.seed, now=clock.now())
            yield house


def chat_of(page: Page, who: str) -> Locator:
    return page.locator(f".pane[data-view={who}]")


async def tap(page: Page, who: str, label: str) -> None:
    """Presses the first button or choice in sight that begins so; news may have come below the answer."""
    await chat_of(page, who).locator(".message.bot").get_by_role("button", name=label).first.click()


async def book(page: Page) -> None:
    """From the empty chat to the pay link."""
    ana = chat_of(page, "ana")
    await ana.get_by_role("button", name="/mentors").click()
    await ana.locator(".card", has_text="Ben Okafor").get_by_role("button", name="View").click()
    await tap(page, "ana", "Book a session")
    await tap(page, "ana", "60 minutes")
    await ana.locator(".option", has_text="free times").nth(1).click()
    await ana.get_by_role("group", name="Free times").locator(".option").first.click()
    await tap(page, "ana", "Topic and terms")
    await ana.get_by_label("Topic").fill("My portfolio")
    await ana.get_by_label("I accept the cancellation terms").check()
    await tap(page, "ana", "Go on")
    await expect(ana.get_by_role("link", name="Pay €40.00")).to_be_visible()


async def pay(page: Page) -> Page:
    async with page.context.expect_page() as opened:
        await chat_of(page, "ana").get_by_role("link", name="Pay €40.00").click()
    checkout = await opened.value
    await checkout.get_by_role("button", name="Pay €40.00").click()
    return checkout


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
async def test_a_newcomer_books_and_pays_within_a_minute(
    chromium: Browser, house: House, viewport: dict[str, int]
) -> None:
    context = await chromium.new_context(viewport=viewport)  # type: ignore[arg-type]
    await context.add_init_script(COUNTS)
    page = await context.new_page()
    await page.goto(house.url)
    await book(page)
    checkout = await pay(page)
    await expect(checkout.get_by_role("heading", name="Your session is confirmed")).to_be_visible()
    await expect(chat_of(page, "ana")).to_contain_text("your session with Ben Okafor is confirmed")
    await expect(chat_of(page, "ben")).to_contain_text("Ana Ruiz has booked a session with you")
    assert 0 < await page.evaluate("+localStorage.taps") <= MOST_TAPS
    await context.close()


async def test_the_staff_approves_and_the_mentor_is_found(chromium: Browser, house: House) -> None:
    context = await chromium.new_context(viewport=DESK)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(house.url)
    await page.locator(".tab:visible", has_text="Olga").click()
    olga = chat_of(page, "olga")
    await olga.get_by_label("Message", exact=True).fill("/staff")
    await olga.get_by_label("Message", exact=True).press("Escape")
    await olga.get_by_label("Message", exact=True).press("Enter")
    await olga.get_by_role("button", name="Look at it").first.click()  # the news of it may come below
    await olga.get_by_role("button", name="Approve").first.click()
    await expect(olga.get_by_text("Mira Sato is a mentor now")).to_be_visible()
    await context.close()
