"""A Bot API in a process of its own that believes everything, with the hands of many people: it is told what to do
in lines of JSON."""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from aiohttp import web

Json = dict[str, Any]
GROUP: Final = 8
FIRST_PERSON: Final = 1_000
BOT: Final = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
PATIENCE: Final = 20.0
MOST_UPDATES: Final = 100
TOKEN: Final = "1:bench"


class BotApi:
    """Everybody says something again once they have been answered."""

    def __init__(self, people: int) -> None:
        self.people = range(FIRST_PERSON, FIRST_PERSON + people)
        self._ids: Iterator[int] = itertools.count(1)
        self._waiting: list[Json] = []
        self._bell = asyncio.Event()
        self._answered: dict[int, asyncio.Future[None]] = {}

    async def act(self, order: Json) -> tuple[list[float], float]:
        """Each round everybody does it once, a group at a time; the seconds of each and of all."""
        taken: list[float] = []
        begin = time.perf_counter()
        for _ in range(order["rounds"]):
            for group in _groups(self.people):
                await asyncio.gather(*(self._once(person, order, taken) for person in group))
        return taken, time.perf_counter() - begin

    async def handle(self, request: web.Request) -> web.Response:
        method, said = request.match_info["method"].lower(), await request.post()
        if method == "getme":
            return _ok(BOT)
        if method == "getupdates":
            numbers = (int(str(said.get(name) or 0)) for name in ("offset", "timeout"))
            return _ok(await self._updates(*numbers))
        if method.startswith(("send", "edit")):
            chat = int(str(said["chat_id"]))
            if chat in self._answered:
                self._answered.pop(chat).set_result(None)
            return _ok(self._message(chat, BOT, "Said"))
        return _ok(True)

    async def _once(self, person: int, order: Json, taken: list[float]) -> None:
        start = time.perf_counter()
        self._answered[person] = answered = asyncio.get_running_loop().create_future()
        self._waiting.append({"update_id": next(self._ids), **self._said(person, order)})
        self._bell.set()
        async with asyncio.timeout(PATIENCE):
            await answered
        taken.append(time.perf_counter() - start)

    def _said(self, person: int, order: Json) -> Json:
        who = {"id": person, "is_bot": False, "first_name": f"Person {person}", "language_code": "en-US"}
        if order["press"] is None:
            return {"message": self._message(person, who, f"/{order['command']}")}
        data = order["press"][person - FIRST_PERSON]
        shown = self._message(person, BOT, "Shown")
        press = {
            "id": str(next(self._ids)),
            "from": who,
            "chat_instance": "1",
            "message": shown,
            "data": data,
        }
        return {"callback_query": press}

    def _message(self, chat: int, sender: Json, text: str) -> Json:
        place = {"id": chat, "type": "private", "first_name": f"Person {chat}"}
        return {
            "message_id": next(self._ids),
            "date": int(time.time()),
            "chat": place,
            "from": sender,
            "text": text,
        }

    async def _updates(self, offset: int, seconds: int) -> list[Json]:
        self._waiting = [update for update in self._waiting if update["update_id"] >= offset]
        if not self._waiting:
            self._bell.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), seconds)
        return self._waiting[:MOST_UPDATES]


def _groups(people: range) -> Iterator[range]:
    return (people[first : first + GROUP] for first in range(0, len(people), GROUP))


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


async def main(people: int) -> None:
    api = BotApi(people)
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", api.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    _say(api_base=address, token=TOKEN, users=[str(person) for person in api.people])
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        taken, seconds = await api.act(json.loads(line))
        _say(seconds=seconds, taken=taken)
    await runner.cleanup()


def _say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
