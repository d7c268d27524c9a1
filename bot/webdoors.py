"""The web's doors beyond the playground, put together: public pages, the way in from a chat, every screen as a page."""

from collections.abc import Mapping

from aiohttp import web

from adapters.database import Database, keys
from adapters.web.directory import DirectoryDoor
from adapters.web.entering import EnterDoor
from adapters.web.entrance import Entrance
from adapters.web.joining import JoinDoor, JoinLinks
from adapters.web.pages import Pages
from adapters.web.reception import Reception
from adapters.web.walking import WalkDoor
from bot.config import Settings
from bot.directory import Directory
from bot.guests import Guests
from bot.joining import Joining
from bot.router import Router
from bot.visit import Desk
from core.ports import ChatPlatform, Painter


async def secret(settings: Settings, db: Database) -> str:
    """What the web's signatures are made with."""
    given = settings.web.secret
    return given.get_secret_value() if given else await db.write(keys.ensure, "web")


def routes(
    desk: Desk,
    router: Router,
    pages: Pages,
    entrance: Entrance,
    joins: JoinLinks,
    platforms: Mapping[str, ChatPlatform],
    paint: Painter,
) -> list[list[web.RouteDef]]:
    reception = Reception(Guests(desk), entrance)
    return [
        DirectoryDoor(pages, Directory(desk, platforms), reception, router, paint, desk.clock).routes(),
        EnterDoor(pages, reception).routes(),
        JoinDoor(pages, joins, Joining(desk)).routes(),
        WalkDoor(pages, router, reception, desk.db, desk.clock).routes(),
    ]
