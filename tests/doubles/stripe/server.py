"""The HTTP face of the double: what it answers, how it fails on demand, and a person's hands.

async with StripeServer(clock=clock) as server:
    provider = StripeProvider(server.secret_key, server.webhook_secret, api_base=server.api_base)
    server.webhook_url = "http://127.0.0.1:…/webhooks/stripe"
    await server.pay(link.url)
"""

import json
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from stripe._api_version import _ApiVersion

from core.clock import Clock, SystemClock
from tests.doubles.stripe import shapes
from tests.doubles.stripe.api import FAULTS, Answer, Api
from tests.doubles.stripe.post import Post
from tests.doubles.stripe.world import Resource, World
from tests.doubles.vendor import Vendor


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came (`line_items[0][quantity]` is a parameter's name), and how it was answered."""

    method: str
    path: str
    params: dict[str, str]
    key: str
    status: int


class StripeServer(Vendor[Post]):
    faults = FAULTS

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        secret_key: str = "sk_test_51NearpeerDouble",
        webhook_secret: str = "whsec_nearpeer_double",
    ) -> None:
        super().__init__(Post(webhook_secret))
        self.secret_key = secret_key
        self.live = secret_key.startswith("sk_live_")
        self.webhook_secret = webhook_secret
        self.world = World(clock or SystemClock(), self._happen, live=self.live)
        self.events: list[Resource] = []
        self.requests: list[Seen] = []
        self._api = Api(self.world, secret_key)

    # --- how it behaves ------------------------------------------------------------------------

    def forget_keys(self) -> None:
        """As a day later: no idempotency key is known any more."""
        self._api.forget()

    # --- a person's hands; a link's url or a session's id --------------------------------------

    async def pay(self, link: str) -> str:
        """Pays by card; the id of the PaymentIntent."""
        intent = self.world.pay(_session_id(link))
        await self.post.settle()
        return str(intent["id"])

    async def pay_unpaid(self, link: str) -> str:
        """Pays by a slow method: the session is complete, the money on its way."""
        intent = self.world.pay_unpaid(_session_id(link))
        await self.post.settle()
        return str(intent["id"])

    async def succeed(self, link: str) -> None:
        """The slow money arrives."""
        self.world.succeed(_session_id(link))
        await self.post.settle()

    async def fail(self, link: str) -> None:
        """The slow money never arrives."""
        self.world.fail(_session_id(link))
        await self.post.settle()

    async def decline(self, link: str) -> None:
        """The card is declined; the session stays open."""
        self.world.decline(_session_id(link))
        await self.post.settle()

    async def expire_now(self, link: str) -> None:
        self.world.expire(_session_id(link))
        await self.post.settle()

    async def refund_at_dashboard(self, intent: str, amount: int | None = None) -> str:
        params: dict[str, Any] = {"payment_intent": intent}
        refund = self.world.give_back(params if amount is None else params | {"amount": amount})
        await self.post.settle()
        return str(refund["id"])

    async def end_refund(self, ref: str, status: str) -> None:
        """The bank says what became of a refund."""
        self.world.end_refund(ref, status)
        await self.post.settle()

    # --- plans; a subscription's id -------------------------------------------------------------

    @property
    def subscriptions(self) -> dict[str, Resource]:
        return self.world.plans.subscriptions

    def decline_next(self, subscription: str) -> None:
        """From now on the card is declined for its bills, until somebody pays by another one."""
        self.world.plans.declining.add(subscription)

    async def pay_due(self, subscription: str) -> None:
        self.world.plans.pay_due(subscription, self.world.now())
        await self.post.settle()

    async def cancel_at_dashboard(self, subscription: str) -> None:
        self.world.plans.cancel(subscription, self.world.now())
        await self.post.settle()

    async def tick(self) -> None:
        """Expires what is due by the clock, and sends what that tells."""
        self.world.age()
        await self.post.settle()

    async def send(
        self, event: Resource, *, secret: str | None = None, signed_at: int | None = None
    ) -> int | None:
        return await self.post.send(event, secret=secret, signed_at=signed_at)

    # --- the wire ------------------------------------------------------------------------------

    def _happen(self, kind: str, resource: Resource) -> None:
        event = shapes.event(
            id=shapes.token("evt"),
            api_version=_ApiVersion.CURRENT,
            created=self.world.now(),
            data={"object": deepcopy(resource)},
            livemode=self.live,
            request={"id": None, "idempotency_key": None},
            type=kind,
        )
        self.events.append(event)
        self.post.take(event)

    def answered(self, request: web.Request, raw: bytes, fault: str) -> web.Response:
        said = raw.decode() if request.method == "POST" else request.query_string
        answer = self._api.answer(request.method, request.path, request.headers, said, fault)
        self._note(request, said, answer)
        headers = {"Request-Id": shapes.token("req", 14), "Stripe-Version": _ApiVersion.CURRENT}
        if answer.is_replay:
            headers["Idempotent-Replayed"] = "true"
        content = json.dumps(answer.body, indent=2).encode()
        return web.Response(
            body=content, status=answer.status, headers=headers, content_type="application/json"
        )

    def _note(self, request: web.Request, raw: str, answer: Answer) -> None:
        key = request.headers.get("Idempotency-Key", "")
        self.requests.append(Seen(request.method, request.path, dict(parse_qsl(raw)), key, answer.status))
        if 400 <= answer.status < 500 and answer.status not in (409, 429):
            self.violations.append(f"{request.method} {request.path}: {answer.body['error']['message']}")


def _session_id(link: str) -> str:
    found = re.search(r"cs_(test|live)_\w+", link)
    if found is None:
        raise AssertionError(f"{link} is no link of Stripe's")
    return found[0]
