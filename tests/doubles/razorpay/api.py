"""What Razorpay answers to a request: who may ask, what there is, and what a repeated refund gets."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.doubles.razorpay import rules
from tests.doubles.razorpay.rules import Refused
from tests.doubles.razorpay.world import Resource, World

FAULTS = {
    "500": "an error before anything was done",
    "429": "too many requests",
    "drop": "the connection closes before anything was done",
    "lost": "the work is done, then the connection closes",
    "cut": "the work is done, then half of the answer comes",
    "hang": "the work is done, and the answer never comes",
    "html": "a proxy's page instead of an answer",
}
SICK = {
    "500": Refused("We are facing some trouble completing your request", status=500, code="SERVER_ERROR"),
    "429": Refused("Request failed. Please try after sometime.", status=429, code="RATE_LIMIT_EXCEEDED"),
}
PAGES = frozenset({"count", "skip", "from", "to"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Resource


class Api:
    def __init__(self, world: World, key_id: str, key_secret: str) -> None:
        self._world = world
        self._pass = "Basic " + base64.b64encode(f"{key_id}:{key_secret}".encode()).decode()
        self._first: dict[str, tuple[str, bytes, Resource]] = {}

    def answer(self, asked: Asked, fault: str) -> Answer:
        try:
            if asked.headers.get("Authorization") != self._pass:
                raise Refused("Authentication failed", status=401)
            if fault in SICK:
                raise SICK[fault]
            return Answer(200, self._done(asked))
        except Refused as refusal:
            return Answer(refusal.status, refusal.body)

    def forget(self) -> None:
        """No idempotency key is known any more."""
        self._first.clear()

    def _done(self, asked: Asked) -> Resource:
        world = self._world
        match asked.method, *(unquote(part) for part in asked.path.strip("/").split("/")):
            case "POST", "v1", "payment_links":
                return world.open(_content(asked))
            case "GET", "v1", "payment_links":
                rules.query(asked.query, PAGES | {"reference_id", "payment_id"})
                return world.listed(asked.query.get("reference_id"))
            case "GET", "v1", "payment_links", ref:
                return world.link(ref)
            case "POST", "v1", "payment_links", ref, "cancel":
                return world.cancel(ref)
            case "GET", "v1", "payments":
                rules.query(asked.query, PAGES)
                return {"entity": "collection", "count": 0, "items": []}
            case "GET", "v1", "payments", ref:
                return world.payment(ref)
            case "POST", "v1", "payments", ref, "refund":
                return self._refund(asked, ref)
            case "GET", "v1", "payments", ref, "refunds":
                rules.query(asked.query, PAGES)
                return world.refunds_of(ref)
            case "GET", "v1", "refunds", ref:
                return world.refund(ref)
        raise Refused("The requested URL was not found on the server.", status=404)

    def _refund(self, asked: Asked, ref: str) -> Resource:
        """A key gets the refund that it got before, if it comes with the same body."""
        key = asked.headers.get("X-Refund-Idempotency", "")
        rules.key(key)
        if key in self._first:
            first_ref, first_body, refund = self._first[key]
            if (first_ref, first_body) != (ref, asked.body):
                raise Refused("Different request with the same idempotency key has already been processed.")
            return refund
        refund = self._world.give_back(ref, _content(asked))
        if key:
            self._first[key] = ref, asked.body, refund
        return refund


def _content(asked: Asked) -> dict[str, Any]:
    if asked.headers.get("Content-Type", "").partition(";")[0] != "application/json":
        raise Refused("Content-Type should be application/json")
    try:
        content = json.loads(asked.body)
    except ValueError:
        raise Refused("The request body is not JSON") from None
    if not isinstance(content, dict):
        raise Refused("The request body is not an object")
    return content
