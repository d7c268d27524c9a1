"""Whoever presses whatever in whichever state: a booking only moves as the table allows this actor, a refusal
writes nothing, and what is not the actor's does not exist for them. Made from the table and from the routes.
"""

from dataclasses import dataclass
from typing import Any, Final

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import commands
from bot.screens.noes import SENTENCES
from core.booking.life import MOVES, Booking, BookingState, Who
from core.people import people
from core.people.mentors import Mentor
from tests import cast
from tests.bot.frontdesk import ANA, BEN, BROKEN, HANA, REFUSED, STRANGER, FrontDesk, counts, sentence
from tests.cast import HOUR, MONDAY, TUESDAY_TEN

pytestmark = pytest.mark.anyio

TABLE: Final = commands.table()
ACTING: Final = sorted(name for name, handler in TABLE.handlers.items() if not handler.shows)
UNKNOWN: Final = SENTENCES["booking.unknown"].msgid
ROLES: Final = {
    ANA: {Who.STUDENT, Who.PROVIDER},
    BEN: {Who.MENTOR},
    HANA: {Who.STAFF},
    STRANGER: set[Who](),
}
"""Whose moves an actor may set off; a student who says that they have paid has the provider asked."""
ANSWERS: Final = {
    "reason": "A reason",
    "note": "A note",
    "topic": "Parsers",
    "terms": "yes",
    "words": "Words",
    "stars": "5",
    "items": "Read a book",
    "objection": "It was short",
    "statement": "It was not",
}


@dataclass(frozen=True, slots=True)
class Found:
    """The booking, and how many rows there are of everything."""

    short: str
    state: BookingState
    row: dict[str, Any]
    counts: dict[str, int]


async def test_a_booking_moves_only_as_the_table_allows_the_actor(quick_desk: FrontDesk) -> None:
    desk = quick_desk
    short = await desk.db.write(_book)
    routes = [name for name in ACTING if await _is_about_a_booking(desk, name)]
    assert {"booking.release", "late.refund", "book.agree"} <= set(routes)
    moved = set()
    for state in BookingState:
        found = await desk.db.write(_put, short, state)
        for name in routes:
            for who in ROLES:
                after = await _press(desk, f"{name}:{short}:1", who, found)
                moved.add((state, after.state))
                found = after if after == found else await desk.db.write(_put, short, state)
    assert {(BookingState.HELD, BookingState.CANCELED), (BookingState.REQUESTED, BookingState.HELD)} <= moved


async def _press(desk: FrontDesk, path: str, who: str, before: Found) -> Found:
    """One press in a state; what is found afterwards. What stays as it was need not be put again."""
    said = (await desk.ask(who, path, ANSWERS)).screen
    after = await desk.db.read(_find, before.short)
    case = (path, who, before.state, sentence(said))
    assert said.title.msgid != BROKEN, case
    if said.title.msgid == REFUSED or who == STRANGER:
        assert after == before, case
    if after.state is not before.state:
        allowed = {move.target for move in MOVES if move.source is before.state and move.who & ROLES[who]}
        assert after.state in allowed, case
    return after


async def _is_about_a_booking(desk: FrontDesk, name: str) -> bool:
    """Whether a route begins with a booking: one that nobody made is unknown to it."""
    for who in ROLES:
        if UNKNOWN in sentence((await desk.ask(who, f"{name}:ZZZZZZZZ:1", ANSWERS)).screen):
            return True
    return False


def _book(session: Session) -> str:
    ben = people.identity_of(session, "discord", f"discord:{BEN.lower()}")
    assert ben is not None
    mentor = session.scalars(select(Mentor).where(Mentor.person_id == ben.person_id)).one()
    booking = cast.hold(session, mentor, cast.person(session, ANA), TUESDAY_TEN + 5 * HOUR)
    return cast.agree(session, booking).short


def _put(session: Session, short: str, state: BookingState) -> Found:
    session.execute(
        update(Booking).where(Booking.short == short).values(state=state, hold_until=MONDAY + HOUR)
    )
    return _find(session, short)


def _find(session: Session, short: str) -> Found:
    row = session.execute(select(Booking.__table__).where(Booking.short == short)).mappings().one()
    return Found(short, BookingState(row["state"]), dict(row), counts(session))
