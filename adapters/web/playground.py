"""The playground: a cast of people in one window, each acting by a signed token of their own account."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import web

from adapters.web import chats, composer, posted
from adapters.web.door import NOTICES, Actor, Foreign, WebDoor
from adapters.web.pages import PICTURES
from adapters.web.reading import reader_of
from adapters.web.words import HtmlWords
from core import chat

HEARTBEAT = 15.0
RETRY_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class CastMember:
    """Someone to play. `hints` are commands offered in an empty chat; whoever may manage is staff."""

    key: str
    name: str
    role: chat.Text
    locale: str = "en"
    zone: str = "UTC"
    may_manage: bool = False
    roles: frozenset[str] = frozenset()
    hints: tuple[str, ...] = ()

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


@dataclass(frozen=True, slots=True)
class Pane:
    """One chat of the page as it stands."""

    member: CastMember
    token: str
    change: int
    messages: list[str]
    zone: str


class Playground:
    def __init__(self, door: WebDoor, cast: Sequence[CastMember], place: chat.Place) -> None:
        self._door = door
        self._cast = {member.key: member for member in cast}
        self._names = {member.key: member.name for member in cast}
        self._place = place

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.page),
            web.post("/play/act", self.act),
            web.post("/play/complete", self.complete),
            web.get("/play/events", self.events),
            web.get("/play/files/{key}", self.file),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """All chats as they stand, each with its token."""
        panes = [await self._pane(member) for member in self._cast.values()]
        change, notices = await self._door.store.read(chats.standing, NOTICES)
        html = self._door.pages.page(
            "playground.html",
            reader_of(request),
            panes=panes,
            place=self._place,
            notices=[self._door.pages.message(notice, self._names) for notice in notices],
            notices_token=self._door.token(NOTICES),
            notices_change=change,
            describe=self._describe,
            words_of=lambda member: self._door.pages.words(chat.Reader(member.locale, member.zone)),
        )
        # Tokens are written on the page.
        return web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def act(self, request: web.Request) -> web.Response:
        """A line, a button or a form of one person: what changed in their chat since `since`."""
        body = await posted.read(request)
        actor = self._actor(body)
        since = posted.count(body, "since") or 0
        refused = await self._perform(actor, body, f"{actor.account.key}:{posted.key(body)}")
        changes = await self._changes(actor.account.key, since)
        return web.json_response({"changes": changes, "refused": refused})

    async def complete(self, request: web.Request) -> web.Response:
        """The menu for what is typed so far."""
        body = await posted.read(request)
        actor = self._actor(body)

        async def suggest(
            route: chat.Route, answers: Mapping[str, str], option: str, typed: str
        ) -> Sequence[chat.Suggestion]:
            incoming = self._incoming(actor, route, answers, key="")
            return await self._door.suggest(actor, incoming, option, typed)

        menu = await composer.complete(
            posted.line(body),
            self._commands(actor),
            posted.picked(body),
            suggest,
            self._door.pages.words(actor.reader),
        )
        return web.json_response(asdict(menu))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """A stream of changes of the chats whose tokens are given, from where the reader left off."""
        accounts = [self._readable(token) for token in request.query.getall("chat", [])]
        seen = _seen(request.headers.get("Last-Event-ID") or request.query.get("since", ""), len(accounts))
        stream = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        stream.content_type = "text/event-stream"
        await stream.prepare(request)
        try:
            await stream.write(f"retry: {RETRY_MILLISECONDS}\n\n".encode())
            with self._door.listening(accounts) as changed:
                while not self._door.closing:
                    changed.clear()
                    await self._catch_up(stream, accounts, seen)
                    await _wait(changed, stream)
        except ConnectionResetError:
            pass  # the reader has left
        return stream

    async def file(self, request: web.Request) -> web.Response:
        """A file of a message, for whoever knows its secret key."""
        attachment = await self._door.store.read(chats.attachment, request.match_info["key"])
        if attachment is None:
            raise web.HTTPNotFound
        is_picture = attachment.media_type in PICTURES
        manner = "inline" if is_picture else "attachment"
        return web.Response(
            body=attachment.content,
            headers={
                "Content-Type": attachment.media_type if is_picture else "application/octet-stream",
                "Content-Disposition": f"{manner}; filename*=UTF-8''{quote(attachment.name, safe='')}",
                "Cache-Control": "private, max-age=31536000, immutable",
            },
        )

    # --- private ---------------------------------------------------------------------------------

    async def _perform(self, actor: Actor, body: Mapping[str, Any], key: str) -> str:
        if "text" in body:
            line = posted.line(body)
            if composer.is_plain(line):
                await self._door.tell(actor, line, key)
                return ""
            words = self._door.pages.words(actor.reader)
            route, answers = composer.read(line, self._commands(actor), posted.picked(body), words)
            await self._door.say(actor, line, self._incoming(actor, route, answers, key))
            return ""
        incoming = self._incoming(actor, posted.route(body), posted.answers(body), key)
        try:
            return await self._door.press(actor, incoming, posted.count(body, "message"))
        except Foreign:
            raise web.HTTPForbidden(text="not your message") from None

    async def _pane(self, member: CastMember) -> Pane:
        change, messages = await self._door.store.read(chats.standing, member.key)
        rendered = [self._door.pages.message(message, self._names) for message in messages]
        zone = messages[-1].zone if messages else member.zone
        return Pane(member, self._door.token(member.key), change, rendered, zone)

    async def _changes(self, account: str, since: int) -> list[dict[str, Any]]:
        changed = await self._door.store.read(chats.changes, account, since)
        return [self._change(message) for message in changed]

    def _change(self, message: chats.Message) -> dict[str, Any]:
        html = self._door.pages.message(message, self._names) if message.stands else None
        return {"id": message.id, "change": message.change, "html": html, "zone": message.zone}

    async def _catch_up(self, stream: web.StreamResponse, accounts: list[str], seen: list[int]) -> None:
        for position, account in enumerate(accounts):
            for change in await self._changes(account, seen[position]):
                seen[position] = change["change"]
                data = json.dumps({"chat": position, **change})
                await stream.write(f"id: {'.'.join(map(str, seen))}\ndata: {data}\n\n".encode())

    def _readable(self, token: str) -> str:
        account = self._door.account_of(token)
        if account is None:
            raise web.HTTPForbidden(text="the token is not ours")
        return account

    def _actor(self, body: Mapping[str, Any]) -> Actor:
        member = self._cast.get(self._readable(str(body.get("token", ""))))
        if member is None:
            raise web.HTTPForbidden(text="nobody of the cast")
        account = chat.Account(self._door.platform, member.key, member.name)
        return Actor(account, self._place, member.locale, member.zone, member.may_manage, member.roles)

    def _describe(self, words: HtmlWords, line: str) -> str:
        name = line.removeprefix("/").split(maxsplit=1)[0]
        found = (command for command in self._door.router.commands if command.name == name)
        return next((words.plain(command.description) for command in found), "")

    def _commands(self, actor: Actor) -> list[chat.Command]:
        return [c for c in self._door.router.commands if actor.may_manage or not c.managers]

    def _incoming(
        self, actor: Actor, route: chat.Route, answers: Mapping[str, str], key: str
    ) -> chat.Incoming:
        return chat.Incoming(
            account=actor.account,
            route=route,
            key=key,
            place=actor.place,
            answers=answers,
            locale=actor.locale,
            may_manage=actor.may_manage,
        )


async def _wait(changed: asyncio.Event, stream: web.StreamResponse) -> None:
    try:
        await asyncio.wait_for(changed.wait(), HEARTBEAT)
    except TimeoutError:
        await stream.write(b": still here\n\n")


def _seen(text: str, chats_open: int) -> list[int]:
    """Where a reader left off, a number for each chat."""
    parts = text.split(".")
    if len(parts) != chats_open or not all(part.isdecimal() and len(part) < 19 for part in parts):
        return [0] * chats_open
    return [int(part) for part in parts]
