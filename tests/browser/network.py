"""A network as slow and as jumpy as a test wants: each request waits until it is let through, answered late or lost."""

import asyncio

from playwright.async_api import APIResponse, Page, Route

PATIENCE = 60.0
SETTLED = "() => new Promise((done) => setTimeout(done, 50))"


class SlowNetwork:
    """Holds the requests of one page to one path."""

    def __init__(self, page: Page, path: str) -> None:
        self._page, self._path = page, path
        self._waiting: asyncio.Queue[Route] = asyncio.Queue()

    async def begins(self) -> None:
        await self._page.route(self._path, self._waiting.put)

    async def ends(self) -> None:
        """For when nothing waits any more: nothing is held from now on."""
        await self._page.unroute(self._path, self._waiting.put)

    async def request(self) -> Route:
        """The next that was sent."""
        async with asyncio.timeout(PATIENCE):
            return await self._waiting.get()

    async def acts(self, route: Route) -> APIResponse:
        """The server acts, and its answer is still on its way."""
        return await route.fetch()

    async def arrives(self, route: Route, answer: APIResponse | None = None) -> None:
        """The answer reaches the page, and the page has read it."""
        async with self._page.expect_response(self._path) as response:
            await (route.fulfill(response=answer) if answer else route.continue_())
        await (await response.value).finished()
        await self._page.evaluate(SETTLED)


async def slow(page: Page, path: str) -> SlowNetwork:
    network = SlowNetwork(page, path)
    await network.begins()
    return network
