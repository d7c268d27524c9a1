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
from adapters.database import Database, DatabaseUnavailable, keys, migrate
from adapters.discord import shown
from adapters.meetings.jitsi import JitsiRooms
from adapters.payments.sandbox import SandboxProvider
from adapters.scheduler import Scheduler
from adapters.web.app import create_app
from adapters.web.door import WebDoor
from adapters.web.playground import CastMember
from bot import answers, commands, i18n, metrics
from bot import demo as playground
from bot.config import Settings
from bot.jobs import jobs
from bot.pages import Pages
from bot.router import Router
from bot.screens.help import welcome
from bot.visit import Desk
from core import chat
from core.booking import checkout
from core.booking.checkout import Till
from core.clock import Clock, SystemClock
from core.people import people
from core.ports import ChatPlatform, DoorClosed, PaymentProvider, WebhookEvent
from webhooks import health, payments

if TYPE_CHECKING:
    from adapters.payments.stripe import StripeProvider

log = structlog.get_logger()

EXPECTED: Final = (DatabaseUnavailable, DoorClosed, OSError)
PUBLIC_ROOMS: Final = "https://meet.jit.si"
CHAT_PAGE: Final = "https://discord.com/channels/@me"
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
        sandbox = await _sandbox(settings, db, clock)
        stripe = _stripe(settings)
        if stripe is not None:
            stack.push_async_callback(stripe.close)
        desk = Desk(
            db=db,
            till=_till(settings, stripe, sandbox),
            rooms=_rooms(settings),
            calendar_file=calendar_file,
            catalogue=i18n.Catalogue(),
            clock=clock,
        )
        router = Router(desk, commands.table(), welcome)
        house = House(settings, clock, db, desk, router, {}, Scheduler(clock))
        await _open_web(house, stack, sandbox, cast, place)
        for name, job in jobs(desk, house.platforms, (shown.purge,)).items():
            house.scheduler.add(name, job)
        db.on_commit(house.scheduler.wake)
        await house.scheduler.start()
        stack.push_async_callback(house.scheduler.stop)
        await _open_discord(house, stack)
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
            log.info("bot.started", doors=sorted(house.platforms), provider=house.desk.till.default)
            await asyncio.Event().wait()


async def _play(settings: Settings, *, open_browser: bool) -> None:
    clock = SystemClock()
    with _until_told():
        async with open_house(settings, clock, cast=playground.CAST) as house:
            await house.db.write(playground.seed, now=clock.now())
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


async def _sandbox(settings: Settings, db: Database, clock: Clock) -> SandboxProvider | None:
    if not settings.has_sandbox:
        return None
    secret = settings.sandbox.secret
    return SandboxProvider(
        db, secret.get_secret_value() if secret else await db.write(keys.ensure, "sandbox"), clock=clock
    )


def _stripe(settings: Settings) -> "StripeProvider | None":
    if settings.stripe is None:
        return None
    from adapters.payments.stripe import StripeProvider  # a third of a second, for those who use it

    secret = settings.stripe.webhook_secret
    return StripeProvider(
        settings.stripe.secret_key.get_secret_value(),
        secret.get_secret_value() if secret else "",
        api_base=settings.stripe.api_base,
    )


def _till(settings: Settings, stripe: "StripeProvider | None", sandbox: SandboxProvider | None) -> Till:
    providers: dict[str, PaymentProvider] = {p.name: p for p in (stripe, sandbox) if p is not None}
    public_url = settings.web.public_url or ""
    return Till(providers, next(iter(providers)), public_url, public_url or CHAT_PAGE)


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
) -> None:
    desk, given = house.desk, house.settings.web.secret
    secret = given.get_secret_value() if given else await house.db.write(keys.ensure, "web")
    door = WebDoor(house.router, house.db, desk.catalogue, house.clock, secret)
    app = create_app(door, place=place, pay_pages=Pages(desk), cast=cast, sandbox=sandbox)

    async def take(provider: str, event: WebhookEvent, body: bytes) -> bool:
        return await checkout.take_webhook(house.db, provider, event, body, now=house.clock.now())

    async def ping() -> None:
        await house.db.read(people.count)

    async def measure() -> None:
        await metrics.measure(house.db, house.clock)

    app.add_routes(payments.routes(desk.till.providers, take, house.clock))
    app.add_routes(health.routes(ping, measure))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, house.settings.web.host, house.settings.web.port).start()
    port = runner.addresses[0][1]
    house.url = f"http://localhost:{port}"
    if sandbox is not None:
        sandbox.bind(house.settings.web.public_url or f"http://{house.settings.web.host}:{port}")
    house.platforms[door.platform] = door


async def _open_discord(house: House, stack: AsyncExitStack) -> None:
    settings = house.settings.discord
    if settings is None:
        return
    from adapters.discord.door import DiscordDoor  # as long again

    door = DiscordDoor(
        settings.token.get_secret_value(),
        house.router,
        house.db,
        house.desk.catalogue,
        house.clock,
        api_base=settings.api_base,
        gateway_url=settings.gateway_url,
    )
    stack.push_async_callback(door.stop)
    await door.start()
    house.platforms[door.platform] = door
