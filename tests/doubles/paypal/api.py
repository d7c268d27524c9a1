"""What PayPal answers to a request: who may ask, and what a repeated request id gets.

A request id belongs to the first request of its kind that began, refusals of the bank included: within its time
whoever comes with it again gets the first answer, whatever it asks now.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from core.clock import Clock
from tests.doubles.paypal import post, rules, schemas, shapes
from tests.doubles.paypal.shapes import Refused, Resource
from tests.doubles.paypal.world import World

FAULTS = {
    "500": "an error before anything was done",
    "503": "PayPal is being mended",
    "429": "too many requests",
    "409": "the same request is still being answered",
    "401": "the token is taken back before its time",
    "drop": "the connection closes before anything was done",
    "lost": "the work is done, then the connection closes",
    "cut": "the work is done, then half of the answer comes",
    "hang": "the work is done, and the answer never comes",
}
TOKEN_LIFE = timedelta(hours=9)
KEPT = {"orders": timedelta(hours=6), "captures": timedelta(days=45)}
QUESTION = (
    *("auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time"),
    *("webhook_id", "webhook_event"),
)
METHODS = {"orders": ("GET", "POST", "PATCH"), "captures": ("GET", "POST"), "refunds": ("GET",)}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Resource | None


class Api:
    def __init__(self, world: World, clock: Clock, client_id: str, client_secret: str) -> None:
        self._world = world
        self._clock = clock
        self._login = "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._tokens: dict[str, datetime] = {}
        self._first: dict[tuple[str, str], tuple[datetime, Answer]] = {}

    def answer(self, method: str, path: str, headers: Mapping[str, str], raw: str, fault: str) -> Answer:
        try:
            if fault in ("500", "503", "429", "409"):
                raise Refused(500 if fault == "503" else int(fault))
            if path == "/v1/oauth2/token":
                return Answer(200, self._token(method, headers, raw))
            if fault == "401":
                self._tokens.clear()
            self._admit(method, headers)
            return self._repeated(method, path, headers.get("PayPal-Request-Id", ""), raw)
        except Refused as refusal:
            return Answer(refusal.status, refusal.body)

    def forget(self) -> None:
        """No request id is known any more."""
        self._first.clear()

    def verified(self, raw: str) -> Resource:
        """Whether the webhook that a question speaks of was sent by PayPal."""
        body = _read(raw)
        for name in QUESTION:
            if not isinstance(body, dict) or name not in body:
                raise Refused(400, "MISSING_REQUIRED_PARAMETER", f"/{name}")
        return {"verification_status": "SUCCESS" if post.is_genuine(raw) else "FAILURE"}

    def _token(self, method: str, headers: Mapping[str, str], raw: str) -> Resource:
        if method != "POST" or dict(parse_qsl(raw)) != {"grant_type": "client_credentials"}:
            raise Refused(400, "INVALID_PARAMETER_VALUE", "/grant_type")
        if headers.get("Authorization") != self._login:
            wrong = Refused(401)
            wrong.body = {"error": "invalid_client", "error_description": "Client Authentication failed"}
            raise wrong
        token = f"A21AA{shapes.token(40)}"
        self._tokens[token] = self._clock.now() + TOKEN_LIFE
        return {
            "scope": "https://uri.paypal.com/services/payments/payment",
            "access_token": token,
            "token_type": "Bearer",
            "app_id": "APP-80W284485P519543T",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "nonce": shapes.token(),
        }

    def _admit(self, method: str, headers: Mapping[str, str]) -> None:
        kind, _, token = headers.get("Authorization", "").partition(" ")
        until = self._tokens.get(token)
        if kind != "Bearer" or until is None or until <= self._clock.now():
            raise Refused(401)
        if (
            method in ("POST", "PATCH")
            and headers.get("Content-Type", "").partition(";")[0] != "application/json"
        ):
            raise Refused(415)

    def _repeated(self, method: str, path: str, request_id: str, raw: str) -> Answer:
        kind = next((kind for kind in METHODS if f"/{kind}" in path), "")
        if kind and method not in METHODS[kind]:
            raise Refused(405)
        rules.request_id(request_id, is_needed=path.startswith("/v2/") and method == "POST")
        where = path if path.endswith(("capture", "refund")) else path.rpartition("/")[0]
        key = (where, request_id)
        if request_id and key in self._first:
            until, answer = self._first[key]
            if self._clock.now() < until:
                return Answer(
                    200 if answer.status == 201 and "orders" in path else answer.status, answer.body
                )
        answer, is_begun = self._first_time(method, path, raw)
        if request_id and is_begun:
            kept = KEPT["orders" if "orders" in path else "captures"]
            self._first[key] = self._clock.now() + kept, answer
        return answer

    def _first_time(self, method: str, path: str, raw: str) -> tuple[Answer, bool]:
        try:
            return self._done(method, path, raw), True
        except Refused as refusal:
            return Answer(refusal.status, refusal.body), refusal.kept

    def _done(self, method: str, path: str, raw: str) -> Answer:
        body: Any = _read(raw) if method in ("POST", "PATCH") else None
        if faults := schemas.request_faults(method, path, body):
            raise Refused(400, "INVALID_PARAMETER_SYNTAX", faults[0])
        world = self._world
        match method, *path.strip("/").split("/"):
            case "POST", "v2", "checkout", "orders":
                return Answer(200 if "payment_source" in body else 201, world.create(body))
            case "GET", "v2", "checkout", "orders", ref:
                return Answer(200, world.order(ref))
            case "PATCH", "v2", "checkout", "orders", ref:
                world.change(ref, body)
                return Answer(204, None)
            case "POST", "v2", "checkout", "orders", ref, "capture":
                return Answer(201, world.capture(ref, body))
            case "GET", "v2", "payments", "captures", ref:
                return Answer(200, world.captured(ref))
            case "POST", "v2", "payments", "captures", ref, "refund":
                return Answer(201, world.give_back(ref, body))
            case "GET", "v2", "payments", "refunds", ref:
                return Answer(200, world.refunded(ref))
            case "POST", "v1", "notifications", "verify-webhook-signature":
                return Answer(200, self.verified(raw))
        raise Refused(404)


def _read(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise Refused(400, "MALFORMED_REQUEST_JSON") from None
