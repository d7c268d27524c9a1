"""A playground on an ephemeral port of loopback, with a cast and the little bot."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from adapters.web.app import create_app
from adapters.web.checkout import PlanPage, SandboxPage
from adapters.web.door import WebDoor
from adapters.web.playground import CastMember
from bot.pictures.week import painter
from core import chat
from core.chat import _
from core.money import Money
from core.ports import Catalogue, LinkStatus, ProviderRefused, Store
from tests.browser import samples
from tests.browser.little_bot import LittleBot

SECRET = "a secret of the tests"
PLACE = chat.Place("web", "rust-berlin", "Rust Berlin")
ANA = CastMember(
    "ana", "Ana Ruiz", _("Student"), zone="Europe/Madrid", hints=("/mentors", "/bookings", "/help")
)
MAYA = CastMember(
    "maya", "Maya Chen", _("Mentor"), zone="Asia/Tokyo", roles=frozenset({"mentors"}), hints=("/mentoring",)
)
OMAR = CastMember(
    "omar", "Omar Haddad", _("Staff"), zone="Europe/Berlin", may_manage=True, hints=("/staff", "/setup")
)
CAST = (ANA, MAYA, OMAR)


def english(locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
    return plural if plural and count != 1 else msgid


@dataclass
class MovableClock:
    at: datetime = samples.NOW

    def now(self) -> datetime:
        return self.at

    def pass_by(self, span: timedelta) -> None:
        self.at += span


class LittlePayPages:
    """One link leads to the bank, one is being settled, and one is broken."""

    async def open(self, token: str) -> str | chat.Reply:
        return "/sandbox/open" if token == "open" else await self.done(token)

    async def done(self, token: str) -> chat.Reply:
        if token == "broken":
            raise RuntimeError("the pay pages are broken")
        screen = samples.held(samples.NOW) if token == "waiting" else samples.confirmed()
        return chat.Reply(screen, chat.Reader("en", "Europe/Madrid"))


@dataclass
class Asked:
    """A pay page; the real sandbox's has the same shape."""

    status: LinkStatus = LinkStatus.OPEN
    title: str = "Session with Maya Chen"
    description: str = "Tue 24 Nov, 18:00 (Madrid) · 1 hour"
    amount: Money = samples.EUR_45
    return_url: str = "/p/paid/done"
    cancel_url: str = "/p/waiting/done"
    plan: PlanPage | None = None


@dataclass
class LittleBank:
    links: dict[str, Asked] = field(default_factory=dict)

    async def page(self, ref: str) -> SandboxPage:
        try:
            return self.links[ref]
        except KeyError:
            raise ProviderRefused("no such link") from None

    async def pay(self, ref: str) -> SandboxPage:
        return await self._become(ref, LinkStatus.PAID)

    async def fail(self, ref: str) -> SandboxPage:
        return await self._become(ref, LinkStatus.FAILED)

    async def pay_late(self, ref: str) -> SandboxPage:
        return await self._become(ref, LinkStatus.PAID)

    async def abandon(self, ref: str) -> SandboxPage:
        return await self._become(ref, LinkStatus.EXPIRED)

    async def fail_next(self, ref: str) -> SandboxPage:
        return await self.page(ref)

    async def renew(self, ref: str) -> SandboxPage:
        return await self.page(ref)

    async def decline(self, ref: str) -> SandboxPage:
        return await self.page(ref)

    async def _become(self, ref: str, status: LinkStatus) -> SandboxPage:
        await self.page(ref)
        self.links[ref].status = status
        return self.links[ref]


@dataclass
class Playhouse:
    """The parts that a test may reach for, and where the pages are."""

    bot: LittleBot
    door: WebDoor
    clock: MovableClock
    bank: LittleBank
    address: str


@asynccontextmanager
async def open_playhouse(
    store: Store, cast: Sequence[CastMember] = CAST, catalogue: Catalogue = english
) -> AsyncIterator[Playhouse]:
    bot, clock, bank = LittleBot(), MovableClock(), LittleBank({"open": Asked()})
    door = WebDoor(bot, store, catalogue, clock, SECRET, paint=painter(catalogue))
    app = create_app(
        door, cast=cast, place=PLACE, pay_pages=LittlePayPages(), sandbox=bank, languages=("en", "de")
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield Playhouse(bot, door, clock, bank, f"http://{host}:{port}")
    finally:
        await runner.cleanup()
