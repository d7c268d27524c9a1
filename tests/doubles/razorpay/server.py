"""The HTTP face of the double: what it answers, how it fails on demand, and a person's hands.

async with RazorpayServer(clock=clock) as server:
    provider = RazorpayProvider(server.key_id, server.key_secret, [server.secret], api_base=server.api_base)
    server.webhook_url = "http://127.0.0.1:…/webhooks/razorpay"
    await server.pay(link.url)
"""

import json
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from core.clock import Clock, SystemClock
from tests.doubles.razorpay.api import FAULTS, Answer, Api, Asked
from tests.doubles.razorpay.post import Event, Post, signature
from tests.doubles.razorpay.world import Resource, World, token
from tests.doubles.vendor import Vendor

ACCOUNT = "acc_NearpeerDouble"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came, and how it was answered."""

    method: str
    path: str
    content: dict[str, Any]
    key: str
    status: int


class RazorpayServer(Vendor[Post]):
    faults = FAULTS

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        key_id: str = "rzp_test_NearpeerDouble",
        key_secret: str = "nearpeer double of razorpay",
        webhook_secret: str = "what nearpeer and razorpay share",
    ) -> None:
        super().__init__(Post(webhook_secret))
        self.key_id, self.key_secret = key_id, key_secret
        self.world = World(clock or SystemClock(), self._happen)
        self.events: list[Event] = []
        self.requests: list[Seen] = []
        self._api = Api(self.world, key_id, key_secret)

    # --- how it behaves ------------------------------------------------------------------------

    @property
    def webhook_secret(self) -> str:
        """What happens from now on is signed by it; what has happened stays signed as it is."""
        return self.post.secret

    @webhook_secret.setter
    def webhook_secret(self, secret: str) -> None:
        self.post.secret = secret

    def forget_keys(self) -> None:
        """As days later: no idempotency key is known any more."""
        self._api.forget()

    # --- a person's hands; a link's url or id --------------------------------------------------

    async def pay(self, link: str, method: str = "upi") -> str:
        """Pays by UPI or card; the id of the payment."""
        payment = self.world.pay(_link_id(link), method)
        await self.post.settle()
        return payment

    async def pay_part(self, link: str, amount: int) -> str:
        payment = self.world.pay(_link_id(link), "card", amount)
        await self.post.settle()
        return payment

    async def fail(self, link: str, method: str = "card") -> str:
        """The payer's bank says no; the link stays open."""
        payment = self.world.fail(_link_id(link), method)
        await self.post.settle()
        return payment

    def callback(self, link: str) -> str:
        """Where the payer is sent once a link is paid."""
        paid = self.world.link(_link_id(link))
        names = ("payment_link_id", "payment_link_reference_id", "payment_link_status", "payment_id")
        facts = (paid["id"], paid["reference_id"], paid["status"], paid["payments"][-1]["payment_id"])
        signed = signature(self.key_secret, "|".join(facts).encode())
        said = {f"razorpay_{name}": fact for name, fact in zip(names, facts, strict=True)}
        return f"{paid['callback_url']}?{urlencode(said | {'razorpay_signature': signed})}"

    async def refund_at_dashboard(self, payment: str, amount: int | None = None) -> str:
        refund = self.world.give_back(payment, {} if amount is None else {"amount": amount})
        await self.post.settle()
        return str(refund["id"])

    async def end_refund(self, ref: str, status: str) -> None:
        """The bank says what became of a refund."""
        self.world.end_refund(ref, status)
        await self.post.settle()

    async def tick(self) -> None:
        """Expires what is due by the clock, and sends what that tells."""
        self.world.age()
        await self.post.settle()

    async def send(
        self, event: Event, *, secret: str | None = None, names: bool = True, body: bytes | None = None
    ) -> int | None:
        return await self.post.send(event, secret=secret, names=names, body=body)

    # --- the wire ------------------------------------------------------------------------------

    def _happen(self, kind: str, things: dict[str, Resource]) -> None:
        content = {
            "entity": "event",
            "account_id": ACCOUNT,
            "event": kind,
            "contains": list(things),
            "payload": {name: {"entity": deepcopy(thing)} for name, thing in things.items()},
            "created_at": self.world.now(),
        }
        event = Event(token("evt").removeprefix("evt_"), kind, content, self.post.secret)
        self.events.append(event)
        self.post.take(event)

    def answered(self, request: web.Request, raw: bytes, fault: str) -> web.Response:
        asked = Asked(request.method, request.path, request.query, request.headers, raw)
        answer = self._api.answer(asked, fault)
        self._note(asked, answer)
        if fault == "html":
            return web.Response(text="<html>Bad Gateway</html>", content_type="text/html")
        content = json.dumps(answer.body).encode()
        return web.Response(body=content, status=answer.status, content_type="application/json")

    def _note(self, asked: Asked, answer: Answer) -> None:
        content = json.loads(asked.body) if asked.body else dict(asked.query)
        key = asked.headers.get("X-Refund-Idempotency", "")
        self.requests.append(Seen(asked.method, asked.path, content, key, answer.status))
        if 400 <= answer.status < 500 and answer.status != 429:
            said = answer.body["error"]["description"]
            self.violations.append(f"{asked.method} {asked.path}: {said}")


def _link_id(link: str) -> str:
    return f"plink_{link.rpartition('/')[2].removeprefix('plink_')}"
