"""The Telegram door: everything said on Telegram goes to the router, everything due to a person goes out here.

Each update is a row before it is answered, and is answered once, also when Telegram sends it twice and when the
process ends in between. Nothing of a conversation is kept in memory: a press on an old screen works after a
restart, for its data is the route.
"""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final, Protocol

import structlog
import telegram
from telegram.error import TelegramError as Trouble
from telegram.helpers import create_deep_linked_url

from adapters.telegram import commands, incoming, updates
from adapters.telegram.connection import Connection
from adapters.telegram.delivery import Delivery
from adapters.telegram.groups import Groups
from adapters.telegram.incoming import GROUPS, PLATFORM
from adapters.telegram.post import Post
from adapters.telegram.render import Message
from adapters.telegram.spots import Spot
from adapters.telegram.square import Square
from adapters.telegram.talk import Talk
from adapters.telegram.turns import Turns
from adapters.telegram.words import TelegramWords
from core import chat, ports
from core.chat import _
from core.clock import Clock

log = structlog.get_logger()

DRAIN: Final = 10.0
SENDING: Final = 15.0
WEBHOOK: Final = "/telegram/updates"


class Router(ports.HostRouter, ports.RoomRouter, Protocol):
    """Whom this door tells what is said."""


class TelegramDoor:
    """`sending` is how many seconds Telegram has to take a message; `secret` is what it sends along with an
    update, empty where it is asked for them."""

    platform = PLATFORM

    def __init__(
        self,
        token: str,
        router: Router,
        store: ports.Store,
        catalogue: ports.Catalogues,
        clock: Clock,
        paint: ports.Painter,
        *,
        api_base: str | None = None,
        webhook_url: str | None = None,
        webhook_secret: str = "",
        sending: float = SENDING,
    ) -> None:
        self._router = router
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        webhook = f"{webhook_url.rstrip('/')}{WEBHOOK}" if webhook_url else ""
        self.secret = webhook_secret if webhook_url else ""
        self._connection = Connection(
            token, self.take, api_base=api_base, webhook=webhook, secret=webhook_secret, sending=sending
        )
        self._bot = bot = self._connection.bot
        self._post = Post(bot, self._moved)
        self._groups = Groups(bot, self._post, store, catalogue, clock)
        self._talk = Talk(bot, self._post, self._groups, router, store, catalogue, clock, paint)
        self._delivery = Delivery(bot, self._post, store, catalogue, clock, paint, within=sending)
        self._square = Square(bot, self._groups, self._talk, router, self.deliver, self.invitation)
        self._turns = Turns()
        self._queued: set[int] = set()
        self._is_open = False
        self._sending = 0
        self._idle = asyncio.Event()

    async def start(self) -> None:
        """Returns when the bot is in, and what was left unanswered is being answered. Raises `DoorClosed`."""
        await self._connection.open()
        await commands.register(self._bot, self._router.commands, self._store, self._catalogue, self._clock)
        self._is_open = True
        self._queue(await self._store.read(updates.waiting))
        await self._connection.listen()

    async def stop(self) -> None:
        """Lets what is being answered be answered, then hangs up. What is left is answered the next time."""
        await self._connection.deafen()
        try:
            async with asyncio.timeout(DRAIN):
                await self.settled()
        except TimeoutError:
            log.warning("door.undrained", platform=PLATFORM)
        self._is_open = False
        self._turns.cancel()
        await self._connection.close()

    async def settled(self) -> None:
        """Returns when nothing is being answered or sent."""
        await self._turns.settled()
        while self._sending:
            self._idle.clear()
            await self._idle.wait()
            await self._turns.settled()

    # --- the way out ---------------------------------------------------------------------------

    async def deliver(
        self, rung: ports.Rung, screen: chat.Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> None:
        with self._busy():
            if rung.kind is ports.RungKind.NUDGE:
                await self._delivery.nudge(rung, screen, reader, key=key)
            else:
                spot = await self._delivery.direct(rung.account, screen, reader, key=key, rings=rings)
                if spot is not None:
                    self._turns.queue(spot.chat, partial(self._told, rung.account, spot))

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None:
        with self._busy():
            await self._delivery.set_tag(place, account, role, granted=granted)

    async def is_there(self, place: str, account: str) -> bool:
        with self._busy():
            return await self._delivery.is_there(place, account)

    def invitation(self, payload: str) -> str | None:
        """A link that presses Start and says so."""
        return create_deep_linked_url(self._bot.username, payload) if self._is_open else None

    # --- the way in ----------------------------------------------------------------------------

    async def take(self, bodies: Sequence[updates.Body]) -> None:
        """Keeps updates and sees to those that are new, also before the door is open."""
        new = await self._store.keep(updates.take, bodies, now=self._clock.now())
        if self._is_open:
            self._queue([body for body in bodies if body["update_id"] in new])

    def _queue(self, bodies: Sequence[updates.Body]) -> None:
        for body in bodies:
            update = _read(body, self._bot)
            if update is not None and update.update_id not in self._queued:
                self._queued.add(update.update_id)
                who = update.effective_user or update.effective_chat
                self._turns.queue(who.id if who else update.update_id, partial(self._see_to, update))

    async def _see_to(self, update: telegram.Update) -> None:
        """Whatever comes of it, it is not answered again; only a door that closes meanwhile comes back to it."""
        hearing = asyncio.ensure_future(self._hear(update))
        try:
            await asyncio.wait({hearing})
        finally:
            hearing.cancel()
        if error := hearing.exception():
            await self._apologise(update, error)
        await self._store.keep(updates.answered, update.update_id)
        self._queued.discard(update.update_id)

    async def _hear(self, update: telegram.Update) -> None:
        if update.callback_query:
            await self._press(update.callback_query, str(update.update_id))
        elif update.my_chat_member and update.my_chat_member.chat.type in GROUPS:
            await self._square.membership(update.my_chat_member)
        elif (message := update.message) and message.chat.type in GROUPS:
            await self._groups.learn(message)
            await self._square.hear(message, str(update.update_id))
        elif message and message.chat.type == telegram.Chat.PRIVATE and message.from_user:
            await self._talk.hear(incoming.said(message.from_user, str(update.update_id)), message)
        elif (edited := update.edited_message) and edited.chat.type == telegram.Chat.PRIVATE:
            await self._talk.amend(edited)

    async def _press(self, query: telegram.CallbackQuery, key: str) -> None:
        group = query.message.chat if query.message else None
        if group and group.type in GROUPS:
            await self._square.press(query, group, key)
        else:
            await self._talk.press(incoming.said(query.from_user, key), query, query.from_user.id)

    # --- private -------------------------------------------------------------------------------

    async def _told(self, account: str, spot: Spot) -> None:
        """In the person's turn, so that no answer of theirs is on its way."""
        try:
            await self._talk.told(account, spot)
        except Trouble as error:
            log.info("question.unmoved", platform=PLATFORM, reason=type(error).__name__)

    async def _moved(self, old: int, new: int) -> None:
        await self._groups.move(old, new)

    async def _apologise(self, update: telegram.Update, error: BaseException) -> None:
        """What this door or Telegram did wrong; the person hears of the former."""
        if isinstance(error, Trouble):
            log.warning(
                "door.speechless", platform=PLATFORM, reason=f"{type(error).__name__}: {error.message}"
            )
            return
        reference = secrets.token_hex(4)
        log.error("door.failed", platform=PLATFORM, reference=reference, exc_info=error)
        user = update.effective_user
        if user is None or user.is_bot:
            return
        words = TelegramWords(self._catalogue, chat.Reader(incoming.locale(user), "UTC"))
        text = _(
            "Something went wrong on our side. Please try again; the reference is {code}.",
            code=chat.Code(reference),
        )
        try:
            await self._post.put(user.id, Message(words.say(text)))
        except Trouble as failure:
            log.warning(
                "door.speechless", platform=PLATFORM, reference=reference, reason=type(failure).__name__
            )

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self._sending += 1
        try:
            yield
        finally:
            self._sending -= 1
            if not self._sending:
                self._idle.set()


def _read(body: updates.Body, bot: telegram.Bot) -> telegram.Update | None:
    """`None` for what only looks like an update."""
    try:
        return telegram.Update.de_json(dict(body), bot)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        log.warning("update.unreadable", platform=PLATFORM, error=type(error).__name__)
        return None
