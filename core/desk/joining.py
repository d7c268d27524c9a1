"""Two accounts that are one person: everything that is one's becomes the other's, in one transaction.

The older person is kept. Each table's own module moves its rows; then the younger person's row goes, which the
foreign keys allow only where nothing was forgotten. What cannot be true of one person is refused with its reason,
and nothing is changed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from core import drafts, history
from core.booking import bookings, disputes, moves, waiting
from core.booking.life import AFTER, BUSY, Booking, BookingState
from core.discovery import reviews
from core.errors import Conflict, NotFound, Refusal
from core.messages import conversations, notes, outbox, preferences, rooms
from core.payments import paying, payments, wallet
from core.people import codes, communities, linking, mailing, memberships, mentors, people, roles
from core.people.mentors import Mentor
from core.people.people import Person
from core.plans import subscribing, subscriptions
from core.prepaid import credits, packs, products, queue, seats, waits
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import Seat, SeatState
from core.schedule.times import Span

Follow = Callable[[Session, int, int], None]
"""Gives what is the first person's to the second."""

FOLLOWING: Final[Sequence[Follow]] = (
    *(memberships.reassign, mentors.reassign, roles.reassign, drafts.reassign),
    *(codes.reassign, mailing.reassign),
    *(rooms.reassign, conversations.reassign, notes.reassign),
    *(
        paying.reassign,
        wallet.reassign,
        bookings.reassign,
        disputes.reassign,
        waiting.reassign,
        *(products.reassign, packs.reassign, seats.reassign, credits.reassign),
        *(waits.reassign, subscribing.reassign),
        preferences.reassign,
        reviews.reassign,
        outbox.reassign,
        history.reassign,
    ),
    people.reassign,  # the last, for it ends the person's own row
)
MUTUAL: Final = (*BUSY, *AFTER)


def propose(session: Session, actor_id: int, digest: str, *, now: datetime) -> Person | Refusal:
    """Whom the actor would be joined to by a code that they entered; a refusal is returned, so that it counts."""
    code = linking.guess(session, actor_id, digest, now=now)
    if isinstance(code, Refusal):
        return code
    actor, other = people.find(session, actor_id), people.find(session, code.person_id)
    return obstacle(session, actor, other) or other


def accept(session: Session, actor_id: int, digest: str, *, now: datetime) -> Person | Refusal:
    """Joins the actor to whom the code is of, once. Raises `Conflict`, which spends nothing."""
    code = linking.guess(session, actor_id, digest, now=now)
    if isinstance(code, Refusal):
        return code
    people.alone(session, actor_id, code.person_id)
    if not codes.spend(session, code):
        return NotFound("link.wrong")
    codes.hit(session, actor_id, linking.PURPOSE)
    return join(session, people.find(session, actor_id), people.find(session, code.person_id), now=now)


def join(session: Session, one: Person, other: Person, *, now: datetime) -> Person:
    """Makes two people one; the one that is kept. Raises `Conflict` where they cannot be one."""
    kept_id, gone_id = sorted((one.id, other.id), key=lambda each: each != older(one, other).id)
    _free_lapsed(session, gone_id, kept_id, now=now)
    refusal = obstacle(session, one, other)
    if refusal is not None:
        raise refusal
    accounts = [[identity.platform, identity.name] for identity in people.identities(session, gone_id)]
    doubled = _mentors_of_both(session, gone_id, kept_id)
    for reassign in FOLLOWING:
        reassign(session, gone_id, kept_id)
    session.expire_all()
    for mentor_id in doubled:
        queue.serve(session, mentor_id, now=now)
    history.record(
        session, "person.joined", kept_id, now=now, actor_id=kept_id, gone=gone_id, accounts=accounts
    )
    return people.find(session, kept_id)


def older(one: Person, other: Person) -> Person:
    """Who is kept of two people."""
    return min(one, other, key=lambda person: (person.created_at, person.id))


def obstacle(session: Session, one: Person, other: Person) -> Conflict | None:
    """Why two people cannot be one; `None` where they can."""
    pair = (one.id, other.id)
    checks = (_both_mentor, _both_subscribe, _book_each_other, _learn_of_each_other, _overlap)
    return next((refusal for check in checks if (refusal := check(session, *pair))), None)


def _both_mentor(session: Session, one: int, other: int) -> Conflict | None:
    """In one community a person has one profile; in two communities they may well have two."""
    theirs = aliased(Mentor)
    twice = select(Mentor.community_id).join(theirs, theirs.community_id == Mentor.community_id)
    found = session.scalar(twice.where(Mentor.person_id == one, theirs.person_id == other).limit(1))
    if found is None:
        return None
    return Conflict("link.mentors", name=communities.find(session, found).name)


def _both_subscribe(session: Session, one: int, other: int) -> Conflict | None:
    """A person pays for one plan in a community."""
    found = subscriptions.both_pay(session, one, other)
    return None if found is None else Conflict("link.plans", name=communities.find(session, found).name)


def _book_each_other(session: Session, one: int, other: int) -> Conflict | None:
    """Nobody is their own student. What was let go without money stands in nobody's way."""
    between = or_(
        and_(Booking.student_id == one, Booking.mentor_person_id == other),
        and_(Booking.student_id == other, Booking.mentor_person_id == one),
    )
    latest = (Booking.starts_at.desc(), Booking.id.desc())
    for booking in session.scalars(select(Booking).where(between).order_by(*latest)).all():
        if booking.state in MUTUAL or payments.may_still_come(session, booking.purpose):
            return Conflict("link.each_other", code=booking.code)
    return None


def _learn_of_each_other(session: Session, one: int, other: int) -> Conflict | None:
    """The same of packs: one that is being paid, or that has not come to its end."""
    packs_of_one = and_(Pack.student_id == one, Mentor.person_id == other)
    packs_of_other = and_(Pack.student_id == other, Mentor.person_id == one)
    found = select(Pack.code).join(Mentor, Mentor.id == Pack.mentor_id)
    found = found.where(or_(packs_of_one, packs_of_other), Pack.state.in_((PackState.HELD, PackState.ACTIVE)))
    code = session.scalar(found.limit(1))
    return Conflict("link.each_other", code=code) if code else None


def _overlap(session: Session, one: int, other: int) -> Conflict | None:
    """A person has one diary."""
    theirs = aliased(Booking)
    clash = and_(
        theirs.id != Booking.id,
        theirs.busy_from < Booking.busy_until,
        theirs.busy_until > Booking.busy_from,
        theirs.state.in_(BUSY),
        or_(theirs.student_id == other, theirs.mentor_person_id == other),
    )
    mine = or_(Booking.student_id == one, Booking.mentor_person_id == one)
    query = select(Booking.code, theirs.code, Booking.starts_at).join(theirs, clash)
    query = query.where(mine, Booking.state.in_(BUSY)).order_by(Booking.starts_at, Booking.id, theirs.id)
    found = session.execute(query).first()
    if found is None:
        return None
    return Conflict("link.overlap", code=found[0], other=found[1], starts=found[2])


def _mentors_of_both(session: Session, one: int, other: int) -> list[int]:
    """With whom both have a seat, in order."""
    theirs = aliased(Seat)
    twice = select(Seat.mentor_id).join(theirs, theirs.mentor_id == Seat.mentor_id)
    both = (Seat.student_id == one, theirs.student_id == other)
    taken = (Seat.state != SeatState.RELEASED, theirs.state != SeatState.RELEASED)
    return sorted(session.scalars(twice.where(*both, *taken)))


def _free_lapsed(session: Session, gone: int, kept: int, *, now: datetime) -> None:
    """A hold whose time is up is in nobody's way, whether or not somebody has written that down."""
    held = select(Booking.busy_from, Booking.busy_until).where(
        Booking.state == BookingState.HELD, or_(Booking.student_id == gone, Booking.mentor_person_id == gone)
    )
    for since, until in session.execute(held).all():
        moves.free_lapsed(session, kept, gone, Span(since, until), now=now)
