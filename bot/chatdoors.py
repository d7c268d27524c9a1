"""The doors into chats, each made where it is configured. The vendors' libraries are loaded for those who use them."""

from typing import TYPE_CHECKING

from adapters.database import Database, keys
from bot.config import Settings
from bot.router import Router
from core.clock import Clock
from core.ports import Catalogues, Painter

if TYPE_CHECKING:
    from adapters.discord.door import DiscordDoor
    from adapters.telegram.door import TelegramDoor


def discord(
    settings: Settings, router: Router, db: Database, catalogue: Catalogues, clock: Clock, paint: Painter
) -> "DiscordDoor | None":
    if settings.discord is None:
        return None
    from adapters.discord.door import DiscordDoor  # half a second

    return DiscordDoor(
        settings.discord.token.get_secret_value(),
        router,
        db,
        catalogue,
        clock,
        paint=paint,
        api_base=settings.discord.api_base,
        gateway_url=settings.discord.gateway_url,
    )


async def telegram(
    settings: Settings, router: Router, db: Database, catalogue: Catalogues, clock: Clock, paint: Painter
) -> "TelegramDoor | None":
    """Made before the web, which may hand it updates."""
    if settings.telegram is None:
        return None
    from adapters.telegram.door import TelegramDoor  # as long again

    return TelegramDoor(
        settings.telegram.token.get_secret_value(),
        router,
        db,
        catalogue,
        clock,
        paint,
        api_base=settings.telegram.api_base,
        webhook_url=settings.telegram.webhook_url,
        webhook_secret=await db.write(keys.ensure, "telegram"),
    )
