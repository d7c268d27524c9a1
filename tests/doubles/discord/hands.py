"""A person's hands: type a command, press what is on the screen, fill a form; never what is not there."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import events, filling_in, reading, typing_in
from .interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, MODAL_SUBMIT, Exchange
from .places import Channel
from .posts import Attachment, Message
from .world import PATIENCE, User

if TYPE_CHECKING:
    from .server import DiscordServer

Json = dict[str, Any]


class Chat:
    """One person in one channel (or in their direct messages with the bot)."""

    def __init__(self, server: DiscordServer, user: User, channel: Channel) -> None:
        assert channel.is_visible_to(user), f"{user.name} does not see {channel.name or 'this chat'}"
        self.server, self.user, self.channel = server, user, channel

    @property
    def messages(self) -> list[Message]:
        """What this person sees here, their own ephemeral messages included."""
        return self.channel.seen_by(self.user)

    @property
    def last(self) -> Shown:
        return self.on(self.messages[-1])

    def on(self, message: Message) -> Shown:
        """Turn to a message, to press something on it."""
        assert message in self.messages, f"{self.user.name} does not see that message"
        return Shown(self, message=message)

    def say(self, text: str, *, files: Mapping[str, bytes] | None = None) -> Message:
        assert not self.channel.locked, f"{self.channel.name} is locked: {self.user.name} cannot write there"
        self.channel.archived = False
        kept = [Attachment(self.server.world.new_id(), name, data) for name, data in (files or {}).items()]
        return events.say(self.server, self.user, self.channel, text, kept)

    def edit(self, message: Message, text: str) -> None:
        assert message.author is self.user, f"{self.user.name} did not write that"
        events.edit(self.server, message, text)

    def unfold(self, message: Message, title: str) -> None:
        """Discord shows under a message what its link leads to."""
        events.unfold(self.server, message, title)

    async def command(self, name: str, /, *, timeout: float = PATIENCE, **options: Any) -> Shown:
        """`name` may hold sub-commands: "pack buy". Options may be users, roles, channels, (name, bytes)."""
        data = typing_in.command(self.server, self.user, self.channel, name, options)
        return await self._do(COMMAND, data, None, timeout)

    async def use_on(self, name: str, target: User | Message, *, timeout: float = PATIENCE) -> Shown:
        """A command of a user's or a message's context menu."""
        data = typing_in.context_menu(self.server, self.channel, name, target)
        return await self._do(COMMAND, data, None, timeout)

    async def autocomplete(
        self, name: str, options: Mapping[str, Any], *, focused: str, timeout: float = PATIENCE
    ) -> dict[str, Any]:
        """What is offered while typing `focused`: shown name to value."""
        data = typing_in.command(self.server, self.user, self.channel, name, options, focused=focused)
        exchange = await self.begin(AUTOCOMPLETE, data, None, timeout)
        return {choice["name"]: choice["value"] for choice in exchange.choices or []}

    async def press(
        self,
        custom_id: str,
        *,
        message: Message,
        kind: int = 2,
        values: list[str] | None = None,
        timeout: float = PATIENCE,
    ) -> Shown:
        """A press forged by a modified client, or on a stale screen: nothing is checked."""
        data: Json = {"custom_id": custom_id, "component_type": kind}
        data |= {"values": values or []} if kind != 2 else {}
        return await self._do(COMPONENT, data, message, timeout)

    async def submit_forged(
        self,
        custom_id: str,
        values: Mapping[str, str],
        *,
        message: Message | None = None,
        timeout: float = PATIENCE,
    ) -> Shown:
        """A modal submit that no modal asked for; `values` are custom ids to texts."""
        data = filling_in.forged_modal(custom_id, values)
        return await self._do(MODAL_SUBMIT, data, message, timeout)

    async def _do(self, kind: int, data: Json, source: Message | None, timeout: float) -> Shown:
        exchange = await self.begin(kind, data, source, timeout)
        if exchange.response == MODAL:
            return Shown(self, exchange=exchange)
        return Shown(self, message=exchange.shown, exchange=exchange)

    async def begin(self, kind: int, data: Json, source: Message | None, timeout: float) -> Exchange:
        world = self.server.world
        made = Exchange(
            world.new_id(),
            secrets.token_urlsafe(24),
            kind,
            self.user,
            self.channel,
            data,
            source,
            world.clock.now(),
        )
        made.source_revision = source.revision if source else 0
        events.deliver(self.server, made)
        what = f"{self.user.name}'s answer to {data.get('name') or data.get('custom_id')}"
        await self.server.wait_for(lambda: made.is_settled, timeout, what=what)
        return made


class Shown:
    """What the person sees after an answer; it stays live, so later edits show."""

    def __init__(
        self, chat: Chat, *, message: Message | None = None, exchange: Exchange | None = None
    ) -> None:
        self.chat, self.exchange = chat, exchange
        self._message = message
        self.modal: Json | None = exchange.modal if exchange and not message else None

    @property
    def message(self) -> Message:
        assert self._message, f"there is no message, but {'a form' if self.modal else 'nothing'}"
        return self._message

    @property
    def components(self) -> list[Json]:
        if self.modal:
            found: list[Json] = self.modal["components"]
            return found
        return self.message.components if not self.message.deleted else []

    @property
    def text(self) -> str:
        if self.modal:
            return "\n".join([self.modal["title"], reading.visible_text("", [], self.components)])
        return "" if self.message.deleted else self.message.text

    @property
    def title(self) -> str:
        """The title of the form."""
        assert self.modal, "there is no form"
        return str(self.modal["title"])

    @property
    def fields(self) -> dict[str, Json]:
        """The inputs of the form by label."""
        assert self.modal, "there is no form"
        return reading.fields(self.modal)

    @property
    def buttons(self) -> dict[str, str]:
        return reading.buttons(self.components)

    @property
    def disabled(self) -> set[str]:
        """Labels of the buttons that cannot be pressed."""
        found = [c for _, c in reading.walk(self.components) if c["type"] == reading.BUTTON]
        return {reading.face(button) for button in found if button.get("disabled")}

    @property
    def selects(self) -> dict[str, list[str]]:
        return reading.selects(self.components)

    @property
    def files(self) -> dict[str, bytes]:
        return {file.name: file.content for file in self.message.files}

    @property
    def ephemeral(self) -> bool:
        return bool(self.message.ephemeral_for)

    @property
    def followups(self) -> list[Shown]:
        return [Shown(self.chat, message=m) for m in (self.exchange.followups if self.exchange else [])]

    async def click(self, button: str, *, timeout: float = PATIENCE) -> Shown:
        """Press a button by its label, or by its custom id."""
        self._still_there()
        found = typing_in.button(self.components, button)
        return await self.chat.press(found["custom_id"], message=self.message, timeout=timeout)

    async def select(
        self, *choices: str | User | Channel, placeholder: str | None = None, timeout: float = PATIENCE
    ) -> Shown:
        """Choose by label (or value) in the select that offers it."""
        self._still_there()
        data = typing_in.selection(self.chat.server, self.chat.channel, self.components, choices, placeholder)
        return await self.chat._do(COMPONENT, data, self.message, timeout)

    async def submit(self, answers: Mapping[str, Any], *, timeout: float = PATIENCE) -> Shown:
        """Fill in the form by label or custom id, and send it."""
        assert self.modal, "there is no form to submit"
        assert self.exchange
        data = filling_in.modal(self.chat.server, self.chat.channel, self.modal, answers)
        return await self.chat._do(MODAL_SUBMIT, data, self.exchange.source, timeout)

    def _still_there(self) -> None:
        assert self.message in self.chat.messages, f"{self.chat.user.name} does not see that message any more"
