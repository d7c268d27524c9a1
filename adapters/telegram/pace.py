"""How fast the door writes: thirty messages a second over all, one a second in a chat, twenty a minute in a group.

A chat may have a few at once, as one answer in several messages needs; after that they come at Telegram's pace.
What Telegram itself asks us to wait is waited for that chat alone.
"""

import asyncio
from typing import Final

from aiolimiter import AsyncLimiter

OVERALL: Final = 30
AT_ONCE: Final = 5
IN_A_GROUP: Final = 20
MINUTE: Final = 60.0
MOST_CHATS: Final = 10_000


class Pace:
    def __init__(self) -> None:
        self._all = AsyncLimiter(OVERALL, 1)
        self._chats: dict[int, AsyncLimiter] = {}
        self._silent_until: dict[int, float] = {}

    async def turn(self, chat: int) -> None:
        """Returns when a message may be sent to the chat."""
        await self._chat(chat).acquire()
        await self._all.acquire()

    def wait(self, chat: int, seconds: float) -> None:
        """Telegram wants no message to this chat for so long."""
        self._silent_until[chat] = _now() + seconds

    def silence(self, chat: int) -> float:
        """How many seconds of that are left."""
        left = self._silent_until.get(chat, 0.0) - _now()
        if left <= 0:
            self._silent_until.pop(chat, None)
        return max(0.0, left)

    def _chat(self, chat: int) -> AsyncLimiter:
        if chat not in self._chats:
            if len(self._chats) >= MOST_CHATS:
                self._chats.clear()
            limits = (IN_A_GROUP, MINUTE) if chat < 0 else (AT_ONCE, float(AT_ONCE))
            self._chats[chat] = AsyncLimiter(*limits)
        return self._chats[chat]


def _now() -> float:
    return asyncio.get_running_loop().time()
