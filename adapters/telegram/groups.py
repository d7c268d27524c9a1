"""Groups as communities: who may manage one, what its members are told in it, and where it moves to.

An answer goes to the private chat. In the group stands one line that says so, with a way there.
"""

import asyncio
from collections import OrderedDict
from typing import Final

import structlog
import telegram
from telegram import Bot, InlineKeyboardButton
from telegram.error import TelegramError as Trouble

from adapters.telegram import incoming, places
from adapters.telegram.incoming import PLATFORM
from adapters.telegram.keyboard import Topic
from adapters.telegram.pieces import label
from adapters.telegram.post import Manner, Post
from adapters.telegram.render import Message
from adapters.telegram.words import TelegramWords
from adapters.words import Words
from core import chat, ports
from core.chat import _
from core.clock import Clock
from core.people import communities

log = structlog.get_logger()

MANAGERS: Final = ("creator", "administrator")
INSIDE: Final = (*MANAGERS, "member", "restricted")
VOUCHED: Final = 60.0
MOST_KNOWN: Final = 10_000
BUTTON: Final = 40

ANSWERED: Final = _("{name}, I have answered you in our own chat.")
NOT_STARTED: Final = _("{name}, I may not write to you yet. Press the button, then Start.")
ANONYMOUS: Final = _(
    "I cannot see who you are while you write for the group. Press the button to go on in private."
)
WELCOME: Final = _(
    "Thank you for having me! Whoever manages this group, press the button: I show you the first steps in private."
)
TO_CHAT: Final = _("Open our chat")


class Groups:
    def __init__(
        self, bot: Bot, post: Post, store: ports.Store, catalogue: ports.Catalogue, clock: Clock
    ) -> None:
        self._bot = bot
        self._post = post
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._managers: OrderedDict[tuple[str, str], tuple[float, bool]] = OrderedDict()

    # --- who may what --------------------------------------------------------------------------

    async def may_manage(self, group: str, account: str) -> bool:
        """Whether Telegram says so; its word counts for a minute."""
        now = asyncio.get_running_loop().time()
        at, known = self._managers.get((group, account), (now - VOUCHED, False))
        if now - at < VOUCHED:
            return known
        try:
            member = await self._bot.get_chat_member(int(group), int(account))
        except Trouble as error:
            log.info("group.unvouched", platform=PLATFORM, community=group, reason=type(error).__name__)
            return False
        self._managers[group, account] = (now, member.status in MANAGERS)
        if len(self._managers) > MOST_KNOWN:
            self._managers.popitem(last=False)
        return member.status in MANAGERS

    async def host(self, group: telegram.Chat, adder: telegram.User) -> telegram.User:
        """Who is told the first steps: whoever let the bot in, if they manage the group, else its creator."""
        if await self.may_manage(str(group.id), str(adder.id)):
            return adder
        try:
            found = await self._bot.get_chat_administrators(group.id)
        except Trouble:
            return adder
        return next((member.user for member in found if member.status == "creator"), adder)

    # --- what is said in a group -----------------------------------------------------------------

    async def point(
        self, message: telegram.Message, text: chat.Text, reader: chat.Reader, link: str | None
    ) -> None:
        """One line in answer to a message, with the way to the private chat. Best effort."""
        try:
            await self._post.put(message.chat_id, self._line(text, reader, link), _below(message))
        except Trouble as error:
            log.info(
                "group.silent", platform=PLATFORM, community=message.chat_id, reason=type(error).__name__
            )

    async def greet(self, group: telegram.Chat, reader: chat.Reader, link: str | None) -> None:
        """For a group whose host cannot be written to."""
        try:
            await self._post.put(group.id, self._line(WELCOME, reader, link), Manner())
        except Trouble as error:
            log.info("door.ungreeted", platform=PLATFORM, community=group.id, reason=type(error).__name__)

    def _line(self, text: chat.Text, reader: chat.Reader, link: str | None) -> Message:
        said = TelegramWords(self._catalogue, reader).say(text)
        face = label(Words(self._catalogue, reader).say(TO_CHAT), BUTTON)
        return Message(said, ([InlineKeyboardButton(face, url=link)],) if link else ())

    # --- what happens to a group -----------------------------------------------------------------

    async def learn(self, message: telegram.Message) -> None:
        """A group's own news: topics by their names, and its new number."""
        group = message.chat_id
        if message.migrate_to_chat_id:
            await self.move(group, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            await self.move(message.migrate_from_chat_id, group)
        elif topic := _topic(message):
            await self._store.keep(places.name_topic, group, topic)

    async def move(self, old: int, new: int) -> None:
        """The community keeps everything; only its number changes."""
        now = self._clock.now()
        await self._store.keep(places.move, old, new)
        await self._store.write(communities.move, PLATFORM, str(old), str(new), now=now)
        log.info("community.moved", platform=PLATFORM, old=old, new=new)

    async def speak(self, account: str, group: telegram.Chat) -> None:
        """What somebody goes on with in private is about this group."""
        if await self._store.read(places.whereabouts, account) != incoming.place(group):
            title = group.title or ""
            await self._store.keep(places.speak, account, group.id, title, now=self._clock.now())

    async def reader(self, group: telegram.Chat) -> chat.Reader:
        """Somebody in the group of whom nothing is known."""
        community = await self._store.read(communities.at, incoming.place(group))
        return chat.Reader(community.policy.language if community else "en", "UTC")

    async def whereabouts(self, account: str) -> chat.Place | None:
        return await self._store.read(places.whereabouts, account)

    async def membership(self, changed: telegram.ChatMemberUpdated) -> bool:
        """Remembers whether the bot is in a group; true where it has just come in."""
        was, is_in = changed.old_chat_member.status in INSIDE, changed.new_chat_member.status in INSIDE
        verb = places.enter if is_in else places.leave
        title = changed.chat.title or ""
        await self._store.keep(verb, changed.chat.id, title, now=self._clock.now())
        if was != is_in:
            word = "group.entered" if is_in else "group.left"
            log.info(word, platform=PLATFORM, community=changed.chat.id)
        return is_in and not was


def _topic(message: telegram.Message) -> Topic | None:
    """The name of the topic that a message is about, or stands in."""
    thread = message.message_thread_id
    if thread is None:
        return None
    if message.forum_topic_created:
        return Topic(thread, message.forum_topic_created.name)
    if message.forum_topic_edited and message.forum_topic_edited.name:
        return Topic(thread, message.forum_topic_edited.name)
    first = message.reply_to_message
    created = first.forum_topic_created if first else None
    return Topic(thread, created.name) if created and message.is_topic_message else None


def _below(message: telegram.Message) -> Manner:
    thread = message.message_thread_id if message.is_topic_message else None
    return Manner(thread=thread, answers=message.message_id)
