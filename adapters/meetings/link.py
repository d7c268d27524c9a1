"""A mentor's own meeting link as a room: the same for everyone, and whoever holds it is let in or not by the
mentor's own tool. The room's name is the link.
"""

from datetime import datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from core.errors import Invalid

LONGEST: Final = 500


class OwnLinks:
    def join_link(self, room: str, *, name: str, moderator: bool, opens: datetime, closes: datetime) -> str:
        return checked(room)


def checked(url: str) -> str:
    """The link, without spaces around it. Raises `Invalid` ("meeting.link") unless it is public and https."""
    url = url.strip()
    if len(url) > LONGEST or not url.isprintable() or any(mark in url for mark in ' "<>\\`'):
        raise Invalid("meeting.link", longest=LONGEST)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("meeting.link", longest=LONGEST) from None
    if (
        parts.scheme != "https"
        or parts.username is not None
        or port not in (None, 443)
        or not _is_public(parts)
    ):
        raise Invalid("meeting.link", longest=LONGEST)
    return url


def _is_public(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal"))
    return False
