"""Buying a pack: its seat is reserved while it is paid, and it is sold or comes to nothing.

What was sold is a copy of what was seen, so a change of the product touches nobody who is paying.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import dues
from core.dues import NOW, Due
from core.errors import Conflict, Forbidden
from core.payments import paying, payments, wallet
from core.people import communities, people
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid import credits, pace, packs, queue, seating, seats, shelf, tenure
from core.prepaid.packs import UNSOLD, Pack, PackState
from core.prepaid.products import Product

SLOW_PAYMENT: Final = timedelta(days=3)
COPIED: Final = ("name", "sessions", "minutes", "amount", "currency", "validity_days")
"""What of a product is copied onto a pack."""


# --- what the student does --------------------------------------------------------------------


def hold(
    session: Session, product: Product, mentor: Mentor, student: Person, *, revision: int, now: datetime
) -> Pack:
    """Reserves a seat while the pack is paid, at the terms that were seen. One for nothing is bought at once.

    The same tap again gives the same pack, a tap on another moves the reservation. Raises `Conflict` where the
    terms are others by now (`product.changed`) or no seat is free (`seat.none`).
    """
    people.alone(session, student.id)
    live = live_hold(session, student.id, now=now)
    if live is not None and _is_again(live, product, mentor, revision):
        return live
    check(session, product, mentor, student, revision=revision)
    pace.check(session, student, now=now)
    moved = live if live is not None and not payments.is_arriving(session, live.purpose) else None
    if moved is not None:
        _call_off(session, moved, student, reason="moved", now=now)
    pack = _new(session, product, mentor, student, now=now)
    if moved is not None:
        seating.let_go(session, moved, "moved", now=now)
        queue.serve(session, moved.mentor_id, now=now)
    if not pack.price:
        activate(session, pack, now=now)
    return pack


def check(session: Session, product: Product, mentor: Mentor, student: Person, *, revision: int) -> None:
    """Whether this student may buy it of this mentor at the terms of a revision. Raises where not."""
    if mentor.person_id == student.id:
        raise Forbidden("pack.own")
    if not mentor.is_bookable:
        raise Forbidden("mentor.not_bookable", name=mentor.name)
    if not shelf.is_offered(session, product, mentor):
        raise Conflict("product.retired")
    if revision != product.revision:
        raise Conflict(
            "product.changed",
            name=product.name,
            sessions=product.sessions,
            length=timedelta(minutes=product.minutes),
            price=product.price,
            product=product.short,
            slug=mentor.slug,
            revision=product.revision,
        )


def release(session: Session, pack: Pack, actor: Person, *, now: datetime) -> None:
    """The student lets it go and its pay link is closed; money that comes all the same is late money."""
    packs.require_student(pack, actor)
    if payments.is_arriving(session, pack.purpose):
        raise Conflict("payment.processing")
    _call_off(session, pack, actor, reason="released", now=now)
    seating.let_go(session, pack, "released", now=now)
    queue.serve(session, pack.mentor_id, now=now)


# --- what becomes of it -----------------------------------------------------------------------


def activate(session: Session, pack: Pack, *, now: datetime) -> None:
    """It is paid: its sessions can be booked from now on, until its validity is over. Raises `Conflict` without a
    seat."""
    seat = seating.keep(session, pack, now=now)
    packs.change(
        *(session, pack, PackState.HELD, *UNSOLD),
        to=PackState.ACTIVE,
        event="pack.bought",
        now=now,
        seat_id=seat.id,
        paid_at=now,
        expires_at=now + timedelta(days=pack.validity_days),
        closed_at=None,
    )
    credits.buy(session, pack, now=now)
    seats.activate(session, seat, now=now)
    tenure.follow(session, pack.mentor_id, pack.student_id, now=now)


def lapse(session: Session, pack: Pack, *, now: datetime, reason: str) -> None:
    """It was not paid in time, or not at all."""
    packs.change(
        *(session, pack, PackState.HELD),
        to=PackState.LAPSED,
        event="pack.lapsed",
        now=now,
        reason=reason,
        closed_at=now,
    )
    wallet.unspend(session, pack.student_id, pack.purpose, pack.currency, now=now)
    seating.let_go(session, pack, reason, now=now)


def serve(session: Session, pack: Pack, *, now: datetime) -> None:
    """The seat that it kept and keeps no more is offered to the first in line."""
    if pack.state not in (PackState.HELD, PackState.ACTIVE):
        queue.serve(session, pack.mentor_id, now=now)


# --- reads ------------------------------------------------------------------------------------


def require_live_hold(pack: Pack, *, now: datetime) -> None:
    if not pack.is_live_hold(now):
        state = PackState.LAPSED if pack.state is PackState.HELD else pack.state
        raise Conflict(f"pack.is_{state}")


def live_hold(session: Session, student_id: int, *, now: datetime) -> Pack | None:
    """What this student is buying just now."""
    live = select(Pack).where(
        Pack.student_id == student_id, Pack.state == PackState.HELD, Pack.hold_until > now
    )
    return session.scalar(live.order_by(Pack.id.desc()).limit(1))


def lapsed(session: Session, *, now: datetime) -> list[Pack]:
    """Holds whose time is up."""
    found = select(Pack).where(Pack.state == PackState.HELD, Pack.hold_until <= now)
    return list(session.scalars(found.order_by(Pack.id)))


def next_due(session: Session, *, now: datetime) -> datetime | None:
    """When the next hold ends; one that has ended and waits is the payments' to wake."""
    return dues.first(session, DUES, now=now)


# --- private ----------------------------------------------------------------------------------


def _is_again(live: Pack, product: Product, mentor: Mentor, revision: int) -> bool:
    """Whether a tap asks for what is held already: the same pack, at the terms that it has or at older ones."""
    if (live.product_id, live.mentor_id) != (product.id, mentor.id):
        return False
    return revision != product.revision or all(
        getattr(live, name) == getattr(product, name) for name in COPIED
    )


def _new(session: Session, product: Product, mentor: Mentor, student: Person, *, now: datetime) -> Pack:
    policy = communities.find(session, product.community_id).policy
    until = now + policy.hold
    seat = seating.reserve(session, mentor, student.id, product, until=until, now=now)
    pack = packs.make(
        session,
        now=now,
        community_id=product.community_id,
        product_id=product.id,
        mentor_id=mentor.id,
        student_id=student.id,
        seat_id=seat.id,
        rules=policy.to_json(),
        hold_until=until,
        **{name: getattr(product, name) for name in COPIED},
    )
    packs.record(session, "pack.held", pack, now=now, actor_id=student.id)
    return pack


def _call_off(session: Session, pack: Pack, actor: Person, *, reason: str, now: datetime) -> None:
    packs.change(
        *(session, pack, PackState.HELD),
        to=PackState.CANCELED,
        event="pack.canceled",
        now=now,
        actor_id=actor.id,
        reason=reason,
        closed_at=now,
    )
    paying.close_all(session, pack.purpose, now=now)
    wallet.unspend(session, pack.student_id, pack.purpose, pack.currency, now=now)


_HOLDS: Final = select(func.min(Pack.hold_until)).where(Pack.state == PackState.HELD)
DUES: Final = (Due(_HOLDS.where(Pack.hold_until > NOW)),)
LAPSED: Final = (Due(_HOLDS),)
"""When the first hold ended, or ends."""
