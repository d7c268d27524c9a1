"""What the tests of the Telegram door share: a tiny router, and doors put up against the double."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from PIL import Image

from adapters.database import Database
from adapters.telegram.door import TelegramDoor
from core import chat
from core.chat import _, to
from core.clock import SystemClock
from core.ports import Rung, RungKind
from tests.adapters.discord_parts import TinyRouter
from tests.doubles.telegram import Chat, Hands, TelegramServer, User

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def drawn() -> bytes:
    file = BytesIO()
    Image.new("RGB", (640, 480), "white").save(file, "PNG")
    return file.getvalue()


PICTURE = drawn()
WEEK = chat.Week(_("Free times"), date(2026, 11, 23), timedelta(minutes=60), (chat.FreeTime(NOON, to("go")),))


class Phrases:
    """A catalogue with two languages, of which the second knows one sentence."""

    languages = ("en", "hi")

    def __call__(self, locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
        if locale == "hi" and msgid == "Book a mentor":
            return "मेंटर बुक करें"
        return plural if plural and count != 1 else msgid


def paint(week: chat.Week, reader: chat.Reader) -> chat.File:
    return chat.File(
        "week.png", PICTURE, "image/png", _("Thursday: {time}", time=week.times[0].at.strftime("%H:%M"))
    )


@dataclass
class HelpfulRouter(TinyRouter):
    """Whoever is in no room is helped."""

    has_room: bool = False

    async def hear(self, said: chat.Said) -> chat.Reply | None:
        reply = await super().hear(said)
        if reply or self.has_room or said.is_edit:
            return reply
        return await self.answer(
            chat.Incoming(said.account, to("help"), said.key, answers={"word": said.text}, locale=said.locale)
        )


@dataclass
class House:
    """The double, the database and the router; doors come and go."""

    server: TelegramServer
    store: Database
    router: HelpfulRouter

    @asynccontextmanager
    async def door(self, token: str = "", **options: object) -> AsyncIterator[TelegramDoor]:
        door = self.made(token, **options)
        await door.start()
        try:
            yield door
        finally:
            await door.stop()

    def made(self, token: str = "", **options: object) -> TelegramDoor:
        return TelegramDoor(
            token or self.server.token,
            self.router,
            self.store,
            Phrases(),
            SystemClock(),
            paint,
            api_base=self.server.api_base,
            **{"sending": 60.0} | options,  # type: ignore[arg-type]
        )

    async def heard(self, door: TelegramDoor) -> None:
        """Returns when the bot has taken everything and said all it has to say."""
        await self.server.delivered()
        await door.settled()


def in_private(user: User) -> Rung:
    return Rung("telegram", RungKind.DIRECT, str(user.id))


def in_group(user: User, group: Chat, thread: int | None = None) -> Rung:
    channel = f"{group.id}:{thread}" if thread else str(group.id)
    return Rung("telegram", RungKind.NUDGE, str(user.id), channel)


async def types(house: House, door: TelegramDoor, hands: Hands, line: str) -> None:
    hands.say(line)
    await house.heard(door)
