"""The pages in a real browser: from the directory to a paid booking by keys alone, without a script, in the dark."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from adapters.database.url import file, parse
from bot import demo
from bot.app import House, open_house
from core import chat
from tests.browser.conftest import DESK
from tests.browser.noon import FromNoon
from tests.browser.test_playground import AA, CONTRAST, FINGER
from tests.databases import SqliteStock
from tests.ports import port_of_its_own

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

NARROW = {"width": 320, "height": 700}
MANY_KEYS = 150
WIDER = "document.documentElement.scrollWidth > innerWidth"
UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a")]
    .filter((e) => e.checkVisibility() && !e.labels?.length && !e.ariaLabel && !e.textContent.trim())
    .map((e) => e.outerHTML)"""
SMALL = """(least) => [...document.querySelectorAll("main a, main button, main input, main select, nav a")]
    .filter((e) => e.checkVisibility({ opacityProperty: true }) && !e.closest("p, .skip-week, .tick, h2"))
    .filter((e) => e.getBoundingClientRect().height < least)
    .map((e) => e.outerHTML)"""
PAGES = (
    "/mentors",
    "/mentors?highest=cheap",
    "/mentors/ben-okafor",
    "/mentors/nobody",
    "/go/mentor.show:ben-okafor",
    "/go/mentors",
    "/go/mentors.filter_form:-",
    "/go/book.mentor:ben-okafor",
    "/go/book.days:ben-okafor:60:0",
    "/go/bookings",
    "/go/settings",
    "/go/browser.list",
    "/go/help",
    "/go/settings.zone:Asia/Tokyo",
    "/go/booking.show:NOTHING",
)


@pytest.fixture
def pages_url(sqlite_stock: SqliteStock) -> Iterator[str]:
    with sqlite_stock.fresh() as url:
        yield url


@pytest.fixture
async def house(pages_url: str, anyio_backend: str) -> AsyncIterator[House]:
    clock = FromNoon()
    with port_of_its_own() as port:
        settings = demo.settings(file(parse(pages_url)), port)
        async with open_house(settings, clock, cast=demo.CAST) as house:
            await house.db.write(demo.seed, now=clock.now())
            yield house


async def link(house: House, route: str, who: str = "ana") -> str:
    """What the chat gives to somebody who asks for a page."""
    [name] = [member.name for member in demo.CAST if member.key == who]
    account = chat.Account("web", who, name)
    asked = chat.Incoming(account, chat.Route.parse(f"browser:{route}"), "1", demo.PLACE)
    reply = await house.router.answer(asked)
    [way] = [control.url for control in reply.screen.controls if isinstance(control, chat.Link)]
    return way


async def enter(page: Page, house: House, route: str = "bookings", who: str = "ana") -> None:
    await page.goto(await link(house, route, who))
    await page.get_by_role("button").click()
    await expect(page.get_by_text("Signed in as")).to_be_visible()


async def tab_to(page: Page, words: str) -> None:
    """Walks through the page by the tab key until what has these words is in focus."""
    for _key in range(MANY_KEYS):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).innerText || ''"
        )
        if words in focused:
            return
    raise AssertionError(f"no key leads to {words}")


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.innerText"))


async def follow(page: Page) -> None:
    """The return key, and the page that it leads to."""
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def test_from_the_directory_to_a_paid_booking_by_keys_alone(chromium: Browser, house: House) -> None:
    context = await chromium.new_context(viewport=DESK)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{house.url}/mentors")
    await tab_to(page, "Words in the profile")
    await page.keyboard.type("portfolio")
    await follow(page)
    await expect(page.get_by_text("1 mentor")).to_be_visible()
    await tab_to(page, "Ben Okafor")
    await follow(page)
    await expect(page.get_by_role("heading", level=1, name="Ben Okafor")).to_be_visible()
    await page.goto(await link(house, "book.days:ben-okafor:60:0"))
    await tab_to(page, "Continue as Ana Ruiz")
    await follow(page)
    await expect(page.get_by_role("table")).to_be_visible()
    await tab_to(page, await page.locator(".slot").first.inner_text())
    first = await focused(page)
    await page.keyboard.press("ArrowDown")
    assert await focused(page) != first
    await page.keyboard.press("ArrowUp")
    assert await focused(page) == first
    await page.keyboard.press("End")
    await page.keyboard.press("Home")
    assert await focused(page) == first
    await follow(page)
    await page.wait_for_url("**/go/booking.show:*")
    await tab_to(page, "Topic and terms")
    await follow(page)
    await tab_to(page, "Topic")
    await page.keyboard.type("My portfolio")
    await tab_to(page, "I accept the cancellation terms")
    await page.keyboard.press("Space")
    await tab_to(page, "Go on")
    await follow(page)
    await tab_to(page, "Pay €40.00")
    await follow(page)
    await expect(page.get_by_role("button", name="Pay €40.00")).to_be_visible()
    await tab_to(page, "Pay €40.00")
    await follow(page)
    await expect(page.get_by_text("Your session is confirmed")).to_be_visible()
    await tab_to(page, "Your bookings")
    await follow(page)
    await tab_to(page, "Open")
    await follow(page)
    await expect(page.get_by_role("heading", name="Confirmed · Ben Okafor")).to_be_visible()
    await context.close()


async def test_all_of_it_works_without_a_script(chromium: Browser, house: House) -> None:
    context = await chromium.new_context(viewport=DESK, java_script_enabled=False)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{house.url}/mentors")
    await page.get_by_label("Topic").select_option("Interviews")
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_text("2 mentors")).to_be_visible()
    await enter(page, house, "settings")
    await page.get_by_role("button", name="తెలుగు").click()
    await expect(page.locator("html")).to_have_attribute("lang", "te")
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.goto(f"{house.url}/mentors/ben-okafor?minutes=60")
    await page.locator("button.slot").first.click()
    await page.wait_for_url("**/go/booking.show:*")
    held = page.url
    await page.reload()
    assert page.url == held
    await page.get_by_role("link", name="Topic and terms").click()
    await page.get_by_label("Topic").fill("My portfolio")
    await page.get_by_label("I accept the cancellation terms").check()
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("link", name="Pay €40.00")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_text("You are signed out")).to_be_visible()
    await page.goto(held)
    await expect(page.get_by_text("Sign in from your chat")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_can_be_read_and_reached(chromium: Browser, house: House, scheme: str) -> None:
    context = await chromium.new_context(viewport=NARROW, color_scheme=scheme)  # type: ignore[arg-type]
    page = await context.new_page()
    way_in = await link(house, "bookings")
    await page.goto(way_in)
    await legible(page, way_in)
    await page.get_by_role("button").click()
    await expect(page.get_by_text("Signed in as")).to_be_visible()
    for path in PAGES:
        await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        await page.goto(house.url + path)
        await legible(page, path)
        await page.set_viewport_size(DESK)  # type: ignore[arg-type]
        assert not await page.evaluate(WIDER), path
    await context.close()


async def legible(page: Page, path: str) -> None:
    assert not await page.evaluate(WIDER), path
    worst = (await page.evaluate(CONTRAST))[0]
    assert worst[0] >= AA, f"{path}: {worst}"
    assert await page.evaluate(UNNAMED) == [], path
    assert await page.evaluate(SMALL, FINGER) == [], path
    assert await page.locator("h1").count() <= 1, path
    assert await page.locator("main").count() == 1, path
    assert await page.locator("html[lang][dir]").count() == 1, path


async def test_times_are_also_told_in_the_viewers_own(chromium: Browser, house: House) -> None:
    for zone, is_elsewhere in (("Asia/Kolkata", True), ("Europe/Madrid", False)):
        context = await chromium.new_context(viewport=DESK, timezone_id=zone)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(f"{house.url}/mentors/ben-okafor")
        note = page.locator(".own-zone")
        await expect(note).to_be_visible(visible=is_elsewhere)
        assert (await page.locator(".slot small").count() > 0) is is_elsewhere
        if is_elsewhere:
            await expect(note).to_contain_text("India Standard Time")
        await context.close()


async def test_hostile_words_break_no_page(chromium: Browser, house: House) -> None:
    context = await chromium.new_context(viewport=NARROW)  # type: ignore[arg-type]
    page = await context.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    await enter(page, house)
    words = "<script>alert(1)</script>\u202eمرحبا Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A" + "W" * 12
    await page.goto(f"{house.url}/go/mentors.filter_form:-")
    await page.get_by_label("Topic").fill(words[:40])
    await page.get_by_label("Highest price an hour").fill("a" * 12)
    await page.get_by_role("button", name="Show mentors").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    assert await page.get_by_label("Topic").input_value() == words[:40]
    await legible(page, "a refused form")
    assert said == []
    await context.close()


@pytest.mark.parametrize("who", ["ben", "olga"])
async def test_mentors_and_staff_have_their_work_in_the_menu(
    chromium: Browser, house: House, who: str
) -> None:
    context = await chromium.new_context(viewport=NARROW)  # type: ignore[arg-type]
    page = await context.new_page()
    await enter(page, house, who=who)
    menu: list[str] = await page.locator("nav.ways a").evaluate_all("links => links.map((a) => a.href)")
    for address in menu:
        await page.goto(address)
        await legible(page, f"{who}: {Path(address).name}")
    await context.close()
