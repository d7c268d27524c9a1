"""Monthly plans that a provider renews by itself: what it is asked and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from core.money import Money
from core.ports.paying import RefundStatus


class SubscriptionStatus(StrEnum):
    """What a provider says of a subscription. `open`: nobody has paid the first month yet, and somebody may;
    `expired`: nobody has, and nobody can any more."""

    OPEN = "open"
    EXPIRED = "expired"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SubscriptionAsk:
    """One plan to subscribe to. `key` is the idempotency key; `subscription` and `plan` are our short ids."""

    key: str
    subscription: str
    plan: str
    price: Money
    name: str
    description: str
    locale: str
    expires_at: datetime
    return_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """A month's bill that was paid; `charge` is the provider's id of the money, empty where none moved."""

    ref: str
    amount: Money
    charge: str
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionLook:
    """What a provider says of a subscription. `ref` is its id, empty as long as only the `link` to it exists.

    `pay_url` is where its next step is paid: the first month, or a renewal that failed. `is_paid`: nothing of its
    latest bill is open. `subscription` and `plan` are our own short ids, as the provider keeps them.
    """

    status: SubscriptionStatus
    link: str = ""
    ref: str = ""
    pay_url: str = ""
    subscription: str = ""
    plan: str = ""
    price: Money | None = None
    period_start: datetime | None = None
    period_end: datetime | None = None
    ends_at_period_end: bool = False
    ended_at: datetime | None = None
    is_paid: bool = False
    invoices: tuple[Invoice, ...] = ()


class SubscriptionProvider(Protocol):
    """Who takes money every month. Every verb may raise `ProviderDown` or `ProviderRefused`."""

    @property
    def name(self) -> str: ...

    def minimum(self, currency: str) -> Money | None:
        """The least that a month can cost in a currency; `None` where the provider does not take it."""
        ...

    async def open(self, ask: SubscriptionAsk) -> SubscriptionLook:
        """A link at which the person subscribes; the same key opens one."""
        ...

    async def look_up(self, ref: str) -> SubscriptionLook:
        """By the id of a subscription, or of the link that leads to one."""
        ...

    async def close(self, link: str) -> SubscriptionLook:
        """Closes a link that nobody wants any more; one that was paid meanwhile comes back as what it is."""
        ...

    async def change(self, ref: str, ask: SubscriptionAsk) -> SubscriptionLook:
        """Another plan from now on; what is too much or too little of this month is settled at once. Once a key."""
        ...

    async def end(self, ref: str, *, ends: bool, key: str) -> SubscriptionLook:
        """It is not renewed any more after this month, or it is after all."""
        ...

    async def stop(self, ref: str, *, key: str) -> SubscriptionLook:
        """Ends it at once; nothing goes back."""
        ...

    async def refund(
        self, charge: str, amount: Money, *, key: str, ref: str = ""
    ) -> tuple[str, RefundStatus]:
        """Gives an invoice's money back once a key, as a single payment's: its id, and how far it is."""
        ...

    async def returned(self, charge: str) -> Money:
        """What of an invoice's money went back, at the provider's dashboard, or is on its way."""
        ...


@runtime_checkable
class TakesPlans(Protocol):
    """A way to be paid that can also take money every month."""

    @property
    def plans(self) -> SubscriptionProvider: ...
