"""How long a page takes over loopback, against a bare aiohttp that answers with the same bytes each time."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from adapters.database import Database
from bench import town
from bench.interactions import Noon
from bench.table import Row, milliseconds, percentile, timed
from bot import demo
from bot.app import House, open_house
from bot.config import Database as DatabaseSection
from bot.config import Settings, Web
from core import chat
from tests.databases import build_schema

MENTORS: Final = 200
WARM: Final = 10
TIMES: Final = 60
STUDENT: Final = chat.Account("web", "student-0", "")
PAGES: Final = {
    "the mentors' directory, 200 mentors": "/mentors",
    "a mentor's page": "/mentors/person-1",
    "the choice of a day, a week to pick from": "/go/book.days:person-1:60:0",
}
HIDDEN: Final = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">')


async def measured(folder: Path) -> list[Row]:
    url = f"sqlite:///{folder / 'pages.db'}"
    build_schema(url)
    db = await Database.open(url)
    await db.write(town.populate, MENTORS, 1, place=demo.PLACE, accounts=[STUDENT.key])
    await db.close()
    settings = Settings.model_construct(
        database=DatabaseSection(url=SecretStr(url)), web=Web(listen="127.0.0.1:0")
    )
    async with open_house(settings, Noon(), cast=demo.CAST) as house, aiohttp.ClientSession() as browser:
        await _enter(house, browser)
        return [await _row(browser, what, house.url + path) for what, path in PAGES.items()]


async def _row(browser: aiohttp.ClientSession, what: str, address: str) -> Row:
    page = await _load(browser, address)
    ours = await _taken(browser, address)
    async with _constant(page) as bare:
        floor = await _taken(browser, bare)
    ratio = percentile(floor, 50) / percentile(ours, 50)
    words = f"{milliseconds(percentile(floor, 50))} bare aiohttp, the same {len(page) // 1024} KiB"
    p50, p95 = (milliseconds(percentile(ours, percent)) for percent in (50, 95))
    return Row(f"page: {what}", f"p50 {p50}, p95 {p95}", words, ratio, "p95 ≤ 50 ms a screen")


async def _taken(browser: aiohttp.ClientSession, address: str) -> list[float]:
    await timed(WARM, lambda: _load(browser, address))
    return await timed(TIMES, lambda: _load(browser, address))


async def _load(browser: aiohttp.ClientSession, address: str) -> bytes:
    async with browser.get(address, allow_redirects=False) as answer:
        assert answer.status == 200, f"{address}: {answer.status}"
        return await answer.read()


async def _enter(house: House, browser: aiohttp.ClientSession) -> None:
    """Signs the student in by a link from their chat."""
    asked = chat.Incoming(STUDENT, chat.to("browser", "bookings"), "1", demo.PLACE)
    reply = await house.router.answer(asked)
    [link] = [control for control in reply.screen.controls if isinstance(control, chat.Link)]
    page = (await _load(browser, link.url)).decode()
    sealed = {name: unescape(value) for name, value in HIDDEN.findall(page)}
    async with browser.post(link.url, data=sealed) as answer:
        assert answer.status == 200, f"the link did not let us in: {answer.status}"


@asynccontextmanager
async def _constant(page: bytes) -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=page, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", answer)
    runner: Any = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
