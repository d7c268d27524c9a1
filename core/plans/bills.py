"""What people paid for their plans, and what of it went back: each bill is in the books once. The only writer of bills.

A plan's money is the community's own from the moment it is paid.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Id
from core.money import Money
from core.payments import ledger
from core.payments.ledger import Kind
from core.ports import Invoice


class Bill(Base):
    """`ref` is the provider's id of the invoice, `charge` of its money; `returned` (minor units) went back."""

    __tablename__ = "plan_bills"
    __table_args__ = (UniqueConstraint("provider", "ref"),)

    id: Mapped[Id]
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    provider: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(String(100))
    charge: Mapped[str] = mapped_column(String(100), index=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    paid_at: Mapped[datetime]
    returned: Mapped[int]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


def post(
    session: Session,
    subscription_id: int,
    community_id: int,
    provider: str,
    invoices: Sequence[Invoice],
    *,
    now: datetime,
) -> None:
    """Puts what was paid into the books; whoever calls it has locked the subscription. The charge of a bill may be
    known later than that it is paid."""
    known = {bill.ref: bill for bill in of(session, subscription_id)}
    for invoice in sorted(invoices, key=lambda each: each.paid_at):
        if (bill := known.get(invoice.ref)) is not None:
            bill.charge = bill.charge or invoice.charge
        elif invoice.amount:
            bill = Bill(
                subscription_id=subscription_id,
                community_id=community_id,
                provider=provider,
                ref=invoice.ref,
                charge=invoice.charge,
                amount=invoice.amount.amount,
                currency=invoice.amount.currency,
                paid_at=invoice.paid_at,
                returned=0,
            )
            session.add(bill)
            session.flush()
            _move(session, bill, invoice.amount, f"bill:{bill.id}", now=now)


def went_back(session: Session, bill_id: int, total: Money, *, now: datetime) -> None:
    """So much of a bill's money has gone back in all."""
    bill = session.get_one(Bill, bill_id, with_for_update=True, populate_existing=True)
    change = bill.returned - total.amount
    if change:
        count = ledger.count_keys(session, f"bill:{bill.id}:")
        bill.returned = total.amount
        _move(session, bill, Money(change, bill.currency), f"bill:{bill.id}:{count}", now=now)


# --- reads ------------------------------------------------------------------------------------


def find(session: Session, bill_id: int) -> Bill:
    return session.get_one(Bill, bill_id)


def by_charge(session: Session, provider: str, charge: str) -> Bill | None:
    return session.scalar(select(Bill).where(Bill.provider == provider, Bill.charge == charge))


def of(session: Session, subscription_id: int) -> Sequence[Bill]:
    return session.scalars(
        select(Bill).where(Bill.subscription_id == subscription_id).order_by(Bill.id)
    ).all()


def _move(session: Session, bill: Bill, amount: Money, key: str, *, now: datetime) -> None:
    moves = {f"provider:{bill.provider}": amount, ledger.house(bill.community_id): -amount}
    ledger.post(session, Kind.PLAN, moves, key=key, now=now)
