"""Razorpay's API on the wire: a request, tried a few times, comes back as JSON or as our word for why it does not.

An answer that lacks what it needs is none.
What is tried again may have been done the first time: whoever calls sees to it that twice counts once.
"""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, TypeAlias

import aiohttp
import tenacity

from core.ports import ProviderDown, ProviderRefused

API: Final = "https://api.razorpay.com"
BUSY: Final = (409, 429)
FIRST_PAUSE: Final = 0.2

Json: TypeAlias = dict[str, Any]
Fields: TypeAlias = frozenset[str]

LINK: Final = frozenset({"id", "status", "amount", "currency", "short_url"})
LINKS: Final = frozenset({"payment_links"})
PAYMENT: Final = frozenset({"id", "currency", "amount_refunded"})
REFUND: Final = frozenset({"id", "status"})
REFUNDS: Final = frozenset({"items"})


class Wire:
    """`close` ends the HTTP session, unless it was handed one."""

    def __init__(
        self,
        key_id: str,
        key_secret: str,
        *,
        api_base: str,
        session: aiohttp.ClientSession | None,
        patience: timedelta,
        retries: int,
    ) -> None:
        signed = base64.b64encode(f"{key_id}:{key_secret}".encode()).decode()
        self._pass = {"Authorization": f"Basic {signed}"}
        self._base = api_base.rstrip("/")
        self._session, self._is_ours = session, session is None
        self._timeout = aiohttp.ClientTimeout(total=patience.total_seconds())
        self._tries = retries + 1

    async def close(self) -> None:
        if self._session is not None and self._is_ours:
            await self._session.close()

    async def get(self, path: str, needs: Fields, params: Mapping[str, str] | None = None) -> Json:
        return await self._call("GET", path, needs, params=params, headers=self._pass)

    async def post(
        self, path: str, needs: Fields, body: Json, headers: Mapping[str, str] | None = None
    ) -> Json:
        return await self._call("POST", path, needs, json=body, headers=self._pass | dict(headers or {}))

    async def _call(self, method: str, path: str, needs: Fields, **parts: Any) -> Json:
        trying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(self._tries),
            wait=tenacity.wait_random_exponential(multiplier=FIRST_PAUSE, max=2),
            retry=tenacity.retry_if_exception_type(ProviderDown),
            reraise=True,
        )
        return await trying(self._once, method, path, needs, parts)

    async def _once(self, method: str, path: str, needs: Fields, parts: Json) -> Json:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.request(
                method,
                f"{self._base}/v1/{path}",
                timeout=self._timeout,
                allow_redirects=False,
                **parts,
            ) as answer:
                return _read(answer.status, await answer.read(), needs)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ProviderDown(f"razorpay: {type(error).__name__}") from None


def _read(status: int, body: bytes, needs: Fields) -> Json:
    try:
        content: object = json.loads(body)
    except ValueError:
        content = None
    if status == 200 and isinstance(content, dict) and needs <= content.keys():
        return content
    if 400 <= status < 500 and status not in BUSY:
        raise ProviderRefused(f"razorpay: {_reason(status, content)}")
    raise ProviderDown(f"razorpay: {status}")


def _reason(status: int, content: object) -> str:
    """What Razorpay says is wrong with the request, in its own words; they hold no key."""
    match content:
        case {"error": {"code": str(code), "description": str(why)}}:
            return f"{status} {code} {why}"
    return str(status)
