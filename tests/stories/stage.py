"""The stage of a story: the whole house as it is run, on a clock that is moved, with a bank and people's hands.

Nothing of ours is replaced: the unmodified SDKs talk to servers on loopback. When a story is over nobody may
have broken a vendor's rules, the books must agree with the bank, and the log must hold no unexpected error.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from adapters.discord import DiscordDoor
from adapters.web.playground import CastMember
from bot import config
from bot.app import House, open_house
from bot.config import Settings
from core import chat
from core.booking.life import Booking, BookingState
from core.chat import _
from core.messages.outbox import Notice, NoticeState
from core.payments import ledger
from core.payments.inbox import InboxEvent
from core.payments.payments import Payment
from core.payments.refunds import Refund
from core.people.roles import RoleWish
from tests.doubles.clock import MovableClock
from tests.doubles.discord import DiscordServer, Guild, User
from tests.doubles.stripe import StripeServer
from tests.stories import people
from tests.stories.banks import Bank, SandboxBank, StripeBank
from tests.stories.browser import Browser
from tests.stories.hands import Hands
from tests.stories.hands_discord import DiscordHands
from tests.stories.hands_web import WebHands
from tests.stories.people import AS_ALWAYS, NAMES, Opening
from tests.stories.watching import Watch, watch

MONDAY: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PATIENCE: Final = 20.0
PAUSE: Final = 0.002


@dataclass(frozen=True, slots=True)
class Setting:
    """What a story is played on. Without an address the house is behind NAT, and no webhook can arrive."""

    door: str
    bank: str
    database_url: str
    start: datetime = MONDAY
    has_address: bool = True
    opening: Opening = AS_ALWAYS


class Square:
    """The community's server on Discord, with a channel to talk in and one for notices."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.users: dict[str, User] = {key: server.add_user(name) for key, name in NAMES.items()}
        self.guild: Guild = server.add_guild("Study Hall", owner=self.users["olga"])
        self.general = self.guild.add_channel("general")
        self.notices = self.guild.add_channel("notices")
        self.mentors = self.guild.add_role("Mentors")
        for key in ("ana", "ben", "cleo"):
            self.guild.join(self.users[key])


class Stage:
    """What a story holds in its hands."""

    ana: Hands
    ben: Hands
    cleo: Hands
    olga: Hands
    house: House
    bank: Bank

    def __init__(self, setting: Setting, watch: Watch, clock: MovableClock, browser: Browser) -> None:
        self.setting, self.watch, self.clock, self.browser = setting, watch, clock, browser
        self.expected_refusals: list[str] = []
        self._square: Square | None = None
        self._stripe: StripeServer | None = None
        self._life: AbstractAsyncContextManager[House] | None = None

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def discord(self) -> Square:
        assert self._square, "this story is not told in Discord"
        return self._square

    @property
    def stripe(self) -> StripeServer:
        assert self._stripe, "this story is not paid by Stripe"
        return self._stripe

    @property
    def place(self) -> chat.Place:
        if self._square:
            return chat.Place("discord", str(self._square.guild.id), self._square.guild.name)
        return chat.Place("web", "study-hall", "Study Hall")

    @property
    def everybody(self) -> dict[str, Hands]:
        return {"ana": self.ana, "ben": self.ben, "cleo": self.cleo, "olga": self.olga}

    # --- the house ----------------------------------------------------------------------------------

    async def opens(self) -> None:
        """Starts the house, on the database and the port that it always has."""
        self._life = open_house(self._settings(), self.clock, cast=CAST, place=self.place)
        self.house = await self._life.__aenter__()
        await self.settles()

    async def closes(self) -> None:
        """The house is down; time goes on."""
        assert self._life, "the house is closed already"
        life, self._life = self._life, None
        await life.__aexit__(None, None, None)

    async def restarts(self) -> None:
        await self.closes()
        await self.opens()

    @contextmanager
    def stripe_is_away(self, request: str = "") -> Iterator[None]:
        """Stripe turns away all requests, or those that begin so."""
        self.stripe.fail_next("429", 1_000, on=request)
        yield
        self.stripe.mend()

    # --- time ---------------------------------------------------------------------------------------

    async def moves(self, **span: float) -> None:
        """Lets time pass. What falls due on the way happens at its moment, unless the house is down."""
        target = self.now + timedelta(**span)
        while self._life and (due := await self.house.db.read(_next_due, self.now, target)):
            await self._jump(due)
        await self._jump(target)

    async def moves_to(self, at: datetime) -> None:
        await self.moves(seconds=(at - self.now).total_seconds())

    async def settles(self) -> None:
        """Returns when nobody has anything left to do at this moment."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.bank.settles()
                if not self._life:
                    return
                door = self.house.platforms.get("discord")
                if isinstance(door, DiscordDoor):
                    await door.settled()
                if self.house.scheduler.is_quiet:
                    return
                await asyncio.sleep(PAUSE)

    async def _jump(self, to: datetime) -> None:
        by = to - self.now
        self.clock.move(by)
        if self._square:
            self._square.server.advance(by)
        await self.bank.time_passes()
        if self._life:
            self.house.scheduler.wake()
            await self.settles()

    # --- beginning and end --------------------------------------------------------------------------

    async def enter(self) -> None:
        """The cast takes its places."""
        square = self._square
        for key, name in NAMES.items():
            hands = DiscordHands(self, key, name, square.users[key]) if square else WebHands(self, key, name)
            setattr(self, key, hands)
        await self.opens()
        if self.setting.opening.is_new:
            return
        await self.house.db.write(
            people.enter,
            self.place,
            {key: hands.account for key, hands in self.everybody.items()},
            self.setting.opening,
            mentor_role=str(square.mentors.id) if square else "mentors",
            notice_channel=str(square.notices.id) if square else "general",
            now=self.now - timedelta(days=30),
        )
        await self.settles()

    async def is_over(self) -> None:
        """What must be true at the end of every story."""
        if not self._life:
            await self.opens()
        await self.settles()
        assert not any((await self.house.db.read(ledger.sums)).values()), "the books do not balance"
        if self._stripe:
            kept = sum(c["amount"] - c["amount_refunded"] for c in self._stripe.world.charges.values())
            booked = await self.house.db.read(ledger.balance, "provider:stripe", "EUR")
            assert booked.amount == kept, "the books do not agree with the bank"
            unexpected = [
                v for v in self._stripe.violations if not any(e in v for e in self.expected_refusals)
            ]
            assert not unexpected, unexpected
        if self._square:
            assert not self._square.server.violations, self._square.server.violations
            said = [m for c in self._square.server.world.channels.values() for m in c.history]
            assert not [m.text for m in said if m.pings.everyone or m.pings.roles]
        await self.closes()
        assert not self.watch.errors(), self.watch.errors()

    def _settings(self) -> Settings:
        setting, square, stripe = self.setting, self._square, self._stripe
        address = self.browser.home
        return Settings(
            database=config.Database(url=SecretStr(setting.database_url)),
            web=config.Web(
                listen=address.removeprefix("http://"), public_url=address if setting.has_address else None
            ),
            discord=config.Discord(
                token=SecretStr(square.server.token),
                api_base=square.server.api_base,
                gateway_url=square.server.gateway_url,
            )
            if square
            else None,
            stripe=config.Stripe(
                secret_key=SecretStr(stripe.secret_key),
                webhook_secret=SecretStr(stripe.webhook_secret) if setting.has_address else None,
                api_base=stripe.api_base,
            )
            if stripe
            else None,
        )


CAST: Final = tuple(
    CastMember(key, name, _("Student"), zone=people.ZONES[key], may_manage=key == "olga")
    for key, name in NAMES.items()
)


@asynccontextmanager
async def open_stage(setting: Setting) -> AsyncIterator[Stage]:
    clock = MovableClock(setting.start)
    async with AsyncExitStack() as stack:
        heard = stack.enter_context(watch())
        browser = await stack.enter_async_context(Browser(f"http://127.0.0.1:{_free_port()}"))
        stage = Stage(setting, heard, clock, browser)
        if setting.door == "discord":
            stage._square = Square(await stack.enter_async_context(DiscordServer()))
        if setting.bank == "stripe":
            stage._stripe = await stack.enter_async_context(StripeServer(clock=clock))
            stage._stripe.webhook_url = f"{browser.home}/webhooks/stripe" if setting.has_address else ""
            stage.bank = StripeBank(stage._stripe, browser)
        else:
            stage.bank = SandboxBank(browser)
        try:
            await stage.enter()
            yield stage
            await stage.is_over()
        finally:
            if stage._life:
                await stage.closes()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _next_due(session: Session, now: datetime, until: datetime) -> datetime | None:
    """The next moment at which something happens by itself."""
    found = (
        session.scalar(select(func.min(when)).where(when > now, when < until, *only)) for when, *only in DUES
    )
    return min((due for due in found if due), default=None)


DUES: Final = (
    (Notice.try_at, Notice.state == NoticeState.WAITING),
    (Payment.check_at,),
    (Payment.late_until,),
    (Booking.hold_until, Booking.state == BookingState.HELD),
    (Booking.ends_at, Booking.state == BookingState.CONFIRMED),
    (InboxEvent.due_at, InboxEvent.handled_at.is_(None)),
    (Refund.try_at,),
    (RoleWish.try_at,),
)
