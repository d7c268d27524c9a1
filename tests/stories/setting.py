"""What a story is played on, and the configuration of the house that comes of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pydantic import SecretStr

from bot import config
from bot.config import Settings
from tests.doubles.discord import DiscordServer
from tests.doubles.paypal import PayPalServer
from tests.doubles.razorpay import RazorpayServer
from tests.doubles.stripe import StripeServer
from tests.doubles.telegram import TelegramServer
from tests.stories.banks import Vendors
from tests.stories.people import AS_ALWAYS, Opening

MONDAY: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Setting:
    """`door` and `bank` may name several, with a plus: the cast is at home in the first door.

    Without an address the house is behind a router, and no webhook can arrive. `is_called`: Telegram posts
    its updates to the house, which else asks for them."""

    door: str
    bank: str
    database_url: str
    start: datetime = MONDAY
    has_address: bool = True
    opening: Opening = AS_ALWAYS
    mail_port: int = 0
    is_called: bool = False

    @property
    def doors(self) -> list[str]:
        return self.door.split("+")

    @property
    def banks(self) -> list[str]:
        return self.bank.split("+")

    def settings(
        self,
        address: str,
        discord: DiscordServer | None,
        telegram: TelegramServer | None,
        vendors: Vendors,
    ) -> Settings:
        """A host's configuration; `address` is where the house answers."""
        return Settings(
            database=config.Database(url=SecretStr(self.database_url)),
            web=config.Web(
                listen=address.removeprefix("http://"), public_url=address if self.has_address else None
            ),
            discord=_discord(discord) if discord else None,
            telegram=_telegram(telegram, address if self.is_called else None) if telegram else None,
            stripe=_stripe(vendors.stripe, hears=self.has_address) if vendors.stripe else None,
            paypal=_paypal(vendors.paypal, hears=self.has_address) if vendors.paypal else None,
            razorpay=_razorpay(vendors.razorpay, hears=self.has_address) if vendors.razorpay else None,
            mail=_mail(self.mail_port) if self.mail_port else None,
        )


def _discord(server: DiscordServer) -> config.Discord:
    return config.Discord(
        token=SecretStr(server.token), api_base=server.api_base, gateway_url=server.gateway_url
    )


def _telegram(server: TelegramServer, webhook_url: str | None) -> config.Telegram:
    token = SecretStr(server.token)
    return config.Telegram(token=token, api_base=server.api_base, webhook_url=webhook_url)


def _mail(port: int) -> config.Mail:
    return config.Mail(host="127.0.0.1", port=port, sender="Nearpeer <bookings@example.org>", security="none")


def _stripe(server: StripeServer, *, hears: bool) -> config.Stripe:
    return config.Stripe(
        secret_key=SecretStr(server.secret_key),
        webhook_secret=SecretStr(server.webhook_secret) if hears else None,
        api_base=server.api_base,
    )


def _paypal(server: PayPalServer, *, hears: bool) -> config.PayPal:
    return config.PayPal(
        client_id=server.client_id,
        client_secret=SecretStr(server.client_secret),
        webhook_id=server.webhook_id if hears else None,
        api_base=server.api_base,
    )


def _razorpay(server: RazorpayServer, *, hears: bool) -> config.Razorpay:
    return config.Razorpay(
        key_id=SecretStr(server.key_id),
        key_secret=SecretStr(server.key_secret),
        webhook_secret=SecretStr(server.webhook_secret) if hears else None,
        api_base=server.api_base,
    )
