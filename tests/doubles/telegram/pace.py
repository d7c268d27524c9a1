"""How fast a bot may write: thirty messages a second in all, one a second to a chat."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from .calls import Call
from .problems import too_many

SECOND = timedelta(seconds=1)


class Pace:
    """Off until `overall` is set; the double's own clock counts."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.overall = 0
        self.to_a_chat = 0
        self._all: deque[datetime] = deque()
        self._chats: dict[str, deque[datetime]] = {}

    def set(self, overall: int = 30, to_a_chat: int = 1) -> None:
        self.overall, self.to_a_chat = overall, to_a_chat

    def count(self, call: Call) -> None:
        """Raises 429 where it is too fast; only what writes messages counts."""
        if not self.overall or not call.name.lower().startswith(("send", "copy", "forward")):
            return
        if call.name.lower() == "sendchataction":
            return
        chat = self._chats.setdefault(call.text("chat_id"), deque())
        now = self._now()
        for sent, most in ((self._all, self.overall), (chat, self.to_a_chat)):
            while sent and now - sent[0] >= SECOND:
                sent.popleft()
            if len(sent) >= most:
                raise too_many(max(1, math.ceil((sent[0] + SECOND - now).total_seconds())))
        self._all.append(now)
        chat.append(now)
