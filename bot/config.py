"""What a host sets: `config.toml`, with the environment above it (`NEARPEER__STRIPE__SECRET_KEY`).

A section that is absent means that the integration does not exist. A wrong or unknown key is refused in one
line that names it, and no secret is ever printed.
"""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from bot import mistakes
from bot.fields import (
    AnyCase,
    DatabaseUrl,
    Endpoint,
    Gateway,
    Listen,
    LongSecret,
    Origin,
    Secret,
    Sender,
    WebhookId,
    begins,
)

DEFAULT: Final = Path("config.toml")
PREFIX: Final = "NEARPEER__"


class ConfigError(Exception):
    """The configuration cannot be used; the message is one line that names the key."""

    def __init__(self, mistake: str) -> None:
        super().__init__(" ".join(f"config: {mistake}".split()))


# --- sections ---------------------------------------------------------------------------------


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Discord(Section):
    token: Secret
    api_base: Endpoint | None = None
    gateway_url: Gateway | None = None


class Telegram(Section):
    """Without a `webhook_url` the bot asks Telegram for news; with one Telegram calls it there (https)."""

    token: Secret
    api_base: Endpoint | None = None
    webhook_url: Origin | None = None


class Mail(Section):
    """An SMTP server for those who cannot be reached in a chat; `sender` is the address it writes from."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    sender: Sender
    username: str = ""
    password: Secret | None = None
    security: Annotated[Literal["starttls", "tls", "none"], AnyCase] = "starttls"


class Stripe(Section):
    """Without a webhook secret no webhook is believed, and Stripe is asked instead."""

    secret_key: Annotated[Secret, begins("sk_", "rk_")]
    webhook_secret: Annotated[Secret, begins("whsec_")] | None = None
    api_base: Endpoint | None = None


class PayPal(Section):
    """Without a webhook id no webhook is believed, and PayPal is asked instead."""

    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Secret
    webhook_id: WebhookId | None = None
    live: bool = False
    api_base: Endpoint | None = None


class Razorpay(Section):
    """Without a webhook secret no webhook is believed. After a change of it the old one is still believed."""

    key_id: Annotated[Secret, begins("rzp_test_", "rzp_live_")]
    key_secret: Secret
    webhook_secret: Secret | None = None
    old_webhook_secret: Secret | None = None
    api_base: Endpoint | None = None


class Sandbox(Section):
    """Play money. Where nothing is said it stands in for a provider that is not there."""

    enabled: bool | None = None
    secret: LongSecret | None = None


class Database(Section):
    url: DatabaseUrl = SecretStr("sqlite:///var/nearpeer.db")


class Web(Section):
    """`listen` is where we answer, `public_url` how the world reaches that; `secret` signs visits."""

    listen: Listen = "127.0.0.1:8080"
    public_url: Origin | None = None
    secret: LongSecret | None = None

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])


class Jitsi(Section):
    """With `app_id` and `secret` every link carries a signed token of its own."""

    base_url: Endpoint
    app_id: str = ""
    secret: LongSecret | None = None


class Log(Section):
    level: Annotated[Literal["debug", "info", "warning", "error"], AnyCase] = "info"
    format: Annotated[Literal["console", "json"], AnyCase] = "console"


class Settings(Section):
    """All of it. Made by hand, as the playground does, it is what it is given; `load` reads the sources."""

    discord: Discord | None = None
    telegram: Telegram | None = None
    mail: Mail | None = None
    stripe: Stripe | None = None
    paypal: PayPal | None = None
    razorpay: Razorpay | None = None
    sandbox: Sandbox = Sandbox()
    database: Database = Database()
    web: Web = Web()
    jitsi: Jitsi | None = None
    log: Log = Log()

    @property
    def has_sandbox(self) -> bool:
        return not self.takes_money if self.sandbox.enabled is None else self.sandbox.enabled

    @property
    def takes_money(self) -> bool:
        """Whether there is a provider of real money."""
        return any((self.stripe, self.paypal, self.razorpay))

    def secrets(self) -> frozenset[str]:
        """Every secret there is, so that whoever writes can blot them out."""
        return frozenset(filter(None, _secrets(self)))


# --- reading ----------------------------------------------------------------------------------


class Sources(BaseSettings, Settings):
    """The settings as the environment and, below it, a file say."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True, enable_decoding=False
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return Environment(settings_cls), init_settings


class Environment(EnvSettingsSource):
    """The library passes over a variable of no section; here it is a mistake like any other."""

    def __call__(self) -> dict[str, Any]:
        sections = (name.removeprefix(PREFIX).split("__")[0].lower() for name in _variables())
        unknown: dict[str, Any] = {
            name: {} for name in sections if name not in self.settings_cls.model_fields
        }
        return super().__call__() | unknown


def load(path: Path | None) -> Settings:
    """The settings in a file, below the environment's; `None` reads the environment alone.

    Raises `ConfigError`.
    """
    try:
        settings = Sources(**_read(path) if path else {})
    except ValidationError as error:
        raise ConfigError(mistakes.first(error, Settings, _variables())) from None
    if not settings.has_sandbox and not settings.takes_money:
        said = "is false and there is no [stripe] or other provider, so nobody could pay"
        raise ConfigError(f"sandbox.enabled: {said}")
    if settings.mail and settings.mail.username and not settings.mail.password:
        raise ConfigError("mail.password: is missing, and mail.username needs it")
    if settings.jitsi and settings.jitsi.secret and not settings.jitsi.app_id:
        raise ConfigError("jitsi.app_id: is missing, and jitsi.secret needs it")
    return settings


def find(path: Path | None) -> Settings:
    """The settings of the named file; else of `config.toml`, which the environment alone may stand in for."""
    if path is None and not DEFAULT.exists() and any(_variables()):
        return load(None)
    return load(path or DEFAULT)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; copy config.example.toml to begin with") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from None


def _variables() -> Iterator[str]:
    """The environment's own keys, those that say something."""
    return (name for name in map(str.upper, filter(os.environ.get, os.environ)) if name.startswith(PREFIX))


def _secrets(section: BaseModel) -> Iterator[str]:
    for name in type(section).model_fields:
        match getattr(section, name):
            case BaseModel() as inner:
                yield from _secrets(inner)
            case SecretStr() as secret if isinstance(section, Database):
                yield unquote(urlsplit(secret.get_secret_value()).password or "")
            case SecretStr() as secret:
                yield secret.get_secret_value()
