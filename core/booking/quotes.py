"""A quote that can be relied on: signed by the house, so that what it said is what is given back.

It is good for one actor, one revision of one booking, one amount, one way and five minutes; whoever changes any of
that has a signature that does not fit. Used twice it meets a booking that is over.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from core import signing
from core.booking.life import Booking
from core.errors import Conflict, Invalid
from core.money import Money

VALID: Final = timedelta(minutes=5)
PURPOSE: Final = "nearpeer.quote"


class Way(StrEnum):
    """Where money goes back to: to where it was paid from, into the wallet, or as a session into its pack."""

    REFUND = "r"
    CREDIT = "c"
    SESSION = "s"


@dataclass(frozen=True, slots=True)
class Promise:
    """What a signature vouches for."""

    revision: int
    actor_id: int
    money: Money
    way: Way
    until: datetime


def promise(booking: Booking, actor_id: int, money: Money, way: Way, *, now: datetime) -> Promise:
    until = (now + VALID).replace(microsecond=0)
    return Promise(booking.revision, actor_id, money, way, until)


def written(secret: str, booking: Booking, promise: Promise) -> tuple[str, str, str, str]:
    """A promise as four short parts of a route, the last of them the signature."""
    way, amount = f"{promise.way}{promise.revision}", str(promise.money.amount)
    return (
        way,
        amount,
        f"{int(promise.until.timestamp()):x}",
        signing.signature(secret, *_said(booking, promise)),
    )


def read(
    secret: str, booking: Booking, actor_id: int, parts: tuple[str, str, str, str], *, now: datetime
) -> Promise:
    """The promise of a route. Raises `Invalid` where it was altered or is another's, `Conflict` where it is old."""
    way, amount, until, signature = parts
    try:
        found = Promise(
            int(way[1:]),
            actor_id,
            Money(int(amount), booking.currency),
            Way(way[:1]),
            datetime.fromtimestamp(int(until, 16), UTC),
        )
    except (ValueError, OverflowError, OSError):
        raise Invalid("quote.altered", short=booking.short) from None
    if not signing.is_signature(signature, secret, *_said(booking, found)):
        raise Invalid("quote.altered", short=booking.short)
    if found.revision != booking.revision:
        raise Conflict("quote.moved", short=booking.short)
    if now > found.until:
        raise Conflict("quote.expired", short=booking.short)
    return found


def _said(booking: Booking, promise: Promise) -> tuple[object, ...]:
    said = (PURPOSE, booking.short, promise.revision, promise.actor_id, promise.money.amount)
    return (*said, promise.money.currency, promise.way, f"{promise.until.timestamp():.0f}")
