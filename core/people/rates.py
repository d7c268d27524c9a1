"""What a mentor's sessions cost, by duration. The only writer of rates.

A duration without a row is offered, at its part of the hourly rate.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history, money
from core.db import Base, Id
from core.errors import Invalid
from core.money import Money
from core.people import communities, mentors
from core.people.mentors import DURATIONS, Mentor
from core.people.people import Person


class Rate(Base):
    """The price of a session of `minutes` in minor units; `None` follows the hourly rate."""

    __tablename__ = "rates"
    __table_args__ = (UniqueConstraint("mentor_id", "minutes"),)

    id: Mapped[Id]
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentors.id"))
    minutes: Mapped[int]
    amount: Mapped[int | None]
    is_offered: Mapped[bool]


def offer(
    session: Session,
    mentor: Mentor,
    person: Person,
    minutes: int,
    *,
    price: Money | None,
    lowest: Money | None,
    now: datetime,
) -> None:
    """Offers a duration at a price; `None` follows the hourly rate. Bookings that exist keep theirs."""
    if price is not None:
        money.check_price(price, currency=mentor.currency, lowest=lowest)
    _set(session, mentor, person, minutes, None if price is None else price.amount, is_offered=True, now=now)


def withdraw(session: Session, mentor: Mentor, person: Person, minutes: int, *, now: datetime) -> None:
    """Stops offering a duration."""
    _set(session, mentor, person, minutes, None, is_offered=False, now=now)


def forget(session: Session, mentor: Mentor) -> None:
    """Every duration follows the hourly rate again: the rate is in another currency now."""
    session.execute(update(Rate).where(Rate.mentor_id == mentor.id).values(amount=None))


def prices(session: Session, mentor: Mentor) -> dict[int, Money]:
    """What each offered duration costs, by minutes. Nothing is offered in a currency that is not taken any more."""
    return prices_of(session, [mentor])[mentor.id]


def prices_of(session: Session, found: Sequence[Mentor]) -> dict[int, dict[int, Money]]:
    """The same of many mentors, by their ids."""
    rows: dict[int, dict[int, Rate]] = {mentor.id: {} for mentor in found}
    for row in session.scalars(_RATES, {"mentors": list(rows)}):
        rows[row.mentor_id][row.minutes] = row
    taken = {
        key: communities.find(session, key).policy.currency for key in {one.community_id for one in found}
    }
    return {
        mentor.id: _prices(mentor, rows[mentor.id]) if taken[mentor.community_id] == mentor.currency else {}
        for mentor in found
    }


def own_price(session: Session, mentor: Mentor, minutes: int) -> Money | None:
    """The price set for a duration; `None` where it follows the hourly rate."""
    rate = session.scalar(select(Rate).where(Rate.mentor_id == mentor.id, Rate.minutes == minutes))
    return Money(rate.amount, mentor.currency) if rate is not None and rate.amount is not None else None


def price_of(mentor: Mentor, minutes: int, rate: Rate | None) -> Money:
    if rate is not None and rate.amount is not None:
        return Money(rate.amount, mentor.currency)
    return mentor.hourly.scaled(minutes, 60)


def _prices(mentor: Mentor, rows: Mapping[int, Rate]) -> dict[int, Money]:
    return {
        minutes: price_of(mentor, minutes, rows.get(minutes))
        for minutes in DURATIONS
        if minutes not in rows or rows[minutes].is_offered
    }


def _set(
    session: Session,
    mentor: Mentor,
    person: Person,
    minutes: int,
    amount: int | None,
    *,
    is_offered: bool,
    now: datetime,
) -> None:
    mentors.require_own(mentor, person)
    if minutes not in DURATIONS:
        raise Invalid("booking.duration", length=timedelta(minutes=minutes))
    rate = session.scalar(select(Rate).where(Rate.mentor_id == mentor.id, Rate.minutes == minutes))
    if rate is None:
        rate = Rate(mentor_id=mentor.id, minutes=minutes)
        session.add(rate)
    rate.amount, rate.is_offered = amount, is_offered
    session.flush()
    history.record(
        session,
        "mentor.offered",
        mentor.id,
        now=now,
        actor_id=person.id,
        community_id=mentor.community_id,
        minutes=minutes,
    )


_RATES: Final = select(Rate).where(Rate.mentor_id.in_(bindparam("mentors", expanding=True)))
