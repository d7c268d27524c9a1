"""A payment provider with a person beside it and a letterbox behind it, for tests that hold for every provider."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from aiohttp import web

from adapters.payments.paypal import PayPalProvider
from adapters.payments.razorpay import RazorpayProvider
from adapters.payments.sandbox import SandboxProvider
from adapters.payments.stripe import StripeProvider
from core.money import Money
from core.ports import Ask, LinkState, PaymentProvider, Store, WebhookEvent
from tests.doubles.clock import MovableClock
from tests.doubles.paypal import PayPalServer
from tests.doubles.razorpay import RazorpayServer
from tests.doubles.stripe import StripeServer
from webhooks import payments

LONG = timedelta(minutes=1)


@dataclass
class Letterbox:
    """What arrived, each event once; `bodies` and `headers` are of the last request."""

    events: list[WebhookEvent] = field(default_factory=list)
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""

    async def take(self, provider: str, event: WebhookEvent, body: bytes) -> bool:
        self.body = body
        is_new = event not in self.events
        if is_new:
            self.events.append(event)
        return is_new

    @asynccontextmanager
    async def opened(self, provider: PaymentProvider, clock: MovableClock) -> AsyncIterator[str]:
        @web.middleware
        async def remember(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            self.headers = dict(request.headers)
            return await handler(request)

        app = web.Application(middlewares=[remember])
        app.add_routes(payments.routes({provider.name: provider}, self.take, clock))
        async with served(app) as url:
            self.url = url
            yield url


@dataclass
class Bank:
    """What differs from vendor to vendor: the currency asked in, how long a link may live (None where nobody says),
    and the header that carries the signature. `approve` is a payer's agreement that takes nothing yet."""

    provider: PaymentProvider
    clock: MovableClock
    letterbox: Letterbox
    pay: Callable[[LinkState], Awaitable[object]]
    double: StripeServer | RazorpayServer | PayPalServer | None = None
    currency: str = "USD"
    shortest: timedelta | None = timedelta(minutes=30)
    longest: timedelta | None = timedelta(hours=24)
    signature: str = "Stripe-Signature"
    approve: Callable[[LinkState], Awaitable[object]] | None = None

    def money(self, amount: int) -> Money:
        return Money(amount, self.currency)

    def ask(self, key: str = "pay:1", **changes: object) -> Ask:
        made = Ask(
            key=key,
            payment="PAY1",
            booking_id="K7Q2M9ABCD",
            booking_code="NP-20261121-K7Q2",
            amount=self.money(5000),
            title="60 minutes with Ben",
            description="Saturday at ten",
            locale="en",
            expires_at=self.clock.now() + timedelta(minutes=31),
            return_url="https://nearpeer.example/p/token/done",
            cancel_url="https://nearpeer.example/p/token",
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    async def paid(self, key: str = "pay:1") -> LinkState:
        link = await self.provider.open_link(self.ask(key))
        await self.pay(link)
        return await self.provider.look_up(link.ref)


@asynccontextmanager
async def stripe_bank() -> AsyncIterator[Bank]:
    clock, letterbox = MovableClock(), Letterbox()
    async with StripeServer(clock=clock) as server:
        provider = StripeProvider(
            server.secret_key,
            server.webhook_secret,
            api_base=server.api_base,
            patience=LONG,
        )
        async with letterbox.opened(provider, clock) as url:
            server.webhook_url = f"{url}/webhooks/stripe"
            yield Bank(provider, clock, letterbox, lambda link: server.pay(link.url), server)
            await server.quiet()  # else the last webhooks find a letterbox that nobody opens
        await provider.close()


@asynccontextmanager
async def razorpay_bank() -> AsyncIterator[Bank]:
    clock, letterbox = MovableClock(), Letterbox()
    async with RazorpayServer(clock=clock) as server:
        provider = RazorpayProvider(
            server.key_id,
            server.key_secret,
            [server.webhook_secret],
            api_base=server.api_base,
            patience=LONG,
        )
        async with letterbox.opened(provider, clock) as url:
            server.webhook_url = f"{url}/webhooks/razorpay"
            yield Bank(
                provider,
                clock,
                letterbox,
                lambda link: server.pay(link.url),
                server,
                currency="INR",
                shortest=timedelta(minutes=15),
                longest=timedelta(days=182),
                signature="X-Razorpay-Signature",
            )
            await server.quiet()
        await provider.close()


@asynccontextmanager
async def paypal_bank() -> AsyncIterator[Bank]:
    clock, letterbox = MovableClock(), Letterbox()
    async with PayPalServer(clock=clock) as server:
        provider = PayPalProvider(*server.keys, clock=clock, api_base=server.api_base, patience=LONG)

        async def approve(link: LinkState) -> None:
            await server.approve(link.url)

        async def pay(link: LinkState) -> None:
            await approve(link)
            await provider.capture(link.ref, key=f"take:{link.ref}")
            await server.quiet()

        async with letterbox.opened(provider, clock) as url:
            server.webhook_url = f"{url}/webhooks/paypal"
            yield Bank(
                provider,
                clock,
                letterbox,
                pay,
                server,
                shortest=None,
                longest=None,
                signature="Paypal-Transmission-Sig",
                approve=approve,
            )
            await server.quiet()
        await provider.close()


@asynccontextmanager
async def sandbox_bank(store: Store) -> AsyncIterator[Bank]:
    clock, letterbox = MovableClock(), Letterbox()
    provider = SandboxProvider(store, "sandbox secret", clock=clock)
    async with letterbox.opened(provider, clock) as url:
        provider.bind(url)
        yield Bank(
            provider,
            clock,
            letterbox,
            lambda link: provider.pay(link.ref),
            signature="Nearpeer-Sandbox-Signature",
        )


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """The address of the application on loopback."""
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def hang_up_after(request: pytest.FixtureRequest) -> timedelta:
    """A provider's patience in a test: short only where what is tested is a vendor that never answers."""
    never = (
        request.node.callspec.params.get("fault") == "hang" if hasattr(request.node, "callspec") else False
    )
    return timedelta(seconds=1) if never else LONG
