"""A stranger learns nothing by forging: a booking that is not theirs answers as one that does not exist.

Made from the table of routes; a member of the same community is as much a stranger as the staff of another.
"""

from typing import Final

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import commands
from bot.visit import stamp
from core.booking.life import Booking, BookingState
from core.chat import Place
from core.discovery import reviews
from core.people.people import Person
from tests.bot.frontdesk import FAR_STAFF, GUILD, STRANGER, FrontDesk
from tests.bot.test_wrong_states import ANSWERS, UNKNOWN
from tests.cast import MONDAY, TUESDAY_TEN

pytestmark = pytest.mark.anyio

NOBODY: Final = "ZZZZZZZZ"
NO_REVIEW: Final = "999999"
OF_A_REVIEW: Final = [
    f"review.{verb}"
    for verb in ("show", "reply_form", "reply", "report_form", "report", "case", "keep", "hide")
]
TAILS: Final = ("", ":1", ":20261126", f":{stamp(TUESDAY_TEN)}", ":1:1:1:1")
STATES: Final = (BookingState.REQUESTED, BookingState.HELD, BookingState.CONFIRMED, BookingState.DISPUTED)
WHO: Final[tuple[tuple[str, Place | None], ...]] = ((STRANGER, GUILD), (FAR_STAFF, None))


async def test_a_booking_of_others_answers_as_one_that_does_not_exist(quick_desk: FrontDesk) -> None:
    desk, short = quick_desk, quick_desk.short["confirmed"]
    routes = {name: found for name in commands.table().handlers if (found := await _tail(desk, name))}
    assert {"booking.show", "booking.quote", "desk.refund", "audit.file", "late.take"} <= routes.keys()
    for state in STATES:
        await desk.db.write(_put, short, state)
        for name, (tail, unknown) in routes.items():
            for who, place in WHO:
                assert await _answer(desk, who, place, f"{name}:{short}{tail}", short) == unknown, (name, who)


async def test_a_code_of_others_is_as_unknown_as_one_that_nobody_has(quick_desk: FrontDesk) -> None:
    desk = quick_desk
    code = await desk.db.read(_code_of, desk.short["confirmed"])
    for command in ("session-completed", "audit"):
        said, other = [
            repr((await desk.ask(STRANGER, command, {"code": each})).screen.parts).replace(each, "CODE")
            for each in (code, "NP-20200101-AAAAA")
        ]
        assert said == other, command


async def test_a_review_that_nobody_may_read_yet_answers_as_one_that_does_not_exist(
    quick_desk: FrontDesk,
) -> None:
    desk = quick_desk
    await desk.db.write(_write_a_review, desk.short["completed"])
    for name in OF_A_REVIEW:
        for who, place in WHO:
            said, other = [
                repr((await desk.ask(who, f"{name}:{each}", ANSWERS, place=place)).screen)
                for each in ("1", NO_REVIEW)
            ]
            assert said.replace("'1'", "'?'") == other.replace(f"'{NO_REVIEW}'", "'?'"), (name, who)


async def _answer(desk: FrontDesk, who: str, place: Place | None, path: str, short: str) -> str:
    return repr((await desk.ask(who, path, ANSWERS, place=place)).screen).replace(short, "SHORT")


async def _tail(desk: FrontDesk, name: str) -> tuple[str, str] | None:
    """What follows the booking in a route, and what is said of one that nobody made; `None` where it has none."""
    for tail in TAILS:
        said = await _answer(desk, STRANGER, GUILD, f"{name}:{NOBODY}{tail}", NOBODY)
        if UNKNOWN in said:
            return tail, said
    return None


def _put(session: Session, short: str, state: BookingState) -> None:
    session.execute(update(Booking).where(Booking.short == short).values(state=state))


def _code_of(session: Session, short: str) -> str:
    return session.scalars(select(Booking.code).where(Booking.short == short)).one()


def _write_a_review(session: Session, short: str) -> None:
    booking = session.scalars(select(Booking).where(Booking.short == short)).one()
    author = session.get_one(Person, booking.student_id)
    assert reviews.give(session, booking, author, 5, "It helped", now=MONDAY).id == 1
