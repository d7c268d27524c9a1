"""What all doubles of payment providers have in common: a server on loopback that fails when it is asked to, and its
webhooks, which may come twice, in disorder, late or never. What is answered, signed and sent is each vendor's own.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, Self, TypeVar

import aiohttp
from aiohttp import web

E = TypeVar("E")
P = TypeVar("P", bound="Post[Any]")
CUT: Final = ("cut", "lost")
PATIENCE: Final = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try; `status` is `None` where nobody answered."""

    event: str
    kind: str
    status: int | None


class Post(ABC, Generic[E]):
    """`mode`: normal, twice, reordered (the last event first), hold (until `release`) or never. `enabled` are the
    kinds of events that the endpoint has asked for."""

    enabled: ClassVar[frozenset[str]]

    def __init__(self) -> None:
        self.mode = "normal"
        self.url = ""
        self.deliveries: list[Delivery] = []
        self.waiting: list[E] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @abstractmethod
    def named(self, event: E) -> tuple[str, str]:
        """An event's id and kind."""

    @abstractmethod
    async def send(self, event: E) -> int | None:
        """One delivery, signed. The endpoint's status."""

    def take(self, event: E) -> None:
        if self.named(event)[1] in self.enabled and self.mode != "never":
            self.waiting.append(event)

    def leave(self) -> None:
        """Sends what waits in the background, as vendors do while they answer a request."""
        if self.waiting and self.mode != "hold":
            task = asyncio.get_running_loop().create_task(self.release())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Sends what waits, and returns when it has arrived."""
        if self.mode != "hold":
            await self.release()
        await self.quiet()

    async def quiet(self) -> None:
        await asyncio.gather(*self._tasks)

    @property
    def is_quiet(self) -> bool:
        return not self._tasks

    async def release(self) -> None:
        events, self.waiting = self.waiting, []
        for event in reversed(events) if self.mode == "reordered" else events:
            for _ in range(2 if self.mode == "twice" else 1):
                await self.send(event)

    async def delivered(self, event: E, body: bytes, headers: Mapping[str, str]) -> int | None:
        """Posts it, where there is an address."""
        if not self.url:
            return None
        status = await self._posted(body, headers)
        self.deliveries.append(Delivery(*self.named(event), status))
        return status

    async def _posted(self, body: bytes, headers: Mapping[str, str]) -> int | None:
        try:
            async with (
                aiohttp.ClientSession(timeout=PATIENCE) as http,
                http.post(self.url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None


class Vendor(ABC, Generic[P]):
    """`faults` are the ways in which it can fail; drop, lost, cut and hang are everybody's."""

    faults: ClassVar[Mapping[str, str]]

    def __init__(self, post: P) -> None:
        self.post = post
        self.violations: list[str] = []
        self.api_base = ""
        self._faults: deque[tuple[str, str]] = deque()
        self._closing = asyncio.Event()

    @abstractmethod
    def answered(self, request: web.Request, raw: bytes, fault: str) -> web.Response:
        """Does what is asked and notes it."""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.api_base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self.post.quiet()
        await self._runner.cleanup()

    # --- how it behaves ------------------------------------------------------------------------

    @property
    def webhook_url(self) -> str:
        return self.post.url

    @webhook_url.setter
    def webhook_url(self, url: str) -> None:
        self.post.url = url

    @property
    def webhooks(self) -> str:
        """normal, twice, reordered, hold or never."""
        return self.post.mode

    @webhooks.setter
    def webhooks(self, mode: str) -> None:
        self.post.mode = mode

    @property
    def deliveries(self) -> list[Delivery]:
        return self.post.deliveries

    def fail_next(self, fault: str, times: int = 1, *, on: str = "") -> None:
        """The next requests, or those that begin so ("POST /v1/refunds"), meet one of its faults."""
        if fault not in self.faults:
            raise ValueError(f"{fault} is none of {', '.join(self.faults)}")
        self._faults.extend([(fault, on)] * times)

    def mend(self) -> None:
        """Nothing fails any more."""
        self._faults.clear()

    async def release(self) -> None:
        """Sends what was held."""
        await self.post.release()

    async def quiet(self) -> None:
        """Returns when the webhooks that requests caused have arrived."""
        await self.post.quiet()

    # --- the wire ------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        fault = self._fault(f"{request.method} {request.path}")
        if fault == "drop":
            return await _cut(request, b"")
        response = self.answered(request, raw, fault)
        self.post.leave()
        if fault in CUT:
            assert isinstance(response.body, bytes)
            return await _cut(request, response.body if fault == "cut" else b"")
        if fault == "hang":
            await self._closing.wait()
        return response

    def _fault(self, request: str) -> str:
        if self._faults and request.startswith(self._faults[0][1]):
            return self._faults.popleft()[0]
        return ""


async def _cut(request: web.Request, content: bytes) -> web.StreamResponse:
    """Half of it, and then the connection closes."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(content)
    if content:
        await response.prepare(request)
        await response.write(content[: len(content) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
