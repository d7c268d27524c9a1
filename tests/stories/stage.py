"""The stage of a story: the whole house as it is run, on a clock that is moved, with a bank and people's hands.

Nothing of ours is replaced: the unmodified SDKs talk to servers on loopback. When a story is over nobody may
have broken a vendor's rules, the books must agree with the bank, and the log must hold no unexpected error.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

from adapters.web.playground import CastMember
from bot.app import House, open_house
from core import chat
from core.chat import _
from core.payments import ledger
from tests.databases import Transact
from tests.doubles.clock import MovableClock
from tests.doubles.paypal import PayPalServer
from tests.doubles.razorpay import RazorpayServer
from tests.doubles.stripe import StripeServer
from tests.stories import due, people
from tests.stories.banks import Bank, SandboxBank, Street, Vendors
from tests.stories.browser import Browser
from tests.stories.hands import Hands
from tests.stories.people import NAMES
from tests.stories.setting import Setting
from tests.stories.square import OWNER, Square
from tests.stories.square_discord import DiscordSquare
from tests.stories.square_telegram import TelegramSquare
from tests.stories.watching import Watch

PATIENCE: Final = 120.0
PAUSE: Final = 0.002
CAST: Final = tuple(
    CastMember(key, name, _("Student"), zone=people.ZONES[key], may_manage=key == OWNER)
    for key, name in NAMES.items()
)


@runtime_checkable
class Listener(Protocol):
    """A door that knows when it is done."""

    async def settled(self) -> None: ...


class Stage:
    """What a story holds in its hands."""

    ana: Hands
    ben: Hands
    cleo: Hands
    olga: Hands
    house: House

    def __init__(
        self,
        setting: Setting,
        watch: Watch,
        browser: Browser,
        clock: MovableClock,
        squares: dict[str, Square],
        vendors: Vendors,
    ) -> None:
        self.setting, self.watch, self.browser, self.clock = setting, watch, browser, clock
        self.banks = vendors.banks(browser)
        self.bank: Bank = Street(self.banks) if self.banks else SandboxBank(browser)
        self.expected_refusals: list[str] = []
        self.squares, self._vendors = squares, vendors
        self._life: AbstractAsyncContextManager[House] | None = None

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def discord(self) -> DiscordSquare:
        square = self.squares.get("discord")
        assert isinstance(square, DiscordSquare), "this story is not told in Discord"
        return square

    @property
    def telegram(self) -> TelegramSquare:
        square = self.squares.get("telegram")
        assert isinstance(square, TelegramSquare), "this story is not told in Telegram"
        return square

    @property
    def stripe(self) -> StripeServer:
        assert self._vendors.stripe, "this story is not paid by Stripe"
        return self._vendors.stripe

    @property
    def paypal(self) -> PayPalServer:
        assert self._vendors.paypal, "this story is not paid by PayPal"
        return self._vendors.paypal

    @property
    def razorpay(self) -> RazorpayServer:
        assert self._vendors.razorpay, "this story is not paid by Razorpay"
        return self._vendors.razorpay

    @property
    def place(self) -> chat.Place:
        return self.square.place

    @property
    def square(self) -> Square:
        """Where the cast is at home: the first of the doors that the story is told through."""
        return next(iter(self.squares.values()))

    @contextmanager
    def stripe_is_away(self, request: str = "") -> Iterator[None]:
        """Stripe turns away all requests, or those that begin so."""
        self.stripe.fail_next("429", 1_000, on=request)
        yield
        self.stripe.mend()

    @contextmanager
    def paypal_is_away(self, request: str = "") -> Iterator[None]:
        """PayPal turns away all requests, or those that begin so."""
        self.paypal.fail_next("429", 1_000, on=request)
        yield
        self.paypal.mend()

    # --- the house ----------------------------------------------------------------------------------

    async def opens(self) -> None:
        """Starts the house, on the database and the port that it always has."""
        discord, telegram = self.squares.get("discord"), self.squares.get("telegram")
        settings = self.setting.settings(
            self.browser.home,
            discord.server if isinstance(discord, DiscordSquare) else None,
            telegram.server if isinstance(telegram, TelegramSquare) else None,
            self._vendors,
        )
        self._life = open_house(settings, self.clock, cast=CAST, place=self.place)
        self.house = await self._life.__aenter__()
        await self.settles()

    async def closes(self) -> None:
        """The house is down; time goes on."""
        assert self._life, "the house is closed already"
        life, self._life = self._life, None
        await life.__aexit__(None, None, None)

    async def comes_back(self) -> None:
        """Opens again; what fell due before the doors were open is tried again after twenty seconds."""
        await self.opens()
        await self.moves(seconds=21)

    async def restarts(self) -> None:
        await self.closes()
        await self.comes_back()

    # --- time ---------------------------------------------------------------------------------------

    async def moves(self, **span: float) -> None:
        """Lets time pass. What falls due on the way happens at its moment, unless the house is down. What is being done
        is done first: a lease of work in hand is no moment to go to."""
        await self.settles()
        target = self.now + timedelta(**span)
        while self._life and (moment := await self.house.db.read(due.first, self.now, target)):
            await self._jump(moment)
        await self._jump(target)

    async def moves_to(self, at: datetime) -> None:
        await self.moves(seconds=(at - self.now).total_seconds())

    async def settles(self) -> None:
        """Returns when nobody has anything left to do at this moment: all are asked once more in one breath, for while
        the doors were waited for a job may have moved a bank to write to us, and ended. Jobs run in here alone: what
        somebody was answered is there to be read before any news come."""
        async with asyncio.timeout(PATIENCE):
            await self.bank.settles()
            while self._life:
                self.house.scheduler._alarm.resume()
                await self.bank.settles()
                await self.listens()
                if self.house.scheduler.is_quiet and self.bank.is_quiet:
                    self.house.scheduler._alarm.pause()
                    return
                await asyncio.sleep(PAUSE)

    async def listens(self) -> None:
        """Returns when every door has heard what was said and answered it."""
        for name, square in self.squares.items():
            await square.heard()
            door = self.house.platforms.get(name)
            if isinstance(door, Listener):
                await door.settled()

    async def _jump(self, to: datetime) -> None:
        by = to - self.now
        self.clock.move(by)
        for square in self.squares.values():
            square.advance(by)
        await self.bank.time_passes()
        if self._life:
            self.house.scheduler.wake()
            await self.settles()

    # --- beginning and end --------------------------------------------------------------------------

    async def begins(self) -> None:
        """The cast takes its places."""
        everybody = {key: self.square.hands(self, key) for key in NAMES}
        for key, hands in everybody.items():
            setattr(self, key, hands)
        if not self.setting.opening.is_new:
            self._enter({key: hands.account for key, hands in everybody.items()})
        await self.opens()

    def _enter(self, accounts: dict[str, str]) -> None:
        """A month ago, when the house was open and nobody looked."""
        transact = Transact(self.setting.database_url)
        transact(
            people.enter,
            self.place,
            accounts,
            self.setting.opening,
            mentor_role=self.square.mentor_role,
            notice_channel=self.square.notice_channel,
            now=self.now - timedelta(days=30),
        )
        transact.close()

    async def ends(self) -> None:
        """What must be true at the end of every story."""
        if not self._life:
            await self.opens()
        await self.settles()
        assert not any((await self.house.db.read(ledger.sums)).values()), "the books do not balance"
        for bank in self.banks:
            account, currency = f"provider:{bank.name}", self.setting.opening.currency
            booked = await self.house.db.read(ledger.balance, account, currency)
            assert booked.amount == bank.kept, f"the books do not agree with {bank.name}"
        await self.closes()
        assert not self.violations(), self.violations()
        assert not self.watch.errors(), self.watch.errors()

    def violations(self) -> list[object]:
        """What a vendor would have complained about, but for what the story expects."""
        found: list[object] = []
        for bank in self.banks:
            expected = self.expected_refusals
            found += [v for v in bank.violations if not any(each in v for each in expected)]
        return found + [each for square in self.squares.values() for each in square.violations()]
