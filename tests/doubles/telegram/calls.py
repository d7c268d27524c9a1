"""One request of a bot: its parameters, read as leniently and refused as strictly as Telegram does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from aiohttp import web

from .chats import KICKED, Chat
from .posts import Message
from .problems import bad, forbidden, gone, unknown_chat
from .world import User

if TYPE_CHECKING:
    from .server import TelegramServer

Json = dict[str, Any]
Handler = Callable[["Call"], Any]
TRUE = ("true", "1", "yes", "y", "t")


class Upload(NamedTuple):
    name: str
    content: bytes
    media_type: str


class Method(NamedTuple):
    name: str
    handler: Handler
    returns: str


METHODS: dict[str, Method] = {}


def method(name: str, *, returns: str = "True") -> Callable[[Handler], Handler]:
    """Registers a method of the Bot API; `returns` is the published type of its answer."""

    def register(handler: Handler) -> Handler:
        METHODS[name.lower()] = Method(name, handler, returns)
        return handler

    return register


@dataclass(eq=False)
class Call:
    server: TelegramServer
    name: str
    params: Json
    uploads: dict[str, Upload] = field(default_factory=dict)
    request: web.Request | None = None

    def text(self, name: str) -> str:
        value = self.params.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, otherwise: int = 0) -> int:
        try:
            return int(self.params.get(name, otherwise))
        except (TypeError, ValueError):
            return otherwise

    def flag(self, name: str) -> bool:
        return str(self.params.get(name, "")).lower() in TRUE

    def json(self, name: str) -> Any:
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as broken:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from broken

    def user(self, name: str = "user_id") -> User:
        found = self.server.world.users.get(self.number(name))
        if found is None:
            raise bad("user not found", blame=False)
        return found

    def chat(self, name: str = "chat_id", *, writes: bool = False) -> Chat:
        """A chat that the bot may know of, or write to."""
        given = self.text(name)
        if not given:
            raise bad("chat_id is empty")
        found = self._named(given)
        if found is None:
            raise unknown_chat()
        if found.migrated_to is not None:
            reason = "group chat was upgraded to a supergroup chat"
            raise bad(reason, blame=False, migrate_to_chat_id=found.migrated_to)
        self._meet(found, writes=writes)
        return found

    def message(self, verb: str) -> Message:
        found = self.chat(writes=True).find(self.number("message_id"))
        if found is None:
            raise gone(verb)
        return found

    def _named(self, given: str) -> Chat | None:
        chats = self.server.world.chats.values()
        if given.startswith("@"):
            return next((c for c in chats if c.username and c.username == given[1:]), None)
        number = int(given) if given.lstrip("-").isdecimal() else 0
        user = self.server.world.users.get(number)
        return self.server.world.private(user) if user else self.server.world.chats.get(number)

    def _meet(self, chat: Chat, *, writes: bool) -> None:
        world = self.server.world
        if chat.user is not None:
            self._greet(chat, chat.user, writes=writes)
            return
        own = chat.member(world.bot)
        if not own.is_inside:
            kind = {"group": "group", "supergroup": "supergroup", "channel": "channel"}[chat.type]
            was = "was kicked from" if own.status == KICKED else "is not a member of"
            raise forbidden(f"bot {was} the {kind} chat")
        if writes and chat.type == "channel" and not own.is_admin:
            raise bad("need administrator rights in the channel chat", blame=False)

    def _greet(self, chat: Chat, user: User, *, writes: bool) -> None:
        if user.is_bot:
            raise forbidden("bot can't send messages to bots") if writes else unknown_chat()
        if not chat.started and not self.server.world.shares_chat(user):
            raise unknown_chat()
        if not writes:
            return
        if user.deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
