"""A real Chromium on the playground. Where there is none on this machine, these tests are skipped and say so."""

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from adapters.database import Database
from tests.browser.playhouse import Playhouse, open_playhouse
from tests.databases import SqliteStock

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60_000.0  # milliseconds; a wait costs nothing where it passes
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
async def chromium(anyio_backend: str) -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (looked for " + ", ".join(NAMES) + ")")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def browser_store(sqlite_stock: SqliteStock) -> Iterator[str]:
    with sqlite_stock.fresh() as url:
        yield url


@pytest.fixture
async def playhouse(browser_store: str, anyio_backend: str) -> AsyncIterator[Playhouse]:
    database = await Database.open(browser_store)
    async with open_playhouse(database) as house:
        house.clock.at = datetime.now(UTC)  # the browser goes by the machine's clock, and so does the house
        yield house
    await database.close()


@pytest.fixture
async def desk(chromium: Browser, playhouse: Playhouse) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport=DESK)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def phone(chromium: Browser, playhouse: Playhouse) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    yield await context.new_page()
    await context.close()
