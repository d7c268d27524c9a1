"""Giving the unused part of a pack back, at its price: said before, signed, and done exactly so, once.

A quote is good for one actor, the sessions and the money that the pack has just then, and five minutes. What is booked
already stays as it is.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core import signing
from core.errors import Conflict, Invalid
from core.money import Money
from core.payments import funding
from core.payments.funding import GivenBack
from core.people.people import Person
from core.prepaid import caring, credits, packs, tenure
from core.prepaid.credits import CreditKind
from core.prepaid.packs import Pack, PackState

VALID: Final = timedelta(minutes=5)
PURPOSE: Final = "nearpeer.pack_quote"
REASON: Final = "pack_refund"


@dataclass(frozen=True, slots=True)
class Quote:
    """The sessions that leave the pack, and all that it keeps for them; good until then."""

    sessions: int
    amount: Money
    until: datetime


def quoted(session: Session, pack: Pack, *, now: datetime) -> Quote:
    """What would come back now. Raises `Conflict` where nothing is left."""
    caring.require_unused(session, pack)
    until = (now + VALID).replace(microsecond=0)
    return Quote(credits.left(session, pack.id), funding.left(session, pack), until)


def written(secret: str, pack: Pack, actor_id: int, quote: Quote) -> tuple[str, str, str, str]:
    """A quote as four short parts of a route, the last of them the signature."""
    signature = signing.signature(secret, *_said(pack, actor_id, quote))
    return str(quote.sessions), str(quote.amount.amount), f"{int(quote.until.timestamp()):x}", signature


def read(secret: str, pack: Pack, actor_id: int, parts: tuple[str, str, str, str], *, now: datetime) -> Quote:
    """The quote of a route. Raises `Invalid` where it was altered or is another's, `Conflict` where it is old."""
    sessions, amount, until, signature = parts
    try:
        found = Quote(
            int(sessions),
            Money(int(amount), pack.currency),
            datetime.fromtimestamp(int(until, 16), UTC),
        )
    except (ValueError, OverflowError, OSError):
        raise Invalid("quote.altered", pack=pack.short) from None
    if not signing.is_signature(signature, secret, *_said(pack, actor_id, found)):
        raise Invalid("quote.altered", pack=pack.short)
    if now > found.until:
        raise Conflict("quote.expired", pack=pack.short)
    return found


def refund(
    session: Session, pack: Pack, actor: Person, quote: Quote, reason: str, *, now: datetime
) -> GivenBack:
    """Gives back what was quoted: to where it was paid from first, else as credit.

    Raises `Conflict` where the pack has changed since.
    """
    note = caring.allowed(session, pack, actor, reason, now=now)
    packs.lock(session, pack)
    present = quoted(session, pack, now=now)
    if (present.sessions, present.amount) != (quote.sessions, quote.amount):
        raise Conflict("quote.changed", pack=pack.short)
    refunded = CreditKind.REFUNDED
    credits.take_out(session, pack, refunded, quote.sessions, now=now, actor_id=actor.id, note=note)
    given = funding.give_back(session, pack, quote.amount, REASON, now=now, actor_id=actor.id)
    packs.change(
        *(session, pack, PackState.ACTIVE),
        to=PackState.REFUNDED,
        event="pack.closed",
        now=now,
        actor_id=actor.id,
        reason="refunded",
        closed_at=now,
    )
    packs.record(
        *(session, "pack.refunded", pack),
        now=now,
        actor_id=actor.id,
        sessions=quote.sessions,
        amount=given.refunded.amount,
        credited=given.credited.amount,
        note=note,
    )
    tenure.follow(session, pack.mentor_id, pack.student_id, now=now)
    return given


def _said(pack: Pack, actor_id: int, quote: Quote) -> tuple[object, ...]:
    said = (PURPOSE, pack.short, actor_id, quote.sessions, quote.amount.amount, quote.amount.currency)
    return (*said, f"{quote.until.timestamp():.0f}")
