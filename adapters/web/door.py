"""The web's door: what is delivered becomes a row and rings the pages that show the chat.

Nothing lives in this object but who is listening and whose turn it is; all else is rows, so a restart loses nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer

from adapters.pictures import illustrated
from adapters.web import chats, roles
from adapters.web.pages import SOME_ENTITIES, Entities, Pages
from core import chat
from core.clock import Clock
from core.ports import Catalogue, Painter, RoomRouter, Rung, RungKind, Store

NOTICES = "#notices"
Listeners = dict[str, set[asyncio.Event]]


class Foreign(Exception):
    """The message is not one of the actor's own."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the server knows it."""

    account: chat.Account
    place: chat.Place
    locale: str
    zone: str
    may_manage: bool
    roles: frozenset[str]

    @property
    def reader(self) -> chat.Reader:
        return chat.Reader(self.locale, self.zone)


class WebDoor:
    """A `ports.ChatPlatform` for accounts of the web."""

    platform: Final = "web"

    def __init__(
        self,
        router: RoomRouter,
        store: Store,
        catalogue: Catalogue,
        clock: Clock,
        secret: str,
        *,
        paint: Painter,
        entities: Entities = SOME_ENTITIES,
    ) -> None:
        self.router = router
        self.store = store
        self.pages = Pages(catalogue, entities)
        self._clock = clock
        self._paint = paint
        self._signer = URLSafeSerializer(secret, salt="nearpeer.web.chat")
        self._listeners: Listeners = defaultdict(set)
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.closing = False

    # --- the way out -----------------------------------------------------------------------------

    async def deliver(
        self, rung: Rung, screen: chat.Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> None:
        screen = await illustrated(screen, reader, self._paint)
        in_channel = rung.kind is RungKind.NUDGE
        account = NOTICES if in_channel else rung.account
        await self.store.keep(
            chats.deliver,
            account,
            self.pages.content(screen, reader, alone=in_channel),
            key=f"out:{key}",
            rings=rings,
            now=self._clock.now(),
            addressee=rung.account if in_channel else "",
        )
        self.ring(account)

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None:
        await self.store.keep(roles.grant if granted else roles.revoke, place, account, role)

    def invitation(self, payload: str) -> str | None:
        """The playground has no private chat to lead to."""
        return None

    # --- the way in ------------------------------------------------------------------------------

    async def say(self, actor: Actor, text: str, incoming: chat.Incoming) -> None:
        """Answers a typed line below it."""
        async with self._turns[actor.account.key]:
            if await self._was_answered(incoming):
                return
            reply = await self.router.answer(await self._vouched(actor, incoming))
            said = self.pages.line(text, reply.reader)
            await self._converse(incoming.account.key, incoming.key, reply, said=said)

    async def tell(self, actor: Actor, text: str, key: str) -> None:
        """Plain words, to whoever is in the room; below them an answer, where there is something to say."""
        async with self._turns[actor.account.key]:
            if await self.store.read(chats.was_delivered, actor.account.key, key):
                return
            reply = await self.router.hear(chat.Said(actor.account, key, text, locale=actor.locale))
            said = self.pages.line(text, reply.reader if reply else actor.reader)
            if reply is not None:
                await self._converse(actor.account.key, key, reply, said=said)
                return
            now = self._clock.now()
            await self.store.keep(chats.converse, actor.account.key, None, key=key, now=now, said=said)
            self.ring(actor.account.key)

    async def press(self, actor: Actor, incoming: chat.Incoming, message_id: int | None) -> str:
        """Answers a button or a form in its message. A refused form stays as it is: the refusal is returned.

        Raises `Foreign`.
        """
        async with self._turns[actor.account.key]:
            message = await self._own(actor, message_id) if message_id else None
            if await self._was_answered(incoming):
                return ""
            reply = await self.router.answer(await self._vouched(actor, incoming))
            if message and message.submit == str(incoming.route) and reply.screen.tone is chat.Tone.BAD:
                if reply.screen.form is None:
                    return self._refusal(reply, message.reopen)
                reply = replace(reply, screen=_keeping(reply.screen, reply.screen.form, incoming.answers))
            await self._converse(incoming.account.key, incoming.key, reply, clicked=message_id)
            return ""

    async def suggest(
        self, actor: Actor, incoming: chat.Incoming, option: str, typed: str
    ) -> Sequence[chat.Suggestion]:
        return await self.router.suggest(await self._vouched(actor, incoming), option, typed)

    # --- who shows what --------------------------------------------------------------------------

    def token(self, account: str) -> str:
        """What lets a page act as an account and hear of its chat."""
        return str(self._signer.dumps(account))

    def account_of(self, token: str) -> str | None:
        try:
            return str(self._signer.loads(token))
        except BadSignature:
            return None

    @contextmanager
    def listening(self, accounts: Sequence[str]) -> Iterator[asyncio.Event]:
        """An event that is set whenever one of the chats may have changed."""
        changed = asyncio.Event()
        for account in accounts:
            self._listeners[account].add(changed)
        try:
            yield changed
        finally:
            for account in accounts:
                self._listeners[account].discard(changed)

    def ring(self, account: str) -> None:
        for changed in self._listeners[account]:
            changed.set()

    def wake(self) -> None:
        """Lets every page look for changes; for commits of other processes."""
        for account in tuple(self._listeners):
            self.ring(account)

    def close(self) -> None:
        """Ends the streams, so that the server need not wait for its readers."""
        self.closing = True
        self.wake()

    # --- private ---------------------------------------------------------------------------------

    async def _vouched(self, actor: Actor, incoming: chat.Incoming) -> chat.Incoming:
        held = await self.store.read(roles.held, actor.place.key, actor.account.key)
        return replace(incoming, roles=actor.roles | held)

    async def _was_answered(self, incoming: chat.Incoming) -> bool:
        return await self.store.read(chats.was_delivered, incoming.account.key, incoming.key)

    async def _own(self, actor: Actor, message_id: int) -> chats.Message:
        message = await self.store.read(chats.own, actor.account.key, message_id)
        if message is None:
            raise Foreign
        return message

    async def _converse(
        self,
        account: str,
        key: str,
        reply: chat.Reply,
        *,
        said: chats.Content | None = None,
        clicked: int | None = None,
    ) -> None:
        screen = await illustrated(reply.screen, reply.reader, self._paint)
        await self.store.keep(
            chats.converse,
            account,
            self.pages.content(screen, reply.reader),
            key=key,
            now=self._clock.now(),
            said=said,
            clicked=clicked,
        )
        self.ring(account)

    def _refusal(self, reply: chat.Reply, reopen: str) -> str:
        controls = tuple(
            control
            for control in reply.screen.controls
            if not (isinstance(control, chat.Button) and str(control.route) == reopen)
        )
        return self.pages.screen(replace(reply.screen, controls=controls), reply.reader)


def _keeping(screen: chat.Screen, form: chat.Form, answers: Mapping[str, str]) -> chat.Screen:
    """The same form with what was typed still in it."""
    fields = tuple(replace(field, default=answers.get(field.name, field.default)) for field in form.fields)
    return replace(screen, form=replace(form, fields=fields))
