"""The HTTP face of the double: what it answers, how it fails on demand, and a person's hands.

async with PayPalServer(clock=clock) as server:
    provider = PayPalProvider(*server.keys, clock=clock, api_base=server.api_base)
    server.webhook_url = "http://127.0.0.1:…/webhooks/paypal"
    await server.approve(link.url)
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from core.clock import Clock, SystemClock
from tests.doubles.paypal import schemas, shapes
from tests.doubles.paypal.api import FAULTS, Answer, Api
from tests.doubles.paypal.post import Post, written
from tests.doubles.paypal.shapes import Resource
from tests.doubles.paypal.world import OUTCOMES, World
from tests.doubles.vendor import Vendor

EXPECTED = (401, 404, 409, 429)


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came, and how it was answered."""

    method: str
    path: str
    body: Any
    request_id: str
    status: int


class PayPalServer(Vendor[Post]):
    faults = FAULTS

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        client_id: str = "AZDxjDScFpQtjWTOUtWKbyN_bDt4OgqaF4eYXlewfBP4",
        client_secret: str = "EGnHDxD_qRPdaLdZz8iCr8N7_MzF-YHPTkjs6NKYQvQS",
        webhook_id: str = "1JE4291016473214C",
    ) -> None:
        clock = clock or SystemClock()
        super().__init__(Post(webhook_id, clock))
        self.client_id, self.client_secret, self.webhook_id = client_id, client_secret, webhook_id
        self.keys = (client_id, client_secret, webhook_id)
        self.world = World(clock, self._happen)
        self.events: list[Resource] = []
        self.requests: list[Seen] = []
        self.api = Api(self.world, clock, client_id, client_secret)

    # --- how it behaves ------------------------------------------------------------------------

    def captures_end(self, outcome: str) -> None:
        """What becomes of captures from now on: one of `OUTCOMES`."""
        if outcome not in OUTCOMES:
            raise ValueError(f"{outcome} is none of {', '.join(OUTCOMES)}")
        self.world.outcome = outcome

    def forget_keys(self) -> None:
        """As a day later: no request id is known any more."""
        self.api.forget()

    def asked(self, method: str, end: str) -> list[Seen]:
        """The requests whose path ends so."""
        return [one for one in self.requests if one.method == method and one.path.endswith(end)]

    # --- a person's hands; a link's url, an order's or a capture's id ---------------------------

    async def approve(self, link: str) -> None:
        """Agrees on PayPal's page. Nothing is taken by that."""
        self.world.approve(_order_id(link))
        await self.post.settle()

    def way_back(self, link: str) -> str:
        """Where PayPal's page sends the payer when they are done."""
        order = _order_id(link)
        return f"{self.world.return_urls[order]}?token={order}&PayerID={shapes.PAYER['payer_id']}"

    async def complete(self, capture: str) -> None:
        self.world.complete(capture)
        await self.post.settle()

    async def deny(self, capture: str) -> None:
        self.world.deny(capture)
        await self.post.settle()

    async def reverse(self, capture: str) -> None:
        self.world.reverse(capture)
        await self.post.settle()

    async def refund_at_dashboard(self, capture: str, value: str = "") -> str:
        currency = self.world.captures[capture]["amount"]["currency_code"]
        wanted = {"amount": {"currency_code": currency, "value": value}} if value else {}
        refund = self.world.give_back(capture, wanted)
        await self.post.settle()
        return str(refund["id"])

    async def end_refund(self, ref: str, status: str) -> None:
        """The bank says what became of a refund."""
        self.world.end_refund(ref, status)
        await self.post.settle()

    async def send(
        self, event: Resource, *, body: bytes | None = None, changes: Mapping[str, str] | None = None
    ) -> int | None:
        return await self.post.send(event, body=body, changes=changes)

    def forged(self, event: Resource) -> dict[str, str]:
        """The headers of somebody who has an app at PayPal too, and signs for that."""
        return self.post.headers(written(event), webhook="8PT597110X687430L")

    # --- the wire ------------------------------------------------------------------------------

    def _happen(self, kind: str, resource_type: str, resource: Resource) -> None:
        event = shapes.event(kind, resource_type, deepcopy(resource), self.world.now())
        self.violations += [f"event {kind}: {fault}" for fault in schemas.event_faults(event)]
        self.events.append(event)
        self.post.take(event)

    def answered(self, request: web.Request, raw: bytes, fault: str) -> web.Response:
        said = raw.decode()
        answer = self.api.answer(request.method, request.path, request.headers, said, fault)
        self._note(request, said, answer)
        content = b"" if answer.body is None else json.dumps(answer.body).encode()
        headers = {"Paypal-Debug-Id": shapes.token(13).lower()}
        status = 503 if fault == "503" else answer.status
        return web.Response(body=content, status=status, headers=headers, content_type="application/json")

    def _note(self, request: web.Request, raw: str, answer: Answer) -> None:
        method, path, status = request.method, request.path, answer.status
        body = json.loads(raw) if raw.startswith(("{", "[")) else raw
        self.requests.append(Seen(method, path, body, request.headers.get("PayPal-Request-Id", ""), status))
        faults = schemas.answer_faults(method, path, status, answer.body)
        self.violations += [f"the double's {status} to {method} {path}: {fault}" for fault in faults]
        if 400 <= status < 500 and status not in EXPECTED:
            self.violations.append(f"{method} {path}: {status} {json.dumps(answer.body)}")


def _order_id(link: str) -> str:
    """Of a payer's page, or the id itself."""
    parts = urlsplit(link)
    if not parts.scheme:
        return link
    if parts.hostname != "www.sandbox.paypal.com":
        raise AssertionError(f"{link} is no page of PayPal's")
    return parse_qs(parts.query)["token"][0]
