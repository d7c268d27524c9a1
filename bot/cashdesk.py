"""How money is taken here: the providers that are configured, and the sandbox where there is none."""

from typing import Final, Protocol

from adapters.database import Database, keys
from adapters.payments.sandbox import SandboxProvider
from bot.config import Settings
from core.booking.till import Till
from core.clock import Clock
from core.ports import PaymentProvider

DISCORD_CHATS: Final = "https://discord.com/channels/@me"
TELEGRAM_CHATS: Final = "https://web.telegram.org"


class Vendor(PaymentProvider, Protocol):
    """A provider of real money, which keeps a connection."""

    async def close(self) -> None: ...


async def sandbox(settings: Settings, db: Database, clock: Clock) -> SandboxProvider | None:
    if not settings.has_sandbox:
        return None
    secret = settings.sandbox.secret
    return SandboxProvider(
        db, secret.get_secret_value() if secret else await db.write(keys.ensure, "sandbox"), clock=clock
    )


def vendors(settings: Settings, clock: Clock) -> list[Vendor]:
    """Those that are configured."""
    found: tuple[Vendor | None, ...] = (_stripe(settings), _paypal(settings, clock), _razorpay(settings))
    return [vendor for vendor in found if vendor is not None]


def _stripe(settings: Settings) -> Vendor | None:
    if settings.stripe is None:
        return None
    from adapters.payments.stripe import StripeProvider  # a third of a second, for those who use it

    secret = settings.stripe.webhook_secret
    return StripeProvider(
        settings.stripe.secret_key.get_secret_value(),
        secret.get_secret_value() if secret else "",
        api_base=settings.stripe.api_base,
    )


def _paypal(settings: Settings, clock: Clock) -> Vendor | None:
    if settings.paypal is None:
        return None
    from adapters.payments.paypal import PayPalProvider

    return PayPalProvider(
        settings.paypal.client_id,
        settings.paypal.client_secret.get_secret_value(),
        settings.paypal.webhook_id or "",
        clock=clock,
        live=settings.paypal.live,
        api_base=settings.paypal.api_base,
    )


def _razorpay(settings: Settings) -> Vendor | None:
    if settings.razorpay is None:
        return None
    from adapters.payments.razorpay import RazorpayProvider

    secrets = (settings.razorpay.webhook_secret, settings.razorpay.old_webhook_secret)
    return RazorpayProvider(
        settings.razorpay.key_id.get_secret_value(),
        settings.razorpay.key_secret.get_secret_value(),
        [secret.get_secret_value() for secret in secrets if secret],
        api_base=settings.razorpay.api_base,
    )


def till(settings: Settings, *taking: PaymentProvider | None) -> Till:
    """The first provider that is there takes new payments."""
    providers = {provider.name: provider for provider in taking if provider is not None}
    public_url = settings.web.public_url or ""
    return Till(providers, next(iter(providers)), public_url, public_url or _chats(settings))


def _chats(settings: Settings) -> str:
    """Where people are sent back to from a provider's page when we have no page of our own."""
    return TELEGRAM_CHATS if settings.telegram and not settings.discord else DISCORD_CHATS
