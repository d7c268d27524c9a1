"""What is due to a person: sent once, in the place of what it follows, and remembered where it stands."""

import hashlib
from typing import Final

import discord

from adapters.discord import shown
from adapters.discord.connection import Line
from adapters.discord.outgoing import deliverable, snowflake
from adapters.discord.render import render
from adapters.discord.shown import Spot
from core import chat, ports
from core.clock import Clock

NONCE: Final = 25
REFRESHING: Final = 3.0
KNOWN_CHATS: Final = 10_000


class Delivery:
    """`within` is how many seconds Discord has for one message."""

    def __init__(
        self, store: ports.Store, catalogue: ports.Catalogue, clock: Clock, *, within: float
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._within = within
        self._chats: dict[int, int] = {}

    async def direct(
        self, line: Line, account: str, screen: chat.Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> None:
        """Into the person's own chat, and onto the answers of the same subject that they still look at."""
        person, now = snowflake(account, "account"), self._clock.now()
        spots = (
            await self._store.read(shown.spots, account, screen.subject, now=now) if screen.subject else []
        )
        for spot in spots:
            if spot.token:
                await self._refresh(line, spot, screen, reader)
        last = next((spot for spot in spots if not spot.token), None)
        async with deliverable(self._within):
            if last and not rings and await self._edited(line, last, screen, reader):
                return
            sent = await self._send(line, await self._chat(line, person), screen, reader, key=key)
        if screen.subject:
            await self._store.keep(shown.remember, account, screen.subject, sent, now=now)
        if last and rings and last.message != sent.message:
            await self._remove(line, last)

    async def nudge(
        self, line: Line, rung: ports.Rung, screen: chat.Screen, reader: chat.Reader, *, key: str
    ) -> None:
        """Into a channel of the community, with a mention of the person and of nobody else."""
        person, channel = snowflake(rung.account, "account"), snowflake(rung.channel, "channel")
        async with deliverable(self._within):
            await self._send(line, channel, screen, reader, key=key, calls=person)

    async def into(
        self,
        line: Line,
        channel: int,
        screen: chat.Screen,
        reader: chat.Reader,
        *,
        key: str,
        rings: bool,
        calls: int | None = None,
    ) -> None:
        """Into a thread, in the place of the last screen of the same subject. A new one `calls` one person."""
        whose, now = str(channel), self._clock.now()
        spots = await self._store.read(shown.spots, whose, screen.subject, now=now) if screen.subject else []
        last = next(iter(spots), None)
        async with deliverable(self._within):
            if last and not rings and await self._edited(line, last, screen, reader):
                return
            sent = await self._send(line, channel, screen, reader, key=key, calls=calls)
        if screen.subject:
            await self._store.keep(shown.remember, whose, screen.subject, sent, now=now)
        if last and rings and last.message != sent.message:
            await self._remove(line, last)

    async def say(
        self, line: Line, channel: int, screen: chat.Screen, reader: chat.Reader, *, key: str
    ) -> None:
        """An answer to words, where they were said."""
        async with deliverable(self._within):
            await self._send(line, channel, screen, reader, key=key)

    async def set_role(self, line: Line, place: str, account: str, role: str, *, granted: bool) -> None:
        guild, person, wanted = (
            snowflake(place, "community"),
            snowflake(account, "account"),
            snowflake(role, "role"),
        )
        change = line.http.add_role if granted else line.http.remove_role
        async with deliverable(self._within):
            await change(guild, person, wanted)

    async def _send(
        self,
        line: Line,
        channel: int,
        screen: chat.Screen,
        reader: chat.Reader,
        *,
        key: str,
        calls: int | None = None,
    ) -> Spot:
        rendered = render(screen, reader, self._catalogue, lead=f"<@{calls}>" if calls else "")
        called = discord.AllowedMentions.none()
        if calls:
            called.users = [discord.Object(calls)]
        nonce = hashlib.sha256(key.encode()).hexdigest()[:NONCE]
        sent = await line.get_partial_messageable(channel).send(
            view=rendered.view, files=rendered.files, nonce=nonce, allowed_mentions=called
        )
        return Spot(channel, sent.id)

    async def _edited(self, line: Line, spot: Spot, screen: chat.Screen, reader: chat.Reader) -> bool:
        """False where the message is gone."""
        message = line.get_partial_messageable(spot.channel).get_partial_message(spot.message)
        rendered = render(screen, reader, self._catalogue)
        try:
            await message.edit(view=rendered.view, attachments=rendered.files)
        except discord.NotFound:
            return False
        return True

    async def _refresh(self, line: Line, spot: Spot, screen: chat.Screen, reader: chat.Reader) -> None:
        """Best effort: the person may have closed the answer, and the message reaches them all the same."""
        rendered = render(screen, reader, self._catalogue)
        webhook = discord.Webhook.partial(line.application_id or 0, spot.token or "", client=line)
        try:
            async with deliverable(REFRESHING):
                await webhook.edit_message(spot.message, view=rendered.view, attachments=rendered.files)
        except ports.Undeliverable:
            await self._store.keep(shown.forget, spot.message)

    async def _remove(self, line: Line, spot: Spot) -> None:
        """Best effort: the new message says all."""
        message = line.get_partial_messageable(spot.channel).get_partial_message(spot.message)
        try:
            async with deliverable(REFRESHING):
                await message.delete()
        except ports.Undeliverable:
            return

    async def _chat(self, line: Line, person: int) -> int:
        if person not in self._chats:
            if len(self._chats) >= KNOWN_CHATS:
                self._chats.clear()
            self._chats[person] = (await line.create_dm(discord.Object(person))).id
        return self._chats[person]
