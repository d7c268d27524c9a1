"""Where people pay: a vendor's own page, or the sandbox's. `pay` takes the page's address and comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.doubles.paypal import PayPalServer
from tests.doubles.razorpay import RazorpayServer
from tests.doubles.stripe import StripeServer
from tests.stories.browser import Browser


@dataclass(slots=True)
class Vendors:
    """Those that the house of a story has an account with."""

    stripe: StripeServer | None = None
    razorpay: RazorpayServer | None = None
    paypal: PayPalServer | None = None

    def banks(self, browser: Browser) -> list["VendorBank"]:
        found: list[VendorBank] = []
        if self.stripe:
            found.append(StripeBank(self.stripe, browser))
        if self.paypal:
            found.append(PayPalBank(self.paypal, browser))
        if self.razorpay:
            found.append(RazorpayBank(self.razorpay, browser))
        return found


class Bank(Protocol):
    async def pay(self, page: str) -> str:
        """Pays; the text of the page that the person comes back to."""
        ...

    async def settles(self) -> None:
        """Returns when everything that was to be told has been told."""
        ...

    @property
    def is_quiet(self) -> bool:
        """Whether everything has been told by now."""
        ...

    async def time_passes(self) -> None: ...


class VendorBank(Bank, Protocol):
    """A bank that knows its books, and complains of broken rules."""

    @property
    def name(self) -> str: ...

    @property
    def kept(self) -> int:
        """What was paid and did not go back, in minor units."""
        ...

    @property
    def violations(self) -> list[str]: ...

    def has(self, page: str) -> bool:
        """Whether a page is one of its own."""
        ...


class StripeBank:
    name = "stripe"

    def __init__(self, server: StripeServer, browser: Browser) -> None:
        self.server, self.browser = server, browser

    @property
    def kept(self) -> int:
        return sum(c["amount"] - c["amount_refunded"] for c in self.server.world.charges.values())

    @property
    def violations(self) -> list[str]:
        return self.server.violations

    def has(self, page: str) -> bool:
        return page.startswith("https://checkout.stripe.com/")

    async def pay(self, page: str) -> str:
        assert self.has(page), page
        await self.server.pay(page)
        session = next(s for ref, s in self.server.world.sessions.items() if ref in page)
        return await self.browser.open(session["success_url"])

    async def settles(self) -> None:
        await self.server.quiet()

    @property
    def is_quiet(self) -> bool:
        return self.server.post.is_quiet

    async def time_passes(self) -> None:
        await self.server.tick()


class PayPalBank:
    """What is approved is taken by the house: when the webhook tells it, or when the person comes back."""

    name = "paypal"

    def __init__(self, server: PayPalServer, browser: Browser) -> None:
        self.server, self.browser = server, browser

    @property
    def kept(self) -> int:
        return self.server.world.kept

    @property
    def violations(self) -> list[str]:
        return self.server.violations

    def has(self, page: str) -> bool:
        return page.startswith("https://www.sandbox.paypal.com/")

    async def pay(self, page: str) -> str:
        assert self.has(page), page
        await self.server.approve(page)
        return await self.browser.open(self.server.way_back(page))

    async def settles(self) -> None:
        await self.server.quiet()

    @property
    def is_quiet(self) -> bool:
        return self.server.post.is_quiet

    async def time_passes(self) -> None:
        """Its orders are forgotten when somebody looks."""


class RazorpayBank:
    name = "razorpay"

    def __init__(self, server: RazorpayServer, browser: Browser) -> None:
        self.server, self.browser = server, browser

    @property
    def kept(self) -> int:
        taken = (payment for payment in self.server.world.payments.values() if payment["captured"])
        return sum(payment["amount"] - payment["amount_refunded"] for payment in taken)

    @property
    def violations(self) -> list[str]:
        return self.server.violations

    def has(self, page: str) -> bool:
        return page.startswith("https://rzp.io/")

    async def pay(self, page: str) -> str:
        assert self.has(page), page
        await self.server.pay(page)
        return await self.browser.open(self.server.callback(page))

    async def settles(self) -> None:
        await self.server.quiet()

    @property
    def is_quiet(self) -> bool:
        return self.server.post.is_quiet

    async def time_passes(self) -> None:
        await self.server.tick()


class Street:
    """Several banks: one pays where the page is."""

    def __init__(self, banks: Sequence[VendorBank]) -> None:
        self.banks = banks

    async def pay(self, page: str) -> str:
        return await next(bank for bank in self.banks if bank.has(page)).pay(page)

    async def settles(self) -> None:
        for bank in self.banks:
            await bank.settles()

    @property
    def is_quiet(self) -> bool:
        return all(bank.is_quiet for bank in self.banks)

    async def time_passes(self) -> None:
        for bank in self.banks:
            await bank.time_passes()


class SandboxBank:
    """Our own play money; its webhooks have arrived when the page answers."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    async def pay(self, page: str) -> str:
        return await self.browser.open(await self.browser.press(page, "Pay"))

    async def pay_late(self, page: str) -> str:
        return await self.browser.open(await self.browser.press(page, "Pay too late"))

    async def settles(self) -> None:
        """There is nothing to wait for."""

    @property
    def is_quiet(self) -> bool:
        return True

    async def time_passes(self) -> None:
        """Its links expire when somebody looks."""
