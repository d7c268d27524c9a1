"""What staff does about a pack: adjusts its sessions, extends it, hands it to another mentor. Each with a reason that
is kept, and told to whom it concerns.

Where a mentor has left, the student may hand the pack over by themselves. What is booked already stays as it is.
An expired pack that is extended is as it was before: its sessions come back, and so does their money, from those who
got it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.payments import funding
from core.people import memberships, mentors, mentorship, rates
from core.people.mentors import Mentor, MentorState
from core.people.people import Person
from core.prepaid import credits, packs, queue, seats, tenure
from core.prepaid.credits import CreditKind
from core.prepaid.packs import Pack, PackState
from core.prepaid.products import ProductMentor

MOST_ADJUSTED: Final = 100
MOST_DAYS: Final = 365
LONGEST_REASON: Final = 200
OPEN: Final = (PackState.ACTIVE, PackState.USED)
MENTOR_LEFT: Final = "mentor_left"
"""The reason of a student whose mentor left."""


# --- verbs ------------------------------------------------------------------------------------


def adjust(session: Session, pack: Pack, actor: Person, by: int, reason: str, *, now: datetime) -> None:
    """Adds sessions or takes some. Raises `Conflict` where there are not as many."""
    note = _by_staff(session, pack, actor, reason, now=now)
    if not by or abs(by) > MOST_ADJUSTED:
        raise Invalid("adjust.by", most=MOST_ADJUSTED)
    require_state(packs.lock(session, pack), *OPEN)
    credits.adjust(session, pack, by, actor.id, note, now=now)
    if by > 0:
        _keep_seat(session, pack, now=now)
    packs.record(session, "pack.adjusted", pack, now=now, actor_id=actor.id, by=by, note=note)
    tenure.follow(session, pack.mentor_id, pack.student_id, now=now)


def extend(session: Session, pack: Pack, actor: Person, days: int, reason: str, *, now: datetime) -> None:
    """Its sessions may begin so many days later; of an expired pack they come back first."""
    note = _by_staff(session, pack, actor, reason, now=now)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("extend.days", most=MOST_DAYS)
    require_state(packs.lock(session, pack), *OPEN, PackState.EXPIRED)
    until = max(pack.expires_at or now, now) + timedelta(days=days)
    if pack.state is PackState.EXPIRED:
        _revive(session, pack, actor, note, until, now=now)
    else:
        packs.extend(session, pack, until)
        facts = {"days": days, "until": until.isoformat(), "note": note}
        packs.record(session, "pack.extended", pack, now=now, actor_id=actor.id, **facts)
    _keep_seat(session, pack, now=now)
    tenure.follow(session, pack.mentor_id, pack.student_id, now=now)


def transfer(
    session: Session, pack: Pack, mentor: Mentor, actor: Person, reason: str, *, now: datetime
) -> None:
    """What is left of it is with another mentor from now on, who has to have a free seat."""
    note = allowed(session, pack, actor, reason, now=now)
    packs.lock(session, pack)
    require_unused(session, pack)
    require_taker(session, pack, mentor)
    before, student_id = mentors.find(session, pack.mentor_id), pack.student_id
    for each in sorted((before, mentor), key=lambda one: one.id):
        session.refresh(each, with_for_update={"key_share": True})
    seat = seats.take(session, mentor, student_id, until=now + pack.policy.grace, now=now)
    packs.hand_over(session, pack, mentor.id, seat.id)
    facts = {"before": before.id, "note": note}
    packs.record(session, "pack.transferred", pack, now=now, actor_id=actor.id, **facts)
    tenure.follow(session, mentor.id, student_id, now=now)
    _leave_seat(session, before, student_id, now=now)


# --- who may, and what can be done ------------------------------------------------------------


def let_go(session: Session, mentor: Mentor, actor: Person, *, now: datetime) -> None:
    """They mentor here no more: who has a pack is asked, and who waits for a seat is told."""
    mentorship.leave(session, mentor, actor, now=now)
    queue.dissolve(session, mentor.id, now=now)


def allowed(session: Session, pack: Pack, actor: Person, reason: str, *, now: datetime) -> str:
    """The reason to write down. A student may act alone where their mentor has left; else it is for staff."""
    if is_left_behind(session, pack) and pack.student_id == actor.id:
        return MENTOR_LEFT
    return _by_staff(session, pack, actor, reason, now=now)


def is_left_behind(session: Session, pack: Pack) -> bool:
    """Its mentor has left, and there are sessions that nobody will give."""
    has_left = mentors.find(session, pack.mentor_id).state is MentorState.LEFT
    return has_left and pack.state is PackState.ACTIVE and credits.left(session, pack.id) > 0


def ask_again(session: Session, pack: Pack, *, now: datetime) -> None:
    """A session came back to a pack that had none to choose about: where its mentor has left, its student is asked."""
    if credits.left(session, pack.id) == 1 and is_left_behind(session, pack):
        packs.record(session, "pack.left_behind", pack, now=now)


def require_care(session: Session, pack: Pack, actor: Person, *, now: datetime) -> bool:
    """Its mentor, or the staff of its community; whether they are staff. For anybody else it does not exist."""
    if memberships.is_staff(session, pack.community_id, actor.id):
        memberships.require_staff(session, pack.community_id, actor, now=now)
        return True
    if mentors.find(session, pack.mentor_id).person_id != actor.id:
        raise NotFound("pack.unknown")
    return False


def require_state(pack: Pack, *states: PackState) -> None:
    if pack.state not in states:
        raise Conflict(f"pack.is_{pack.state}")


def require_unused(session: Session, pack: Pack) -> None:
    """There are sessions that nobody has booked."""
    require_state(pack, PackState.ACTIVE)
    if not credits.left(session, pack.id):
        raise Conflict("pack.nothing_left")


def require_taker(session: Session, pack: Pack, mentor: Mentor) -> None:
    """Somebody else of the community who is bookable and has sessions of this length."""
    if mentor.community_id != pack.community_id:
        raise NotFound("mentor.unknown", slug=mentor.slug)
    if mentor.id == pack.mentor_id:
        raise Conflict("transfer.same", name=mentor.name)
    if not mentor.is_bookable:
        raise Forbidden("mentor.not_bookable", name=mentor.name)
    if mentor.person_id == pack.student_id:
        raise Forbidden("pack.own")
    if pack.minutes not in rates.prices(session, mentor):
        raise Conflict("transfer.length", name=mentor.name, length=timedelta(minutes=pack.minutes))


# --- reads ------------------------------------------------------------------------------------


def takers(session: Session, pack: Pack, *, of_product: bool) -> list[tuple[Mentor, int]]:
    """Who could have it instead, with the seats that are free; of its own product alone, or of the community."""
    found = select(Mentor).where(Mentor.community_id == pack.community_id, Mentor.id != pack.mentor_id)
    found = found.where(Mentor.state == MentorState.APPROVED, Mentor.person_id != pack.student_id)
    if of_product:
        sold = select(ProductMentor.mentor_id).where(ProductMentor.product_id == pack.product_id)
        found = found.where(Mentor.id.in_(sold))
    able = [each for each in session.scalars(found.order_by(Mentor.name, Mentor.id)) if each.is_bookable]
    prices = rates.prices_of(session, able)
    return [(each, seats.free(session, each)) for each in able if pack.minutes in prices[each.id]]


def left_behind(session: Session, community_id: int, *, mentor_id: int | None = None) -> Sequence[Pack]:
    """Packs whose mentor has left, with sessions that are not booked."""
    found = select(Pack).join(Mentor, Mentor.id == Pack.mentor_id).where(Pack.state == PackState.ACTIVE)
    found = found.where(Pack.community_id == community_id, Mentor.state == MentorState.LEFT)
    if mentor_id is not None:
        found = found.where(Pack.mentor_id == mentor_id)
    return [pack for pack in session.scalars(found.order_by(Pack.id)) if credits.left(session, pack.id)]


def count_open(session: Session, mentor_id: int) -> int:
    """How many packs with a mentor have sessions that are not booked."""
    active = select(Pack.id).where(Pack.mentor_id == mentor_id, Pack.state == PackState.ACTIVE)
    return sum(credits.left(session, pack_id) > 0 for pack_id in session.scalars(active).all())


# --- private ----------------------------------------------------------------------------------


def _by_staff(session: Session, pack: Pack, actor: Person, reason: str, *, now: datetime) -> str:
    if not memberships.is_member(session, pack.community_id, actor.id):
        raise NotFound("pack.unknown")
    memberships.require_staff(session, pack.community_id, actor, now=now)
    if not reason.strip():
        raise Invalid("text.empty", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid("text.long", field="reason", longest=LONGEST_REASON)
    return reason.strip()


def _keep_seat(session: Session, pack: Pack, *, now: datetime) -> None:
    """A pack with sessions has a seat: the student's own, or a free one. Raises `Conflict` where there is none."""
    if credits.left(session, pack.id):
        mentor = mentors.find(session, pack.mentor_id)
        seat = seats.take(session, mentor, pack.student_id, until=now + pack.policy.grace, now=now)
        packs.hand_over(session, pack, mentor.id, seat.id)


def _leave_seat(session: Session, mentor: Mentor, student_id: int, *, now: datetime) -> None:
    """With the mentor who gave the pack away the seat is free at once, unless another pack keeps it."""
    seat = seats.of(session, mentor.id, student_id)
    if seat is None or packs.of_pair(session, mentor.id, student_id, PackState.HELD, PackState.ACTIVE):
        return
    seats.release(session, seat, "transferred", now=now)
    queue.serve(session, mentor.id, now=now)


def _revive(
    session: Session, pack: Pack, actor: Person, note: str, until: datetime, *, now: datetime
) -> None:
    expired = [line for line in credits.lines(session, pack.id) if line.kind is CreditKind.EXPIRED]
    if not expired:
        raise Conflict("pack.nothing_left")
    settled = funding.settled(session, pack).both
    if settled:
        funding.pull_back(session, pack, settled, now=now)
    packs.change(
        *(session, pack, PackState.EXPIRED),
        to=PackState.ACTIVE,
        event="pack.revived",
        now=now,
        actor_id=actor.id,
        expires_at=until,
        closed_at=None,
    )
    credits.adjust(session, pack, -expired[-1].amount, actor.id, note, now=now)
    facts = {"until": until.isoformat(), "note": note}
    packs.record(session, "pack.extended", pack, now=now, actor_id=actor.id, **facts)
