"""The cast of the tests: a community, Ana who learns, Ben who mentors, and what they do, each a verb.

People and bookings go from one transaction to the next; `here` fetches them into the one that is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from core import chat
from core.booking import attendance, bookings, holds
from core.booking.life import Booking, Who
from core.db import Base
from core.money import Money
from core.people import communities, governing, memberships, mentorship, people
from core.people.applications import Application
from core.people.communities import Community
from core.people.mentors import Mentor
from core.people.people import Person
from core.schedule import availability
from tests.tapes import taped

T = TypeVar("T", bound=Base)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TUESDAY_TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cast:
    """A community whose host is Hana; Ben mentors there for 60.00 an hour, every day from 8 to 20 in UTC."""

    community: Community
    hana: Person
    ana: Person
    ben: Mentor
    ben_himself: Person


@taped
def enter(session: Session, /, **rules: Any) -> Cast:
    place, hana = community(session, **rules)
    ben = mentor(session, place, "Ben", by=hana)
    return Cast(place, hana, person(session, "Ana"), ben, people.find(session, ben.person_id))


def community(session: Session, /, name: str = "Guild", **rules: Any) -> tuple[Community, Person]:
    """A Discord server and its host."""
    found, _ = communities.host(session, chat.Place("discord", name.lower(), name), now=MONDAY)
    hana = person(session, f"Hana of {name}")
    memberships.see(session, found, hana, may_manage=True, roles=frozenset(), now=MONDAY)
    if rules:
        governing.change(session, found, hana, now=MONDAY, **rules)
    return found, hana


def person(session: Session, name: str, *, platform: str = "discord") -> Person:
    account = chat.Account(platform, f"{platform}:{name.lower()}", name)
    return people.meet(session, account, "en", now=MONDAY).person


def application(**changes: Any) -> Application:
    said: dict[str, Any] = {
        "headline": "Compilers, gently",
        "bio": "I have built two.",
        "topics": ("compilers",),
        "university": "Aalto",
        "degree": "MSc",
        "graduation_year": 2019,
        "company": "Acme",
        "languages": ("en",),
        "hourly": Money(6_000, "USD"),
    }
    return Application(**said | changes)


def mentor(
    session: Session,
    /,
    place: Community,
    name: str,
    *,
    by: Person,
    hours: Sequence[tuple[int, int]] = ((8 * 60, 20 * 60),),
    buffers: tuple[int, int] = (0, 10),
    **profile: Any,
) -> Mentor:
    """An approved mentor who is open at these hours (UTC) every day."""
    himself = person(session, name)
    place, by = here(session, place), here(session, by)
    ben = mentorship.apply(session, place, himself, application(**profile), lowest=None, now=MONDAY)
    mentorship.approve(session, ben, by, now=MONDAY)
    open_up(session, ben, hours=hours, buffers=buffers)
    return ben


def open_up(
    session: Session,
    ben: Mentor,
    *,
    hours: Sequence[tuple[int, int]] = ((8 * 60, 20 * 60),),
    buffers: tuple[int, int] = (0, 10),
    zone: str = "UTC",
    day_limit: int = 0,
) -> None:
    ben = here(session, ben)
    himself = people.find(session, ben.person_id)
    for weekday in range(7):
        availability.open_weekly(session, ben, himself, weekday, list(hours), now=MONDAY)
    before, after = buffers
    availability.set_frame(
        session,
        ben,
        himself,
        zone=zone,
        buffer_before=before,
        buffer_after=after,
        day_limit=day_limit,
        now=MONDAY,
    )


def here(session: Session, thing: T) -> T:
    """The same row, in this session."""
    return thing if thing in session else session.get_one(type(thing), thing.id)  # type: ignore[attr-defined]


def hold(
    session: Session,
    ben: Mentor,
    ana: Person,
    starts_at: datetime = TUESDAY_TEN,
    minutes: int = 60,
    *,
    now: datetime = MONDAY,
) -> Booking:
    """Ana taps on a time."""
    return holds.place(session, here(session, ben), here(session, ana), starts_at, minutes, now=now)


def agree(session: Session, booking: Booking, *, now: datetime = MONDAY) -> Booking:
    booking = here(session, booking)
    ana = people.find(session, booking.student_id)
    holds.agree(session, booking, ana, "Parsers", "Where do I start?", now=now)
    return booking


def release(session: Session, booking: Booking, *, now: datetime = MONDAY) -> Booking:
    booking = here(session, booking)
    holds.release(session, booking, people.find(session, booking.student_id), now=now)
    return booking


def confirm(session: Session, booking: Booking, *, now: datetime = MONDAY) -> Booking:
    """The money has come, without the money."""
    booking = here(session, booking)
    bookings.confirm(session, booking, Who.PROVIDER, now=now)
    return booking


def book(
    session: Session,
    ben: Mentor,
    ana: Person,
    starts_at: datetime = TUESDAY_TEN,
    minutes: int = 60,
    *,
    now: datetime = MONDAY,
) -> Booking:
    return confirm(session, hold(session, ben, ana, starts_at, minutes, now=now), now=now)


def complete(session: Session, booking: Booking) -> Booking:
    booking = here(session, booking)
    attendance.propose(session, booking, now=booking.ends_at)
    return booking


def end_of(booking: Booking) -> datetime:
    """When this hold lapses."""
    assert booking.hold_until is not None
    return booking.hold_until
