"""The web's pages as one aiohttp application; webhooks may be mounted beside them."""

from collections.abc import Sequence

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.web import chrome, headers
from adapters.web.checkout import CheckoutDoor, Sandbox
from adapters.web.door import WebDoor
from adapters.web.pages import STATIC, Pages
from adapters.web.paying import PayDoor
from adapters.web.playground import CastMember, Playground
from adapters.web.reading import FALLBACK, LANGUAGES, reader_of
from core import chat
from core.db import short_id
from core.ports import PayPages

BODY_BYTES = 256 * 1024
log = structlog.get_logger()


def create_app(
    door: WebDoor,
    *,
    place: chat.Place,
    pay_pages: PayPages,
    cast: Sequence[CastMember] = (),
    sandbox: Sandbox | None = None,
    languages: Sequence[str] = (FALLBACK,),
    more: Sequence[Sequence[web.RouteDef]] = (),
) -> web.Application:
    """The playground where there is a cast, our pay links always, the sandbox's checkout where there is one.

    `more` are the routes of the doors that a house opens besides.
    """
    app = web.Application(client_max_size=BODY_BYTES, middlewares=[_guard(door.pages)])
    app[LANGUAGES] = languages
    app.on_response_prepare.append(headers.add)
    app.on_shutdown.append(lambda _: _close(door))
    app.router.add_static("/static", STATIC)
    app.add_routes(PayDoor(door.pages, pay_pages).routes())
    for routes in more:
        app.add_routes(routes)
    if cast:
        app.add_routes(Playground(door, cast, place).routes())
    if sandbox:
        app.add_routes(CheckoutDoor(door.pages, sandbox).routes())
    return app


async def _close(door: WebDoor) -> None:
    door.close()


def _guard(pages: Pages) -> Middleware:
    """Pages for what is missing or broken; the trace goes to the log under the reference that is shown."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPNotFound:
            screen = chat.Screen(chrome.NOT_FOUND, (chat.Paragraph(chrome.NOT_FOUND_WHY),))
            return _sheet(pages, request, screen, status=404)
        except web.HTTPException:
            raise
        except ConnectionResetError:
            raise
        except Exception:  # the edge: what is unexpected becomes a page with a reference
            reference = short_id(8)
            resource = request.match_info.route.resource
            log.exception("web.failed", reference=reference, page=resource.canonical if resource else "")
            why = chat.Paragraph(chrome.broken_why(reference))
            screen = chat.Screen(chrome.BROKEN, (why,), tone=chat.Tone.BAD)
            return _sheet(pages, request, screen, status=500)

    return guard


def _sheet(pages: Pages, request: web.Request, screen: chat.Screen, *, status: int) -> web.Response:
    reader = reader_of(request)
    body = pages.screen(screen, reader, alone=True)
    html = pages.page("sheet.html", reader, title=screen.title, body=body, reload=0)
    return web.Response(text=html, content_type="text/html", status=status)
