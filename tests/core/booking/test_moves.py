"""The table of moves is the law: every verb in every state, and a refusal writes nothing."""

from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.booking import bookings, diary, moves
from core.booking.life import MOVES, Booking, BookingState, Who, move_of
from core.errors import Conflict, Forbidden, NotFound
from core.history import History
from core.schedule.times import Span
from tests import cast
from tests.cast import MONDAY, Cast
from tests.databases import Transact


def attempt(session: Session, booking: Booking, verb: str, who: Who) -> None:
    """The verb of the table itself; a verb that takes a time takes the one it has."""
    booking = diary.find(session, booking.id)
    if verb in TAKES_A_TIME:
        at, busy = Span(booking.starts_at, booking.ends_at), Span(booking.busy_from, booking.busy_until)
        assert moves.take_time(session, booking, verb, who, at, busy, now=MONDAY)
    else:
        moves.make(session, booking, verb, who, now=MONDAY)


VERBS = sorted({move.verb for move in MOVES})
TAKES_A_TIME = {"revive", "move", "take"}


def in_state(session: Session, state: BookingState) -> tuple[Cast, Booking]:
    troupe = cast.enter(session)
    booking = cast.hold(session, troupe.ben, troupe.ana)
    put_into(session, booking, state)
    session.refresh(booking)
    return troupe, booking


def put_into(session: Session, booking: Booking, state: BookingState) -> None:
    session.execute(update(Booking).where(Booking.id == booking.id).values(state=state))


def snapshot(session: Session, booking: Booking) -> tuple[Any, ...]:
    row = session.execute(select(*Booking.__table__.c).where(Booking.id == booking.id)).one()
    return (*row, session.scalar(select(func.count(History.id))))


def test_no_verb_leads_from_a_state_to_two() -> None:
    assert len({(move.source, move.verb) for move in MOVES}) == len(MOVES)
    assert {move.source for move in MOVES} | {move.target for move in MOVES} == set(BookingState)


@pytest.mark.parametrize("state", list(BookingState))
def test_a_verb_moves_from_its_states_and_is_refused_in_all_others(
    transact: Transact, state: BookingState
) -> None:
    _, booking = transact(in_state, state)
    before = transact(snapshot, booking)
    for verb in (verb for verb in VERBS if move_of(state, verb) is None):
        for who in Who:
            with pytest.raises(Conflict) as refused:
                transact(attempt, booking, verb, who)
            assert refused.value.key == f"booking.is_{state}", verb
    assert transact(snapshot, booking) == before
    for move in (move for move in MOVES if move.source is state):
        for who in move.who:
            transact(put_into, booking, state)
            transact(attempt, booking, move.verb, who)
            assert transact(diary.find, booking.id).state is move.target, move.verb


def test_a_move_is_forbidden_to_those_who_may_not_make_it(transact: Transact) -> None:
    _, booking = transact(in_state, BookingState.HELD)
    for move in MOVES:
        transact(put_into, booking, move.source)
        before = transact(snapshot, booking)
        for who in set(Who) - move.who:
            with pytest.raises(Forbidden) as refused:
                transact(attempt, booking, move.verb, who)
            assert refused.value.key == "booking.forbidden"
        assert transact(snapshot, booking) == before


def test_a_race_for_a_state_is_lost_by_the_second(transact: Transact) -> None:
    _, booking = transact(in_state, BookingState.HELD)

    def too_late(session: Session) -> None:
        stale = diary.find(session, booking.id)
        session.execute(
            update(Booking)
            .where(Booking.id == booking.id)
            .values(state=BookingState.EXPIRED)
            .execution_options(synchronize_session=False)
        )
        assert stale.state is BookingState.HELD
        bookings.confirm(session, stale, Who.PROVIDER, now=MONDAY)

    with pytest.raises(Conflict) as refused:
        transact(too_late)
    assert refused.value.key == "booking.is_expired"


def test_somebody_elses_booking_does_not_exist(transact: Transact) -> None:
    troupe, booking = transact(in_state, BookingState.HELD)
    for check, stranger in (
        (bookings.require_student, troupe.ben_himself),
        (bookings.require_student, troupe.hana),
        (bookings.require_party, troupe.hana),
    ):
        with pytest.raises(NotFound):
            check(booking, stranger)
    bookings.require_student(booking, troupe.ana)
    bookings.require_party(booking, troupe.ben_himself)


def test_each_move_is_written_down_once_with_its_reason(transact: Transact) -> None:
    _, booking = transact(in_state, BookingState.HELD)
    transact(lambda s: moves.lapse(s, diary.find(s, booking.id), Who.CLOCK, now=MONDAY))
    told = select(History.event, History.facts).where(History.subject_id == booking.id).order_by(History.id)
    rows = transact(lambda s: s.execute(told).all())
    mine = [(event, facts["reason"]) for event, facts in rows if event.startswith("booking.")]
    assert mine == [("booking.held", ""), ("booking.expired", "unpaid")]
