"""Screens in the frame of a signed-in page: the menu around them, their forms sealed for this sign-in."""

from dataclasses import replace
from urllib.parse import quote

from aiohttp import web

from adapters.web import chrome
from adapters.web.pages import Pages
from adapters.web.reading import reader_of
from adapters.web.reception import Reception
from adapters.web.statuses import STATUSES
from adapters.web.ways import Ways
from core import chat
from core.ports import Guest

SEALED_HERE = '<input type="hidden" name="nearpeer-sealed">'
"""Stands in the forms of kept answers; each time they are shown a fresh seal and key take its place."""


class Frame:
    def __init__(self, pages: Pages, reception: Reception, ways: Ways) -> None:
        self.pages = pages
        self._reception = reception
        self._ways = ways

    def screen(self, reply: chat.Reply, files_at: str) -> str:
        """A screen as it stands inside the frame and can be kept."""
        numbered = tuple((str(number), file) for number, file in enumerate(reply.screen.files))
        return self.pages.screen(
            reply.screen, reply.reader, files=numbered, ways=self._ways, files_at=files_at
        )

    def page(
        self, request: web.Request, guest: Guest, reply: chat.Reply, *, status: int = 0, error: str = ""
    ) -> web.Response:
        """An answer as the page of the route that was asked for."""
        html = self.screen(reply, f"{quote(request.path, safe='/:')}?file=")
        title = self.pages.words(reply.reader).plain(reply.screen.title)
        here = request.match_info.get("route", "").partition(":")[0].partition(".")[0]
        guest = replace(guest, reader=reply.reader)
        status = status or STATUSES[reply.outcome]
        return self.framed(request, guest, title, html, status=status, here=here, error=error)

    def note(
        self, request: web.Request, guest: Guest, title: chat.Text, why: chat.Text, *, status: int
    ) -> web.Response:
        screen = chat.Screen(title, (chat.Paragraph(why),), tone=chat.Tone.BAD)
        return self.page(request, guest, chat.Reply(screen, guest.reader), status=status)

    def framed(
        self,
        request: web.Request,
        guest: Guest,
        title: str,
        html: str,
        *,
        status: int = 200,
        here: str = "",
        error: str = "",
    ) -> web.Response:
        seals = self._reception.seals(request)
        page = self.pages.page(
            "walk.html",
            guest.reader,
            guest=guest,
            ways=self._ways,
            title=title,
            body=html.replace(SEALED_HERE, self.pages.hidden(seals)),
            error=error,
            seals=seals,
            here=here,
        )
        return private(page, status)

    def stranger(self, request: web.Request) -> web.Response:
        """For whoever is not signed in: how to be."""
        reader = reader_of(request)
        screen = chat.Screen(chrome.SIGN_IN, (chat.Paragraph(chrome.SIGN_IN_HOW),))
        response = private(self.sheet(screen, reader), 401)
        if self._reception.secret(request):
            self._reception.dismiss(response)
        return response

    def sheet(self, screen: chat.Screen, reader: chat.Reader) -> str:
        """A screen alone on a page, without anything to press."""
        body = self.pages.screen(screen, reader, alone=True)
        return self.pages.page("sheet.html", reader, title=screen.title, body=body, reload=0)


def private(html: str, status: int) -> web.Response:
    """A page for one pair of eyes, kept by nobody."""
    headers = {"Cache-Control": "no-store"}
    return web.Response(text=html, status=status, content_type="text/html", headers=headers)
