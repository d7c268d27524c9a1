"""Who is there, by the cookie of the browser. The cookie holds a random secret and nothing else."""

import re
import secrets
from collections.abc import Mapping

from aiohttp import web

from adapters.web.entrance import Entrance
from core.ports import Guest, Guests

LASTS = 30 * 24 * 3600
LONGEST = 100
COOKIES = ("nearpeer", "__Host-nearpeer")
SEAL, ONCE = "nearpeer-seal", "nearpeer-once"
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Reception:
    def __init__(self, guests: Guests, entrance: Entrance) -> None:
        self.guests = guests
        self.entrance = entrance

    @property
    def cookie(self) -> str:
        """Over https the name binds the cookie to this host."""
        open_air, bound = COOKIES
        return bound if self.entrance.is_secure else open_air

    def secret(self, request: web.Request) -> str:
        secret = request.cookies.get(self.cookie, "")
        return secret if len(secret) <= LONGEST else ""

    async def guest(self, request: web.Request) -> Guest | None:
        secret = self.secret(request)
        return await self.guests.known(secret) if secret else None

    def seals(self, request: web.Request) -> Mapping[str, str]:
        """The hidden fields of a form: that it is meant, and a key of its own so that it is done once."""
        return {SEAL: self.entrance.seal(self.secret(request)), ONCE: secrets.token_urlsafe(12)}

    def is_sealed(self, request: web.Request, seal: str) -> bool:
        """Whether a form was made for this very sign-in."""
        return self.entrance.fits(self.secret(request), seal)

    def admit(self, response: web.Response, secret: str) -> None:
        response.set_cookie(
            self.cookie,
            secret,
            max_age=LASTS,
            path="/",
            secure=self.entrance.is_secure,
            httponly=True,
            samesite="Lax",
        )

    def dismiss(self, response: web.Response) -> None:
        response.del_cookie(self.cookie, path="/", secure=self.entrance.is_secure, httponly=True)
