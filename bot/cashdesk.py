"""How money is taken here: the providers that are configured, and the sandbox where there is none."""

from typing import TYPE_CHECKING, Final

from adapters.database import Database, keys
from adapters.payments.sandbox import SandboxProvider
from bot.config import Settings
from core.booking.checkout import Till
from core.clock import Clock
from core.ports import PaymentProvider

if TYPE_CHECKING:
    from adapters.payments.stripe import StripeProvider

DISCORD_CHATS: Final = "https://discord.com/channels/@me"
TELEGRAM_CHATS: Final = "https://web.telegram.org"


async def sandbox(settings: Settings, db: Database, clock: Clock) -> SandboxProvider | None:
    if not settings.has_sandbox:
        return None
    secret = settings.sandbox.secret
    return SandboxProvider(
        db, secret.get_secret_value() if secret else await db.write(keys.ensure, "sandbox"), clock=clock
    )


def stripe(settings: Settings) -> "StripeProvider | None":
    if settings.stripe is None:
        return None
    from adapters.payments.stripe import StripeProvider  # a third of a second, for those who use it

    secret = settings.stripe.webhook_secret
    return StripeProvider(
        settings.stripe.secret_key.get_secret_value(),
        secret.get_secret_value() if secret else "",
        api_base=settings.stripe.api_base,
    )


def till(settings: Settings, *taking: PaymentProvider | None) -> Till:
    """The first provider that is there takes new payments."""
    providers = {provider.name: provider for provider in taking if provider is not None}
    public_url = settings.web.public_url or ""
    return Till(providers, next(iter(providers)), public_url, public_url or _chats(settings))


def _chats(settings: Settings) -> str:
    """Where people are sent back to from a provider's page when we have no page of our own."""
    return TELEGRAM_CHATS if settings.telegram and not settings.discord else DISCORD_CHATS
