"""Packs that are bought without a bank, and what people do with their sessions, each a verb."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.history import History
from core.money import Money
from core.payments import ledger
from core.payments.ledger import Kind
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid import packs, products, seats, selling, tenure
from core.prepaid.packs import Pack
from core.prepaid.products import Product
from core.prepaid.seats import Seat
from core.prepaid.terms import Terms
from tests import cast
from tests.cast import MONDAY, TUESDAY_TEN, Cast
from tests.core.prepaid.counter import LOWEST

DAY = timedelta(days=1)
PRICE = Money(20_000, "USD")


def product(
    session: Session, troupe: Cast, *, sessions: int = 4, minutes: int = 60, days: int = 90
) -> Product:
    """Hana sells Ben's sessions."""
    ben, hana = cast.here(session, troupe.ben), cast.here(session, troupe.hana)
    place = cast.here(session, troupe.community)
    said = Terms(f"{sessions} sessions", minutes, PRICE, sessions, days)
    return products.define(session, place, hana, said, [ben], lowest=LOWEST, now=MONDAY)


def reserve(
    session: Session, sold: Product, mentor: Mentor, student: Person, *, now: datetime = MONDAY
) -> Pack:
    """A student taps on "Buy"."""
    sold, ben, ana = cast.here(session, sold), cast.here(session, mentor), cast.here(session, student)
    return selling.hold(session, sold, ben, ana, revision=sold.revision, now=now)


def pay(session: Session, pack: Pack, *, now: datetime = MONDAY) -> Pack:
    """The money has come, by way of a gift."""
    pack = cast.here(session, pack)
    moves = {"provider:gift": pack.price, pack.purpose.account: -pack.price}
    key = f"gift:{pack.short}"
    ledger.post(session, Kind.CAPTURE, moves, key=key, purpose=pack.purpose, now=now)
    selling.activate(session, pack, now=now)
    return pack


def buy(
    session: Session,
    troupe: Cast,
    student: Person | None = None,
    *,
    sessions: int = 4,
    minutes: int = 60,
    days: int = 90,
    now: datetime = MONDAY,
) -> Pack:
    sold = product(session, troupe, sessions=sessions, minutes=minutes, days=days)
    return pay(session, reserve(session, sold, troupe.ben, student or troupe.ana, now=now), now=now)


def book(
    session: Session,
    troupe: Cast,
    student: Person | None = None,
    at: datetime = TUESDAY_TEN,
    *,
    now: datetime = MONDAY,
) -> Booking:
    """A session of a pack: nothing is to be paid."""
    booking = cast.hold(session, troupe.ben, student or troupe.ana, at, now=now)
    return cast.agree(session, booking, now=now)


def use(session: Session, troupe: Cast, count: int, *, start: datetime = TUESDAY_TEN) -> datetime:
    """So many sessions take place, one a day; when the last of them was over."""
    for number in range(count):
        at = start + number * DAY
        last = cast.complete(session, book(session, troupe, at=at, now=at - 3 * cast.HOUR))
    return last.ends_at


def seat(session: Session, troupe: Cast, student: Person | None = None) -> Seat | None:
    return seats.of(session, troupe.ben.id, (student or troupe.ana).id)


def the_seat(session: Session, troupe: Cast, student: Person | None = None) -> Seat:
    found = seat(session, troupe, student)
    assert found is not None
    return found


def again(session: Session, pack: Pack) -> Pack:
    """As it is now."""
    return packs.find(session, pack.id)


def tomorrow_at_ten(now: datetime) -> datetime:
    return datetime.combine(now.date() + DAY, time(10), UTC)


def keep(session: Session, now: datetime) -> None:
    """The job runs until nothing is due."""
    for _ in range(20):
        due = tenure.next_due(session)
        if due is None or due > now:
            return
        tenure.keep_due(session, now=now)
    raise AssertionError("the job spins")


def told(session: Session, noun: str) -> Sequence[str]:
    """What was written down of packs or seats, in order."""
    rows = session.scalars(select(History.event).order_by(History.id))
    return [event for event in rows if event.startswith(f"{noun}.")]
