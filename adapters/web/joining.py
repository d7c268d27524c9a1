"""Our own join links: they note that somebody came and lead into the room, or to a page that says why it is closed.

Chats and mail scanners fetch links too. Only what a browser calls a navigation of its own counts as a person; the
way into the room is open to all who hold the link.
"""

from typing import Final

from aiohttp import web
from itsdangerous import BadSignature, Signer

from adapters.web.frame import private
from adapters.web.pages import Pages
from adapters.web.reception import COOKIES
from core.ports import JoinPages

MARK: Final = "-"


class JoinLinks:
    """Implements `core.ports.JoinLinks`. `address` is our public one, without a slash at the end."""

    def __init__(self, secret: str, address: str) -> None:
        self._signer = Signer(secret, salt="nearpeer.web.join")
        self._address = address

    @property
    def is_open(self) -> bool:
        return bool(self._address)

    def link(self, short: str, side: str) -> str:
        return f"{self._address}/j/{self._signer.sign(f'{short}{MARK}{side}').decode()}"

    def read(self, token: str) -> tuple[str, str] | None:
        """The booking and the side that a link of ours was made for."""
        try:
            short, _mark, side = self._signer.unsign(token).decode().partition(MARK)
        except (BadSignature, UnicodeDecodeError):
            return None
        return short, side


class JoinDoor:
    def __init__(self, pages: Pages, links: JoinLinks, join_pages: JoinPages) -> None:
        self._pages = pages
        self._links = links
        self._join_pages = join_pages

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/j/{token}", self.open)]

    async def open(self, request: web.Request) -> web.Response:
        known = self._links.read(request.match_info["token"])
        if known is None:
            raise web.HTTPNotFound
        found = await self._join_pages.open(*known, is_person=is_person(request))
        if isinstance(found, str):
            return web.Response(status=303, headers={"Location": found, "Cache-Control": "no-store"})
        html = self._pages.page(
            "sheet.html",
            found.reader,
            title=found.screen.title,
            body=self._pages.screen(found.screen, found.reader, alone=True),
            signed_in=any(name in request.cookies for name in COOKIES),
            reload=0,
        )
        return private(html, 200)


def is_person(request: web.Request) -> bool:
    """Whether a browser opens this for somebody to look at, not ahead of time and not for a preview."""
    ahead = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return request.method == "GET" and request.headers.get("Sec-Fetch-Dest") == "document" and not ahead
