"""Sessions of a pack that pay for bookings: one is taken with the hold, and in the end it is used up or comes back.

Its share of the pack's money goes with it. Where a pack is over its session cannot come back: then its value goes
into the student's wallet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking import included
from core.booking.life import Booking, BookingState
from core.errors import Conflict
from core.money import Money
from core.payments import funding, ledger
from core.payments.funding import GivenBack
from core.payments.ledger import Kind
from core.people import mentors
from core.people.mentors import Mentor
from core.plans import subscriptions
from core.prepaid import caring, credits, entitlement, packs, seats, tenure
from core.prepaid.credits import CreditKind
from core.prepaid.entitlement import Entitlement, Why
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import SeatState

COUNTED: Final = (CreditKind.BOUGHT, CreditKind.ADJUSTED)
OVER: Final = "pack_over"


@dataclass(frozen=True, slots=True)
class Share:
    """A booking's session as a part of its pack: `left` of `total` can still be booked besides it.

    `code` is the pack's. `is_back`: the session is in it again.
    """

    code: str
    left: int
    total: int
    is_back: bool


# --- before the session -----------------------------------------------------------------------


def pack_for(
    session: Session, mentor: Mentor, student_id: int, minutes: int, starts_at: datetime, *, now: datetime
) -> Pack | None:
    """The pack that would pay for this session, locked, so that its last one is there for one booking only."""
    found = entitled(session, mentor, student_id, minutes, starts_at, now=now)
    if found.pack is None:
        return None
    pack = packs.lock(session, found.pack)
    return pack if pack.state is PackState.ACTIVE and credits.left(session, pack.id) else None


def reserve(session: Session, booking: Booking, *, now: datetime) -> None:
    """Takes one session for a hold that was made with a pack, or the minutes of a plan."""
    if booking.included:
        included.reserve(session, booking, now=now)
    if booking.pack_id is not None:
        pack = packs.find(session, booking.pack_id)
        credits.reserve(session, pack, booking.id, now=now)
        _follow(session, pack, now=now)


def confirmed(session: Session, booking: Booking, *, now: datetime) -> None:
    """The session that was reserved is certain: the student may hear that one is left."""
    if booking.pack_id is not None:
        credits.mark_low(session, packs.find(session, booking.pack_id), now=now)


def let_go(session: Session, booking: Booking, *, now: datetime) -> None:
    """A hold or a request ends without a session: what it took comes back."""
    if booking.included:
        included.let_go(session, booking, now=now)
    if booking.pack_id is not None and not _is_closed(session, booking):
        _return(session, booking, OVER, now=now, actor_id=None)


def require_within(session: Session, booking: Booking, starts_at: datetime) -> None:
    """A pack pays for no session that begins after its end. Raises `Conflict`."""
    until = ends(session, booking)
    if until is not None and starts_at > until:
        raise Conflict("move.pack_ends", until=until, short=booking.short)


# --- after it ---------------------------------------------------------------------------------


def use_up(session: Session, booking: Booking, *, now: datetime) -> None:
    """The session took place, or counts as if it had; whoever says it again takes nothing."""
    if booking.included:
        included.use_up(session, booking, now=now)
    if booking.pack_id is None or _is_closed(session, booking):
        return
    pack = packs.find(session, booking.pack_id)
    if credits.capture(session, pack, booking.id, now=now):
        _follow(session, pack, now=now)


def give_back(
    session: Session,
    booking: Booking,
    amount: Money,
    reason: str,
    *,
    now: datetime,
    actor_id: int | None = None,
    as_credit: bool = False,
    whole: bool | None = None,
) -> GivenBack:
    """Gives part or all of a booking back, as `funding.give_back`; all of it is a session where a pack paid.

    `whole` says whether all of it is meant, where the amount cannot: a session may be worth nothing.
    """
    if booking.included:
        return included.give_back(session, booking, amount, reason, now=now)
    funding.lock(session, booking)
    means_all = (bool(amount) if whole is None else whole) and amount == booking.price
    if booking.pack_id is None or not means_all or (as_credit and can_return(session, booking, now=now)):
        return funding.give_back(
            session, booking, amount, reason, now=now, actor_id=actor_id, as_credit=as_credit
        )
    if not _is_closed(session, booking):
        _return(session, booking, reason, now=now, actor_id=actor_id)
    return came_back(session, booking)


# --- reads ------------------------------------------------------------------------------------


def ends(session: Session, booking: Booking) -> datetime | None:
    """The last moment at which a session that a pack pays for may begin."""
    return packs.find(session, booking.pack_id).expires_at if booking.pack_id is not None else None


def share(session: Session, booking: Booking) -> Share | None:
    """What there is to say of the pack that pays for a booking."""
    if booking.pack_id is None:
        return None
    lines = credits.lines(session, booking.pack_id)
    total = sum(line.amount for line in lines if line.kind in COUNTED)
    is_back = came_back(session, booking).sessions > 0
    code = packs.find(session, booking.pack_id).code
    return Share(code, credits.left(session, booking.pack_id), total, is_back)


def why_not(session: Session, booking: Booking, *, now: datetime) -> Why | None:
    """Why a hold is to be paid although its student has a pack or a seat with the mentor; `None` where they have
    neither.
    """
    if booking.state is not BookingState.HELD or not booking.needs_payment:
        return None
    mentor, starts_at = mentors.find(session, booking.mentor_id), booking.starts_at
    return why_unused(session, mentor, booking.student_id, booking.minutes, starts_at, now=now)


def why_unused(
    session: Session, mentor: Mentor, student_id: int, minutes: int, starts_at: datetime, *, now: datetime
) -> Why | None:
    """What stands against the pack or the seat that a student has with a mentor; `None` where they have neither, or
    nothing does.
    """
    pair = (mentor.id, student_id)
    if seats.of(session, *pair) is None and not packs.of_pair(session, *pair, PackState.ACTIVE):
        return None
    found = entitled(session, mentor, student_id, minutes, starts_at, now=now)
    return next((why for why in found.reasons if why is not Why.NO_PACK), None)


def entitled(
    session: Session,
    mentor: Mentor,
    student_id: int,
    minutes: int,
    starts_at: datetime | None,
    *,
    now: datetime,
) -> Entitlement:
    """Which of a student's packs pays; a plan lets its member book with it before others too."""
    plan = subscriptions.benefiting(session, mentor.community_id, student_id, now=now)
    priority = timedelta(hours=plan.priority_hours) if plan else timedelta()
    pair = (mentor, student_id)
    return entitlement.find(session, *pair, minutes, starts_at=starts_at, priority=priority, now=now)


def came_back(session: Session, booking: Booking) -> GivenBack:
    """What came back of a booking that a pack paid for, in all."""
    wallet, nothing = ledger.wallet(booking.student_id), Money(0, booking.currency)
    credited = -ledger.moved(session, booking.purpose, wallet, booking.currency, Kind.CREDIT)
    return GivenBack(nothing, credited, int(_is_closed(session, booking) and not credited))


def can_return(session: Session, booking: Booking, *, now: datetime) -> bool:
    """Whether its session could come back now: all of it is there, and its pack can still be used."""
    if booking.pack_id is None:
        return False
    there = funding.left(session, booking) + funding.settled(session, booking).both
    return there == booking.price and not _is_over(session, packs.find(session, booking.pack_id), now=now)


def _return(session: Session, booking: Booking, reason: str, *, now: datetime, actor_id: int | None) -> None:
    assert booking.pack_id is not None
    pack, value = packs.lock(session, packs.find(session, booking.pack_id)), booking.price
    if _is_over(session, pack, now=now):
        funding.give_back(session, booking, value, reason, now=now, actor_id=actor_id, as_credit=True)
        credits.release(session, pack, booking.id, value - value, now=now)
        credits.take_out(session, pack, CreditKind.REFUNDED, 1, now=now, actor_id=actor_id)
    else:
        missing = value - funding.left(session, booking)
        if missing.amount > 0:
            funding.pull_back(session, booking, missing, now=now)
        credits.release(session, pack, booking.id, value, now=now)
    _follow(session, pack, now=now)
    caring.ask_again(session, pack, now=now)


def _is_over(session: Session, pack: Pack, *, now: datetime) -> bool:
    """Nothing of it can be booked any more, and nothing would be if a session came back."""
    if pack.state not in (PackState.ACTIVE, PackState.USED) or pack.expires_at is None:
        return True
    seat = seats.of(session, pack.mentor_id, pack.student_id)
    return pack.expires_at <= now or seat is None or seat.state not in (SeatState.ACTIVE, SeatState.GRACE)


def _is_closed(session: Session, booking: Booking) -> bool:
    return credits.of_booking(session, booking.id, CreditKind.RELEASED) is not None


def _follow(session: Session, pack: Pack, *, now: datetime) -> None:
    tenure.follow(session, pack.mentor_id, pack.student_id, now=now)
