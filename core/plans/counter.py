"""Where plans are paid."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.money import Money
from core.ports import ProviderDown, SubscriptionProvider

Providers = Mapping[str, SubscriptionProvider]


@dataclass(frozen=True, slots=True)
class Counter:
    """The providers, the page that they send people back to, and the one for new plans; empty
    where only plans for nothing can be had."""

    providers: Providers
    page: str
    chosen: str = ""

    @property
    def provider(self) -> SubscriptionProvider | None:
        return self.providers.get(self.chosen)

    def of(self, name: str) -> SubscriptionProvider:
        """Raises `ProviderDown` where it is not configured any more."""
        if name not in self.providers:
            raise ProviderDown(f"{name} is not configured")
        return self.providers[name]

    def lowest(self, currency: str) -> Money | None:
        return self.provider.minimum(currency) if self.provider else None
