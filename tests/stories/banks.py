"""Where people pay: Stripe's own page, or the sandbox's. `pay` takes the page's address and comes back."""

from typing import Protocol

from tests.doubles.stripe import StripeServer
from tests.stories.browser import Browser


class Bank(Protocol):
    async def pay(self, page: str) -> str:
        """Pays by card; the text of the page that the person comes back to."""
        ...

    async def settles(self) -> None:
        """Returns when everything that was to be told has been told."""
        ...

    async def time_passes(self) -> None: ...


class StripeBank:
    def __init__(self, server: StripeServer, browser: Browser) -> None:
        self.server, self.browser = server, browser

    async def pay(self, page: str) -> str:
        assert page.startswith("https://checkout.stripe.com/"), page
        await self.server.pay(page)
        session = next(s for ref, s in self.server.world.sessions.items() if ref in page)
        return await self.browser.open(session["success_url"])

    async def settles(self) -> None:
        await self.server.quiet()

    async def time_passes(self) -> None:
        await self.server.tick()


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

    async def time_passes(self) -> None:
        """Its links expire when somebody looks."""
