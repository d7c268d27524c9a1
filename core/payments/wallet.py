"""A person's credit, by currency: ledger postings and nothing else. It is never below zero.

Credit is spent before a link is asked for; what a hold took comes back when the hold ends without a session.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.money import Money
from core.payments import ledger
from core.payments.ledger import Entry, Kind, Posting
from core.payments.purposes import Purpose
from core.people import people


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a wallet: positive is what the person gained."""

    at: datetime
    kind: Kind
    amount: Money
    purpose: Purpose


def balance(session: Session, person_id: int, currency: str) -> Money:
    """What the person may spend."""
    return -ledger.balance(session, ledger.wallet(person_id), currency)


def balances(session: Session, person_id: int) -> list[Money]:
    """What the person may spend, in each currency there is something of."""
    return [-owed for owed in ledger.balances(session, ledger.wallet(person_id)).values()]


def lines(session: Session, person_id: int, *, most: int = 20) -> Sequence[Line]:
    """What came and went, the newest first."""
    rows = session.execute(
        select(Entry, Posting)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Posting.account == ledger.wallet(person_id))
        .order_by(Entry.id.desc())
        .limit(most)
    )
    return [
        Line(entry.at, entry.kind, -Money(posting.amount, posting.currency), entry.purpose)
        for entry, posting in rows
    ]


def spend(session: Session, person_id: int, purpose: Purpose, amount: Money, *, now: datetime) -> None:
    """Takes credit for something. Raises `Conflict` where there is not as much."""
    people.alone(session, person_id)
    if not 0 < amount.amount <= balance(session, person_id, amount.currency).amount:
        raise Conflict("wallet.short")
    moves = {ledger.wallet(person_id): amount, purpose.account: -amount}
    _post(session, Kind.SPEND, moves, purpose, now=now)


def unspend(session: Session, person_id: int, purpose: Purpose, currency: str, *, now: datetime) -> None:
    """Gives back what something took that came to nothing."""
    taken = spent_on(session, purpose, currency)
    if taken:
        moves = {purpose.account: taken, ledger.wallet(person_id): -taken}
        _post(session, Kind.UNSPEND, moves, purpose, now=now)


def credit(
    session: Session, person_id: int, purpose: Purpose, amount: Money, *, key: str, now: datetime
) -> bool:
    """Money kept for something becomes the person's credit, once for each key; whether it was the first time."""
    moves = {purpose.account: amount, ledger.wallet(person_id): -amount}
    return ledger.post(session, Kind.CREDIT, moves, key=key, purpose=purpose, now=now)


def spent_on(session: Session, purpose: Purpose, currency: str) -> Money:
    """How much credit something holds, that was spent on it and not given back as what was never used."""
    return -ledger.moved(session, purpose, purpose.account, currency, Kind.SPEND, Kind.UNSPEND)


def reassign(session: Session, gone: int, kept: int) -> None:
    """The credit of a person who is joined to another is transferred: nothing in the books is changed."""
    for currency, owed in ledger.balances(session, ledger.wallet(gone)).items():
        latest = session.scalars(select(func.max(Entry.at))).one()
        moves = {ledger.wallet(gone): -owed, ledger.wallet(kept): owed}
        key = f"join:{gone}:{kept}:{currency}"
        ledger.post(session, Kind.JOIN, moves, key=key, now=latest)


def _post(session: Session, kind: Kind, moves: dict[str, Money], purpose: Purpose, *, now: datetime) -> None:
    """Something may take and give back credit several times, so the keys are numbered."""
    key = ledger.numbered(session, kind, purpose)
    ledger.post(session, kind, moves, key=key, purpose=purpose, now=now)
