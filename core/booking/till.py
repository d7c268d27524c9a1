"""How money is taken here: the providers, our own address, and what stands on their pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.booking.wares import Ware
from core.ports import (
    PaymentProvider,
    ProviderDown,
    SubscriptionProvider,
    TakesPlans,
)


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on the provider's page, in the payer's language."""

    title: str
    description: str
    locale: str


@dataclass(frozen=True, slots=True)
class Till:
    """How money is taken here: the providers, the one for new payments, and our own address if there is one.

    `page` is where a provider sends people back to when we have no address.
    """

    providers: Mapping[str, PaymentProvider]
    default: str
    public_url: str
    page: str

    @property
    def provider(self) -> PaymentProvider:
        return self.providers[self.default]

    @property
    def plans(self) -> Mapping[str, SubscriptionProvider]:
        """Those of the providers that can take money every month."""
        found = self.providers.items()
        return {name: provider.plans for name, provider in found if isinstance(provider, TakesPlans)}

    def of(self, name: str) -> PaymentProvider:
        """The provider of an earlier payment. One that is no longer configured does not answer."""
        if name not in self.providers:
            raise ProviderDown(f"{name} is not configured")
        return self.providers[name]

    def link(self, token: str) -> str:
        return f"{self.public_url}/p/{token}"


Describe = Callable[[Session, Ware], Words]
