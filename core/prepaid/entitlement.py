"""What may be booked with a pack, and if nothing, why: one rule for booking, for `/packs` and for `/packs why`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from core.people import communities, mentors
from core.people.mentors import Mentor
from core.policy import Policy
from core.prepaid import credits, packs, seats
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import SeatState


class Why(StrEnum):
    """Why a pack does not pay for a session, in the order in which it is said."""

    NO_PACK = "no_pack"
    UNPAID = "unpaid"
    NOT_BOOKABLE = "not_bookable"
    EXPIRED = "expired"
    NOTHING_LEFT = "nothing_left"
    SEAT_GRACE = "seat_grace"
    SEAT_RELEASED = "seat_released"
    OTHER_LENGTH = "other_length"
    AFTER_END = "after_end"
    NOTICE = "notice"
    HORIZON = "horizon"


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The pack that pays, or why none does."""

    pack: Pack | None
    reasons: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true of a pack at a moment; `seat` is the one that its student has with its mentor, `priority` how long
    before others the student may book.
    """

    pack: Pack
    left: int
    seat: SeatState | None
    is_bookable: bool
    policy: Policy
    now: datetime
    priority: timedelta = timedelta()


SOLD: Final = (PackState.ACTIVE, PackState.USED, PackState.EXPIRED, PackState.REFUNDED)
SEATS: Final = {
    SeatState.ACTIVE: None,
    SeatState.GRACE: Why.SEAT_GRACE,
    SeatState.RESERVED: Why.SEAT_RELEASED,
    None: Why.SEAT_RELEASED,
}
"""What a seat, or none, has against it: one that is only reserved is not theirs yet."""


# --- the rule ---------------------------------------------------------------------------------


def reasons(it: Standing, minutes: int | None, starts_at: datetime | None) -> tuple[Why, ...]:
    """Everything that stands against it; without a length or a start only what does not hang on them."""
    if it.pack.state not in SOLD:
        return (Why.UNPAID,)
    is_over = it.pack.state is PackState.EXPIRED or _ends(it.pack) <= it.now
    against = {
        Why.NOT_BOOKABLE: not it.is_bookable,
        Why.EXPIRED: is_over,
        Why.NOTHING_LEFT: not it.left and not is_over,
        Why.OTHER_LENGTH: minutes is not None and minutes != it.pack.minutes,
        SEATS[it.seat]: True,
    }
    if starts_at is not None:
        against |= {
            Why.AFTER_END: starts_at > _ends(it.pack),
            Why.NOTICE: starts_at < it.now + it.policy.notice,
            Why.HORIZON: starts_at > it.now + it.policy.horizon + it.priority,
        }
    return tuple(why for why in Why if against.get(why))


def choose(found: Sequence[Standing], minutes: int | None, starts_at: datetime | None) -> Entitlement:
    """The first that nothing stands against; else what stands against the one that comes nearest."""
    judged = [(it.pack, reasons(it, minutes, starts_at)) for it in found]
    pays = next((pack for pack, against in judged if not against), None)
    if pays is not None or not judged:
        return Entitlement(pays, () if pays else (Why.NO_PACK,))
    return Entitlement(None, min((against for _pack, against in judged), key=len))


# --- reads ------------------------------------------------------------------------------------


def find(
    session: Session,
    mentor: Mentor,
    student_id: int,
    minutes: int | None,
    *,
    starts_at: datetime | None = None,
    priority: timedelta = timedelta(),
    now: datetime,
) -> Entitlement:
    """Which of a student's packs pays for a session with this mentor: of several, the one that ends first."""
    found = packs.of_pair(session, mentor.id, student_id, *SOLD)
    standings = [_standing(session, pack, mentor, priority=priority, now=now) for pack in found]
    return choose(standings, minutes, starts_at)


def explain(session: Session, pack: Pack, *, now: datetime) -> tuple[Why, ...]:
    """Why nothing can be booked with a pack; nothing to say where something can."""
    mentor = mentors.find(session, pack.mentor_id)
    return reasons(_standing(session, pack, mentor, now=now), None, None)


def _standing(
    session: Session, pack: Pack, mentor: Mentor, *, priority: timedelta = timedelta(), now: datetime
) -> Standing:
    seat = seats.of(session, pack.mentor_id, pack.student_id)
    return Standing(
        pack=pack,
        left=credits.left(session, pack.id),
        seat=seat.state if seat else None,
        is_bookable=mentor.is_bookable,
        policy=communities.find(session, mentor.community_id).policy,
        now=now,
        priority=priority,
    )


def _ends(pack: Pack) -> datetime:
    """A pack that was sold has an end."""
    assert pack.expires_at is not None
    return pack.expires_at
