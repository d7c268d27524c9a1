"""Monthly plans of the sandbox bank: a pay page starts one, the clock renews it, and a hand can make that fail.

The rules are Stripe's: a key opens one link, a month that is not paid is past due until somebody pays it or two weeks
are over, and another plan is charged at once for what is left of the month.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from adapters.payments import sandbox_links
from adapters.payments.sandbox_links import SandboxLink
from core.clock import Clock
from core.db import Base, Id
from core.money import Money
from core.plans import months
from core.ports import (
    Ask,
    Invoice,
    LinkStatus,
    ProviderRefused,
    Store,
    SubscriptionAsk,
    SubscriptionLook,
    SubscriptionStatus,
)

GIVES_UP: Final = timedelta(days=14)


class SandboxSubscription(Base):
    """`owed` (minor units) is the bill that was not paid; `fails` makes the next one so."""

    __tablename__ = "sandbox_subscriptions"

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    link: Mapped[str] = mapped_column(String(40), unique=True)
    subscription: Mapped[str] = mapped_column(String(40))
    plan: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    started_at: Mapped[datetime | None]
    period_start: Mapped[datetime | None]
    period_end: Mapped[datetime | None]
    owed: Mapped[int]
    fails: Mapped[bool]
    ends: Mapped[bool]
    ended_at: Mapped[datetime | None]
    changed_by: Mapped[str] = mapped_column(String(255))


class SandboxInvoice(Base):
    __tablename__ = "sandbox_invoices"

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    subscription: Mapped[str] = mapped_column(String(40), index=True)
    charge: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    paid_at: Mapped[datetime]


class SandboxPlans:
    """`base_url` says where the pay pages are, as soon as that is known."""

    name = "sandbox"

    def __init__(self, store: Store, clock: Clock) -> None:
        self.base_url = ""
        self._store, self._clock = store, clock

    # --- what a provider can do ---------------------------------------------------------------

    def minimum(self, currency: str) -> Money | None:
        return Money(1, currency)

    async def open(self, ask: SubscriptionAsk) -> SubscriptionLook:
        link = await self._store.write(_open, ask, now=self._clock.now())
        return await self.look_up(link)

    async def look_up(self, ref: str) -> SubscriptionLook:
        now = self._clock.now()
        return await self._store.write(_look, ref, self.base_url, now=now)

    async def close(self, link: str) -> SubscriptionLook:
        await self._store.write(sandbox_links.move, link, sandbox_links.EXPIRE, now=self._clock.now())
        return await self.look_up(link)

    async def change(self, ref: str, ask: SubscriptionAsk) -> SubscriptionLook:
        await self._store.write(_change, ref, ask, now=self._clock.now())
        return await self.look_up(ref)

    async def end(self, ref: str, *, ends: bool, key: str) -> SubscriptionLook:
        await self._store.write(_end, ref, ends, now=self._clock.now())
        return await self.look_up(ref)

    async def stop(self, ref: str, *, key: str) -> SubscriptionLook:
        await self._store.write(_stop, ref, now=self._clock.now())
        return await self.look_up(ref)

    async def returned(self, charge: str) -> Money:
        """Play money goes back by our own hand alone."""
        return await self._store.read(_returned, charge)

    # --- somebody's hands at the bank -----------------------------------------------------------

    async def fail_next(self, ref: str) -> None:
        """The next month will not be paid."""
        await self._store.write(_fail, ref, now=self._clock.now())

    async def pay_due(self, ref: str) -> None:
        """What is owed is paid after all."""
        await self._store.write(_pay_due, ref, now=self._clock.now())


def _open(session: Session, ask: SubscriptionAsk, *, now: datetime) -> str:
    link = sandbox_links.open(session, _first_month(ask), now=now)
    if session.scalar(_by(link.ref)) is None:
        session.add(
            SandboxSubscription(
                ref=f"sbs_{secrets.token_hex(12)}",
                link=link.ref,
                subscription=ask.subscription,
                plan=ask.plan,
                amount=ask.price.amount,
                currency=ask.price.currency,
                owed=0,
                fails=False,
                ends=False,
                changed_by="",
            )
        )
        session.flush()
    return link.ref


def _look(session: Session, ref: str, base_url: str, *, now: datetime) -> SubscriptionLook:
    row = _known(session, ref, now=now)
    link = sandbox_links.find(session, row.link)
    status = _status(row, link, now)
    return SubscriptionLook(
        status=status,
        link=row.link,
        ref=row.ref if row.started_at else "",
        pay_url=f"{base_url}/sandbox/{row.link}" if status is SubscriptionStatus.OPEN else "",
        subscription=row.subscription,
        plan=row.plan,
        price=Money(row.amount, row.currency),
        period_start=row.period_start,
        period_end=row.period_end,
        ends_at_period_end=row.ends,
        is_paid=not row.owed,
        invoices=_invoices(session, row.ref),
    )


def _status(row: SandboxSubscription, link: SandboxLink, now: datetime) -> SubscriptionStatus:
    if row.ended_at is not None:
        return SubscriptionStatus.ENDED
    if row.started_at is not None:
        return SubscriptionStatus.PAST_DUE if row.owed else SubscriptionStatus.ACTIVE
    is_open = link.status_at(now) is LinkStatus.OPEN
    return SubscriptionStatus.OPEN if is_open else SubscriptionStatus.EXPIRED


def _known(session: Session, ref: str, *, now: datetime) -> SandboxSubscription:
    """The subscription as the clock has made it. Raises `ProviderRefused` where there is none."""
    row = session.scalar(_by(ref).with_for_update())
    if row is None:
        raise ProviderRefused(f"sandbox: there is no subscription {ref}")
    link = sandbox_links.find(session, row.link)
    if row.started_at is None and link.paid_at is not None:
        row.started_at = row.period_start = link.paid_at
        row.period_end = months.after(link.paid_at, link.paid_at)
        _bill(session, row, row.amount, link.paid_at, charge=link.charge or "")
    while row.started_at and row.period_end and row.ended_at is None and row.period_end <= now:
        _turn(session, row, row.started_at, row.period_end)
    if row.owed and row.period_start and row.ended_at is None and now >= row.period_start + GIVES_UP:
        row.ended_at = row.period_start + GIVES_UP
    session.flush()
    return row


def _turn(session: Session, row: SandboxSubscription, started_at: datetime, at: datetime) -> None:
    """A month is over."""
    if row.ends:
        row.ended_at = at
        return
    row.period_start, row.period_end = at, months.after(started_at, at)
    if row.fails or row.owed:
        row.owed += row.amount
    else:
        _bill(session, row, row.amount, at)


def _bill(
    session: Session, row: SandboxSubscription, amount: int, paid_at: datetime, *, charge: str = ""
) -> None:
    session.add(
        SandboxInvoice(
            ref=f"sbi_{secrets.token_hex(12)}",
            subscription=row.ref,
            charge=charge or f"sbp_{secrets.token_hex(12)}",
            amount=amount,
            currency=row.currency,
            paid_at=paid_at,
        )
    )
    session.flush()


def _change(session: Session, ref: str, ask: SubscriptionAsk, *, now: datetime) -> None:
    row = _running(session, ref, now=now)
    if row.changed_by == ask.key:
        return
    if row.owed:
        raise ProviderRefused("sandbox: a bill is open")
    assert row.period_start is not None
    assert row.period_end is not None
    rest, month = row.period_end - now, row.period_end - row.period_start
    more = Money(ask.price.amount - row.amount, row.currency).scaled(
        int(rest.total_seconds()), int(month.total_seconds())
    )
    row.amount, row.plan, row.changed_by = ask.price.amount, ask.plan, ask.key
    if more.amount > 0:
        _bill(session, row, more.amount, now)


def _end(session: Session, ref: str, ends: bool, *, now: datetime) -> None:
    _running(session, ref, now=now).ends = ends


def _stop(session: Session, ref: str, *, now: datetime) -> None:
    row = _known(session, ref, now=now)
    row.ended_at = row.ended_at or now


def _fail(session: Session, ref: str, *, now: datetime) -> None:
    _running(session, ref, now=now).fails = True


def _pay_due(session: Session, ref: str, *, now: datetime) -> None:
    row = _running(session, ref, now=now)
    if row.owed:
        _bill(session, row, row.owed, now)
    row.owed, row.fails = 0, False


def _running(session: Session, ref: str, *, now: datetime) -> SandboxSubscription:
    row = _known(session, ref, now=now)
    if row.started_at is None or row.ended_at is not None:
        raise ProviderRefused("sandbox: this subscription does not run")
    return row


def _returned(session: Session, charge: str) -> Money:
    link = session.scalar(select(SandboxLink).where(SandboxLink.charge == charge))
    bill = session.scalars(select(SandboxInvoice).where(SandboxInvoice.charge == charge)).one()
    return Money(link.refunded if link else 0, bill.currency)


def _invoices(session: Session, ref: str) -> tuple[Invoice, ...]:
    found = select(SandboxInvoice).where(SandboxInvoice.subscription == ref).order_by(SandboxInvoice.id)
    return tuple(
        Invoice(row.ref, Money(row.amount, row.currency), row.charge, row.paid_at)
        for row in session.scalars(found)
    )


def _by(ref: str) -> Select[SandboxSubscription]:
    return select(SandboxSubscription).where(
        (SandboxSubscription.ref == ref) | (SandboxSubscription.link == ref)
    )


def _first_month(ask: SubscriptionAsk) -> Ask:
    return Ask(
        key=ask.key,
        payment=ask.subscription,
        booking_id="",
        booking_code=ask.plan,
        amount=ask.price,
        title=ask.name,
        description=ask.description,
        locale=ask.locale,
        expires_at=ask.expires_at,
        return_url=ask.return_url,
        cancel_url=ask.cancel_url,
    )
