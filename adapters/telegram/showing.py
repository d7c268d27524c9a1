"""Answers put in front of a person: in the message that was pressed where that can be, else in a new one.

What shows a subject is remembered, so that it can be changed later. A question never takes the place of such a
message, for there would be no way back to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.pictures import illustrated
from adapters.telegram import drafts, places, shown
from adapters.telegram.forms import Asked, Outcome
from adapters.telegram.groups import Groups
from adapters.telegram.keyboard import Topic
from adapters.telegram.post import Post
from adapters.telegram.render import Rendered, render
from adapters.telegram.spots import Spot
from core import chat, ports
from core.clock import Clock


@dataclass(frozen=True, slots=True)
class Seen:
    """How the reader reads, and where it stands."""

    reader: chat.Reader
    spot: Spot


class Showing:
    def __init__(
        self,
        post: Post,
        groups: Groups,
        store: ports.Store,
        catalogue: ports.Catalogue,
        clock: Clock,
        paint: ports.Painter,
    ) -> None:
        self._post = post
        self._groups = groups
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._paint = paint

    async def illustrated(self, reply: chat.Reply) -> chat.Reply:
        return replace(reply, screen=await illustrated(reply.screen, reply.reader, self._paint))

    async def show(self, to: int, outcome: Outcome, account: str, over: Spot | None = None) -> Seen:
        """`over` is the message that was pressed."""
        remembered = over is not None and await self._store.read(shown.is_remembered, over)
        if isinstance(outcome, Asked):
            spot = await self._put(to, outcome.rendered, None if remembered else over)
            await self._store.keep(drafts.asked, outcome.draft, spot)
            return Seen(outcome.reader, spot)
        reply = await self.illustrated(outcome)
        topics = await self._topics(reply.screen, account)
        rendered = render(reply.screen, reply.reader, self._catalogue, topics=topics)
        spot = await self._put(to, rendered, over)
        if over and remembered and spot != over:
            await self._store.keep(shown.forget, over)
        if remembered or reply.screen.subject:
            now = self._clock.now()
            await self._store.keep(shown.note, account, reply.screen.subject, spot, now=now)
        return Seen(reply.reader, spot)

    async def _put(self, to: int, rendered: Rendered, over: Spot | None) -> Spot:
        if over is None:
            return await self._post.send(to, rendered)
        return await self._post.replace(over, rendered)

    async def _topics(self, screen: chat.Screen, account: str) -> Sequence[Topic]:
        """What can be picked of the group that the person spoke in last."""
        if not any(isinstance(control, chat.Pick) for control in screen.controls):
            return ()
        place = await self._groups.whereabouts(account)
        return await self._store.read(places.topics, int(place.key)) if place else ()
