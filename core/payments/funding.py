"""What was paid for a booking or a pack, by card and of a wallet: spent before, shared out after, given back once.

Its account never goes below zero: what comes back of a settled session is pulled back from who got it first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core import history
from core.errors import Conflict
from core.money import Money, chargeable
from core.payments import ledger, payments, refunds, wallet
from core.payments.ledger import Kind
from core.payments.payments import Payment, PaymentState
from core.payments.purposes import Funded

AHEAD: Final = (Kind.PACK, Kind.PLAN)
"""What was paid before, and is moved to what it pays for."""


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Where money went: back by the way it was paid, and into the person's wallet; `sessions` went into a pack."""

    refunded: Money
    credited: Money
    sessions: int = 0


@dataclass(frozen=True, slots=True)
class Shares:
    """What the community and the mentor have of a session's money."""

    house: Money
    earned: Money

    @property
    def both(self) -> Money:
        return self.house + self.earned


def part_of_wallet(price: Money, balance: Money, lowest: Money | None) -> Money:
    """How much of a price credit pays: as much as there is, but what is left can be asked for by card."""
    rest = price - min(price, balance)
    if not rest:
        return price
    least = -chargeable(-rest)
    return price - min(price, max(least, lowest or least))


def part_of_house(amount: Money, shares: Shares) -> Money:
    """How much of money that comes back the community gives; the mentor gives the rest of it."""
    return amount.scaled(shares.house.amount, shares.both.amount)


def would_spend(session: Session, ware: Funded, *, lowest: Money | None) -> Money:
    """How much of a hold's price credit pays, or has paid."""
    spent = wallet.spent_on(session, ware.purpose, ware.currency)
    if spent:
        return spent
    balance = wallet.balance(session, ware.student_id, ware.currency)
    return part_of_wallet(ware.price, balance, lowest)


def spend(session: Session, ware: Funded, *, lowest: Money | None, now: datetime) -> Money:
    """Takes credit for a hold, once; what is left to pay of its price."""
    part = would_spend(session, ware, lowest=lowest)
    if part and not wallet.spent_on(session, ware.purpose, ware.currency):
        wallet.spend(session, ware.student_id, ware.purpose, part, now=now)
    return ware.price - part


def can_spend_again(session: Session, ware: Funded, payment: Payment) -> bool:
    """Whether late money that was only a part of the price still finds the credit that was the other."""
    missing = ware.price - payment.money
    return missing <= wallet.balance(session, ware.student_id, ware.currency)


def spend_again(session: Session, ware: Funded, payment: Payment, *, now: datetime) -> None:
    """Takes the credit that late money was asked for together with. Raises `Conflict` where it is gone."""
    missing = ware.price - payment.money
    if missing.amount > 0:
        wallet.spend(session, ware.student_id, ware.purpose, missing, now=now)


def left(session: Session, ware: Funded) -> Money:
    """What of the money paid for it is still here and promised to nobody.

    Promised is what is on its way back, what a failed refund owes, late money that waits for a word, and what a
    hold that is not paid yet took of the wallet, of a pack or of a plan.
    """
    promised = sum(
        refunds.on_its_way(session, payment) + refunds.owed(session, payment) + _waiting(session, payment)
        for payment in _paid(session, ware)
    )
    if ware.is_unpaid:
        promised += wallet.spent_on(session, ware.purpose, ware.currency).amount
        promised -= ledger.moved(session, ware.purpose, ware.purpose.account, ware.currency, *AHEAD).amount
    return in_account(session, ware) - Money(promised, ware.currency)


def give_back(
    session: Session,
    ware: Funded,
    amount: Money,
    reason: str,
    *,
    now: datetime,
    actor_id: int | None = None,
    as_credit: bool = False,
) -> GivenBack:
    """Gives part or all of it back: to where it was paid from first, else as credit. One reason gives once.

    What of it was settled is pulled back first. Raises `Conflict` where there is not as much.
    """
    lock(session, ware)
    if (before := _given(session, ware, reason)) is not None:
        return before
    missing = amount - left(session, ware)
    if amount.amount < 0 or missing > settled(session, ware).both:
        raise Conflict("refund.too_much")
    if missing.amount > 0:
        pull_back(session, ware, missing, now=now)
    rest = amount
    for payment in () if as_credit else _paid(session, ware):
        part = chargeable(min(rest, _refundable(session, payment)))
        if part and not payment.late_until:
            refunds.want(session, payment, part, reason, now=now, actor_id=actor_id)
            rest -= part
    if rest:
        credit(session, ware, rest, f"credit:{ware.purpose.name}:{reason}", now=now, actor_id=actor_id)
    return GivenBack(amount - rest, rest)


def credit(
    session: Session, ware: Funded, amount: Money, key: str, *, now: datetime, actor_id: int | None
) -> None:
    """Money of it becomes its student's credit, once for each key, and they hear of it."""
    if wallet.credit(session, ware.student_id, ware.purpose, amount, key=key, now=now):
        history.record(
            session,
            *_told(ware),
            now=now,
            actor_id=actor_id,
            community_id=ware.community_id,
            amount=amount.amount,
        )


def settle(session: Session, ware: Funded, *, now: datetime) -> None:
    """What is left goes to the mentor and, by the commission of its own policy, to the house.

    Again it shares out only what came since: late money may have brought a booking back to life.
    """
    lock(session, ware)
    kept = left(session, ware)
    if kept.amount <= 0:
        return
    house = kept.share(ware.policy.commission)
    moves = {
        ware.purpose.account: kept,
        ledger.house(ware.community_id): -house,
        ledger.earned(ware.mentor_id): house - kept,
    }
    key = ledger.numbered(session, Kind.SETTLE, ware.purpose)
    ledger.post(session, Kind.SETTLE, moves, key=key, purpose=ware.purpose, now=now)


def settled(session: Session, ware: Funded) -> Shares:
    """What the house and the mentor have of it and gave nothing back of."""
    house, earned = (
        _or_nothing(-ledger.moved(session, ware.purpose, account, ware.currency, Kind.SETTLE, Kind.PULL_BACK))
        for account in (ledger.house(ware.community_id), ledger.earned(ware.mentor_id))
    )
    return Shares(house, earned)


def pull_back(session: Session, ware: Funded, amount: Money, *, now: datetime) -> None:
    """Takes money of a settled session back by the shares that it was given in; what nobody has, the house gives."""
    shares = settled(session, ware)
    shared = min(amount, shares.both)
    house = (part_of_house(shared, shares) if shared else shared) + amount - shared
    moves = {
        ledger.house(ware.community_id): house,
        ledger.earned(ware.mentor_id): amount - house,
        ware.purpose.account: -amount,
    }
    key = ledger.numbered(session, Kind.PULL_BACK, ware.purpose)
    ledger.post(session, Kind.PULL_BACK, moves, key=key, purpose=ware.purpose, now=now)


def make_good(session: Session, ware: Funded, *, now: datetime) -> None:
    """More went back at the provider's dashboard than was still here: who got it gives it back."""
    short = -left(session, ware)
    if short.amount > 0:
        pull_back(session, ware, short, now=now)


def in_account(session: Session, ware: Funded) -> Money:
    """All that is kept for it."""
    return -ledger.balance(session, ware.purpose.account, ware.currency)


def lock(session: Session, ware: Funded) -> None:
    """Nobody else moves its money until the transaction ends."""
    session.refresh(ware, with_for_update=True)
    for payment in reversed(payments.of(session, ware.purpose)):
        payments.locked(session, payment.id)


def _told(ware: Funded) -> tuple[str, int]:
    """What is written down of credit that came back, and about what."""
    if ware.purpose.booking_id is not None:
        return "wallet.credited", ware.purpose.booking_id
    assert ware.purpose.pack_id is not None
    return "pack.credited", ware.purpose.pack_id


def _or_nothing(money: Money) -> Money:
    """Who gave more than they had has nothing."""
    return max(money, money - money)


def _held(session: Session, ware: Funded) -> Money:
    return -ledger.balance(session, ware.purpose.account, ware.currency)


def _paid(session: Session, ware: Funded) -> list[Payment]:
    return [p for p in payments.of(session, ware.purpose) if p.state is PaymentState.PAID]


def _waiting(session: Session, payment: Payment) -> int:
    return _refundable(session, payment).amount if payment.late_until else 0


def _refundable(session: Session, payment: Payment) -> Money:
    """What can go back by card, besides what a failed refund owes."""
    taken = refunds.promised(session, payment) + refunds.owed(session, payment)
    return Money(payment.amount - taken, payment.currency)


def _given(session: Session, ware: Funded, reason: str) -> GivenBack | None:
    """What was given back for this reason before."""
    found = [refunds.of_reason(session, payment.id, reason) for payment in _paid(session, ware)]
    refunded = Money(sum(refund.amount for refund in found if refund), ware.currency)
    credited = ledger.gained(session, ware.purpose.account, f"credit:{ware.purpose.name}:{reason}")
    if not refunded and credited is None:
        return None
    return GivenBack(refunded, credited or Money(0, ware.currency))
