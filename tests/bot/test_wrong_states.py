"""Whoever presses whatever in whichever state: a booking only moves as the table allows this actor, a refusal
writes nothing, and what is not the actor's does not exist for them. Made from the table and from the routes.
"""

from typing import Any, Final

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import commands
from bot.screens.refusals import SENTENCES
from core.booking.life import MOVES, Booking, BookingState, Who
from core.people import people
from core.people.mentors import Mentor
from tests import cast
from tests.bot.frontdesk import ANA, BEN, BROKEN, HANA, REFUSED, STRANGER, FrontDesk, sentence
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
}


async def test_a_booking_moves_only_as_the_table_allows_the_actor(quick_desk: FrontDesk) -> None:
    desk = quick_desk
    short = await desk.db.write(_book)
    routes = [name for name in ACTING if await _is_about_a_booking(desk, name)]
    assert {"booking.release", "late.refund", "book.agree"} <= set(routes)
    moved = {
        (state, await _try(desk, f"{name}:{short}:1", who, state, short))
        for state in BookingState
        for name in routes
        for who in ROLES
    }
    assert {(BookingState.HELD, BookingState.CANCELED), (BookingState.REQUESTED, BookingState.HELD)} <= moved


async def _try(desk: FrontDesk, path: str, who: str, state: BookingState, short: str) -> BookingState:
    """One press; the state that the booking is in afterwards."""
    await desk.db.write(_put, short, state)
    before, counts = await desk.db.read(_row, short), await desk.counts()
    screen = await desk.hear(who, path, ANSWERS)
    after = await desk.db.read(_row, short)
    case = (path, who, state, sentence(screen))
    assert screen.title.msgid != BROKEN, case
    if screen.title.msgid == REFUSED or who == STRANGER:
        assert after == before, case
        assert await desk.counts() == counts, case
    became = BookingState(after["state"])
    if became is not state:
        allowed = {move.target for move in MOVES if move.source is state and move.who & ROLES[who]}
        assert became in allowed, case
    return became


async def _is_about_a_booking(desk: FrontDesk, name: str) -> bool:
    """Whether a route begins with a booking: one that nobody made is unknown to it."""
    said = [sentence(await desk.hear(who, f"{name}:ZZZZZZZZ:1", ANSWERS)) for who in ROLES]
    return any(UNKNOWN in words for words in said)


def _book(session: Session) -> str:
    ben = people.identity_of(session, "discord", f"discord:{BEN.lower()}")
    assert ben is not None
    mentor = session.scalars(select(Mentor).where(Mentor.person_id == ben.person_id)).one()
    booking = cast.hold(session, mentor, cast.person(session, ANA), TUESDAY_TEN + 5 * HOUR)
    return cast.agree(session, booking).short


def _put(session: Session, short: str, state: BookingState) -> None:
    session.execute(
        update(Booking).where(Booking.short == short).values(state=state, hold_until=MONDAY + HOUR)
    )


def _row(session: Session, short: str) -> dict[str, Any]:
    return dict(session.execute(select(Booking.__table__).where(Booking.short == short)).mappings().one())
