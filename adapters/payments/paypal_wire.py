"""How PayPal is spoken to: a token that is renewed in time, JSON, and its refusals in words that hold no secret.

A request is tried three times where PayPal stumbles or the line breaks, with one request id; one that takes too long
is not. PayPal keeps a request id for some hours (6 for orders, 45 days for refunds).
"""

import asyncio
import base64
import json
import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import aiohttp
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from core.clock import Clock
from core.ports import ProviderDown, ProviderRefused

Json: TypeAlias = dict[str, Any]

log = logging.getLogger(__name__)

SANDBOX: Final = "https://api-m.sandbox.paypal.com"
LIVE: Final = "https://api-m.paypal.com"
PATIENCE: Final = timedelta(seconds=12)
RETRIES: Final = 2
EARLY: Final = timedelta(minutes=1)
BUSY: Final = frozenset({409, 429})
WORD: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class Stumble(ProviderDown):
    """PayPal or the line to it failed: the same request may be tried again at once."""


class Refused(ProviderRefused):
    """PayPal judged the request. `issue` is its word for what is wrong, `redirect` where it wants the payer.

    The same refusal reads the same however often it comes; PayPal's own id of each stands in the log.
    """

    def __init__(self, status: int, answer: Json) -> None:
        self.status = status
        detail = next(iter(answer.get("details") or ()), None)
        self.issue = _word(detail.get("issue")) if isinstance(detail, dict) else ""
        self.redirect = link(answer, "redirect")
        name = _word(answer.get("name") or answer.get("error"))
        super().__init__(" ".join(filter(None, ("paypal:", str(status), self.issue or name))))


class PayPalWire:
    """`close` ends the HTTP session, unless it was handed one."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        base: str,
        clock: Clock,
        session: aiohttp.ClientSession | None = None,
        patience: timedelta = PATIENCE,
        retries: int = RETRIES,
    ) -> None:
        self._login = f"Basic {base64.b64encode(f'{client_id}:{client_secret}'.encode()).decode()}"
        self._base = base.rstrip("/")
        self._clock = clock
        self._given = session
        self._own: aiohttp.ClientSession | None = None
        self._timeout = aiohttp.ClientTimeout(total=patience.total_seconds())
        self._tries = retries + 1
        self._token = ""
        self._stale_at = clock.now()
        self._renewing = asyncio.Lock()

    async def close(self) -> None:
        if self._own is not None:
            await self._own.close()

    async def get(self, path: str) -> Json:
        return await self._asked("GET", path, None, "")

    async def post(self, path: str, body: Mapping[str, object] | str, *, request_id: str = "") -> Json:
        """A body that is text goes out as it is. Without a request id it is nothing that costs to repeat."""
        content = body if isinstance(body, str) else json.dumps(body)
        return await self._asked("POST", path, content, request_id)

    async def patch(self, path: str, changes: list[Mapping[str, str]]) -> None:
        await self._asked("PATCH", path, json.dumps(changes), "")

    async def _asked(self, method: str, path: str, content: str | None, request_id: str) -> Json:
        try:
            return await self._tried(method, path, content, request_id)
        except Refused as refused:
            if refused.status != 401:
                raise
        self._token = ""  # taken back before its time
        return await self._tried(method, path, content, request_id)

    async def _tried(self, method: str, path: str, content: str | None, request_id: str) -> Json:
        async for attempt in self._attempts():
            with attempt:
                headers = {"Authorization": f"Bearer {await self._admission()}"}
                headers |= {"Content-Type": "application/json", "Prefer": "return=representation"}
                if request_id:
                    headers["PayPal-Request-Id"] = request_id
                return await self._sent(method, path, data=content, headers=headers)
        raise AssertionError("an attempt returns or raises")

    def _attempts(self) -> AsyncRetrying:
        return AsyncRetrying(
            stop=stop_after_attempt(self._tries),
            wait=wait_random_exponential(multiplier=0.2, max=1),
            retry=retry_if_exception_type(Stumble),
            reraise=True,
        )

    async def _admission(self) -> str:
        """The token, a new one a minute before the old one ends."""
        async with self._renewing:
            if not self._token or self._clock.now() >= self._stale_at:
                await self._renew(self._clock.now())
            return self._token

    async def _renew(self, now: datetime) -> None:
        form, headers = {"grant_type": "client_credentials"}, {"Authorization": self._login}
        try:
            answer = await self._sent("POST", "/v1/oauth2/token", data=form, headers=headers)
        except Refused as refused:
            raise ProviderRefused(str(refused)) from None
        match answer:
            case {"access_token": str(token), "expires_in": int(seconds)}:
                self._token, self._stale_at = token, now + timedelta(seconds=seconds) - EARLY
            case _:
                raise ProviderDown("paypal: a token that is none")

    async def _sent(self, method: str, path: str, **what: Any) -> Json:
        try:
            async with self._http().request(
                method, self._base + path, timeout=self._timeout, allow_redirects=False, **what
            ) as response:
                status, text = response.status, await response.text("utf-8", "replace")
        except TimeoutError:
            raise ProviderDown("paypal: no answer in time") from None
        except aiohttp.ClientError as error:
            raise Stumble(f"paypal: {type(error).__name__}") from None
        return _judged(status, text)

    def _http(self) -> aiohttp.ClientSession:
        if self._given is not None:
            return self._given
        if self._own is None:
            self._own = aiohttp.ClientSession()
        return self._own


def _judged(status: int, text: str) -> Json:
    if status >= 500:
        raise Stumble(f"paypal: {status}")
    if status in BUSY or 300 <= status < 400:
        raise ProviderDown(f"paypal: {status}")
    answer = _object(text)
    if status >= 400:
        refused = Refused(status, answer or {})
        log.warning("paypal.refused reason=%s debug_id=%s", refused, _word((answer or {}).get("debug_id")))
        raise refused
    if answer is None:
        raise ProviderDown(f"paypal: {status} with a body that is no JSON object")
    return answer


def _object(text: str) -> Json | None:
    try:
        content = json.loads(text or "{}")
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def link(resource: Json, *names: str) -> str:
    """The first address that a resource gives for one of these relations."""
    links = [one for one in resource.get("links") or () if isinstance(one, dict)]
    return next((str(one.get("href") or "") for name in names for one in links if one.get("rel") == name), "")


def _word(text: object) -> str:
    """PayPal's own word where it looks like one, so that nothing of ours can come back in it."""
    return text if isinstance(text, str) and WORD.fullmatch(text) else ""
