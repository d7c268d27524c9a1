"""What the two say of each other after a session, each a verb of the tests."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from core.booking import attendance, diary
from core.booking.life import Booking
from core.discovery import reviews, written
from core.discovery.written import Review, Side
from core.errors import Refusal
from core.people import people
from core.people.mentors import Mentor
from core.people.people import Person
from tests import cast
from tests.cast import TUESDAY_TEN
from tests.databases import Transact


def met(session: Session, ben: Mentor, ana: Person, at: datetime = TUESDAY_TEN) -> Booking:
    """A session that took place."""
    booking = cast.book(session, ben, ana, at)
    attendance.propose(session, booking, now=booking.ends_at)
    return booking


def give(
    session: Session, booking: Booking, who: Person, stars: int, words: str = "", *, now: datetime
) -> Review:
    return reviews.give(
        session, diary.find(session, booking.id), people.find(session, who.id), stars, words, now=now
    )


def revise(
    session: Session, booking: Booking, who: Person, stars: int, words: str, *, now: datetime
) -> Review:
    mine, author = diary.find(session, booking.id), people.find(session, who.id)
    return reviews.revise(session, mine, author, stars, words, now=now)


def of(session: Session, booking: Booking, side: Side = Side.STUDENT) -> Review:
    review = written.of_side(session, booking.id, side)
    assert review is not None
    return review


def refused(transact: Transact, verb: object, *args: object, **kwargs: object) -> str:
    """Why a verb says no."""
    with pytest.raises(Refusal) as no:
        transact(verb, *args, **kwargs)  # type: ignore[arg-type]
    return no.value.key
