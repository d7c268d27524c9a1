"""The ways to pay: which of the host's providers a community takes, and which of those can take an amount.

What is turned off is offered no more; what was asked for there is still asked about, paid back and told of.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.booking.wares import Ware
from core.errors import Conflict, Invalid
from core.money import Money
from core.payments import funding, paying, payments
from core.payments.payments import Payment
from core.people import communities, governing
from core.people.communities import Community
from core.people.people import Person
from core.ports import PaymentProvider

MOST_CHANGES: Final = 8

Providers = Mapping[str, PaymentProvider]


def taken(providers: Providers, community: Community) -> list[PaymentProvider]:
    """Those that the community has not turned off, in the host's order."""
    return [provider for name, provider in providers.items() if community.takes(name)]


def takes(providers: Iterable[PaymentProvider], currency: str) -> bool:
    """Whether one of them takes a currency at all."""
    return any(provider.minimum(currency) is not None for provider in providers)


def lowest(providers: Providers, community: Community, currency: str) -> Money | None:
    """The least that can be asked for here by one way at least; `None` where no way takes the currency."""
    found = (provider.minimum(currency) for provider in taken(providers, community))
    return min((least for least in found if least is not None), default=None)


def offered(session: Session, providers: Providers, ware: Ware) -> list[PaymentProvider]:
    """Those that can take what is left to pay of it: the one that its student used last is the first."""
    community = communities.find(session, ware.community_id)
    found = [each for each in taken(providers, community) if _can_take(session, each, ware)]
    last = payments.last_provider(session, ware.student_id)
    return sorted(found, key=lambda each: each.name != last)


def choose(session: Session, providers: Providers, ware: Ware, name: str) -> PaymentProvider:
    """The way that was chosen; else the one whose link is open, or the first. Raises `Conflict` where it is not
    offered, or none is.
    """
    latest = payments.latest(session, ware.purpose)
    if (
        latest is not None
        and latest.is_live
        and latest.provider in providers
        and name in ("", latest.provider)
    ):
        return providers[latest.provider]
    found = offered(session, providers, ware)
    if not found:
        raise Conflict("payment.no_way", amount=ware.price)
    chosen = next((each for each in found if each.name == name), None if name else found[0])
    if chosen is None:
        raise Conflict("payment.not_offered")
    return chosen


def leave(session: Session, ware: Ware, payment: Payment, *, now: datetime) -> None:
    """Its student pays in another way: the link is closed. Raises `Conflict` where they do so again and again."""
    if len(payments.of(session, ware.purpose)) > MOST_CHANGES:
        raise Conflict("payment.too_many")
    paying.close(payment, now=now)


def change(
    session: Session,
    providers: Providers,
    community: Community,
    actor: Person,
    names: Sequence[str],
    *,
    now: datetime,
) -> None:
    """Turns ways on and off. All of them is also those that the host adds later."""
    wanted = check(providers, community, names)
    governing.take_by(session, community, actor, None if wanted == [*providers] else wanted, now=now)


def check(providers: Providers, community: Community, names: Sequence[str]) -> list[str]:
    """What would be on, in the host's order. Raises `Invalid` where nobody could pay then."""
    wanted = [name for name in providers if name in names]
    if not wanted:
        raise Invalid("ways.none")
    currency = community.policy.currency
    if not takes((providers[name] for name in wanted), currency):
        raise Invalid("ways.currency", currency=currency)
    return wanted


def _can_take(session: Session, provider: PaymentProvider, ware: Ware) -> bool:
    """Where credit pays for all of it, nobody is asked for anything."""
    least = provider.minimum(ware.currency)
    due = ware.price - funding.would_spend(session, ware, lowest=least)
    return not due or (least is not None and due >= least)
