"""Trouble on demand: rate limits, server errors and silence, each for the next matching requests."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]


@dataclass(eq=False)
class Fault:
    """`after` lets the request take effect first: what is lost is the answer."""

    method: str | None
    path: str
    status: int
    times: int
    retry_after: float = 0.0
    is_global: bool = False
    banned: bool = False
    after: bool = False
    hits: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, method: str, path: str, template: str) -> bool:
        wanted = self.method is None or self.method == method
        return self.hits < self.times and wanted and (self.path in path or self.path in template)

    def release(self) -> None:
        """End the silence of a `hang`."""
        self.released.set()

    async def answer(self) -> web.Response:
        if self.status == 0:
            await self.released.wait()
            return plain(502, {"message": "502: Bad Gateway", "code": 0})
        if self.banned:
            return web.Response(status=429, text="error code: 1015", content_type="text/html")
        if self.status == 429:
            return self._too_many()
        return plain(self.status, {"message": f"{self.status}: Server Error", "code": 0})

    def _too_many(self) -> web.Response:
        body = {
            "message": "You are being rate limited.",
            "retry_after": self.retry_after,
            "global": self.is_global,
        }
        headers = {"Via": "1.1 google", "Retry-After": str(max(1, round(self.retry_after)))}
        if self.is_global:
            headers |= {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
        else:
            headers |= {"X-RateLimit-Scope": "user", "X-RateLimit-Bucket": "b0", "X-RateLimit-Limit": "5"}
            headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": str(self.retry_after)}
        return plain(429, body, headers)


def plain(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    """JSON with the content type exactly `application/json`, which is what discord.py looks for."""
    answer = web.Response(status=status, headers=headers)
    if status != 204:
        answer.body = json.dumps(body).encode()
        answer.headers["Content-Type"] = "application/json"
    return answer
