"""What Stripe answers to a request: who may ask, which parameters there are, and what a repeated key gets.

A key belongs to the first request that began: with the same parameters it gets the same answer, errors included;
with others it is refused. A request that was refused for its parameters had not begun.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stripe._api_version import _ApiVersion
from stripe.params import (
    InvoiceListParams,
    PaymentIntentRetrieveParams,
    PriceCreateParams,
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
    SubscriptionCancelParams,
    SubscriptionRetrieveParams,
    SubscriptionUpdateParams,
)
from stripe.params.checkout import SessionCreateParams, SessionExpireParams, SessionRetrieveParams

from tests.doubles.stripe.wire import Refused, check, decode
from tests.doubles.stripe.world import Resource, World

FAULTS = {
    "500": "an error before anything was done",
    "500_kept": "an error that belongs to the idempotency key from then on",
    "429": "too many requests",
    "409": "the key is in use by another request",
    "drop": "the connection closes before anything was done",
    "lost": "the work is done, then the connection closes",
    "cut": "the work is done, then half of the answer comes",
    "hang": "the work is done, and the answer never comes",
}
SICK = {
    "500": Refused("An error occurred.", status=500, kind="api_error"),
    "500_kept": Refused("An error occurred.", status=500, kind="api_error", kept=True),
    "429": Refused("Too many requests.", status=429, code="rate_limit"),
    "409": Refused("The key is in use by another request.", status=409, code="idempotency_key_in_use"),
}
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Resource
    is_replay: bool = False


class Api:
    def __init__(self, world: World, secret_key: str) -> None:
        self._world = world
        self._secret_key = secret_key
        self._first: dict[str, tuple[str, Answer]] = {}

    def answer(self, method: str, path: str, headers: Mapping[str, str], raw: str, fault: str) -> Answer:
        key = headers.get("Idempotency-Key", "") if method == "POST" else ""
        request = f"{path}?{raw}"
        try:
            self._admit(method, headers, key)
            if fault in SICK and not SICK[fault].kept:
                raise SICK[fault]
            if key in self._first:
                return self._replay(key, request)
            if fault in SICK:
                raise SICK[fault]
            answer = Answer(200, self._done(method, path, decode(raw)))
        except Refused as refusal:
            answer = Answer(refusal.status, refusal.body)
            if not refusal.kept:
                return answer
        if key:
            self._first[key] = request, answer
        return answer

    def forget(self) -> None:
        """Stripe may forget keys after a day."""
        self._first.clear()

    def _admit(self, method: str, headers: Mapping[str, str], key: str) -> None:
        if headers.get("Authorization") != f"Bearer {self._secret_key}":
            raise Refused("Invalid API key", status=401)
        if headers.get("Stripe-Version") != _ApiVersion.CURRENT:
            raise Refused(f"Invalid Stripe API version: {headers.get('Stripe-Version')}")
        if method == "POST" and headers.get("Content-Type", "").partition(";")[0] != FORM:
            raise Refused(f"Invalid content type: {headers.get('Content-Type')}")
        if len(key) > 255:
            raise Refused("an idempotency key has at most 255 characters", kind="idempotency_error")

    def _replay(self, key: str, request: str) -> Answer:
        first, answer = self._first[key]
        if first != request:
            raise Refused("this key was first used with other parameters", kind="idempotency_error")
        return Answer(answer.status, answer.body, is_replay=True)

    def _done(self, method: str, path: str, given: dict[str, Any]) -> Resource:
        world = self._world
        world.age()
        match method, *path.strip("/").split("/"):
            case "POST", "v1", "checkout", "sessions":
                return world.open_session(check(given, SessionCreateParams))
            case "GET", "v1", "checkout", "sessions", ref:
                return world.session(ref, check(given, SessionRetrieveParams).get("expand", []))
            case "POST", "v1", "checkout", "sessions", ref, "expire":
                return world.expire_session(ref, check(given, SessionExpireParams).get("expand", []))
            case "POST", "v1", "refunds":
                return world.give_back(check(given, RefundCreateParams))
            case "GET", "v1", "refunds":
                return world.refunds_of(check(given, RefundListParams).get("payment_intent"))
            case "GET", "v1", "refunds", ref:
                return world.refund(ref, check(given, RefundRetrieveParams).get("expand", []))
            case "POST", "v1", "prices":
                return world.plans.make_price(check(given, PriceCreateParams), world.now())
            case "GET", "v1", "invoices":
                return world.plans.invoices_of(check(given, InvoiceListParams))
            case "GET", "v1", "subscriptions", ref:
                wanted = check(given, SubscriptionRetrieveParams).get("expand", [])
                return world.plans.subscription(ref, wanted)
            case "POST", "v1", "subscriptions", ref:
                return world.plans.update(ref, check(given, SubscriptionUpdateParams), world.now())
            case "DELETE", "v1", "subscriptions", ref:
                check(given, SubscriptionCancelParams)
                return world.plans.cancel(ref, world.now())
            case "GET", "v1", "payment_intents", ref:
                return world.intent(ref, check(given, PaymentIntentRetrieveParams).get("expand", []))
        raise Refused(f"Unrecognized request URL ({method}: {path}).", status=404)
