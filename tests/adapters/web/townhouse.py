"""The whole house with its web pages on loopback, the demo's cast in it, and people with browsers of their own."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from bot import demo
from bot.app import House, open_house
from bot.config import Database, Settings, Web
from core import chat
from core.db import Base
from tests.cast import MONDAY
from tests.doubles.clock import MovableClock
from tests.ports import port_of_its_own

COMES_AND_GOES = frozenset({"web_messages", "web_chats", "web_deliveries", "web_files"})
PATIENCE = 120.0
HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">')


@dataclass
class Town:
    house: House
    clock: MovableClock
    home: str

    async def link(self, who: str = "ana", route: str = "bookings", platform: str = "web") -> str:
        """What somebody gets who asks in their chat for a page."""
        reply = await self.say(who, f"browser:{route}", platform=platform)
        [link] = [control for control in reply.screen.controls if isinstance(control, chat.Link)]
        return link.url

    async def say(self, who: str, route: str, *, platform: str = "web", **answers: str) -> chat.Reply:
        name = next((member.name for member in demo.CAST if member.key == who), who)
        account = chat.Account(platform, who, name)
        may_manage = who == "olga"
        return await self.house.router.answer(
            chat.Incoming(account, chat.Route.parse(route), "1", demo.PLACE, answers, may_manage=may_manage)
        )

    async def counts(self) -> dict[str, int]:
        """How many rows stand in each table that a page must leave alone, once all jobs are done."""
        async with asyncio.timeout(PATIENCE):
            while not self.house.scheduler.is_quiet:
                await asyncio.sleep(0.002)
        return await self.house.db.read(_counts)


@dataclass
class Page:
    status: int
    text: str
    url: str
    headers: Mapping[str, str]

    @property
    def hidden(self) -> dict[str, str]:
        """The fields of the page's form that nobody sees."""
        return {name: unescape(value) for name, value in HIDDEN.findall(self.text)}

    @property
    def heading(self) -> str:
        found = re.search(r"<h[13]>(.*?)</h[13]>", self.text, re.DOTALL)
        return unescape(found[1].strip()) if found else ""


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies and follows where it is sent."""

    town: Town
    http: aiohttp.ClientSession
    page: Page = field(default_factory=lambda: Page(0, "", "", {}))

    async def get(self, path: str, *, follow: bool = True, headers: Mapping[str, str] | None = None) -> Page:
        return await self._ask("GET", path, follow=follow, headers=headers)

    async def post(self, path: str, data: Mapping[str, str], *, follow: bool = True) -> Page:
        return await self._ask("POST", path, follow=follow, data=dict(data))

    async def enter(self, who: str = "ana", route: str = "bookings") -> Page:
        """Opens the link from the chat and presses its button."""
        link = await self.town.link(who, route)
        page = await self.get(link)
        return await self.post(link, page.hidden)

    async def press(self, route: str, *, follow: bool = True, **answers: str) -> Page:
        """Presses a button, or sends a form, of the page that is open."""
        return await self.post(f"/go/{route}", {**self.page.hidden, **answers}, follow=follow)

    async def _ask(self, method: str, path: str, *, follow: bool, **more: Any) -> Page:
        url = path if path.startswith("http") else self.town.home + path
        async with self.http.request(method, url, allow_redirects=follow, **more) as answer:
            body = await answer.read()
            page = Page(answer.status, body.decode(errors="replace"), str(answer.url), answer.headers)
        if page.hidden:
            self.page = page
        return page


@asynccontextmanager
async def open_town(url: str, *, public_url: str = "") -> AsyncIterator[Town]:
    clock = MovableClock(MONDAY)
    with port_of_its_own() as port:
        home = f"http://localhost:{port}"
        settings = Settings.model_construct(
            database=Database.model_construct(url=SecretStr(url)),
            web=Web(listen=f"127.0.0.1:{port}", public_url=public_url or home),
        )
        async with open_house(settings, clock, cast=demo.CAST) as house:
            await house.db.write(demo.seed, now=MONDAY)
            yield Town(house, clock, home)


@asynccontextmanager
async def browser_of(town: Town) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession() as http:
        yield Browser(town, http)


def _counts(session: Session) -> dict[str, int]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in COMES_AND_GOES]
    counted = (select(literal(table.name), func.count()).select_from(table) for table in tables)
    return {name: count for name, count in session.execute(union_all(*counted))}
