"""An open question stays the last thing in its chat: what is said below it has it asked anew below that.

So a line that is typed goes where its person sees it go. A question that nobody came back to for a day is left
instead of following every message: its answers are kept, and its own buttons take it up again.
"""

from datetime import timedelta
from typing import Final

from adapters.telegram import drafts
from adapters.telegram.forms import Forms
from adapters.telegram.post import Manner, Post
from adapters.telegram.spots import Spot
from core import chat, ports
from core.clock import Clock

FRESH: Final = timedelta(days=1)
QUIETLY: Final = Manner(quiet=True)


class Staying:
    def __init__(self, forms: Forms, post: Post, store: ports.Store, clock: Clock) -> None:
        self._forms = forms
        self._post = post
        self._store = store
        self._clock = clock

    async def below(self, said: chat.Incoming, spot: Spot) -> None:
        """`spot` is what was said last in the chat of `said`'s person. The old question goes last."""
        account = said.account.key
        draft = await self._forms.opened(account)
        if draft is None or draft.message is None or draft.message >= spot.message:
            return
        if draft.at < self._clock.now() - FRESH:
            await self._forms.leave(account)
            return
        asked = await self._forms.again(said, draft)
        if asked is not None:
            stands = await self._post.send(spot.chat, asked.rendered, QUIETLY)
            await self._store.keep(drafts.asked, asked.draft, stands)
            await self._post.remove(Spot(spot.chat, draft.message, draft.has_picture))
