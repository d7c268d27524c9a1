"""What time and use do to packs and seats: a used pack, an ended one, the grace of a seat, and its end.

`follow` brings a seat to what the packs say; it belongs into every transaction that changes a pack or its sessions,
after the change. `keep_due` does what is due by the clock. Both do nothing where nothing is to be done. Locks are
taken in one order: the pack, then the mentor, then the seat.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from core import dues
from core.dues import Due
from core.errors import Conflict
from core.history import History
from core.payments import funding
from core.people import communities, mentors
from core.people.mentors import Mentor
from core.people.people import Person
from core.ports import Store
from core.prepaid import credits, packs, queue, seats
from core.prepaid.credits import CreditEntry, CreditKind
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import Seat, SeatState
from core.prepaid.warning import WARNED_BEFORE

T = TypeVar("T")
ENDING: Final = timedelta(days=7)
"""How long before the end of a pack it is said that sessions are left."""
SHORT: Final = timedelta(days=2)
"""The same for a pack that is not valid for longer than that."""
MOST: Final = 50
SOLD: Final = (PackState.ACTIVE, PackState.USED, PackState.EXPIRED, PackState.REFUNDED)
OVER: Final = {SeatState.GRACE: "grace_over", SeatState.RESERVED: "unclaimed"}


# --- what follows from a change ---------------------------------------------------------------


def follow(session: Session, mentor_id: int, student_id: int, *, now: datetime) -> None:
    """Brings a student's packs with a mentor, and the seat, to what the sessions say."""
    seat = seats.of(session, mentor_id, student_id)
    if seat is not None and seats.lock(session, seat).state is SeatState.RELEASED:
        seat = None
    sold = _sold(session, mentor_id, student_id)
    for pack in sold:
        _mark(session, pack, now=now)
    if any(_has_something(session, pack) for pack in sold):
        _keep(session, mentor_id, student_id, seat, now=now)
    elif seat is not None and seat.state is SeatState.ACTIVE:
        seats.begin_grace(session, seat, until=now + _grace(session, mentor_id, sold), now=now)


def resize(session: Session, mentor: Mentor, actor: Person, count: int, *, now: datetime) -> None:
    """Changes how many seats a mentor has; new ones go to who waits."""
    mentors.resize(session, mentor, actor, count, now=now)
    queue.serve(session, mentor.id, now=now)


def _sold(session: Session, mentor_id: int, student_id: int) -> Sequence[Pack]:
    """As they are now: another pack of theirs may have changed while the seat was waited for."""
    found = select(Pack).where(Pack.mentor_id == mentor_id, Pack.student_id == student_id)
    found = found.where(Pack.state.in_(SOLD)).order_by(Pack.id).execution_options(populate_existing=True)
    return session.scalars(found).all()


def _mark(session: Session, pack: Pack, *, now: datetime) -> None:
    """The state that its sessions give it. What is over keeps only the sessions that are booked."""
    left = credits.left(session, pack.id)
    if pack.expires_at is not None and pack.expires_at <= now:
        if pack.state is PackState.ACTIVE or left:
            _expire(session, pack, left, now=now)
    elif left and pack.state is not PackState.ACTIVE:
        packs.change(session, pack, *SOLD, to=PackState.ACTIVE, event="pack.resumed", now=now, closed_at=None)
    elif pack.state is PackState.ACTIVE and not left and not credits.reserved(session, pack.id):
        packs.change(
            *(session, pack, PackState.ACTIVE), to=PackState.USED, event="pack.used", now=now, closed_at=now
        )
        funding.settle(session, pack, now=now)


def _expire(session: Session, pack: Pack, left: int, *, now: datetime) -> None:
    """The sessions that are left go, and their money is shared out as if they had been held."""
    packs.change(*(session, pack, *SOLD), to=PackState.EXPIRED, event="pack.expired", now=now, closed_at=now)
    if left:
        credits.take_out(session, pack, CreditKind.EXPIRED, left, now=now)
    funding.settle(session, pack, now=now)


def _has_something(session: Session, pack: Pack) -> bool:
    """A session to book, or one that is booked."""
    return pack.state is PackState.ACTIVE or credits.reserved(session, pack.id) > 0


def _keep(session: Session, mentor_id: int, student_id: int, seat: Seat | None, *, now: datetime) -> None:
    """There is something to book or booked. Who lost their seat before has it again where one is free."""
    if seat is None:
        try:
            seat = seats.take(session, mentors.find(session, mentor_id), student_id, until=now, now=now)
        except Conflict:
            return
        packs.sit(session, mentor_id, student_id, seat.id)
    seats.activate(session, seat, now=now)


def _grace(session: Session, mentor_id: int, sold: Sequence[Pack]) -> timedelta:
    """By the rules of the pack that was bought last; of the community where there is none any more."""
    latest = max(sold, key=lambda pack: (pack.paid_at or pack.created_at, pack.id), default=None)
    if latest is not None:
        return latest.policy.grace
    return communities.find(session, mentors.find(session, mentor_id).community_id).policy.grace


# --- what is due by the clock -----------------------------------------------------------------


async def keep_time(db: Store, *, now: datetime) -> datetime | None:
    """Does what is due of packs and seats; when to look again."""
    await db.write(keep_due, now=now)
    return await db.read(next_due)


def keep_due(session: Session, *, now: datetime) -> int:
    """Ends packs, says that others end soon, warns of seats that go, releases them: each once, so many at a time."""
    queue.lapse_due(session, now=now)
    done = 0
    for step in (_end_packs, _announce_ends, _warn, _release_seats):
        done += step(session, MOST - done, now=now)
    return done


def next_due(session: Session) -> datetime | None:
    """When the next of these is due."""
    return dues.first(session, DUES)


def _end_packs(session: Session, most: int, *, now: datetime) -> int:
    over = select(Pack).where(Pack.state == PackState.ACTIVE, Pack.expires_at <= now)
    found = _claimed(session, over.order_by(Pack.mentor_id, Pack.id), most)
    for pack in found:
        follow(session, pack.mentor_id, pack.student_id, now=now)
    return len(found)


def _announce_ends(session: Session, most: int, *, now: datetime) -> int:
    soon = select(Pack).where(*IS_ENDING, _ends_within(now, ENDING, SHORT)).order_by(Pack.id)
    found = _claimed(session, soon, most)
    for pack in found:
        if session.scalar(select(Pack.id).where(Pack.id == pack.id, *IS_ENDING)) is not None:
            packs.record(session, "pack.ending", pack, now=now)
    return len(found)


def _ends_within(now: datetime, ahead: timedelta, short: timedelta) -> ColumnElement[bool]:
    return or_(and_(IS_LONG, Pack.expires_at <= now + ahead), Pack.expires_at <= now + short)


def _release_seats(session: Session, most: int, *, now: datetime) -> int:
    over = select(Seat).where(*IS_TIMED, Seat.until <= now).order_by(Seat.mentor_id, Seat.id)
    found = session.scalars(over.limit(most)).all()
    freed = sorted({seat.mentor_id for seat in found if _let_go(session, seat, now=now)})
    for mentor_id in freed:
        queue.serve(session, mentor_id, now=now)
    return len(found)


def _let_go(session: Session, seat: Seat, *, now: datetime) -> bool:
    """Releases a seat whose time is over, unless its student has begun to pay in the meantime."""
    seats.alone(session, mentors.find(session, seat.mentor_id))
    is_over = select(Seat.id).where(Seat.id == seats.lock(session, seat).id, *IS_TIMED, Seat.until <= now)
    if session.scalar(is_over) is None:
        return False
    return seats.release(session, seat, OVER[seat.state], now=now)


def _warn(session: Session, most: int, *, now: datetime) -> int:
    soon = select(Seat).where(*IS_UNWARNED, Seat.until <= now + WARNED_BEFORE)
    found = _claimed(session, soon.order_by(Seat.id), most)
    for seat in found:
        seats.warn(session, seat, now=now)
    return len(found)


def _claimed(session: Session, due: Select[T], most: int) -> Sequence[T]:
    """Rows that nobody else does at the same moment."""
    fresh = due.limit(most).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session.scalars(fresh).all()


# --- what is due, made once -------------------------------------------------------------------

_LEFT: Final = select(func.sum(CreditEntry.amount)).where(CreditEntry.pack_id == Pack.id).scalar_subquery()
_EXTENDED: Final = aliased(History)
_WAS_SAID: Final = exists().where(
    History.event == "pack.ending",
    History.subject_id == Pack.id,
    ~exists().where(
        *(_EXTENDED.event == "pack.extended", _EXTENDED.subject_id == Pack.id, _EXTENDED.id > History.id)
    ),
)
_IS_PAYING: Final = exists().where(
    Pack.state == PackState.HELD, Pack.student_id == Seat.student_id, Pack.mentor_id == Seat.mentor_id
)
IS_LONG: Final = Pack.validity_days > ENDING.days
IS_ENDING: Final = (Pack.state == PackState.ACTIVE, _LEFT > 0, ~_WAS_SAID)
"""Sessions are left, and it was not said yet that the pack ends, since it was extended."""
IS_TIMED: Final = (
    *(Seat.state.in_(OVER), Seat.until.is_not(None), ~_IS_PAYING),
    or_(Seat.state != SeatState.GRACE, Seat.warned_at.is_not(None)),
)
"""A seat that is kept until a time, that nobody is paying for, and whose end was announced."""
IS_UNWARNED: Final = (Seat.state == SeatState.GRACE, Seat.warned_at.is_(None))


DUES: Final = (
    Due(select(func.min(Pack.expires_at)).where(Pack.state == PackState.ACTIVE)),
    Due(select(Pack.expires_at).where(*IS_ENDING, IS_LONG).order_by(Pack.expires_at).limit(1), -ENDING),
    Due(select(Pack.expires_at).where(*IS_ENDING, ~IS_LONG).order_by(Pack.expires_at).limit(1), -SHORT),
    Due(select(func.min(Seat.until)).where(*IS_TIMED)),
    Due(select(func.min(Seat.until)).where(*IS_UNWARNED), -WARNED_BEFORE),
    *queue.DUES,
)
