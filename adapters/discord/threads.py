"""Private threads of two people, opened, written in and closed. Every verb is harmless when it is repeated."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import discord

from adapters.discord import opened
from adapters.discord.connection import Line
from adapters.discord.delivery import Delivery
from adapters.discord.outgoing import deliverable, snowflake
from core import chat, ports
from core.clock import Clock

LONGEST_NAME: Final = 100
A_WEEK: Final = 10_080
"""Minutes without a word after which Discord folds a thread up; whoever writes unfolds it."""
PRIVATE: Final = discord.ChannelType.private_thread
ARCHIVED: Final = 50083


class Threads:
    """`within` is how many seconds Discord has for one step."""

    def __init__(self, store: ports.Store, delivery: Delivery, clock: Clock, *, within: float) -> None:
        self._store = store
        self._delivery = delivery
        self._clock = clock
        self._within = within

    async def open(self, line: Line, channel: str, name: str, accounts: Sequence[str], *, key: str) -> str:
        """A thread that nobody is missing from; where one cannot be let in there is none."""
        parent, people = snowflake(channel, "channel"), [snowflake(each, "account") for each in accounts]
        thread = await self._find_or_make(line, parent, name[:LONGEST_NAME], key)
        try:
            for person in people:
                async with deliverable(self._within):
                    await line.http.add_user_to_thread(thread, person)
        except ports.Undeliverable as error:
            if error.permanent:
                await self._drop(line, thread)
            raise
        return str(thread)

    async def post(
        self,
        line: Line,
        thread: str,
        screen: chat.Screen,
        reader: chat.Reader,
        *,
        key: str,
        rings: bool,
        account: str = "",
    ) -> None:
        """A thread that was folded up is unfolded first. `account` is who is to be called."""
        place, calls = snowflake(thread, "thread"), snowflake(account, "account") if account else None
        into = partial(self._delivery.into, line, place, screen, reader, key=key, rings=rings, calls=calls)
        try:
            await into()
        except ports.Undeliverable as error:
            if not _is_archived(error):
                raise
            async with deliverable(self._within):
                await line.http.edit_channel(place, archived=False)
            await into()

    async def close(self, line: Line, thread: str) -> None:
        place = snowflake(thread, "thread")
        async with deliverable(self._within):
            await line.http.edit_channel(place, archived=True, locked=True)
        await self._store.keep(opened.forget, place)

    async def _find_or_make(self, line: Line, parent: int, name: str, key: str) -> int:
        was_begun, known = await self._store.keep(opened.intend, key, parent, now=self._clock.now())
        if known is not None:
            return known
        async with deliverable(self._within):
            thread = await _lost(line, parent, name) if was_begun else None
            if thread is None:
                made = await line.http.start_thread_without_message(
                    parent,
                    name=name,
                    auto_archive_duration=A_WEEK,
                    type=PRIVATE.value,
                    invitable=False,
                )
                thread = int(made["id"])
        await self._store.keep(opened.stands, key, thread)
        return thread

    async def _drop(self, line: Line, thread: int) -> None:
        """Best effort: a thread of one person is of no use to them."""
        await self._store.keep(opened.forget, thread)
        try:
            async with deliverable(self._within):
                await line.http.delete_channel(thread)
        except ports.Undeliverable:
            return


async def _lost(line: Line, parent: int, name: str) -> int | None:
    """The thread whose opening was never confirmed to us, if there is one."""
    channel = line.get_channel(parent)
    if not isinstance(channel, discord.abc.GuildChannel):
        return None
    active = await line.http.get_active_threads(channel.guild.id)
    mine = (
        int(each["id"])
        for each in active["threads"]
        if (int(each["parent_id"]), each["name"], int(each["owner_id"]))
        == (parent, name, line.application_id)
    )
    return next(mine, None)


def _is_archived(error: ports.Undeliverable) -> bool:
    return isinstance(error.__cause__, discord.HTTPException) and error.__cause__.code == ARCHIVED
