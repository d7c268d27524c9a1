"""What is said and what happens in a group. Only commands to the bot are heard, and answered in private.

Whoever writes as the group or as a channel is nobody that could be answered, and is told so.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
import telegram
from telegram import Bot
from telegram.error import BadRequest, Forbidden

from adapters import lines
from adapters.telegram import groups, incoming
from adapters.telegram.groups import Groups
from adapters.telegram.incoming import GO, HELP, PLATFORM, START
from adapters.telegram.talk import Talk
from core import chat, ports

log = structlog.get_logger()

SETUP: Final = "go_setup"
NO_CHAT: Final = "chat not found"
Deliver = Callable[..., Awaitable[None]]
Invite = Callable[[str], str | None]


class Square:
    def __init__(
        self,
        bot: Bot,
        of: Groups,
        talk: Talk,
        router: ports.HostRouter,
        deliver: Deliver,
        invite: Invite,
    ) -> None:
        self._bot = bot
        self._groups = of
        self._talk = talk
        self._router = router
        self._deliver = deliver
        self._invite = invite

    async def hear(self, message: telegram.Message, key: str) -> None:
        text = message.text or ""
        line = incoming.line(text, self._bot.username)
        if line is None or message.forward_origin is not None:
            return
        command = lines.named(line.name, self._router.commands)
        is_ours = line.name == START or command is not None
        if not is_ours and "@" not in text.split(maxsplit=1)[0]:
            return
        link = self._invite(GO + (command.name if command and line.name != START else HELP.name))
        user = message.from_user
        if user is None or incoming.is_anonymous(message):
            await self._groups.point(message, groups.ANONYMOUS, await self._groups.reader(message.chat), link)
            return
        said, reader = await self._arrived(user, message.chat, key), None
        try:
            reader = await self._talk.command(said, line, user.id)
        except (Forbidden, BadRequest) as error:
            if isinstance(error, BadRequest) and NO_CHAT not in error.message.lower():
                raise
            log.info("door.speechless", platform=PLATFORM, reason=error.message)
        line_below = groups.NOT_STARTED if reader is None else groups.ANSWERED
        named = chat.Text(line_below.msgid, {"name": user.first_name})
        await self._groups.point(message, named, reader or chat.Reader(said.locale, "UTC"), link)

    async def press(self, query: telegram.CallbackQuery, group: telegram.Chat, key: str) -> None:
        """A button on a message that others see too: as a command, it is answered in private."""
        said = await self._arrived(query.from_user, group, key)
        await self._talk.press(said, query, query.from_user.id)

    async def membership(self, changed: telegram.ChatMemberUpdated) -> None:
        """A group that takes the bot in is a community; its host hears of the first steps."""
        if not await self._groups.membership(changed):
            return
        host = await self._groups.host(changed.chat, changed.from_user)
        owner = incoming.account(host)
        reply = await self._router.joined(incoming.place(changed.chat), owner, incoming.locale(host))
        await self._groups.speak(owner.key, changed.chat)
        if reply is None:
            return
        rung = ports.Rung(PLATFORM, ports.RungKind.DIRECT, owner.key)
        key = f"joined:{changed.chat.id}"
        try:
            await self._deliver(rung, reply.screen, reply.reader, key=key, rings=True)
        except ports.Undeliverable:
            await self._groups.greet(changed.chat, reply.reader, self._invite(SETUP))

    async def _arrived(self, user: telegram.User, group: telegram.Chat, key: str) -> chat.Incoming:
        """Somebody in a group, with what Telegram says they may do there."""
        await self._groups.speak(str(user.id), group)
        may = await self._groups.may_manage(str(group.id), str(user.id))
        return incoming.said(user, key, incoming.place(group), may_manage=may)
