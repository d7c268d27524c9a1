"""A browser without a window: it follows what it is told to follow, and reads pages as text."""

from typing import Any, Self

import aiohttp

from tests.stories import pages


class Browser:
    """`home` is the address of the house."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.http = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def page(self, path: str) -> str:
        async with self.http.get(self.home + path) as answer:
            assert answer.status == 200, (path, answer.status)
            return await answer.text()

    async def open(self, url: str) -> str:
        """The text of a page of ours, or the address of the page elsewhere that it leads to."""
        if not url.startswith(self.home):
            return url
        return await self._get(url, {"Sec-Fetch-Dest": "document"})

    async def preview(self, url: str) -> str:
        """As a chat fetches an address to show what stands behind it."""
        return await self._get(url, {})

    async def _get(self, url: str, headers: dict[str, str]) -> str:
        async with self.http.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status == 303:
                return answer.headers["Location"]
            assert answer.content_type == "text/html", answer.status
            return pages.parse(await answer.text()).text

    async def press(self, page: str, label: str) -> str:
        """Presses the button of a form on a page of ours; the address that it leads to."""
        forms = pages.parse(await self.page(page.removeprefix(self.home))).all("form")
        action = next(form.attributes["action"] for form in forms if form.text.startswith(label))
        async with self.http.post(self.home + action, allow_redirects=False) as answer:
            assert answer.status == 303, answer.status
            return answer.headers["Location"]

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        async with self.http.post(self.home + path, json=body) as answer:
            assert answer.status == 200, (answer.status, await answer.text())
            return await answer.json()

    async def download(self, path: str) -> bytes:
        async with self.http.get(self.home + path) as answer:
            assert answer.status == 200, answer.status
            return await answer.read()
