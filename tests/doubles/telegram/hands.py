"""A person's hands in one chat: type, press what is on the screen, send things; never what is not there."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from . import events, markup, methods_bot, payloads
from .chats import KICKED, MEMBER, Chat, Member
from .posts import Attachment, Message
from .queries import Query
from .world import PATIENCE, User

if TYPE_CHECKING:
    from .server import TelegramServer

Json = dict[str, Any]
LONGEST = 4096


class Hands:
    def __init__(self, server: TelegramServer, user: User, chat: Chat, thread: int | None = None) -> None:
        is_theirs = chat.user is user if chat.is_private else chat.member(user).is_inside
        assert is_theirs, f"{user.name} is not in this chat"
        self.server, self.user, self.chat, self.thread = server, user, chat, thread

    # --- eyes -----------------------------------------------------------------------------------

    @property
    def messages(self) -> list[Message]:
        """What stands in this chat, in the order it was sent."""
        return [m for m in self.chat.messages if self.thread in (None, m.thread)]

    @property
    def last(self) -> Message:
        """The bot's newest message."""
        return [m for m in self.messages if m.sender is self.server.bot][-1]

    @property
    def menu(self) -> dict[str, str]:
        """The commands that the menu of this person offers here: name to description."""
        return methods_bot.offered(self.server, self.chat, self.user)

    # --- words ----------------------------------------------------------------------------------

    def start(self, payload: str = "") -> Message:
        """Presses Start, or follows a deep link to it."""
        return self.say(f"/start {payload}".strip())

    def say(
        self, text: str, *, reply_to: Message | None = None, entities: list[Json] | None = None
    ) -> Message:
        """Types a text; an app cuts what is longer than a message into several, of which this is the last."""
        self._wake()
        pieces = _pieces(text)
        for piece in pieces[:-1]:
            self._post(piece, reply_to=reply_to)
        return self._post(pieces[-1], reply_to=reply_to, entities=entities or [])

    def command(self, line: str, *, at_bot: bool = False) -> Message:
        """Sends a command as the menu of a group does it: with the bot's name behind it."""
        name, _, rest = line.partition(" ")
        named = f"{name}@{self.server.bot.username}" if at_bot else name
        return self.say(f"{named} {rest}".strip())

    def edit(self, message: Message, text: str) -> None:
        assert message.sender is self.user, "only one's own messages can be edited"
        message.edits.append(message.text)
        message.text, message.entities = text, markup.found(text, [])
        message.edited_at = self.server.clock.now()
        events.edited(self.server, message)

    def delete(self, message: Message) -> None:
        """In a private chat both sides may delete everything. The bot does not hear of it."""
        message.deleted = True

    def forward(self, text: str, author: User | None = None) -> Message:
        """Passes on what somebody else wrote; without an author they hide who they are."""
        when = payloads.stamp(self.server.clock.now())
        origin: Json = {"type": "hidden_user", "sender_user_name": "Hana", "date": when}
        if author:
            origin = {"type": "user", "sender_user": payloads.user(author), "date": when}
        return self._post(text, extra={"forward_origin": origin})

    # --- buttons and links ----------------------------------------------------------------------

    async def press(self, label: str, *, on: Message | None = None, timeout: float = PATIENCE) -> Query:
        """Presses the inline button of that label, on the newest message that has it, and waits for the answer."""
        message = on or self._with(label)
        assert message in self.messages, f"{self.user.name} does not see that message"
        key = next((k for k in message.inline_buttons() if k["text"] == label), None)
        assert key, f"there is no {label!r}, only {list(message.buttons)}"
        assert "callback_data" in key, f"{label!r} is a link, not a button"
        return await self.forge(key["callback_data"], on=message, timeout=timeout)

    async def forge(
        self,
        data: str,
        *,
        on: Message | None = None,
        is_inaccessible: bool = False,
        is_inline: bool = False,
        timeout: float = PATIENCE,
    ) -> Query:
        """A press of a modified client or on an old message: nothing is checked."""
        message = None if is_inline else on or self.messages[-1]
        query = Query(secrets.token_hex(9), self.user, data, message, self.server.clock.now())
        events.pressed(self.server, query, is_inaccessible=is_inaccessible)
        await self.server.wait_for(lambda: query.answered, timeout, what=f"the answer to {data!r}")
        return query

    def follow(self, url: str) -> Message | None:
        """Opens a link in Telegram: one to the bot starts it in private, any other leads out of Telegram."""
        parts = urlsplit(url)
        if parts.hostname != "t.me" or parts.path != f"/{self.server.bot.username}":
            return None
        payload = parse_qs(parts.query).get("start", [""])[0]
        return Hands(self.server, self.user, self.user.private).start(payload)

    # --- things ---------------------------------------------------------------------------------

    def send_document(self, name: str, content: bytes, caption: str = "", *, size: int = 0) -> Message:
        return self._attach("document", name, content, caption, size=size)

    def send_photo(self, content: bytes, caption: str = "") -> Message:
        return self._attach("photo", "photo.jpg", content, caption, width=640, height=480)

    def send_sticker(self) -> Message:
        return self._attach("sticker", "sticker.webp", b"RIFF", "")

    def send_voice(self) -> Message:
        return self._attach("voice", "voice.oga", b"OggS", "")

    def send_location(self, latitude: float, longitude: float) -> Message:
        self._wake()
        return self._post("", extra={"location": {"latitude": latitude, "longitude": longitude}})

    def send_contact(self, phone: str) -> Message:
        self._wake()
        contact = {"phone_number": phone, "first_name": self.user.first_name, "user_id": self.user.id}
        return self._post("", extra={"contact": contact})

    def ask_inline(self, text: str) -> None:
        """Types `@bot text` into some other chat."""
        events.asked_inline(self.server, self.user, text)

    # --- the door -------------------------------------------------------------------------------

    def block(self) -> None:
        """Stops the bot: the private chat is closed to it."""
        self._turn(blocked=True)

    def unblock(self) -> None:
        self._turn(blocked=False)

    def _turn(self, *, blocked: bool) -> None:
        assert self.chat.is_private, "only a private chat with the bot can be stopped"
        if self.chat.blocked == blocked:
            return
        self.chat.blocked = blocked
        bot = self.server.bot
        states = (Member(bot, MEMBER), Member(bot, KICKED))
        old, new = states if blocked else states[::-1]
        events.own_status(self.server, self.chat, self.user, old, new)

    def _wake(self) -> None:
        """Whoever writes to a bot has started it, and has it not stopped any more."""
        if self.chat.is_private:
            self.chat.started = True
            self._turn(blocked=False)

    def _with(self, label: str) -> Message:
        found = next((m for m in reversed(self.messages) if label in m.buttons), None)
        assert found, f"{self.user.name} sees no {label!r}, only {[m.buttons for m in self.messages]}"
        return found

    def _attach(
        self,
        kind: str,
        name: str,
        content: bytes,
        caption: str,
        *,
        width: int = 0,
        height: int = 0,
        size: int = 0,
    ) -> Message:
        self._wake()
        shape = (width, height, size)
        file = Attachment(kind, secrets.token_hex(8), name, content, "application/octet-stream", *shape)
        self.server.world.files[file.id] = file
        return self._post(caption, file=file)

    def _post(
        self,
        text: str,
        *,
        reply_to: Message | None = None,
        entities: list[Json] | None = None,
        extra: Json | None = None,
        file: Attachment | None = None,
    ) -> Message:
        made = Message(
            self.chat.next_message_id(),
            self.chat,
            self.user,
            self.server.clock.now(),
            text=text,
            entities=markup.found(text, entities or []),
            file=file,
            extra=extra or {},
            thread=self.thread,
            reply_to=reply_to,
        )
        events.posted(self.server, made)
        return made


def _pieces(text: str) -> list[str]:
    assert text.strip(), "Telegram sends no empty message"
    return [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)]
