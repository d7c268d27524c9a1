"""A bank inside the test: the port of payments kept to the letter, with a person at its page and a dashboard.

It is as strict as the vendors: a key means one request for ever, a link lives 30 minutes to a day, and what
was paid cannot be closed, refunded twice or refunded beyond what is left.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from core.clock import Clock
from core.money import Money, chargeable
from core.ports import (
    Ask,
    BadBody,
    BadSignature,
    LinkState,
    LinkStatus,
    ProviderDown,
    ProviderRefused,
    RefundStatus,
    WebhookEvent,
)

SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)
MINIMA = {"USD": 50, "EUR": 50, "JPY": 50, "KWD": 10}
T = TypeVar("T")
Letter = tuple[dict[str, str], bytes]


class Crash(BaseException):
    """The power went out. Nobody catches it."""


@dataclass
class Page:
    """A pay link and the money behind it."""

    ref: str
    ask: Ask
    status: LinkStatus = LinkStatus.OPEN
    charge: str = ""
    paid_at: datetime | None = None
    refunded: int = 0
    amount: Money | None = None


@dataclass
class Given:
    """A refund; one without a key was made at the dashboard."""

    ref: str
    key: str
    page: Page
    amount: int
    status: RefundStatus


@dataclass
class Weather:
    """What goes wrong at the next calls."""

    is_down: bool = False
    is_refusing: bool = False
    loses_answers: bool = False
    crashes_before: bool = False
    crashes_after: bool = False


@dataclass
class Bank:
    clock: Clock
    name: str = "bank"
    weather: Weather = field(default_factory=Weather)
    pages: dict[str, Page] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    refund_status: RefundStatus = RefundStatus.SUCCEEDED
    _asks: dict[str, str] = field(default_factory=dict)
    given: dict[str, "Given"] = field(default_factory=dict)

    # --- the port -----------------------------------------------------------------------------

    def minimum(self, currency: str) -> Money | None:
        return Money(MINIMA[currency], currency) if currency in MINIMA else None

    async def open_link(self, ask: Ask) -> LinkState:
        self._answer_the_call(f"open {ask.key}")
        known = self._asks.get(ask.key)
        if known is None:
            known = self._new_page(ask)
        elif self.pages[known].ask != ask:
            raise ProviderRefused("this key came with another request")
        return self._hang_up(self._state(known))

    async def look_up(self, ref: str) -> LinkState:
        self._answer_the_call(f"look {ref}")
        self._known(ref)
        return self._hang_up(self._state(ref))

    async def capture(self, ref: str, *, key: str) -> LinkState:
        return await self.look_up(ref)

    async def expire(self, ref: str) -> LinkState:
        self._answer_the_call(f"expire {ref}")
        page = self._known(ref)
        if page.status is LinkStatus.OPEN:
            page.status = LinkStatus.EXPIRED
            self._write("session.expired", ref=ref)
        return self._hang_up(self._state(ref))

    async def refund(
        self, charge: str, amount: Money, *, key: str, ref: str = ""
    ) -> tuple[str, RefundStatus]:
        self._answer_the_call(f"ask {ref}" if ref else f"refund {key}")
        page = next((page for page in self.pages.values() if charge and page.charge == charge), None)
        if page is None:
            raise ProviderRefused("no such charge")
        given = self._of_key(key) if not ref else self.given[ref]
        if given is None:
            given = self._give(page, amount, key, self.refund_status)
        if (given.page, given.amount) != (page, amount.amount):
            raise ProviderRefused("this key came with another request")
        return self._hang_up((given.ref, given.status))

    async def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        if not hmac.compare_digest(headers.get("signature", ""), signature(body)):
            raise BadSignature
        try:
            said = json.loads(body)
            return WebhookEvent(said["id"], said["kind"], ref=said["ref"], charge=said["charge"])
        except (ValueError, KeyError, TypeError):
            raise BadBody from None

    # --- the person at the page, and the host at the dashboard ----------------------------------

    def pay(self, url: str, amount: Money | None = None) -> None:
        """Pays by card. Raises `ProviderRefused` where there is nothing to pay any more."""
        page = self._open_page(url)
        page.amount = amount
        self._capture(page)
        self._write("session.completed", ref=page.ref)

    def pay_slowly(self, url: str) -> None:
        """Pays by bank transfer: the money is on its way."""
        page = self._open_page(url)
        page.status = LinkStatus.PROCESSING
        self._write("session.completed", ref=page.ref)

    def arrive(self, url: str) -> None:
        page = self._known(_ref(url))
        _require_slow(page)
        self._capture(page)
        self._write("session.async_succeeded", ref=page.ref)

    def bounce(self, url: str) -> None:
        page = self._known(_ref(url))
        _require_slow(page)
        page.status = LinkStatus.FAILED
        self._write("session.async_failed", ref=page.ref)

    def give_back(self, url: str, amount: Money) -> None:
        """The host refunds at the bank's own dashboard."""
        page = self._known(_ref(url))
        self._give(page, amount, "", RefundStatus.SUCCEEDED)
        self._write("charge.refunded", charge=page.charge)

    def finish(self, ref: str, status: RefundStatus) -> None:
        """What a refund came to; one that fails, even after it had succeeded, gives its money back to the charge."""
        given = self.given[ref]
        if given.status is RefundStatus.FAILED:
            raise ProviderRefused("bank: it is over with this refund")
        if status is RefundStatus.FAILED:
            given.page.refunded -= given.amount
        given.status = status
        self._write("refund.updated", charge=given.page.charge)

    def received_in(self, currency: str) -> int:
        """All that people paid, in minor units."""
        paid = (page.ask.amount for page in self.pages.values() if page.paid_at)
        return sum(money.amount for money in paid if money.currency == currency)

    def returned_in(self, currency: str) -> int:
        return sum(page.refunded for page in self.pages.values() if page.ask.amount.currency == currency)

    @property
    def received(self) -> int:
        return self.received_in("USD")

    @property
    def returned(self) -> int:
        return self.returned_in("USD")

    # --- inside ---------------------------------------------------------------------------------

    def _answer_the_call(self, call: str) -> None:
        self.calls.append(call)
        if self.weather.crashes_before:
            raise Crash
        if self.weather.is_down:
            raise ProviderDown("bank: no answer")
        if self.weather.is_refusing:
            raise ProviderRefused("bank: no")
        for page in self.pages.values():
            if page.status is LinkStatus.OPEN and page.ask.expires_at <= self.clock.now():
                page.status = LinkStatus.EXPIRED

    def _hang_up(self, answer: T) -> T:
        if self.weather.crashes_after:
            raise Crash
        if self.weather.loses_answers:
            raise ProviderDown("bank: the answer was lost")
        return answer

    def _new_page(self, ask: Ask) -> str:
        lowest = self.minimum(ask.amount.currency)
        if lowest is None or ask.amount.amount < lowest.amount:
            raise ProviderRefused("bank: too little")
        if chargeable(ask.amount) != ask.amount:
            raise ProviderRefused("bank: the last digit must be 0")
        if not SHORTEST <= ask.expires_at - self.clock.now() <= LONGEST:
            raise ProviderRefused("bank: expires_at is out of range")
        ref = f"cs_{len(self.pages) + 1}"
        self.pages[ref] = Page(ref, ask)
        self._asks[ask.key] = ref
        return ref

    def _state(self, ref: str) -> LinkState:
        page = self.pages[ref]
        is_paid = page.status is LinkStatus.PAID
        return LinkState(
            ref=ref,
            status=page.status,
            url=f"https://bank.example/{ref}" if page.status is LinkStatus.OPEN else "",
            amount=page.amount or page.ask.amount,
            charge=page.charge,
            paid_at=page.paid_at,
            payment=page.ask.payment,
            refunded=Money(page.refunded, page.ask.amount.currency) if is_paid else None,
        )

    def _open_page(self, url: str) -> Page:
        page = self._known(_ref(url))
        if page.status is not LinkStatus.OPEN or page.ask.expires_at <= self.clock.now():
            raise ProviderRefused("bank: this page is closed")
        return page

    def _known(self, ref: str) -> Page:
        if ref not in self.pages:
            raise ProviderRefused("bank: no such page")
        return self.pages[ref]

    def _capture(self, page: Page) -> None:
        page.status, page.paid_at = LinkStatus.PAID, self.clock.now()
        page.charge = page.ref.replace("cs_", "ch_")

    def _give(self, page: Page, amount: Money, key: str, status: RefundStatus) -> "Given":
        left = page.ask.amount - Money(page.refunded, page.ask.amount.currency)
        if page.status is not LinkStatus.PAID or not 0 < amount.amount <= left.amount:
            raise ProviderRefused("bank: nothing left to refund")
        if chargeable(amount) != amount:
            raise ProviderRefused("bank: the last digit must be 0")
        given = Given(f"re_{len(self.given) + 1}", key, page, amount.amount, status)
        self.given[given.ref] = given
        if status is not RefundStatus.FAILED:
            page.refunded += amount.amount
        return given

    def _of_key(self, key: str) -> "Given | None":
        return next((given for given in self.given.values() if given.key == key), None)

    def _write(self, kind: str, *, ref: str = "", charge: str = "") -> None:
        event = {"id": f"evt_{len(self.letters) + 1}", "kind": kind, "ref": ref, "charge": charge}
        body = json.dumps(event).encode()
        self.letters.append(({"signature": signature(body)}, body))


def _require_slow(page: Page) -> None:
    if page.status is not LinkStatus.PROCESSING:
        raise ProviderRefused("bank: nothing is on its way")


def _ref(url: str) -> str:
    return url.rsplit("/", 1)[-1]


def signature(body: bytes) -> str:
    return hmac.new(b"bank", body, hashlib.sha256).hexdigest()
