"""A payment's way: intended, asked for, opened, closed, paid, refused, late. The only writer of payments.

Each step is harmless when it is taken twice, and what a provider decides is written down with it.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from core import history
from core.db import short_id
from core.money import Money
from core.payments import asks, checks, payments
from core.payments.payments import UNSETTLED, Payment, PaymentState
from core.payments.purposes import Purpose
from core.ports import Ask, LinkState

LATE_REFUND_AFTER: Final = timedelta(hours=24)


def intend(
    session: Session,
    purpose: Purpose,
    *,
    person_id: int,
    community_id: int,
    provider: str,
    money: Money,
    now: datetime,
) -> Payment:
    """Writes down that an amount will be asked for, before anybody is asked."""
    payment = Payment(
        token=short_id(26),
        booking_id=purpose.booking_id,
        pack_id=purpose.pack_id,
        person_id=person_id,
        community_id=community_id,
        provider=provider,
        amount=money.amount,
        currency=money.currency,
        state=PaymentState.INTENDED,
        ask={},
        attempt=1,
        created_at=now,
        check_at=now + checks.FIRST,
    )
    session.add(payment)
    session.flush()
    return payment


def write_ask(payment: Payment, ask: Ask) -> None:
    """Keeps what is asked to the letter: one attempt, one ask, one idempotency key."""
    payment.ask = asks.kept(ask)


def opened(session: Session, payment: Payment, link: LinkState) -> None:
    """The provider answered with a link."""
    payment.ref = link.ref
    payment.url = link.url
    if payment.state is PaymentState.INTENDED:
        payment.state = PaymentState.OPEN


def close(payment: Payment, *, now: datetime) -> None:
    """Nobody will pay by it any more: what was opened at the provider is closed there as soon as possible."""
    if payment.state is PaymentState.INTENDED and not payment.ask:
        payment.state, payment.check_at = PaymentState.EXPIRED, None
    elif payment.is_live:
        payment.state, payment.check_at, payment.closing_at = PaymentState.CLOSING, now, now


def close_all(session: Session, purpose: Purpose, *, now: datetime) -> None:
    """Has every link closed that somebody could still pay something by."""
    for payment in payments.of(session, purpose):
        close(payment, now=now)


def refused(session: Session, payment: Payment, problem: str, *, now: datetime) -> None:
    """The provider will not open this link.

    A repeated ask can be refused only for its age, because its expiry has come too near: then the first one
    never arrived, and a new attempt may ask anew.
    """
    if payment.state not in UNSETTLED:
        return
    if payment.ref is None and payment.ask and _is_aged(payment, now):
        payment.ask, payment.attempt = {}, payment.attempt + 1
        close_unopened(payment)
        return
    payment.state, payment.problem, payment.check_at = PaymentState.FAILED, problem[:60], None
    _record(session, "payment.refused", payment, now=now, problem=problem[:200])


def close_unopened(payment: Payment) -> None:
    """A link that was to be closed and never came to be is closed."""
    if payment.state is PaymentState.CLOSING:
        payment.state, payment.check_at = PaymentState.EXPIRED, None


def advance(
    session: Session, payment: Payment, state: PaymentState, link: LinkState, *, now: datetime
) -> bool:
    """Takes in what the provider says; whether that was news. Compare-and-set: twice counts once."""
    moved = session.execute(
        update(Payment)
        .where(Payment.id == payment.id, Payment.state == payment.state, Payment.state != state)
        .values(state=state, ref=link.ref or payment.ref, charge=link.charge or payment.charge)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        return False
    session.refresh(payment)
    if state is PaymentState.PAID:
        payment.paid_at = link.paid_at or now
    payment.check_at = now + checks.RECHECK if state is PaymentState.PROCESSING else None
    _record(session, f"payment.{state}", payment, now=now)
    return True


def postpone_if_open(payment: Payment, *, now: datetime) -> None:
    """The provider had no news: a link that is still open is asked about again."""
    if payment.state in UNSETTLED:
        payment.check_at = checks.after(payment.created_at, payment.closing_at, now=now)


def flag(session: Session, payment: Payment, problem: str, *, now: datetime) -> None:
    """Something about the money does not fit: nothing is done with it, and staff is told once."""
    postpone_if_open(payment, now=now)
    if payment.problem != problem:
        payment.problem = problem[:60]
        _record(session, "payment.flagged", payment, now=now, problem=problem)


def wait_late(session: Session, payment: Payment, *, now: datetime) -> None:
    """Money that found its time gone: the person chooses, and after a day it goes back by itself."""
    payment.late_until = now + LATE_REFUND_AFTER
    _record(session, "payment.late", payment, now=now)


def count_elsewhere(payment: Payment, amount: Money) -> None:
    """Some of the money went back at the provider's own dashboard."""
    payment.refunded_elsewhere += amount.amount


def place_late(payment: Payment) -> None:
    """Late money has found its place."""
    payment.late_until = None


def reassign(session: Session, gone: int, kept: int) -> None:
    """What was asked of a person who is joined to another is the other's; no amount changes."""
    session.execute(update(Payment).where(Payment.person_id == gone).values(person_id=kept))


def _is_aged(payment: Payment, now: datetime) -> bool:
    return payments.ask_of(payment).expires_at < now + checks.PROVIDER_MINIMUM


def _record(session: Session, event: str, payment: Payment, *, now: datetime, **facts: object) -> None:
    session.flush()
    history.record(
        session, event, payment.id, now=now, actor_id=None, community_id=payment.community_id, **facts
    )
