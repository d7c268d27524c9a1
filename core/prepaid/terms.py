"""What a pack is to be: checked here before anything is put on sale."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core import money
from core.errors import Invalid
from core.money import Money
from core.people.mentors import DURATIONS

LONGEST_NAME: Final = 60
SESSIONS: Final = (1, 100)
DAYS: Final = (7, 730)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a pack is to be."""

    name: str
    minutes: int
    price: Money
    sessions: int = 4
    validity_days: int = 90


def checked(terms: Terms, *, currency: str, lowest: Money | None) -> Terms:
    """The terms where all of them can stand; else `Invalid` names the first part that cannot.

    `lowest` is the least that the payment provider takes; `None` where it takes nothing in this currency.
    """
    if not terms.name.strip():
        raise Invalid("text.empty", field="name")
    if len(terms.name) > LONGEST_NAME:
        raise Invalid("text.long", field="name", longest=LONGEST_NAME)
    if not SESSIONS[0] <= terms.sessions <= SESSIONS[1]:
        raise Invalid("product.sessions", lowest=SESSIONS[0], highest=SESSIONS[1])
    if terms.minutes not in DURATIONS:
        raise Invalid("booking.duration", length=timedelta(minutes=terms.minutes))
    if not DAYS[0] <= terms.validity_days <= DAYS[1]:
        raise Invalid("product.days", lowest=DAYS[0], highest=DAYS[1])
    money.check_price(terms.price, currency=currency, lowest=lowest, sessions=terms.sessions)
    if terms.price and lowest is None:
        raise Invalid("policy.currency", currency=currency)
    return terms
