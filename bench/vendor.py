"""Discord in a process of its own, with the hands of many people: it is told what to do in lines of JSON."""

import asyncio
import json
import sys
import time
from typing import Any, Final

from tests.doubles.discord import Chat, DiscordServer
from tests.doubles.discord.posts import Message

GROUP: Final = 8


async def main(people: int) -> None:
    async with DiscordServer() as server:
        guild = server.add_guild("Study Hall", owner=server.add_user("Olga"))
        guild.add_channel("general")
        users = [server.add_user(f"Person {number}") for number in range(people)]
        for user in users:
            guild.join(user)
        _say(
            api_base=server.api_base,
            gateway_url=server.gateway_url,
            token=server.token,
            guild=str(guild.id),
            users=[str(user.id) for user in users],
        )
        chats = [user.in_guild(guild) for user in users]
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        while line := await reader.readline():
            order = json.loads(line)
            await server.wait_until_ready(20)
            taken, seconds = await _act(chats, order)
            assert not server.violations, server.violations[:3]
            _say(seconds=seconds, taken=taken)


async def _act(chats: list[Chat], order: dict[str, Any]) -> tuple[list[float], float]:
    """Each round everybody does it once, a group at a time; the seconds of each and of all."""
    taken: list[float] = []
    shown = [(await chat.command("bookings")).message if order["press"] else None for chat in chats]
    begin = time.perf_counter()
    for _ in range(order["rounds"]):
        for first in range(0, len(chats), GROUP):
            group = range(first, min(first + GROUP, len(chats)))
            await asyncio.gather(*(_once(chats[n], order, n, shown[n], taken) for n in group))
    return taken, time.perf_counter() - begin


async def _once(
    chat: Chat, order: dict[str, Any], number: int, shown: Message | None, taken: list[float]
) -> None:
    start = time.perf_counter()
    if shown is None:
        await chat.command(order["command"])
    else:
        await chat.press(order["press"][number], message=shown)
    taken.append(time.perf_counter() - start)


def _say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
