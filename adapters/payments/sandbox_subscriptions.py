"""What the sandbox bank remembers of monthly plans: their months, what is owed, and how they end.

The rules are Stripe's: a key opens one link, a month that is not paid is past due until somebody pays it or two weeks
are over, and another plan is charged at once for what is left of the month.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from adapters.payments import sandbox_invoices, sandbox_links
from core.db import Base, Id
from core.money import Money
from core.plans import months
from core.ports import Ask, LinkStatus, ProviderRefused, SubscriptionAsk, SubscriptionStatus

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

    @property
    def price(self) -> Money:
        return Money(self.amount, self.currency)


class Standing(StrEnum):
    """How a plan stands that was paid once, as a person sees it who looks at its page."""

    RUNS = "runs"
    WILL_FAIL = "will_fail"
    OWED = "owed"
    OVER = "over"


# --- what a provider does -----------------------------------------------------------------------


def open(session: Session, ask: SubscriptionAsk, *, now: datetime) -> str:
    link = sandbox_links.open(session, _first_month(ask), now=now)
    if find(session, link.ref) is None:
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


def change(session: Session, ref: str, ask: SubscriptionAsk, *, now: datetime) -> None:
    row = running(session, ref, now=now)
    if row.changed_by == ask.key:
        return
    if row.owed:
        raise ProviderRefused("sandbox: a bill is open")
    assert row.period_start is not None
    assert row.period_end is not None
    rest, month = row.period_end - now, row.period_end - row.period_start
    more = (ask.price - row.price).scaled(int(rest.total_seconds()), int(month.total_seconds()))
    row.amount, row.plan, row.changed_by = ask.price.amount, ask.plan, ask.key
    if more.amount > 0:
        sandbox_invoices.post(session, row.ref, more, now)


def end(session: Session, ref: str, ends: bool, *, now: datetime) -> None:
    running(session, ref, now=now).ends = ends


def stop(session: Session, ref: str, *, now: datetime) -> None:
    row = known(session, ref, now=now)
    row.ended_at = row.ended_at or now


# --- somebody's hands at the bank ---------------------------------------------------------------


def fail_next(session: Session, ref: str, *, now: datetime) -> None:
    running(session, ref, now=now).fails = True


def bill_now(session: Session, ref: str, *, fails: bool, now: datetime) -> None:
    """The month is over before its time; not while a bill is open."""
    row = running(session, ref, now=now)
    if not row.owed:
        row.fails, row.started_at, row.period_end = fails, now, now
        known(session, ref, now=now)


def pay_due(session: Session, ref: str, *, now: datetime) -> None:
    row = running(session, ref, now=now)
    if row.owed:
        sandbox_invoices.post(session, row.ref, Money(row.owed, row.currency), now)
    row.owed, row.fails = 0, False


# --- reads, after what the clock has done by now --------------------------------------------------


def find(session: Session, ref: str) -> SandboxSubscription | None:
    """By the id of a subscription, or of its link."""
    return session.scalar(_by(ref))


def known(session: Session, ref: str, *, now: datetime) -> SandboxSubscription:
    """The subscription with all months that are over. Raises `ProviderRefused`."""
    row = session.scalar(_by(ref).with_for_update())
    if row is None:
        raise ProviderRefused(f"sandbox: there is no subscription {ref}")
    link = sandbox_links.find(session, row.link)
    if row.started_at is None and link.paid_at is not None:
        row.started_at = row.period_start = link.paid_at
        row.period_end = months.after(link.paid_at, link.paid_at)
        sandbox_invoices.post(session, row.ref, row.price, link.paid_at, charge=link.charge or "")
    while row.started_at and row.period_end and row.ended_at is None and row.period_end <= now:
        _turn(session, row, row.started_at, row.period_end)
    if row.owed and row.period_start and row.ended_at is None and now >= row.period_start + GIVES_UP:
        row.ended_at = row.period_start + GIVES_UP
    session.flush()
    return row


def running(session: Session, ref: str, *, now: datetime) -> SandboxSubscription:
    row = known(session, ref, now=now)
    if row.started_at is None or row.ended_at is not None:
        raise ProviderRefused("sandbox: this subscription does not run")
    return row


def status(session: Session, row: SandboxSubscription, now: datetime) -> SubscriptionStatus:
    if row.ended_at is not None:
        return SubscriptionStatus.ENDED
    if row.started_at is not None:
        return SubscriptionStatus.PAST_DUE if row.owed else SubscriptionStatus.ACTIVE
    is_open = sandbox_links.find(session, row.link).status_at(now) is LinkStatus.OPEN
    return SubscriptionStatus.OPEN if is_open else SubscriptionStatus.EXPIRED


def standing(row: SandboxSubscription) -> Standing | None:
    """`None` where nobody has paid yet."""
    if row.started_at is None:
        return None
    if row.ended_at is not None:
        return Standing.OVER
    if row.owed:
        return Standing.OWED
    return Standing.WILL_FAIL if row.fails else Standing.RUNS


def _turn(session: Session, row: SandboxSubscription, started_at: datetime, at: datetime) -> None:
    """A month is over."""
    if row.ends:
        row.ended_at = at
        return
    row.period_start, row.period_end = at, months.after(started_at, at)
    if row.fails or row.owed:
        row.owed += row.amount
    else:
        sandbox_invoices.post(session, row.ref, row.price, at)


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
