"""A bank of our own, for the demo and the tests: the same verbs and rules as Stripe, with a page to pay on.

A hand on the page (`pay`, `fail`, `pay_late`, `abandon`) moves the link and then posts a signed webhook to
`<base_url>/webhooks/sandbox`, as a real provider would. A webhook that does not arrive is logged and never
repeated: asking (`look_up`) finds out all the same. Money never moves.
"""

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import aiohttp

from adapters.payments import sandbox_links
from adapters.payments.sandbox_links import Move, SandboxLink
from adapters.payments.sandbox_plans import PlanPage, SandboxPlans
from adapters.payments.sandbox_subscriptions import Standing
from core.clock import Clock
from core.money import Money
from core.ports import (
    Ask,
    BadBody,
    BadSignature,
    LinkState,
    LinkStatus,
    RefundStatus,
    Store,
    WebhookEvent,
)

log = logging.getLogger(__name__)

SIGNATURE: Final = "Nearpeer-Sandbox-Signature"
TOLERANCE: Final = timedelta(minutes=5)
PATIENCE: Final = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True, slots=True)
class SandboxPage:
    """What the pay page shows of a link, and where it leads."""

    ref: str
    status: LinkStatus
    booking_code: str
    title: str
    description: str
    amount: Money
    expires_at: datetime
    return_url: str
    cancel_url: str
    plan: PlanPage | None = None


class SandboxProvider:
    """`bind` says where we are reached once the port is known; until then no webhook is sent."""

    name = "sandbox"
    live = False

    def __init__(
        self,
        store: Store,
        secret: str,
        *,
        clock: Clock,
        base_url: str = "",
    ) -> None:
        """Raises `ValueError` without a secret, for then anyone could sign."""
        if not secret:
            raise ValueError("sandbox: a secret is needed to sign webhooks with")
        self._store = store
        self._secret = secret.encode()
        self._clock = clock
        self.plans = SandboxPlans(store, clock)
        self.bind(base_url)

    def bind(self, base_url: str) -> None:
        self._base_url = self.plans.base_url = base_url.rstrip("/")

    # --- what a provider can do ---------------------------------------------------------------

    def minimum(self, currency: str) -> Money | None:
        return Money(1, currency)

    async def open_link(self, ask: Ask) -> LinkState:
        now = self._clock.now()
        link = await self._store.write(sandbox_links.open, ask, now=now)
        return link.state(self._url(link.ref), now)

    async def look_up(self, ref: str) -> LinkState:
        link = await self._store.read(sandbox_links.find, ref)
        return link.state(self._url(ref), self._clock.now())

    async def capture(self, ref: str, *, key: str) -> LinkState:
        return await self.look_up(ref)

    async def expire(self, ref: str) -> LinkState:
        now = self._clock.now()
        link, _ = await self._store.write(sandbox_links.move, ref, sandbox_links.EXPIRE, now=now)
        return link.state(self._url(ref), now)

    async def refund(
        self, charge: str, amount: Money, *, key: str, ref: str = ""
    ) -> tuple[str, RefundStatus]:
        """Play money goes back at once."""
        return await self._store.write(sandbox_links.refund, charge, amount, key=key), RefundStatus.SUCCEEDED

    async def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        signature = next((value for name, value in headers.items() if name.lower() == SIGNATURE.lower()), "")
        verify(self._secret, signature, body, now)
        try:
            content: object = json.loads(body)
        except ValueError:
            raise BadBody("sandbox: not JSON") from None
        match content:
            case {"id": str(event), "kind": str(kind), "ref": str(ref), "charge": str(charge)}:
                return WebhookEvent(event, kind, ref=ref, charge=charge)
        raise BadBody("sandbox: not an event")

    # --- a person's hands on the page ----------------------------------------------------------

    async def page(self, ref: str) -> SandboxPage:
        """Raises `ProviderRefused` where there is no such link."""
        return await self._page(await self._store.read(sandbox_links.find, ref))

    async def pay(self, ref: str) -> SandboxPage:
        """What the page asks for: the link, or what is owed of the plan that it led to."""
        plan = await self.plans.page(ref)
        if plan is None or plan.standing is not Standing.OWED:
            return await self._moved(ref, sandbox_links.PAY)
        return await self._billed(ref, self.plans.pay_due(ref))

    async def fail(self, ref: str) -> SandboxPage:
        """The bank says no, for good."""
        return await self._moved(ref, sandbox_links.FAIL)

    async def pay_late(self, ref: str) -> SandboxPage:
        """As if the bank was slow: the money comes although the link has expired."""
        return await self._moved(ref, sandbox_links.PAY_LATE)

    async def abandon(self, ref: str) -> SandboxPage:
        """The person leaves, and the link is closed."""
        return await self._moved(ref, sandbox_links.EXPIRE)

    # --- and, once it has led to a plan --------------------------------------------------------

    async def fail_next(self, ref: str) -> SandboxPage:
        """The next month will not be paid."""
        return await self._billed(ref, self.plans.fail_next(ref))

    async def renew(self, ref: str) -> SandboxPage:
        """The month ends now, and the next one is paid."""
        return await self._billed(ref, self.plans.bill_now(ref, fails=False))

    async def decline(self, ref: str) -> SandboxPage:
        """The month ends now, and the next one is not paid."""
        return await self._billed(ref, self.plans.bill_now(ref, fails=True))

    async def _billed(self, ref: str, deed: Awaitable[None]) -> SandboxPage:
        await deed
        await self._tell(f"{ref}.{secrets.token_hex(8)}", "plan", ref, "")
        return await self.page(ref)

    async def _moved(self, ref: str, move: Move) -> SandboxPage:
        now = self._clock.now()
        link, has_moved = await self._store.write(sandbox_links.move, ref, move, now=now)
        if has_moved:
            await self._tell(f"{ref}.{move.name}", f"link.{move.name}", ref, link.charge or "")
        return await self._page(link)

    async def _page(self, link: SandboxLink) -> SandboxPage:
        return SandboxPage(
            ref=link.ref,
            status=link.status_at(self._clock.now()),
            booking_code=link.booking_code,
            title=link.title,
            description=link.description,
            amount=Money(link.amount, link.currency),
            expires_at=link.expires_at,
            return_url=link.return_url,
            cancel_url=link.cancel_url,
            plan=await self.plans.page(link.ref),
        )

    async def _tell(self, event: str, kind: str, ref: str, charge: str) -> None:
        if not self._base_url:
            log.warning("webhook.unsent provider=sandbox event=%s reason=unbound", event)
            return
        body = json.dumps({"id": event, "kind": kind, "ref": ref, "charge": charge}).encode()
        headers = {"Content-Type": "application/json", SIGNATURE: sign(self._secret, body, self._clock.now())}
        try:
            await self._post(f"{self._base_url}/webhooks/sandbox", body, headers)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("webhook.unsent provider=sandbox event=%s reason=%s", event, type(error).__name__)

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE, raise_for_status=True) as http,
            http.post(url, data=body, headers=headers),
        ):
            log.info("webhook.sent provider=sandbox url=%s", url)

    def _url(self, ref: str) -> str:
        return f"{self._base_url}/sandbox/{ref}"


def sign(secret: bytes, body: bytes, at: datetime) -> str:
    stamp = int(at.timestamp())
    return f"t={stamp},v1={_digest(secret, str(stamp), body)}"


def verify(secret: bytes, signature: str, body: bytes, now: datetime) -> None:
    """Raises `BadSignature` where the secret did not sign this body within five minutes of `now`."""
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not hmac.compare_digest(_digest(secret, stamp, body).encode(), given.encode("utf-8", "replace")):
        raise BadSignature("sandbox: the signature does not fit the body")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise BadSignature("sandbox: the signature is too old or not yet valid")


def _digest(secret: bytes, stamp: str, body: bytes) -> str:
    return hmac.new(secret, stamp.encode("utf-8", "replace") + b"." + body, hashlib.sha256).hexdigest()
