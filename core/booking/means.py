"""What pays for a session: one of a pack, minutes of a plan, or money.

What was paid ahead comes by itself, in that order. Who would rather keep it says so while they hold the time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from core.booking import benefits, prepaying, waiting
from core.booking.bookings import Wish
from core.booking.life import Booking, Origin
from core.errors import Conflict
from core.money import Money
from core.people import communities, mentors, rates
from core.people.mentors import Mentor
from core.plans import minutes as included
from core.plans import subscriptions
from core.prepaid import credits


class Means(StrEnum):
    PACK = "pack"
    PLAN = "plan"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Offer:
    """One of the means; `price` is what the session costs with money, a plan's discount taken off."""

    means: Means
    price: Money


def of(booking: Booking) -> Means:
    if booking.pack_id is not None:
        return Means.PACK
    return Means.PLAN if booking.included else Means.MONEY


def applied(session: Session, wish: Wish, wanted: Means | None, *, now: datetime) -> Wish:
    """A wish with what pays for it: what is wanted, else what comes by itself. Raises `Conflict` where what is wanted
    does not pay for it.
    """
    starts_at, length = wish.span.starts_at, _minutes(wish)
    if wanted in (None, Means.PACK):
        pack = prepaying.pack_for(session, wish.mentor, wish.student.id, length, starts_at, now=now)
        if pack is not None:
            return replace(wish, price=credits.worth(session, pack), pack_id=pack.id)
    if wanted is not Means.PACK:
        found = benefits.applied(session, wish, with_minutes=wanted is not Means.MONEY, now=now)
        if wanted is not Means.PLAN or found.included:
            return found
    raise Conflict("booking.other_means")


# --- reads ------------------------------------------------------------------------------------


def offered(
    session: Session,
    mentor: Mentor,
    student_id: int,
    length: int,
    price: Money,
    *,
    starts_at: datetime | None = None,
    now: datetime,
) -> tuple[Offer, ...]:
    """What could pay for a session of so many minutes; the first comes by itself."""
    plan = subscriptions.benefiting(session, mentor.community_id, student_id, now=now) if price else None
    commission = communities.find(session, mentor.community_id).policy.commission
    less = benefits.lowered(price, plan.discount, commission, plan.least)[0] if plan else price
    has_pack = prepaying.entitled(session, mentor, student_id, length, starts_at, now=now).pack
    has_minutes = plan is not None and length <= included.left(session, plan.id)
    found = {Means.PACK: has_pack is not None, Means.PLAN: has_minutes, Means.MONEY: True}
    return tuple(Offer(means, less) for means, is_there in found.items() if is_there)


def others(session: Session, booking: Booking, *, now: datetime) -> tuple[Offer, ...]:
    """What else could pay for what somebody holds, until they have agreed to its terms."""
    mentor = mentors.find(session, booking.mentor_id)
    if not booking.is_live_hold(now) or booking.agreed_at is not None or not mentor.is_bookable:
        return ()
    if booking.origin is Origin.WAITLIST and waiting.is_unclaimed(session, booking):
        return ()
    price = rates.prices(session, mentor).get(booking.minutes)
    if price is None:
        return ()
    pair, starts_at = (mentor, booking.student_id), booking.starts_at
    found = offered(session, *pair, booking.minutes, price, starts_at=starts_at, now=now)
    return tuple(offer for offer in found if offer.means is not of(booking))


def _minutes(wish: Wish) -> int:
    return (wish.span.ends_at - wish.span.starts_at) // timedelta(minutes=1)
