"""Someone's browser, as the web door sees it."""

from typing import Any

import aiohttp

from core import chat
from core.ports import Rung, RungKind
from tests.browser import samples
from tests.browser.playhouse import Playhouse

ENGLISH = chat.Reader("en", "Europe/Madrid", at=samples.NOW)
ANA_DIRECT = Rung("web", RungKind.DIRECT, "ana")
PATIENCE = 60.0


class Visitor:
    """Someone's browser: it posts as one of the cast and numbers what it does."""

    def __init__(self, house: Playhouse, http: aiohttp.ClientSession, who: str = "ana") -> None:
        self.http, self.address = http, house.address
        self.token = house.door.token(who)
        self._count = 0

    async def post(self, body: dict[str, Any], path: str = "/play/act") -> tuple[int, Any]:
        self._count += 1
        full = {"token": self.token, "key": f"key-{self._count:06}", "since": 0, **body}
        async with self.http.post(self.address + path, json=full) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else await answer.text()

    async def say(self, text: str, **more: Any) -> list[Any]:
        status, body = await self.post({"text": text, **more})
        assert status == 200, body
        return standing(body["changes"])

    async def press(self, route: str, message: int, **more: Any) -> Any:
        status, body = await self.post({"route": route, "message": message, **more})
        assert status == 200, body
        return body

    async def complete(self, text: str, **more: Any) -> Any:
        return (await self.post({"text": text, **more}, "/play/complete"))[1]

    async def get(self, path: str) -> tuple[int, str]:
        async with self.http.get(self.address + path, allow_redirects=False) as answer:
            return answer.status, await answer.text()


def standing(changes: list[Any]) -> list[Any]:
    return [change for change in changes if change["html"]]
