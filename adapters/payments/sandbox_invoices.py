"""The sandbox bank's bills of monthly plans: what was paid, and what of it went back."""

import secrets
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from adapters.payments import sandbox_links
from adapters.payments.sandbox_links import SandboxLink
from core.db import Base, Id
from core.money import Money
from core.ports import Invoice, ProviderRefused


class SandboxInvoice(Base):
    """The first month's money is its link's; that of a later one goes back once, by the key `back_key`."""

    __tablename__ = "sandbox_invoices"

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    subscription: Mapped[str] = mapped_column(String(40), index=True)
    charge: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    paid_at: Mapped[datetime]
    refunded: Mapped[int]
    back_key: Mapped[str] = mapped_column(String(255))

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


def post(session: Session, subscription: str, money: Money, paid_at: datetime, *, charge: str = "") -> None:
    session.add(
        SandboxInvoice(
            ref=_token("sbi"),
            subscription=subscription,
            charge=charge or _token("sbp"),
            amount=money.amount,
            currency=money.currency,
            paid_at=paid_at,
            refunded=0,
            back_key="",
        )
    )
    session.flush()


def refund(session: Session, charge: str, amount: Money, *, key: str) -> str:
    """The id of the refund with this key, made where there is none. Raises `ProviderRefused`."""
    if _link(session, charge) is not None:
        return sandbox_links.refund(session, charge, amount, key=key)
    row = _bill(session, charge)
    if row.back_key not in ("", key):
        raise ProviderRefused("sandbox: this bill went back already")
    if not 0 < amount.amount <= row.amount or amount.currency != row.currency:
        raise ProviderRefused(f"sandbox: {amount.decimal} {amount.currency} cannot be given back of {charge}")
    row.back_key, row.refunded = key, amount.amount
    session.flush()
    return f"sbr_{row.ref}"


# --- reads ------------------------------------------------------------------------------------


def paid(session: Session, subscription: str) -> tuple[Invoice, ...]:
    found = select(SandboxInvoice).where(SandboxInvoice.subscription == subscription)
    return tuple(
        Invoice(row.ref, row.money, row.charge, row.paid_at)
        for row in session.scalars(found.order_by(SandboxInvoice.id))
    )


def returned(session: Session, charge: str) -> Money:
    link, row = _link(session, charge), _bill(session, charge)
    return Money(row.refunded if link is None else link.refunded, row.currency)


def _link(session: Session, charge: str) -> SandboxLink | None:
    return session.scalar(select(SandboxLink).where(SandboxLink.charge == charge))


def _bill(session: Session, charge: str) -> SandboxInvoice:
    row = session.scalar(select(SandboxInvoice).where(SandboxInvoice.charge == charge))
    if row is None:
        raise ProviderRefused(f"sandbox: there is no bill {charge}")
    return row


def _token(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"
