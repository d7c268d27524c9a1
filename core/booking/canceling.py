"""Calling a session off: what comes back, said before, and given back exactly so.

A student's share is by the tiers of the booking's own policy. Moving never betters it: of the start that was first
confirmed and the present one the earlier counts. A mentor's and the staff's cancel gives everything back.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from core.booking import bookings, moves, prepaying, standing, waitlist
from core.booking.life import Booking, BookingState, Who
from core.errors import Conflict, NotFound
from core.money import Money
from core.payments import funding, paying
from core.people import memberships, mentors
from core.people.people import Person
from core.policy import Policy, Tier

REASONS: Final = {Who.STUDENT: "by_student", Who.MENTOR: standing.BY_MENTOR, Who.STAFF: "by_staff"}
REFUSED_MOVE: Final = "move_refused"
"""The student would rather have the money back than the times that the mentor proposed."""
CALLED_OFF: Final = (*REASONS.values(), REFUSED_MOVE)


class Back(StrEnum):
    """How it comes back: by the way it was paid, into the wallet, or as a session into its pack."""

    MONEY = "money"
    WALLET = "wallet"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Quote:
    """What a cancel gives back now, and why. `tier` is the step of the policy, `None` where all comes back anyway.

    `ahead` is how long it is until the start that counts; `credit` what the person may have in the wallet instead.
    """

    amount: Money
    kept: Money
    percent: int
    tier: Tier | None
    ahead: timedelta
    credit: Money | None = None
    back: Back = Back.MONEY


def quote(
    policy: Policy, left: Money, anchor: datetime, starts_at: datetime, who: Who, now: datetime
) -> Quote:
    """What comes back of the money that is left, to the minor unit."""
    ahead = max(min(anchor, starts_at) - now, timedelta(0))
    if who is not Who.STUDENT:
        return Quote(left, left - left, 100, None, ahead)
    tier = tier_at(policy, ahead)
    amount = left.share(tier.percent * 100)
    credit = left if policy.credit_instead and amount != left else None
    return Quote(amount, left - amount, tier.percent, tier, ahead, credit)


def tier_at(policy: Policy, ahead: timedelta) -> Tier:
    """The step that a student who cancels so long before stands on."""
    return next(tier for tier in policy.tiers if ahead >= timedelta(hours=tier.hours))


def quoted(session: Session, booking: Booking, who: Who, *, now: datetime) -> Quote:
    """What a cancel of this booking gives back now. Raises `Conflict` where there is nothing to call off."""
    require_ahead(booking, who, now=now)
    left = funding.left(session, booking)
    found = quote(booking.policy, left, booking.anchor, booking.starts_at, who, now)
    if booking.included:
        return replace(found, credit=None)  # minutes come back, and nothing else
    return found if booking.pack_id is None else _of_pack(session, booking, found, left, now=now)


def call_off(
    session: Session,
    booking: Booking,
    who: Who,
    actor: Person,
    *,
    refund: Money,
    as_credit: bool = False,
    whole: bool | None = None,
    note: str = "",
    reason: str = "",
    now: datetime,
) -> None:
    """Ends a booking by somebody's will and gives `refund` back; what is kept of the money is settled.

    Of a pack's booking `whole` says that the session itself comes back, where the amount does not. Raises `Conflict`
    where it is over already, where it has begun, and where there is not as much left.
    """
    require_role(session, booking, who, actor, now=now)
    require_ahead(bookings.lock(session, booking), who, now=now)
    was_unpaid = booking.state in moves.UNPAID
    reason = reason or _reason(booking, who, actor)
    moves.make(*(session, booking, "cancel", who), now=now, actor_id=actor.id, reason=reason, note=note)
    if was_unpaid:
        paying.close_all(session, booking.purpose, now=now)
    key = f"canceled:{now.timestamp():.0f}"  # of this act: late money may have revived the booking before
    prepaying.give_back(
        session, booking, refund, key, now=now, actor_id=actor.id, as_credit=as_credit, whole=whole
    )
    prepaying.use_up(session, booking, now=now)
    funding.settle(session, booking, now=now)
    if reason == standing.BY_MENTOR:
        standing.judge(session, mentors.find(session, booking.mentor_id), now=now)
    waitlist.serve(session, booking.mentor_id, now=now)


def role_of(session: Session, booking: Booking, actor: Person, *, now: datetime) -> Who:
    """As what a person may change this booking. Raises `NotFound` for a stranger."""
    if booking.student_id == actor.id:
        return Who.STUDENT
    if booking.mentor_person_id == actor.id:
        return Who.MENTOR
    if memberships.is_staff(session, booking.community_id, actor.id):
        memberships.require_staff(session, booking.community_id, actor, now=now)
        return Who.STAFF
    raise NotFound("booking.unknown")


def require_role(session: Session, booking: Booking, who: Who, actor: Person, *, now: datetime) -> None:
    """Staff may act for anybody in their community, even where the booking is their own."""
    if who is Who.STAFF and memberships.is_staff(session, booking.community_id, actor.id):
        memberships.require_staff(session, booking.community_id, actor, now=now)
    elif role_of(session, booking, actor, now=now) is not who:
        raise NotFound("booking.unknown")


def require_ahead(booking: Booking, who: Who, *, now: datetime) -> None:
    """What has begun is not called off any more, but by staff; what became of it is for the outcome to say."""
    if booking.state is not BookingState.CONFIRMED:
        if who is not Who.STAFF or booking.state not in moves.UNPAID:
            raise Conflict(f"booking.is_{booking.state}")
    elif who is not Who.STAFF and booking.starts_at <= now:
        raise Conflict("booking.begun")


def _reason(booking: Booking, who: Who, actor: Person) -> str:
    """A mentor who is staff as well has called it off as its mentor: it counts, whichever button it was."""
    is_mentors = actor.id == booking.mentor_person_id and booking.state is BookingState.CONFIRMED
    return REASONS[Who.MENTOR if is_mentors else who]


def _of_pack(session: Session, booking: Booking, found: Quote, left: Money, *, now: datetime) -> Quote:
    """What comes back of a session of a pack: the session itself, or where its pack is over its value."""
    if found.percent < 100 and not booking.policy.credit_instead:
        return replace(found, back=Back.WALLET)
    can_return = prepaying.can_return(session, booking, now=now)
    back = Back.SESSION if can_return else Back.WALLET
    return replace(found, amount=left, kept=left - left, credit=None, back=back)
