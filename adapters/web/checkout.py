"""The sandbox's checkout: a friendly page that pays, and small buttons for everything that can go wrong."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from adapters.web.headers import policy
from adapters.web.pages import Pages
from adapters.web.reading import reader_of
from core.money import Money
from core.ports import LinkStatus, ProviderRefused


class PlanPage(Protocol):
    """How a plan stands that was paid at a page once: `runs`, `will_fail`, `owed` or `over`."""

    @property
    def standing(self) -> str: ...
    @property
    def due(self) -> Money: ...
    @property
    def period_end(self) -> datetime: ...


class SandboxPage(Protocol):
    """What is asked for on a pay page."""

    @property
    def title(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def amount(self) -> Money: ...
    @property
    def status(self) -> LinkStatus: ...
    @property
    def return_url(self) -> str: ...
    @property
    def cancel_url(self) -> str: ...
    @property
    def plan(self) -> PlanPage | None: ...


class Sandbox(Protocol):
    """A provider on this machine, as a hand on its pay page drives it. Raises `ProviderRefused` for an unknown link."""

    async def page(self, ref: str) -> SandboxPage: ...
    async def pay(self, ref: str) -> SandboxPage: ...
    async def fail(self, ref: str) -> SandboxPage: ...
    async def pay_late(self, ref: str) -> SandboxPage: ...
    async def abandon(self, ref: str) -> SandboxPage: ...
    async def fail_next(self, ref: str) -> SandboxPage: ...
    async def renew(self, ref: str) -> SandboxPage: ...
    async def decline(self, ref: str) -> SandboxPage: ...


class CheckoutDoor:
    def __init__(self, pages: Pages, sandbox: Sandbox) -> None:
        self._pages = pages
        self._sandbox = sandbox
        self._hands = {
            "pay": sandbox.pay,
            "fail": sandbox.fail,
            "late": sandbox.pay_late,
            "abandon": sandbox.abandon,
        }
        self._of_plan = {
            "later": sandbox.fail_next,
            "renew": sandbox.renew,
            "decline": sandbox.decline,
        }

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/sandbox/{ref}", self.show), web.post("/sandbox/{ref}/{deed}", self.act)]

    async def show(self, request: web.Request) -> web.Response:
        page = await _known(self._sandbox.page(request.match_info["ref"]))
        html = self._pages.page(
            "checkout.html",
            reader_of(request),
            page=page,
            address=request.path,
        )
        # After a payment the browser is sent on, and a form may only lead where the policy says.
        forms = " ".join({_origin(page.return_url), _origin(page.cancel_url)})
        headers = {"Content-Security-Policy": policy(forms), "Cache-Control": "no-store"}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def act(self, request: web.Request) -> web.Response:
        """Does what was pressed and leads to where that ends: with the shop, or back to the page."""
        deed, ref = request.match_info["deed"], request.match_info["ref"]
        hand, onward = self._hands.get(deed), f"/sandbox/{ref}"
        if deed in self._of_plan:
            await _known(self._of_plan[deed](ref))
            return web.Response(status=303, headers={"Location": onward})
        if hand is None:
            raise web.HTTPNotFound
        page = await _known(hand(ref))
        if page.status is LinkStatus.PAID:
            onward = page.return_url
        elif hand == self._sandbox.abandon:
            onward = page.cancel_url
        return web.Response(status=303, headers={"Location": onward})


async def _known(page: Awaitable[SandboxPage]) -> SandboxPage:
    try:
        return await page
    except ProviderRefused:
        raise web.HTTPNotFound from None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
