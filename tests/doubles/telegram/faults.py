"""Trouble on demand: errors, silence and cut connections, each for the next matching requests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from .problems import ApiError

Json = dict[str, Any]
HANG, DROP = 0, -1
WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    409: "Conflict",
    429: "Too Many Requests: retry after",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@dataclass(eq=False)
class Fault:
    """`after` lets the request take effect first: what is lost is the answer."""

    method: str
    status: int
    description: str
    times: int
    chat: int | None = None
    retry_after: int = 0
    after: bool = False
    hits: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, method: str, chat: str) -> bool:
        """Polling goes on unless it is named."""
        named = self.method.lower()
        wanted = method == named if named else method != "getupdates"
        return self.hits < self.times and wanted and (self.chat is None or str(self.chat) == chat)

    def release(self) -> None:
        """Ends the silence of a `hang`, and a fault that has not had its fill."""
        self.times = self.hits
        self.released.set()

    async def answer(self, request: web.Request) -> web.Response:
        if self.status == HANG:
            await self.released.wait()
            return web.json_response(ApiError(502, "Bad Gateway").body(), status=502)
        if self.status == DROP:
            assert request.transport
            request.transport.close()
            return web.Response(status=502)
        said = ApiError(self.status, self._description())
        if self.status == 429:
            said.parameters["retry_after"] = self.retry_after
        return web.json_response(said.body(), status=self.status)

    def _description(self) -> str:
        if self.description:
            return self.description
        words = WORDS.get(self.status, "Internal Server Error")
        return f"{words} {self.retry_after}" if self.status == 429 else words
