"""A mentor proposes other times; the student takes one, none, or the money."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import bookings, canceling, diary, moving, proposals, requests, standing
from core.booking.life import Booking, BookingState, Who
from core.booking.proposals import Proposal, ProposalState
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.history import History
from core.people import mentors
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking.shop import PRICE, Shop
from tests.core.booking.test_canceling import paid
from tests.databases import Transact

DAY = timedelta(days=1)
THURSDAY_TEN = TUESDAY_TEN + 2 * DAY
TIMES = (THURSDAY_TEN, THURSDAY_TEN + 2 * HOUR, THURSDAY_TEN + DAY)


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def booking(transact: Transact, troupe: Cast) -> Booking:
    return transact(cast.book, troupe.ben, troupe.ana)


def propose(
    session: Session,
    booking: Booking,
    by: Person,
    times: Sequence[datetime] = TIMES,
    *,
    note: str = "",
    now: datetime = MONDAY,
) -> Proposal:
    return proposals.propose(
        session, cast.here(session, booking), cast.here(session, by), times, note, now=now
    )


def accept(
    session: Session, booking: Booking, student: Person, at: datetime, *, now: datetime = MONDAY
) -> Booking:
    booking = cast.here(session, booking)
    proposals.accept(session, booking, cast.here(session, student), at, now=now)
    return booking


def refuse(session: Session, booking: Booking, student: Person, *, now: datetime = MONDAY) -> None:
    proposals.refuse(session, cast.here(session, booking), cast.here(session, student), now=now)


def give_back(session: Session, booking: Booking, student: Person, *, now: datetime = MONDAY) -> None:
    proposals.refund(session, cast.here(session, booking), cast.here(session, student), now=now)


def events(session: Session) -> list[str]:
    told = session.scalars(select(History.event).order_by(History.id))
    return [event for event in told if event.startswith("booking.")]


def test_a_time_that_the_student_takes_moves_the_session_and_does_not_count_as_a_move_of_theirs(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    proposal = transact(propose, booking, troupe.ben_himself)
    assert proposal.open_until == min(MONDAY + 48 * HOUR, TUESDAY_TEN)
    assert transact(diary.find, booking.id).starts_at == TUESDAY_TEN
    moved = transact(accept, booking, troupe.ana, THURSDAY_TEN)
    assert (moved.starts_at, moved.revision, moved.moves) == (THURSDAY_TEN, 1, 0)
    assert moved.anchor == TUESDAY_TEN
    assert transact(proposals.find, proposal.id).state is ProposalState.ACCEPTED
    assert transact(events)[-2:] == ["booking.proposed", "booking.moved"]


def test_a_student_who_refuses_keeps_the_session_as_it_is(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    transact(propose, booking, troupe.ben_himself)
    transact(refuse, booking, troupe.ana)
    assert transact(diary.find, booking.id).starts_at == TUESDAY_TEN
    with pytest.raises(Conflict) as refused:
        transact(accept, booking, troupe.ana, THURSDAY_TEN)
    assert refused.value.key == "proposal.gone"
    assert transact(events)[-1] == "booking.proposal_refused"


@pytest.mark.anyio
async def test_a_student_who_would_rather_have_the_money_gets_all_of_it_and_nobody_is_blamed(
    shop: Shop,
) -> None:
    booking = await paid(shop)
    shop.clock.move(TUESDAY_TEN - 3 * HOUR - shop.now)
    await shop.db.write(propose, booking, shop.troupe.ben_himself, now=shop.now)
    await shop.db.write(
        lambda s: proposals.refund(s, cast.here(s, booking), cast.here(s, shop.troupe.ana), now=shop.now)
    )
    await shop.tick()
    off = await shop.booking(booking)
    assert (off.state, off.closed_reason) == (BookingState.CANCELED, canceling.REFUSED_MOVE)
    assert shop.bank.returned == PRICE.amount
    assert (await shop.db.read(standing.of, booking.mentor_id, now=shop.now)).canceled == 0
    await shop.check_books()


def test_a_new_proposal_replaces_the_one_that_is_open(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    first = transact(propose, booking, troupe.ben_himself)
    transact(propose, booking, troupe.ben_himself, [THURSDAY_TEN + 3 * HOUR])
    assert transact(proposals.find, first.id).state is ProposalState.REPLACED
    with pytest.raises(NotFound):
        transact(accept, booking, troupe.ana, THURSDAY_TEN)
    assert transact(accept, booking, troupe.ana, THURSDAY_TEN + 3 * HOUR).revision == 1


def test_a_proposal_is_open_for_two_days_or_until_the_start(transact: Transact, troupe: Cast) -> None:
    far = transact(cast.book, troupe.ben, troupe.ana, TUESDAY_TEN + 10 * DAY)
    transact(propose, far, troupe.ben_himself)
    with pytest.raises(Conflict) as refused:
        transact(accept, far, troupe.ana, THURSDAY_TEN, now=MONDAY + 48 * HOUR)
    assert refused.value.key == "proposal.gone"
    near = transact(cast.book, troupe.ben, transact(cast.person, "Bea"))
    assert transact(propose, near, troupe.ben_himself).open_until == TUESDAY_TEN


def test_a_proposal_for_a_session_that_was_moved_or_is_off_is_gone(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    transact(propose, booking, troupe.ben_himself)

    def move(session: Session) -> None:
        mine, ana = cast.here(session, booking), cast.here(session, troupe.ana)
        moving.move(session, mine, Who.STUDENT, ana, TUESDAY_TEN + 4 * HOUR, now=MONDAY)

    transact(move)
    with pytest.raises(Conflict) as refused:
        transact(accept, booking, troupe.ana, THURSDAY_TEN)
    assert refused.value.key == "proposal.gone"


def test_a_proposed_time_that_somebody_took_meanwhile_is_refused_with_the_nearest(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    proposal = transact(propose, booking, troupe.ben_himself)
    transact(cast.book, troupe.ben, transact(cast.person, "Bea"), THURSDAY_TEN)
    with pytest.raises(Conflict) as refused:
        transact(accept, booking, troupe.ana, THURSDAY_TEN)
    assert refused.value.key == "move.not_free"
    assert transact(proposals.find, proposal.id).state is ProposalState.OPEN


@pytest.mark.parametrize("times", [(), (*TIMES, THURSDAY_TEN + 4 * HOUR)])
def test_a_proposal_has_one_to_three_times(
    transact: Transact, troupe: Cast, booking: Booking, times: Sequence[datetime]
) -> None:
    with pytest.raises(Invalid) as refused:
        transact(propose, booking, troupe.ben_himself, times)
    assert refused.value.key == "proposal.times"


def test_what_is_proposed_is_free_and_the_note_is_short(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    with pytest.raises(Conflict) as refused:
        transact(propose, booking, troupe.ben_himself, [THURSDAY_TEN, TUESDAY_TEN])
    assert (refused.value.key, refused.value.facts["time"]) == ("proposal.not_free", TUESDAY_TEN)
    with pytest.raises(Invalid):
        transact(propose, booking, troupe.ben_himself, note="x" * 501)


def test_only_the_mentor_proposes_and_only_the_student_answers(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    for somebody in (troupe.ana, troupe.hana):
        with pytest.raises(NotFound):
            transact(propose, booking, somebody)
    transact(propose, booking, troupe.ben_himself)
    for somebody in (troupe.ben_himself, troupe.hana):
        with pytest.raises(NotFound):
            transact(accept, booking, somebody, THURSDAY_TEN)
        with pytest.raises(NotFound):
            transact(refuse, booking, somebody)


def test_nothing_is_proposed_for_a_hold_or_what_has_begun(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    held = transact(cast.hold, troupe.ben, transact(cast.person, "Bea"), THURSDAY_TEN)
    with pytest.raises(Conflict) as refused:
        transact(propose, held, troupe.ben_himself, [THURSDAY_TEN + DAY])
    assert refused.value.key == "booking.is_held"
    with pytest.raises(Conflict) as refused:
        transact(propose, booking, troupe.ben_himself, now=TUESDAY_TEN)
    assert refused.value.key == "booking.begun"


def test_a_request_is_answered_with_other_times_too(transact: Transact, troupe: Cast) -> None:
    def asks_first(session: Session) -> None:
        mentors.find(session, troupe.ben.id).asks_first = True

    transact(asks_first)
    asked = transact(cast.agree, transact(cast.hold, troupe.ben, troupe.ana))
    assert asked.state is BookingState.REQUESTED
    transact(propose, asked, troupe.ben_himself, now=MONDAY + HOUR)
    taken = transact(accept, asked, troupe.ana, THURSDAY_TEN, now=MONDAY + 2 * HOUR)
    assert (taken.state, taken.starts_at) == (BookingState.HELD, THURSDAY_TEN)
    assert taken.accepted_at == MONDAY + 2 * HOUR
    assert taken.hold_until is not None
    assert taken.hold_until > MONDAY + 2 * HOUR + 15 * MINUTE - MINUTE


def test_what_was_proposed_before_the_mentor_accepted_after_all_is_no_way_to_the_money(
    transact: Transact, troupe: Cast
) -> None:
    def asks_first(session: Session) -> None:
        mentors.find(session, troupe.ben.id).asks_first = True

    def is_accepted_and_paid(session: Session) -> None:
        mine = cast.here(session, asked)
        requests.accept(session, mine, cast.here(session, troupe.ben_himself), now=MONDAY + HOUR)
        bookings.confirm(session, mine, Who.PROVIDER, now=MONDAY + HOUR)

    transact(asks_first)
    asked = transact(cast.agree, transact(cast.hold, troupe.ben, troupe.ana))
    transact(propose, asked, troupe.ben_himself)
    transact(is_accepted_and_paid)
    for answer in (give_back, refuse):
        with pytest.raises(Conflict) as refused:
            transact(answer, asked, troupe.ana, now=MONDAY + 2 * HOUR)
        assert refused.value.key == "proposal.gone"
    transact(propose, asked, troupe.ben_himself, now=MONDAY + 2 * HOUR)
    assert transact(accept, asked, troupe.ana, THURSDAY_TEN, now=MONDAY + 3 * HOUR).revision == 1


def test_a_mentor_whose_bookings_are_paused_gets_no_new_one_by_proposing(
    transact: Transact, troupe: Cast, booking: Booking
) -> None:
    def asks_first(session: Session) -> None:
        mentors.find(session, troupe.ben.id).asks_first = True

    def pause(session: Session) -> None:
        mentors.find(session, troupe.ben.id).paused_at = MONDAY

    transact(asks_first)
    bea, cleo = (transact(cast.person, name) for name in ("Bea", "Cleo"))
    asked, other = (
        transact(cast.agree, transact(cast.hold, troupe.ben, student, TUESDAY_TEN + hours * HOUR))
        for student, hours in ((bea, 3), (cleo, 5))
    )
    transact(propose, asked, troupe.ben_himself)
    transact(pause)
    with pytest.raises(Forbidden):
        transact(propose, other, troupe.ben_himself)
    with pytest.raises(Forbidden):
        transact(accept, asked, bea, THURSDAY_TEN)
    transact(propose, booking, troupe.ben_himself, [THURSDAY_TEN + DAY])
    assert transact(accept, booking, troupe.ana, THURSDAY_TEN + DAY).revision == 1
