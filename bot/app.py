"""The composition root: everything is made, handed to each other, started and stopped here, and nowhere else."""

import asyncio
import signal
import webbrowser
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web

from adapters.calendars.ical import calendar_file
from adapters.database import Database, DatabaseUnavailable, migrate
from adapters.discord import opened, shown
from adapters.mail import letters as mail_letters
from adapters.meetings.jitsi import JitsiRooms
from adapters.payments.sandbox import SandboxProvider
from adapters.scheduler import Scheduler
from adapters.telegram import rows as telegram_rows
from adapters.web import answers as page_answers
from adapters.web.app import create_app
from adapters.web.door import WebDoor
from adapters.web.entrance import Entrance
from adapters.web.joining import JoinLinks
from adapters.web.playground import CastMember
from adapters.words import plain_words
from bot import answers, cashdesk, chatdoors, commands, i18n, memory, metrics, postroom, webdoors
from bot import demo as playground
from bot.config import Settings
from bot.jobs import jobs
from bot.pages import Pages
from bot.pictures.week import painter
from bot.router import Router
from bot.screens.help import welcome
from bot.visit import Desk
from core import chat
from core.booking import rounds
from core.clock import Clock, SystemClock
from core.people import people
from core.ports import ChatPlatform, DoorClosed, Painter, WebhookEvent
from webhooks import health, payments, telegram

if TYPE_CHECKING:
    from adapters.discord.door import DiscordDoor
    from adapters.telegram.door import TelegramDoor

log = structlog.get_logger()

EXPECTED: Final = (DatabaseUnavailable, DoorClosed, OSError)
PUBLIC_ROOMS: Final = "https://meet.jit.si"
DEMO_FOLDER: Final = Path("var")


@dataclass(slots=True)
class House:
    """The whole bot, running."""

    settings: Settings
    clock: Clock
    db: Database
    desk: Desk
    router: Router
    platforms: dict[str, ChatPlatform]
    scheduler: Scheduler
    paint: Painter
    url: str = ""


@asynccontextmanager
async def open_house(
    settings: Settings, clock: Clock, *, cast: Sequence[CastMember] = (), place: chat.Place = playground.PLACE
) -> AsyncIterator[House]:
    """Builds and starts everything that is configured; stops it in reverse.

    The database must be up to date.
    """
    async with AsyncExitStack() as stack:
        db = await Database.open(settings.database.url.get_secret_value())
        stack.push_async_callback(db.close)
        sandbox = await cashdesk.sandbox(settings, db, clock)
        vendors = cashdesk.vendors(settings, clock)
        for vendor in vendors:
            stack.push_async_callback(vendor.close)
        secret = await webdoors.secret(settings, db)
        entrance = Entrance(secret)
        joins = JoinLinks(secret, settings.web.public_url or "")
        catalogue = i18n.Catalogue()
        platforms: dict[str, ChatPlatform] = {}
        desk = Desk(
            db=db,
            till=cashdesk.till(settings, *vendors, sandbox),
            rooms=_rooms(settings),
            calendar_file=calendar_file,
            catalogue=catalogue,
            clock=clock,
            tell=plain_words(catalogue),
            secret=secret,
            entrance=entrance,
            joins=joins,
            platforms=platforms,
        )
        router = Router(desk, commands.table(), welcome)
        house = House(settings, clock, db, desk, router, platforms, Scheduler(clock), painter(desk.catalogue))
        shared = (settings, router, db, desk.catalogue, clock, house.paint)
        by_discord, by_telegram = chatdoors.discord(*shared), await chatdoors.telegram(*shared)
        await _open_web(house, stack, sandbox, cast, place, entrance, joins, by_telegram)
        if settings.mail is not None:
            platforms["mail"] = postroom.open_door(settings.mail, desk, entrance, house.paint)
        old = (opened.purge, shown.purge, page_answers.purge, mail_letters.purge, telegram_rows.purge)
        for name, job in jobs(desk, house.platforms, old).items():
            house.scheduler.add(name, job)
        db.on_commit(house.scheduler.wake)
        await house.scheduler.start()
        stack.push_async_callback(house.scheduler.stop)
        await _open(by_discord, platforms, stack)
        await _open(by_telegram, platforms, stack)
        yield house


def run(settings: Settings) -> None:
    """Runs the bot until it is told to stop."""
    upgrade(settings)
    asyncio.run(_serve(settings))


def demo(*, port: int, fresh: bool, open_browser: bool) -> None:
    """The playground: SQLite in a file of its own, the sandbox's payments, a seeded cast."""
    DEMO_FOLDER.mkdir(exist_ok=True)
    if fresh:
        for leftover in DEMO_FOLDER.glob("demo.db*"):
            leftover.unlink()
    settings = playground.settings(DEMO_FOLDER / "demo.db", port)
    upgrade(settings)
    asyncio.run(_play(settings, open_browser=open_browser))


def upgrade(settings: Settings) -> None:
    """Brings the database to the tables that the code expects."""
    url = settings.database.url.get_secret_value()
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    migrate.upgrade(url)


async def check(settings: Settings) -> list[tuple[str, bool | None, str]]:
    """What is configured and whether it answers; `None` where it is not configured."""
    return await answers.check(settings)


async def _serve(settings: Settings) -> None:
    with _until_told():
        async with open_house(settings, SystemClock()) as house:
            memory.settle()
            log.info("bot.started", doors=sorted(house.platforms), provider=house.desk.till.default)
            await asyncio.Event().wait()


async def _play(settings: Settings, *, open_browser: bool) -> None:
    clock = SystemClock()
    with _until_told():
        async with open_house(settings, clock, cast=playground.CAST) as house:
            await house.db.write(playground.seed, now=clock.now())
            memory.settle()
            print(f"The playground is open: {house.url}  (Ctrl-C ends it)", flush=True)  # noqa: T201
            if open_browser:
                await asyncio.to_thread(webbrowser.open, house.url)
            await asyncio.Event().wait()


@contextmanager
def _until_told() -> Iterator[None]:
    """SIGINT and SIGTERM end what runs inside, in good order and at any point."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        yield


def _rooms(settings: Settings) -> JitsiRooms:
    if settings.jitsi is None:
        return JitsiRooms(PUBLIC_ROOMS)
    secret = settings.jitsi.secret
    return JitsiRooms(
        settings.jitsi.base_url,
        app_id=settings.jitsi.app_id,
        secret=secret.get_secret_value() if secret else "",
    )


async def _open_web(
    house: House,
    stack: AsyncExitStack,
    sandbox: SandboxProvider | None,
    cast: Sequence[CastMember],
    place: chat.Place,
    entrance: Entrance,
    joins: JoinLinks,
    by_telegram: "TelegramDoor | None",
) -> None:
    desk = house.desk
    secret = await webdoors.secret(house.settings, house.db)
    door = WebDoor(house.router, house.db, desk.catalogue, house.clock, secret, paint=house.paint)
    app = create_app(
        door,
        place=place,
        pay_pages=Pages(desk),
        cast=cast,
        sandbox=sandbox,
        languages=desk.catalogue.languages,
        more=webdoors.routes(desk, house.router, door.pages, entrance, joins, house.platforms, house.paint),
    )

    async def take(provider: str, event: WebhookEvent, body: bytes) -> bool:
        return await rounds.take_webhook(house.db, provider, event, body, now=house.clock.now())

    async def ping() -> None:
        await house.db.read(people.count)

    async def measure() -> None:
        await metrics.measure(house.db, house.clock)

    app.add_routes(payments.routes(desk.till.providers, take, house.clock))
    app.add_routes(health.routes(ping, measure))
    if by_telegram is not None and by_telegram.secret:
        app.add_routes(telegram.routes(by_telegram.secret, by_telegram.take))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, house.settings.web.host, house.settings.web.port).start()
    port = runner.addresses[0][1]
    house.url = f"http://localhost:{port}"
    entrance.bind(house.settings.web.public_url or (house.url if cast else ""))
    if sandbox is not None:
        sandbox.bind(house.settings.web.public_url or f"http://{house.settings.web.host}:{port}")
    house.platforms[door.platform] = door


async def _open(
    door: "DiscordDoor | TelegramDoor | None", platforms: dict[str, ChatPlatform], stack: AsyncExitStack
) -> None:
    if door is not None:
        stack.push_async_callback(door.stop)
        await door.start()
        platforms[door.platform] = door
