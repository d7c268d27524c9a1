"""A mentor's own meeting link: https, to a public address, and nothing hidden in it."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from core.errors import Invalid

LONGEST: Final = 300
FORBIDDEN: Final = ' "<>\\`'
PRIVATE: Final = (".local", ".localhost", ".internal")


def checked(url: str) -> str:
    """The link itself. Raises `Invalid` for anything that is no public https address."""
    if len(url) > LONGEST or not url.isprintable() or any(mark in url for mark in FORBIDDEN):
        raise Invalid("mentor.url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("mentor.url") from None
    if parts.scheme != "https" or parts.username is not None or port not in (None, 443):
        raise Invalid("mentor.url")
    if not _is_public(parts):
        raise Invalid("mentor.url")
    return url


def _is_public(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return "." in host.strip(".") and not host.endswith(PRIVATE)
    return False
