"""What stays of a session: the mentor writes, both tick off, and nobody else has a part in it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import diary
from core.booking.life import Booking
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from core.history import History
from core.messages import notes, notices
from core.messages.notes import LONGEST, LONGEST_ITEM, MOST_ITEMS, MOST_NOTES
from core.people import people
from tests import cast
from tests.cast import MONDAY, Cast
from tests.core.messages.desk import planned
from tests.databases import Transact


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def booking(transact: Transact, troupe: Cast) -> Booking:
    return transact(cast.book, troupe.ben, troupe.ana)


def _write(session: Session, booking: Booking, who: int, words: str) -> None:
    notes.write(session, diary.find(session, booking.id), people.find(session, who), words, now=MONDAY)


def _add(session: Session, booking: Booking, who: int, *texts: str) -> list[int]:
    booking = diary.find(session, booking.id)
    notes.add_items(session, booking, people.find(session, who), texts, now=MONDAY)
    return [item.id for item in notes.items_of(session, booking.id)]


def _tick(session: Session, booking: Booking, who: int, item: int, *, done: bool = True) -> bool:
    booking = diary.find(session, booking.id)
    return notes.tick(session, booking, people.find(session, who), item, done=done, now=MONDAY).is_done


def _news(session: Session) -> list[int]:
    told = select(History.subject_id).where(History.event == "booking.noted").order_by(History.id)
    return list(session.scalars(told))


def test_the_student_hears_of_every_note(transact: Transact, troupe: Cast, booking: Booking) -> None:
    transact(_write, booking, troupe.ben.person_id, " Lead with one case. ")
    transact(_add, booking, troupe.ben.person_id, "Rewrite the intro", " ", "Ask Cleo")
    assert [note.text for note in transact(notes.of_booking, booking.id)] == ["Lead with one case."]
    assert [item.text for item in transact(notes.items_of, booking.id)] == ["Rewrite the intro", "Ask Cleo"]
    assert transact(_news) == [booking.id] * 2
    transact(notices.fan_out, now=MONDAY)
    assert any(kind.startswith("room_notes") for kind in transact(planned, troupe.ana.id))


def test_both_tick_off_and_take_it_back(transact: Transact, troupe: Cast, booking: Booking) -> None:
    [item] = transact(_add, booking, troupe.ben.person_id, "Rewrite the intro")
    assert transact(_tick, booking, troupe.ana.id, item)
    assert transact(notes.counts, booking.id) == (0, 1, 1)
    assert not transact(_tick, booking, troupe.ben.person_id, item, done=False)


def test_nobody_else_has_a_part_in_it(transact: Transact, troupe: Cast, booking: Booking) -> None:
    [item] = transact(_add, booking, troupe.ben.person_id, "Rewrite the intro")
    other = transact(cast.hold, troupe.ben, transact(cast.person, "Cleo"), cast.TUESDAY_TEN + 5 * cast.HOUR)
    refused: list[tuple[type[Refusal], str]] = []
    for verb, arguments in (
        (_write, (booking, troupe.hana.id, "Mine")),
        (_write, (booking, troupe.ana.id, "Mine")),
        (_write, (other, troupe.ben.person_id, "Too early")),
        (_tick, (booking, troupe.hana.id, item)),
        (_tick, (other, troupe.ben.person_id, item)),
    ):
        with pytest.raises(Refusal) as no:
            transact(verb, *arguments)  # type: ignore[arg-type]
        refused.append((type(no.value), no.value.key))
    assert refused == [
        (NotFound, "booking.unknown"),
        (Forbidden, "note.mentor"),
        (Conflict, "booking.is_held"),
        (NotFound, "booking.unknown"),
        (NotFound, "note.item_gone"),
    ]


def test_what_is_too_long_or_too_much_is_refused_and_nothing_is_written(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    ben = troupe.ben.person_id
    for words in ("x" * (LONGEST + 1), "  "):
        with pytest.raises(Invalid):
            transact(_write, booking, ben, words)
    for texts in (["fine", "x" * (LONGEST_ITEM + 1)], ["a"] * (MOST_ITEMS + 1), [" "]):
        with pytest.raises(Invalid):
            transact(_add, booking, ben, *texts)
    assert transact(notes.counts, booking.id) == (0, 0, 0)
    for number in range(MOST_NOTES):
        transact(_write, booking, ben, f"{number}")
    with pytest.raises(Invalid, match=r"note\.many"):
        transact(_write, booking, ben, "one more")
