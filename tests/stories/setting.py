"""What a story is played on, and the configuration of the house that comes of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pydantic import SecretStr

from bot import config
from bot.config import Settings
from tests.doubles.discord import DiscordServer
from tests.doubles.stripe import StripeServer
from tests.stories.people import AS_ALWAYS, Opening

MONDAY: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Setting:
    """Without an address the house is behind a router, and no webhook can arrive."""

    door: str
    bank: str
    database_url: str
    start: datetime = MONDAY
    has_address: bool = True
    opening: Opening = AS_ALWAYS

    def settings(self, address: str, discord: DiscordServer | None, stripe: StripeServer | None) -> Settings:
        """A host's configuration; `address` is where the house answers."""
        return Settings(
            database=config.Database(url=SecretStr(self.database_url)),
            web=config.Web(
                listen=address.removeprefix("http://"), public_url=address if self.has_address else None
            ),
            discord=_discord(discord) if discord else None,
            stripe=_stripe(stripe, hears=self.has_address) if stripe else None,
        )


def _discord(server: DiscordServer) -> config.Discord:
    return config.Discord(
        token=SecretStr(server.token), api_base=server.api_base, gateway_url=server.gateway_url
    )


def _stripe(server: StripeServer, *, hears: bool) -> config.Stripe:
    return config.Stripe(
        secret_key=SecretStr(server.secret_key),
        webhook_secret=SecretStr(server.webhook_secret) if hears else None,
        api_base=server.api_base,
    )
