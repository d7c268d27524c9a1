"""The seat of a pack that is being bought: reserved while it is paid, kept when it is, let go when it is not."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.errors import Conflict
from core.people import mentors
from core.people.mentors import Mentor
from core.prepaid import packs, products, queue, seats, tenure
from core.prepaid.packs import Pack, PackState
from core.prepaid.products import Product
from core.prepaid.seats import Seat, SeatState

WITHOUT: Final = ("seat.none", "seat.over")
"""Why there is no seat for somebody."""


def reserve(
    session: Session, mentor: Mentor, student_id: int, product: Product, *, until: datetime, now: datetime
) -> Seat:
    """The student's own seat, else a free one that nobody waits for. Raises `Conflict` where there is none."""
    if seats.of(session, mentor.id, student_id) is None:
        queue.serve(session, mentor.id, now=now)
    try:
        seat = seats.take(session, mentor, student_id, until=until, now=now)
    except Conflict as none:
        none.facts |= {"slug": mentor.slug, "product": product.short}
        raise
    queue.claim(session, mentor.id, student_id, now=now)
    return seat


def keep(session: Session, pack: Pack, *, now: datetime) -> Seat:
    """The seat of a pack that is paid, or whose payment is on its way. What waits for its money keeps its seat, late as
    the news of it may be. Raises `Conflict` where it is gone and no other is free.
    """
    own = seats.of(session, pack.mentor_id, pack.student_id)
    if own is not None and pack.state is PackState.HELD:
        return own
    mentor, product = mentors.find(session, pack.mentor_id), products.find(session, pack.product_id)
    return reserve(session, mentor, pack.student_id, product, until=now + pack.policy.hold, now=now)


def let_go(session: Session, pack: Pack, reason: str, *, now: datetime) -> None:
    """A seat that was only reserved for it is free again; one that is theirs by another pack or grace stays."""
    seat = seats.of(session, pack.mentor_id, pack.student_id)
    if seat is None or packs.of_pair(session, pack.mentor_id, pack.student_id, PackState.HELD):
        return
    if seat.state is SeatState.RESERVED:
        seats.release(session, seat, reason, now=now)
    else:
        tenure.follow(session, pack.mentor_id, pack.student_id, now=now)
