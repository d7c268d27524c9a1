"""The ways to be paid: what a provider is asked and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.money import Money


class LinkStatus(StrEnum):
    """What a provider says of a pay link. `approved`: the payer has agreed, and nothing is taken until `capture`."""

    OPEN = "open"
    APPROVED = "approved"
    PROCESSING = "processing"
    PAID = "paid"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ask:
    """One amount to ask for. `key` is the idempotency key; the same key always carries the same ask."""

    key: str
    payment: str
    booking_id: str
    booking_code: str
    amount: Money
    title: str
    description: str
    locale: str
    expires_at: datetime
    return_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class LinkState:
    """`ref` is the provider's id of the link, `charge` of the money once there is any.

    `refunded` is all that went back of it or is on its way, whoever gave it.
    """

    ref: str
    status: LinkStatus
    url: str = ""
    amount: Money | None = None
    charge: str = ""
    paid_at: datetime | None = None
    payment: str = ""
    live: bool = False
    refunded: Money | None = None


class RefundStatus(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """A verified event: `event_id` is unique at its provider, the rest says what to look up."""

    event_id: str
    kind: str
    ref: str = ""
    charge: str = ""
    subscription: str = ""


class ProviderDown(Exception):
    """The provider did not answer, or answered that it cannot now. Trying again later may help."""


class ProviderRefused(Exception):
    """The provider says that this request can never work."""


class BadSignature(Exception):
    """The webhook was not sent by the provider."""


class BadBody(Exception):
    """The webhook is not what the provider sends."""


class PaymentProvider(Protocol):
    """A way to be paid by link. Every verb may raise `ProviderDown` or `ProviderRefused`."""

    @property
    def name(self) -> str: ...

    def minimum(self, currency: str) -> Money | None:
        """The least that can be asked in a currency; `None` where the provider does not take it."""
        ...

    async def open_link(self, ask: Ask) -> LinkState: ...

    async def look_up(self, ref: str) -> LinkState: ...

    async def capture(self, ref: str, *, key: str) -> LinkState:
        """Takes the money of a link that its payer has approved, once for each key. A provider that takes money at
        once looks up."""
        ...

    async def expire(self, ref: str) -> LinkState:
        """Closes an open link. One that was paid meanwhile comes back as what it is; one that was approved and that
        nobody has captured is closed."""
        ...

    async def refund(
        self, charge: str, amount: Money, *, key: str, ref: str = ""
    ) -> tuple[str, RefundStatus]:
        """Gives money back; the provider's id of the refund and how far it is. With the id of one that was made
        it only says how far that is."""
        ...

    async def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        """Verifies the raw body. Raises `BadSignature` or `BadBody`, and `ProviderDown` where it cannot be told."""
        ...
