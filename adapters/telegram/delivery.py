"""What is due to a person: sent once, in the place of what it follows, and remembered where it stands.

Telegram knows no key by which it would tell a repeat, and shows no bot what stands in a chat. So a delivery is a
row before it is begun. Where no answer came it is tried once more, for a message said twice harms less than one
not said; after a second silence it counts as said.
"""

import html
from typing import Final

import structlog
from telegram import Bot, ChatMemberRestricted

from adapters.pictures import illustrated
from adapters.telegram import places, shown
from adapters.telegram.groups import INSIDE
from adapters.telegram.incoming import PLATFORM
from adapters.telegram.outgoing import Doubtful, deliverable, number
from adapters.telegram.post import Manner, Post
from adapters.telegram.render import Rendered, render
from adapters.telegram.spots import Spot
from core import chat, ports
from core.clock import Clock
from core.people import people

log = structlog.get_logger()

MOST_TRIES: Final = 2
SHORT_PAUSE: Final = 5.0
TAG: Final = 16
TOPIC: Final = ":"


class Delivery:
    """`within` is how many seconds Telegram has for one delivery."""

    def __init__(
        self,
        bot: Bot,
        post: Post,
        store: ports.Store,
        catalogue: ports.Catalogue,
        clock: Clock,
        paint: ports.Painter,
        *,
        within: float,
    ) -> None:
        self._bot = bot
        self._post = post
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._paint = paint
        self._within = within

    async def direct(
        self, account: str, screen: chat.Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> Spot | None:
        """Into the person's own chat, in the place of what the subject showed there where it does not ring. Where it
        stands now; `None` where it had been sent before."""
        person, subject = number(account, "account"), screen.subject
        rendered = await self._rendered(screen, reader)
        last = await self._store.read(shown.spot, account, subject) if subject else None
        spot = await self._once(
            f"{account}:{key}", person, rendered, last, Manner(patience=SHORT_PAUSE, quiet=not rings), rings
        )
        if spot is None:
            return None
        shows_it_still = last is not None and last == await self._store.read(shown.spot, account, subject)
        await self._store.keep(
            shown.arrived, f"{account}:{key}", account, subject, spot, now=self._clock.now()
        )
        if last and rings and last != spot and shows_it_still:
            await self._post.remove(last)
        return spot

    async def nudge(self, rung: ports.Rung, screen: chat.Screen, reader: chat.Reader, *, key: str) -> None:
        """Into a group or a topic of it, with a mention of the person and of nobody else."""
        group, _, thread = rung.channel.partition(TOPIC)
        place, person = number(group, "group"), number(rung.account, "account")
        if await self._store.read(places.has_left, place):
            raise ports.Undeliverable("the bot is not in the group any more", permanent=True)
        identity = await self._store.read(people.identity_of, PLATFORM, rung.account)
        name = html.escape(identity.name if identity and identity.name else rung.account, quote=False)
        rendered = await self._rendered(screen, reader, lead=f'<a href="tg://user?id={person}">{name}</a>')
        manner = Manner(thread=number(thread, "topic") if thread else None, patience=SHORT_PAUSE)
        full = f"{rung.channel}:{rung.account}:{key}"
        spot = await self._once(full, place, rendered, None, manner, True)
        if spot:
            await self._store.keep(shown.arrived, full, rung.account, "", spot, now=self._clock.now())

    async def set_tag(self, place: str, account: str, tag: str, *, granted: bool) -> None:
        """Telegram has no roles; what it has is a word beside a member's name."""
        group, person = number(place, "group"), number(account, "account")
        if not tag or len(tag) > TAG:
            raise ports.Undeliverable(f"a tag of Telegram's has 1 to {TAG} letters", permanent=True)
        async with deliverable(self._within):
            await self._bot.set_chat_member_tag(group, person, tag if granted else None)

    async def is_there(self, place: str, account: str) -> bool:
        group, person = number(place, "group"), number(account, "account")
        async with deliverable(self._within):
            member = await self._bot.get_chat_member(group, person)
        if isinstance(member, ChatMemberRestricted):
            return member.is_member
        return member.status in INSIDE

    async def _once(
        self, key: str, to: int, rendered: Rendered, last: Spot | None, manner: Manner, rings: bool
    ) -> Spot | None:
        """Sends or edits; `None` where that was done before, as far as anybody can know."""
        if not await self._store.keep(shown.begin, key, most=MOST_TRIES, now=self._clock.now()):
            log.info("delivery.repeated", platform=PLATFORM, key=key)
            return None
        try:
            async with deliverable(self._within):
                if last and not rings:
                    return await self._post.replace(last, rendered.without_files, manner)
                return await self._post.send(to, rendered, manner)
        except Doubtful:
            log.warning("delivery.doubtful", platform=PLATFORM, key=key)
            raise
        except ports.Undeliverable:
            await self._store.keep(shown.undo, key)
            raise

    async def _rendered(self, screen: chat.Screen, reader: chat.Reader, *, lead: str = "") -> Rendered:
        screen = await illustrated(screen, reader, self._paint)
        return render(screen, reader, self._catalogue, lead=lead)
