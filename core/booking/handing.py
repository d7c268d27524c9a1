"""Money that staff gives back by hand, at any time and for any reason, which is written down."""

from datetime import datetime

from sqlalchemy.orm import Session

from core import history
from core.booking import bookings, prepaying
from core.booking.life import Booking, BookingState
from core.errors import Conflict, Invalid
from core.money import Money
from core.payments import funding
from core.people import memberships
from core.people.people import Person


def give(
    session: Session,
    booking: Booking,
    staff: Person,
    amount: Money,
    note: str,
    act: str,
    *,
    as_credit: bool = False,
    now: datetime,
) -> None:
    """Gives a part or all of what is left back, all of it as a session where a pack paid. `act` is of this one act, so
    that it is done once.

    What the mentor and the house have got of it already is taken back by the same shares. Raises `Conflict` where
    there is not as much, and while a dispute is open, which decides about the money.
    """
    memberships.require_staff(session, booking.community_id, staff, now=now)
    require(session, bookings.lock(session, booking), amount)
    reason = f"hand:{act}"
    prepaying.give_back(session, booking, amount, reason, now=now, actor_id=staff.id, as_credit=as_credit)
    history.record(
        session,
        "booking.given_back",
        booking.id,
        now=now,
        actor_id=staff.id,
        community_id=booking.community_id,
        revision=booking.revision,
        amount=amount.amount,
        currency=amount.currency,
        note=note,
    )


def require(session: Session, booking: Booking, amount: Money) -> None:
    """Whether so much can be given back now. Raises `Conflict`, or `Invalid` for nothing at all."""
    if booking.state is BookingState.DISPUTED:
        raise Conflict("booking.is_disputed")
    left = funding.left(session, booking) + funding.settled(session, booking).both
    if amount > left or left.amount <= 0:
        raise Conflict("refund.too_much")
    if amount.amount <= 0:
        raise Invalid("refund.nothing")


def is_shared(session: Session, booking: Booking, amount: Money) -> bool:
    """Whether some of it comes from what was shared out already."""
    return amount > funding.left(session, booking)
