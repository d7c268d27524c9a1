"""Every screen as a page, for whoever signed in: a GET shows and changes nothing, a POST acts once.

The answer to a POST is kept under the form's key, and the browser is sent on to it: sending a form twice or loading
its answer again does nothing again. What was refused has changed nothing and is shown where it was sent.
"""

import asyncio
import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from adapters.web import answers, chrome, files
from adapters.web.frame import Frame
from adapters.web.pages import Pages
from adapters.web.reception import KEY, ONCE, SEAL, Reception
from adapters.web.statuses import STATUSES
from adapters.web.ways import Ways, address_of
from core import chat
from core.clock import Clock
from core.ports import Guest, PageRouter, Store

REOPEN = "nearpeer-reopen"
LONGEST_ANSWER = 8_000
LONGEST_ROUTE = 200


class WalkDoor:
    def __init__(
        self, pages: Pages, router: PageRouter, reception: Reception, store: Store, clock: Clock
    ) -> None:
        self._frame = Frame(pages, reception, Ways(router.is_read))
        self._router = router
        self._reception = reception
        self._store = store
        self._clock = clock
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/go/{route:.+}", self.show),
            web.post("/go/{route:.+}", self.act),
            web.get("/shown/{key}", self.shown),
            web.get("/shown/{key}/{number:[0-9]}", self.file),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The screen of a route that only shows; for any other a button that asks for it."""
        guest = await self._reception.guest(request)
        if guest is None:
            return self._frame.stranger(request)
        route = _route(request)
        if not self._router.is_read(route):
            return self._frame.page(request, guest, chat.Reply(_asking(route), guest.reader))
        reply = await self._router.answer(_incoming(guest, route, secrets.token_urlsafe(12)))
        if "file" in request.query:
            return files.of_screen(reply.screen, request.query["file"])
        return self._frame.page(request, guest, reply)

    async def act(self, request: web.Request) -> web.Response:
        guest = await self._reception.guest(request)
        if guest is None:
            return self._frame.stranger(request)
        posted = await _posted(request)
        if not self._reception.is_sealed(request, posted.pop(SEAL, "")):
            return self._frame.note(request, guest, chrome.FOREIGN_FORM, chrome.FOREIGN_FORM_WHY, status=403)
        once, reopen = posted.pop(ONCE, ""), posted.pop(REOPEN, "")
        if not KEY.fullmatch(once):
            return self._frame.note(request, guest, chrome.FOREIGN_FORM, chrome.FOREIGN_FORM_WHY, status=400)
        if any(len(answer) > LONGEST_ANSWER for answer in posted.values()):
            return self._frame.note(request, guest, chrome.TOO_LONG, chrome.TOO_LONG_WHY, status=413)
        route = _route(request)
        if self._router.is_read(route) and not posted:
            return _onward(address_of(route))
        incoming = _incoming(guest, route, _key(guest, once, route, posted), posted)
        async with self._turns[guest.account.key]:
            return await self._acted(request, guest, incoming, reopen)

    async def shown(self, request: web.Request) -> web.Response:
        """An answer that was kept."""
        guest = await self._reception.guest(request)
        if guest is None:
            return self._frame.stranger(request)
        kept = await self._store.read(answers.kept, request.match_info["key"], _whose(guest))
        if kept is None:
            raise web.HTTPNotFound
        return self._frame.framed(request, guest, kept.title, kept.html)

    async def file(self, request: web.Request) -> web.Response:
        guest = await self._reception.guest(request)
        if guest is None:
            raise web.HTTPNotFound
        key, number = request.match_info["key"], int(request.match_info["number"])
        found = await self._store.read(answers.file, key, _whose(guest), number)
        if found is None:
            raise web.HTTPNotFound
        return files.download(*found)

    # --- private ---------------------------------------------------------------------------------

    async def _acted(
        self, request: web.Request, guest: Guest, incoming: chat.Incoming, reopen: str
    ) -> web.Response:
        kept = await self._store.read(answers.kept, incoming.key, _whose(guest))
        if kept is not None:
            return _onward(kept.onward or f"/shown/{kept.key}")
        reply = await self._router.answer(incoming)
        if reply.outcome is not chat.Outcome.DONE:
            return await self._refused(request, guest, reply, reopen)
        return _onward(await self._keep(guest, incoming, reply))

    async def _keep(self, guest: Guest, incoming: chat.Incoming, reply: chat.Reply) -> str:
        """Remembers an answer: the page that shows the same where there is one, else the answer itself."""
        onward = await self._page_of(guest, reply.screen)
        at = f"/shown/{incoming.key}"
        await self._store.keep(
            answers.keep,
            incoming.key,
            _whose(guest),
            onward=onward,
            title=self._frame.pages.words(reply.reader).plain(reply.screen.title),
            html="" if onward else self._frame.screen(reply, f"{at}/"),
            files=() if onward else reply.screen.files,
            now=self._clock.now(),
        )
        return onward or at

    async def _page_of(self, guest: Guest, screen: chat.Screen) -> str:
        """The page of what a screen is about, if it shows just this: it stays true when it is loaded again."""
        noun, colon, name = screen.subject.partition(":")
        route = chat.Route(f"{noun}.show", (name,))
        if not colon or not self._router.is_read(route):
            return ""
        live = await self._router.answer(_incoming(guest, route, secrets.token_urlsafe(12)))
        return address_of(route) if live.screen == screen else ""

    async def _refused(
        self, request: web.Request, guest: Guest, reply: chat.Reply, reopen: str
    ) -> web.Response:
        """The refusal; above its form, with all that was typed, where it came from one."""
        route = chat.Route.parse(reopen[:LONGEST_ROUTE])
        if reopen and reply.outcome is chat.Outcome.INVALID and self._router.is_read(route):
            again = await self._router.answer(_incoming(guest, route, secrets.token_urlsafe(12)))
            if again.screen.form:
                error = self._frame.pages.screen(replace(reply.screen, controls=()), reply.reader, alone=True)
                return self._frame.page(request, guest, again, status=STATUSES[reply.outcome], error=error)
        return self._frame.page(request, guest, reply)


def _route(request: web.Request) -> chat.Route:
    path = request.match_info["route"]
    if len(path) > LONGEST_ROUTE:
        raise web.HTTPNotFound
    return chat.Route.parse(path)


async def _posted(request: web.Request) -> dict[str, str]:
    """What a form holds; files are none of our questions."""
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _incoming(
    guest: Guest, route: chat.Route, key: str, given: Mapping[str, str] | None = None
) -> chat.Incoming:
    """What was asked for, without a place to vouch for anything and without news of the account."""
    return chat.Incoming(
        account=guest.account, route=route, key=key, answers=given or {}, locale=guest.locale, in_chat=False
    )


def _key(guest: Guest, once: str, route: chat.Route, posted: Mapping[str, str]) -> str:
    """One form of one page, with what was typed: the same again is the same deed."""
    asked = json.dumps([_whose(guest), once, str(route), sorted(posted.items())])
    return hashlib.sha256(asked.encode(errors="surrogatepass")).hexdigest()


def _whose(guest: Guest) -> str:
    return f"{guest.account.platform}:{guest.account.key}"


def _asking(route: chat.Route) -> chat.Screen:
    return chat.Screen(
        chrome.SURE,
        (chat.Paragraph(chrome.SURE_WHY),),
        (chat.Button(chrome.GO_ON, route, chat.Style.PRIMARY),),
    )


def _onward(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
