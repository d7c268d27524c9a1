"""A plan's minutes that pay for bookings: taken with the hold, and in the end used up, or given back.

The community pays the full price in their place; what of it comes back goes to the community, and as large a part of
the minutes to the student.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.errors import Conflict
from core.money import Money
from core.payments import funding, ledger
from core.payments.funding import GivenBack
from core.payments.ledger import Kind
from core.plans import minutes, subscriptions
from core.plans.subscriptions import Subscription


def reserve(session: Session, booking: Booking, *, now: datetime) -> None:
    """Takes the minutes and the community's money for a hold that is made with them."""
    plan = _plan(session, booking)
    minutes.reserve(session, plan.id, booking.id, booking.included, now=now)
    _move(session, booking, booking.price, now=now)


def let_go(session: Session, booking: Booking, *, now: datetime) -> None:
    """A hold or a request ends without a session: what it took comes back."""
    give_back(session, booking, funding.in_account(session, booking), "let_go", now=now)


# --- after it ---------------------------------------------------------------------------------


def use_up(session: Session, booking: Booking, *, now: datetime) -> None:
    """The session took place, or counts as if it had."""
    plan = _plan(session, booking)
    if funding.in_account(session, booking) or funding.settled(session, booking).both:
        minutes.capture(session, plan.id, booking.id, now=now)


def give_back(session: Session, booking: Booking, amount: Money, reason: str, *, now: datetime) -> GivenBack:
    """So much of its price comes back: the money to the community, and the same share of the minutes to the student.
    One reason gives once. Raises `Conflict` where there is not as much.
    """
    plan, nothing = _plan(session, booking), amount - amount
    funding.lock(session, booking)
    if minutes.was_released(session, booking.id, reason):
        return GivenBack(nothing, nothing)
    missing = amount - funding.in_account(session, booking)
    if amount.amount < 0 or missing > funding.settled(session, booking).both:
        raise Conflict("refund.too_much")
    if missing.amount > 0:
        funding.pull_back(session, booking, missing, now=now)
    if amount:
        _move(session, booking, -amount, now=now)
        kept = -ledger.moved(session, booking.purpose, booking.purpose.account, booking.currency, Kind.PLAN)
        used = -(-booking.included * kept.amount // booking.amount)
        back = minutes.used(session, booking.id) - used
        minutes.release(session, plan.id, booking.id, back, reason, now=now)
    return GivenBack(nothing, nothing)


# --- reads ------------------------------------------------------------------------------------


def minutes_back(session: Session, booking: Booking) -> int:
    """How many of its minutes came back to the plan."""
    return booking.included - minutes.used(session, booking.id) if booking.included else 0


def _plan(session: Session, booking: Booking) -> Subscription:
    assert booking.subscription_id is not None
    return subscriptions.lock(session, subscriptions.find(session, booking.subscription_id))


def _move(session: Session, booking: Booking, amount: Money, *, now: datetime) -> None:
    """From the community to the booking; below zero back."""
    about = booking.purpose
    moves = {ledger.house(booking.community_id): amount, about.account: -amount}
    key = ledger.numbered(session, Kind.PLAN, about)
    ledger.post(session, Kind.PLAN, moves, key=key, purpose=about, now=now)
