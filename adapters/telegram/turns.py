"""Work in the order it came for each person, side by side for different people."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Final

Work = Callable[[], Awaitable[None]]
AT_ONCE: Final = 64


class Turns:
    def __init__(self) -> None:
        self._last: dict[Hashable, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)

    def queue(self, whose: Hashable, work: Work) -> None:
        """`work` raises nothing."""
        task = asyncio.ensure_future(self._after(self._last.get(whose), work))
        self._last[whose] = task
        self._running.add(task)
        task.add_done_callback(lambda done: self._leave(whose, done))

    async def settled(self) -> None:
        """Returns when nothing is queued."""
        while self._running:
            await asyncio.wait(tuple(self._running))

    def cancel(self) -> None:
        for task in self._running:
            task.cancel()

    async def _after(self, earlier: asyncio.Task[None] | None, work: Work) -> None:
        if earlier is not None:
            await asyncio.wait({earlier})
        async with self._room:
            await work()

    def _leave(self, whose: Hashable, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._last.get(whose) is task:
            del self._last[whose]
