"""Rooms on a Jitsi server. With a secret every link carries a token of its own: for one person, one room and
the time of the session; without one the random name of the room is all that guards it.
"""

from datetime import datetime
from typing import Final
from urllib.parse import quote, urlsplit

import jwt

SHORTEST_SECRET: Final = 32


class JitsiRooms:
    """`app_id` and `secret` are the server's own (prosody's token authentication, HS256)."""

    def __init__(self, base_url: str, *, app_id: str = "", secret: str = "") -> None:
        """Raises `ValueError` for a secret too short to sign with, or without an app id."""
        if secret and (len(secret.encode()) < SHORTEST_SECRET or not app_id):
            raise ValueError(f"jitsi: a secret has at least {SHORTEST_SECRET} bytes and comes with an app_id")
        self._base_url = base_url.rstrip("/")
        self._app_id = app_id
        self._secret = secret

    def join_link(self, room: str, *, name: str, moderator: bool, opens: datetime, closes: datetime) -> str:
        # Jitsi lowers the names of rooms, and compares the token's with the lowered one.
        room = room.lower()
        link = f"{self._base_url}/{quote(room, safe='')}"
        if not self._secret:
            return link
        return f"{link}?jwt={self._token(room, name, moderator, opens, closes)}"

    def _token(self, room: str, name: str, moderator: bool, opens: datetime, closes: datetime) -> str:
        claims = {
            "aud": self._app_id,
            "iss": self._app_id,
            "sub": urlsplit(self._base_url).hostname,
            "room": room,
            "nbf": int(opens.timestamp()),
            "exp": int(closes.timestamp()),
            "context": {"user": {"name": name, "moderator": moderator}},
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")
