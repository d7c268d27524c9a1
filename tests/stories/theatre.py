"""Puts a stage up and takes it down: the vendors on loopback, a browser, a clock, and the house among them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from tests.doubles.clock import MovableClock
from tests.doubles.discord import DiscordServer
from tests.doubles.paypal import PayPalServer
from tests.doubles.razorpay import RazorpayServer
from tests.doubles.stripe import StripeServer
from tests.doubles.telegram import TelegramServer
from tests.ports import port_of_its_own
from tests.stories.banks import Vendors
from tests.stories.browser import Browser
from tests.stories.setting import Setting
from tests.stories.square import Square, WebSquare
from tests.stories.square_discord import DiscordSquare
from tests.stories.square_telegram import TelegramSquare
from tests.stories.stage import Stage
from tests.stories.watching import watch


@asynccontextmanager
async def open_stage(setting: Setting) -> AsyncIterator[Stage]:
    clock = MovableClock(setting.start)
    async with AsyncExitStack() as stack:
        heard = stack.enter_context(watch())
        port = stack.enter_context(port_of_its_own())
        browser = await stack.enter_async_context(Browser(f"http://127.0.0.1:{port}"))
        squares: dict[str, Square] = {}
        for name in setting.doors:
            squares[name] = await _square(name, stack)
        vendors = await _vendors(setting, clock, f"{browser.home}/webhooks", stack)
        stage = Stage(setting, heard, browser, clock, squares, vendors)
        try:
            await stage.begins()
            yield stage
            await stage.ends()
        finally:
            if stage._life:
                await stage.closes()


async def _square(door: str, stack: AsyncExitStack) -> Square:
    match door:
        case "discord":
            return DiscordSquare(await stack.enter_async_context(DiscordServer()))
        case "telegram":
            return TelegramSquare(await stack.enter_async_context(TelegramServer()))
    return WebSquare()


async def _vendors(setting: Setting, clock: MovableClock, address: str, stack: AsyncExitStack) -> Vendors:
    """The payment providers, which are told where to call us only where we can be reached."""
    vendors = Vendors()
    if "stripe" in setting.banks:
        vendors.stripe = await stack.enter_async_context(StripeServer(clock=clock))
        vendors.stripe.webhook_url = f"{address}/stripe" if setting.has_address else ""
    if "paypal" in setting.banks:
        vendors.paypal = await stack.enter_async_context(PayPalServer(clock=clock))
        vendors.paypal.webhook_url = f"{address}/paypal" if setting.has_address else ""
    if "razorpay" in setting.banks:
        vendors.razorpay = await stack.enter_async_context(RazorpayServer(clock=clock))
        vendors.razorpay.webhook_url = f"{address}/razorpay" if setting.has_address else ""
    return vendors
