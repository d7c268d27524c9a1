"""What is under way at this door, so that it is finished before the door closes, and done once."""

import asyncio
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Final

REMEMBERED: Final = 10_000


class Work:
    def __init__(self) -> None:
        self.running = 0
        self._seen: dict[Hashable, None] = {}
        self._idle = asyncio.Event()

    def is_new(self, key: Hashable) -> bool:
        """Whether it comes for the first time, as far as one remembers."""
        if key in self._seen:
            return False
        if len(self._seen) >= REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[key] = None
        return True

    @contextmanager
    def busy(self) -> Iterator[None]:
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            if not self.running:
                self._idle.set()

    async def settled(self) -> None:
        """Returns when nothing is under way."""
        while self.running:
            self._idle.clear()
            await self._idle.wait()
