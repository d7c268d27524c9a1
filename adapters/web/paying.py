"""Our own pay links: they lead to the provider, or to a page that says why there is nothing to pay."""

from aiohttp import web

from adapters.web.pages import Pages
from adapters.web.reception import COOKIES
from core import chat
from core.ports import PayPages

RELOAD_SECONDS = 4


class PayDoor:
    def __init__(self, pages: Pages, pay_pages: PayPages) -> None:
        self._pages = pages
        self._pay_pages = pay_pages

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/p/{token}", self.open), web.get("/p/{token}/done", self.done)]

    async def open(self, request: web.Request) -> web.Response:
        opened = await self._pay_pages.open(request.match_info["token"])
        if isinstance(opened, str):
            return web.Response(status=303, headers={"Location": opened, "Cache-Control": "no-store"})
        return self._show(request, opened)

    async def done(self, request: web.Request) -> web.Response:
        return self._show(request, await self._pay_pages.done(request.match_info["token"]))

    def _show(self, request: web.Request, reply: chat.Reply) -> web.Response:
        """A page that looks again by itself for as long as something is awaited."""
        html = self._pages.page(
            "sheet.html",
            reply.reader,
            title=reply.screen.title,
            body=self._pages.screen(reply.screen, reply.reader, alone=True),
            signed_in=any(name in request.cookies for name in COOKIES),
            reload=RELOAD_SECONDS if reply.screen.tone is chat.Tone.WAITING else 0,
        )
        return web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-store"})
