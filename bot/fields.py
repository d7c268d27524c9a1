"""The kinds of values a host can set. Each refuses what it cannot be in words that say what would fit."""

import re
from email.utils import parseaddr
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

SHORTEST_SECRET: Final = 32
ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def _origin(url: str) -> str:
    """An address that has no path: our pages start at its root."""
    parts = urlsplit(_endpoint(url))
    if parts.path or parts.query or parts.fragment:
        raise ValueError("should be an address without a path, such as https://book.example.org")
    return url.rstrip("/")


def _endpoint(url: str, schemes: tuple[str, ...] = ("https", "http")) -> str:
    url = url.rstrip("/")
    if not _is_address(url, schemes):
        raise ValueError(f"should be an address that starts with {schemes[0]}:// or {schemes[1]}://")
    return url


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:  # brackets that do not close, a port that is no number
        return False


def _listen(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError("should be host:port, such as 127.0.0.1:8080")
    return address


def _sender(text: str) -> str:
    """An address that letters come from, with a name before it or without."""
    _name, address = parseaddr(text)
    if not text.isprintable() or not ADDRESS.fullmatch(address):
        raise ValueError("should be an address, such as Nearpeer <bookings@example.org>")
    return text


def _webhook_id(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]{1,50}", text):
        raise ValueError("should be the webhook's id, such as 1JE4291016473214C")
    return text


def _database(url: SecretStr) -> SecretStr:
    scheme = url.get_secret_value().partition("://")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgresql", "postgres"):
        raise ValueError("should start with sqlite:/// or postgresql://")
    return url


def begins(*prefixes: str) -> AfterValidator:
    def check(secret: SecretStr) -> SecretStr:
        if not secret.get_secret_value().startswith(prefixes):
            raise ValueError(f"should start with {' or '.join(prefixes)}")
        return secret

    return AfterValidator(check)


def _long(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value().encode()) < SHORTEST_SECRET:
        raise ValueError(f"should be at least {SHORTEST_SECRET} bytes long")
    return secret


def _lower(word: object) -> object:
    return word.lower() if isinstance(word, str) else word


Endpoint = Annotated[str, AfterValidator(_endpoint)]
Origin = Annotated[str, AfterValidator(_origin)]
Sender = Annotated[str, AfterValidator(_sender)]
Gateway = Annotated[str, AfterValidator(lambda url: _endpoint(url, ("wss", "ws")))]
WebhookId = Annotated[str, AfterValidator(_webhook_id)]
Listen = Annotated[str, AfterValidator(_listen)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
AnyCase = BeforeValidator(_lower)
Secret = Annotated[SecretStr, Field(min_length=1)]
LongSecret = Annotated[SecretStr, AfterValidator(_long)]
