"""The way in from a chat, and the way out.

A GET of the link shows who would be signed in and changes nothing, because chats open links to preview them; the
button on that page takes the link. That page hands out a cookie of its own, which the button's form must fit, so
nobody can be signed in from a foreign site.
"""

import secrets

from aiohttp import web

from adapters.web import agents, chrome
from adapters.web.frame import private
from adapters.web.pages import Pages
from adapters.web.reading import reader_of
from adapters.web.reception import SEAL, Reception
from adapters.web.statuses import STATUSES
from adapters.web.ways import address_of
from core import chat
from core.ports import Guest

ENTERING = "nearpeer-entering"
MINUTES = 10
GONE = 410


class EnterDoor:
    def __init__(self, pages: Pages, reception: Reception) -> None:
        self._pages = pages
        self._reception = reception

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/enter/{link}", self.ask),
            web.post("/enter/{link}", self.enter),
            web.post("/leave", self.leave),
        ]

    async def ask(self, request: web.Request) -> web.Response:
        """Whom this link signs in, and a button that does."""
        reader = reader_of(request)
        secret = self._reception.entrance.secret_of(request.match_info["link"])
        if secret is None:
            return self._forged(reader)
        guest = await self._reception.guests.invited(secret, reader.locale)
        if isinstance(guest, chat.Reply):
            return self._closed(guest)
        return self._door(request, guest)

    async def enter(self, request: web.Request) -> web.Response:
        """Takes the link and signs this browser in, under a new cookie."""
        reader = reader_of(request)
        secret = self._reception.entrance.secret_of(request.match_info["link"])
        if secret is None:
            return self._forged(reader)
        seal = str((await request.post()).get(SEAL, ""))
        if not self._reception.entrance.fits(request.cookies.get(ENTERING, ""), seal):
            return self._sheet(chrome.FOREIGN_FORM, chrome.FOREIGN_FORM_WHY, reader, status=403)
        agent = agents.summary(request.headers.get("User-Agent", ""))
        leaving = self._reception.secret(request)
        entry = await self._reception.guests.enter(secret, agent, leaving, reader.locale)
        if isinstance(entry, chat.Reply):
            return self._closed(entry)
        response = web.Response(status=303, headers={"Location": address_of(chat.Route.parse(entry.route))})
        self._reception.admit(response, entry.secret)
        response.del_cookie(ENTERING, path="/enter")
        return response

    async def leave(self, request: web.Request) -> web.Response:
        reader = reader_of(request)
        seal = str((await request.post()).get(SEAL, ""))
        if not self._reception.is_sealed(request, seal):
            return self._sheet(chrome.FOREIGN_FORM, chrome.FOREIGN_FORM_WHY, reader, status=403)
        await self._reception.guests.leave(self._reception.secret(request))
        response = self._sheet(chrome.SIGNED_OUT, chrome.SIGN_IN_HOW, reader, status=200)
        self._reception.dismiss(response)
        return response

    def _door(self, request: web.Request, guest: Guest) -> web.Response:
        nonce = secrets.token_urlsafe(18)
        html = self._pages.page(
            "enter.html",
            guest.reader,
            name=guest.account.name,
            platform=guest.account.platform,
            address=request.path,
            seals={SEAL: self._reception.entrance.seal(nonce)},
        )
        response = private(html, 200)
        response.set_cookie(
            ENTERING,
            nonce,
            max_age=MINUTES * 60,
            path="/enter",
            secure=self._reception.entrance.is_secure,
            httponly=True,
            samesite="Strict",
        )
        return response

    def _forged(self, reader: chat.Reader) -> web.Response:
        return self._sheet(chrome.NOT_OURS, chrome.NOT_OURS_WHY, reader, status=403)

    def _closed(self, reply: chat.Reply) -> web.Response:
        """A link of ours that is used, too old or forgotten is gone."""
        status = GONE if STATUSES[reply.outcome] in (404, 409) else STATUSES[reply.outcome]
        return self._show(reply.screen, reply.reader, status=status)

    def _sheet(self, title: chat.Text, why: chat.Text, reader: chat.Reader, *, status: int) -> web.Response:
        return self._show(chat.Screen(title, (chat.Paragraph(why),)), reader, status=status)

    def _show(self, screen: chat.Screen, reader: chat.Reader, *, status: int) -> web.Response:
        body = self._pages.screen(screen, reader, alone=True)
        return private(
            self._pages.page("sheet.html", reader, title=screen.title, body=body, reload=0), status
        )
