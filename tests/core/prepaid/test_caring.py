"""What staff does about packs, and what a student does whose mentor left: reasons, limits, money, seats."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from adapters.database import Database
from core import history
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from core.people import memberships, mentors, mentorship, rates
from core.people.mentors import Mentor, MentorState
from core.people.people import Person
from core.prepaid import caring, credits, packs, reminding, returning, seats, tenure
from core.prepaid.credits import CreditKind
from core.prepaid.packs import Pack, PackState
from core.prepaid.reminding import Told
from core.prepaid.returning import Quote
from core.prepaid.seats import SeatState
from tests import cast
from tests.cast import TUESDAY_TEN
from tests.core.prepaid.counter import PRICE, Counter

pytestmark = pytest.mark.anyio
SECRET = "a secret of the house"
WHY = "He was ill."
EACH = PRICE.amount // 4


@pytest.fixture
async def counter(db: Database) -> AsyncIterator[Counter]:
    """The books are right whatever happened."""
    counter = await Counter.open(db)
    yield counter
    await counter.check_books()


async def adjusts(counter: Counter, pack: Pack, by: int, why: str = WHY, who: Person | None = None) -> None:
    def act(session: Session) -> None:
        actor = cast.here(session, who or counter.troupe.hana)
        caring.adjust(session, packs.find(session, pack.id), actor, by, why, now=counter.now)

    await counter.db.write(act)


async def extends(counter: Counter, pack: Pack, days: int, why: str = WHY) -> None:
    def act(session: Session) -> None:
        hana = cast.here(session, counter.troupe.hana)
        caring.extend(session, packs.find(session, pack.id), hana, days, why, now=counter.now)

    await counter.db.write(act)


async def transfers(
    counter: Counter, pack: Pack, mentor: Mentor, who: Person | None = None, why: str = WHY
) -> None:
    def act(session: Session) -> None:
        actor, taker = cast.here(session, who or counter.troupe.hana), cast.here(session, mentor)
        caring.transfer(session, packs.find(session, pack.id), taker, actor, why, now=counter.now)

    await counter.db.write(act)


async def quoted(counter: Counter, pack: Pack) -> Quote:
    return await counter.db.read(returning.quoted, await counter.pack(pack), now=counter.now)


async def refunds(
    counter: Counter, pack: Pack, quote: Quote, who: Person | None = None, why: str = WHY
) -> None:
    def act(session: Session) -> None:
        actor = cast.here(session, who or counter.troupe.hana)
        returning.refund(session, packs.find(session, pack.id), actor, quote, why, now=counter.now)

    await counter.db.write(act)


async def has_one_session(counter: Counter, pack: Pack) -> None:
    """It was booked, and it took place."""
    booking = await counter.hold()
    assert booking.pack_id == pack.id

    def take_place(session: Session) -> None:
        mine = packs.find(session, pack.id)
        credits.capture(session, mine, booking.id, now=counter.now)
        tenure.follow(session, mine.mentor_id, mine.student_id, now=counter.now)

    await counter.db.write(take_place)


async def carla(counter: Counter) -> Mentor:
    """Another mentor of the community."""
    troupe = counter.troupe
    return await counter.db.write(cast.mentor, troupe.community, "Carla", by=troupe.hana)


async def leaves(counter: Counter) -> None:
    def act(session: Session) -> None:
        ben = cast.here(session, counter.troupe.ben)
        caring.let_go(session, ben, cast.here(session, counter.troupe.ben_himself), now=counter.now)

    await counter.db.write(act)


async def noted(counter: Counter, event: str, pack: Pack) -> object:
    """The reason that was written down with it."""
    row = await counter.db.read(history.latest, event, pack.id)
    assert row is not None
    return row.facts["note"]


# --- adjusting and extending ------------------------------------------------------------------


async def test_staff_adds_and_takes_sessions_and_says_why(counter: Counter) -> None:
    pack = await counter.buys()
    await adjusts(counter, pack, 2)
    assert await counter.left(pack) == 6
    await adjusts(counter, pack, -5, "Counted twice.")
    assert await counter.left(pack) == 1
    assert await noted(counter, "pack.adjusted", pack) == "Counted twice."
    last = (await counter.db.read(credits.lines, pack.id))[-1]
    assert (last.kind, last.note, last.actor_id) == (
        CreditKind.ADJUSTED,
        "Counted twice.",
        counter.troupe.hana.id,
    )


async def test_a_pack_never_goes_below_zero(counter: Counter) -> None:
    pack = await counter.buys()
    with pytest.raises(Conflict, match=r"pack\.empty"):
        await adjusts(counter, pack, -5)
    assert await counter.left(pack) == 4


@pytest.mark.parametrize(
    ("by", "why", "key"),
    [
        (0, WHY, "adjust.by"),
        (101, WHY, "adjust.by"),
        (-101, WHY, "adjust.by"),
        (1, "  ", "text.empty"),
        (1, "x" * 201, "text.long"),
    ],
)
async def test_what_cannot_be_adjusted_is_said(counter: Counter, by: int, why: str, key: str) -> None:
    pack = await counter.buys()
    with pytest.raises(Invalid) as said:
        await adjusts(counter, pack, by, why)
    assert said.value.key == key


async def test_only_staff_adjusts_and_for_a_stranger_there_is_no_pack(counter: Counter) -> None:
    pack = await counter.buys()
    with pytest.raises(NotFound):
        await adjusts(counter, pack, 1, who=counter.troupe.ana)


async def test_a_used_pack_that_gets_a_session_is_used_again_and_has_its_seat_back(counter: Counter) -> None:
    pack = await counter.buys()
    await adjusts(counter, pack, -4)
    assert await counter.became(pack) is PackState.USED
    assert await counter.seat() is SeatState.GRACE
    await adjusts(counter, pack, 1)
    assert await counter.became(pack) is PackState.ACTIVE
    assert await counter.seat() is SeatState.ACTIVE


async def test_an_extension_counts_from_the_end(counter: Counter) -> None:
    pack = await counter.buys()
    await extends(counter, pack, 30)
    assert (await counter.pack(pack)).expires_at == counter.now + timedelta(days=120)
    for days in (0, 366):
        with pytest.raises(Invalid, match=r"extend\.days"):
            await extends(counter, pack, days)


async def test_an_expired_pack_comes_back_with_its_sessions_and_its_money(counter: Counter) -> None:
    pack = await counter.buys()
    counter.clock.move(timedelta(days=91))
    await counter.db.write(tenure.keep_due, now=counter.now)
    assert await counter.became(pack) is PackState.EXPIRED
    assert (await counter.left(pack), await counter.kept(pack)) == (0, 0)
    await refresh_staff(counter)
    await extends(counter, pack, 10)
    pack = await counter.pack(pack)
    assert (pack.state, pack.expires_at) == (PackState.ACTIVE, counter.now + timedelta(days=10))
    assert (await counter.left(pack), await counter.kept(pack)) == (4, PRICE.amount)
    assert await counter.seat() is SeatState.ACTIVE


async def refresh_staff(counter: Counter) -> None:
    """Hana was seen in her community again, so the platform's word about her is fresh."""

    def seen(session: Session) -> None:
        troupe = counter.troupe
        community, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        memberships.see(session, community, hana, may_manage=True, roles=frozenset(), now=counter.now)

    await counter.db.write(seen)


# --- another mentor ---------------------------------------------------------------------------


async def test_a_transfer_moves_what_is_left_and_the_seat(counter: Counter) -> None:
    pack, other = await counter.buys(), await carla(counter)
    await transfers(counter, pack, other)
    assert (await counter.pack(pack)).mentor_id == other.id
    assert await counter.seat() is None
    seat = await counter.db.read(seats.of, other.id, counter.troupe.ana.id)
    assert seat is not None
    assert seat.state is SeatState.ACTIVE
    assert (await counter.left(pack), await counter.kept(pack)) == (4, PRICE.amount)


async def test_a_seat_that_a_transfer_leaves_is_offered_to_the_first_in_line(counter: Counter) -> None:
    await counter.has_seats(1)
    pack, other = await counter.buys(), await carla(counter)
    await counter.joins(counter.dora)
    await transfers(counter, pack, other)
    assert await counter.seat(counter.dora) is SeatState.RESERVED


async def test_nobody_is_transferred_to_whom_cannot_take_them(counter: Counter) -> None:
    pack, other = await counter.buys(), await carla(counter)
    with pytest.raises(Conflict, match=r"transfer\.same"):
        await transfers(counter, pack, counter.troupe.ben)

    def fill(session: Session) -> None:
        taker, dora = cast.here(session, other), cast.here(session, counter.dora)
        taker.seats = 1
        session.flush()
        seats.take(session, taker, dora.id, until=counter.now + timedelta(hours=1), now=counter.now)

    await counter.db.write(fill)
    with pytest.raises(Conflict, match=r"seat\.none"):
        await transfers(counter, pack, other)
    assert (await counter.pack(pack)).mentor_id == counter.troupe.ben.id
    assert await counter.seat() is SeatState.ACTIVE


async def test_the_other_mentor_has_to_have_sessions_of_this_length(counter: Counter) -> None:
    pack, other = await counter.buys(), await carla(counter)

    def withdraw(session: Session) -> None:
        taker = cast.here(session, other)
        herself = session.get_one(Person, taker.person_id)
        rates.withdraw(session, taker, herself, 60, now=counter.now)

    await counter.db.write(withdraw)
    with pytest.raises(Conflict, match=r"transfer\.length"):
        await transfers(counter, pack, other)


# --- giving the rest back ---------------------------------------------------------------------


async def test_the_unused_part_comes_back_at_its_price(counter: Counter) -> None:
    pack = await counter.buys()
    await has_one_session(counter, pack)
    quote = await quoted(counter, pack)
    assert (quote.sessions, quote.amount.amount) == (3, 3 * EACH)
    await refunds(counter, pack, quote)
    assert await counter.became(pack) is PackState.REFUNDED
    await counter.tick()
    assert (await counter.left(pack), await counter.kept(pack)) == (0, 0)
    [refund] = await counter.refunds_of(pack)
    assert refund.amount == 3 * EACH
    assert await counter.seat() is SeatState.GRACE
    assert counter.bank.returned == 3 * EACH


async def test_a_refund_is_made_once(counter: Counter) -> None:
    pack = await counter.buys()
    quote = await quoted(counter, pack)
    await refunds(counter, pack, quote)
    with pytest.raises(Conflict, match=r"pack\.is_refunded"):
        await refunds(counter, pack, quote)
    assert len(await counter.refunds_of(pack)) == 1


async def test_a_quote_is_good_for_the_pack_as_it_was(counter: Counter) -> None:
    pack = await counter.buys()
    quote = await quoted(counter, pack)
    await has_one_session(counter, pack)
    with pytest.raises(Conflict, match=r"quote\.changed"):
        await refunds(counter, pack, quote)
    assert await counter.left(pack) == 3


async def test_what_is_booked_stays_and_keeps_the_seat_until_it_took_place(counter: Counter) -> None:
    pack = await counter.buys()
    booking = await counter.hold(at=TUESDAY_TEN)
    await refunds(counter, pack, await quoted(counter, pack))
    assert await counter.held(booking) == EACH
    assert await counter.seat() is SeatState.ACTIVE
    [refund] = await counter.refunds_of(pack)
    assert refund.amount == 3 * EACH


async def test_a_student_is_not_refunded_by_themselves(counter: Counter) -> None:
    pack = await counter.buys()
    quote = await quoted(counter, pack)
    with pytest.raises((Forbidden, NotFound)):
        await refunds(counter, pack, quote, who=counter.troupe.ana)
    assert await counter.became(pack) is PackState.ACTIVE


async def test_a_quote_that_was_altered_or_is_old_or_is_anothers_is_refused(counter: Counter) -> None:
    pack = await counter.buys()
    quote, actor = await quoted(counter, pack), counter.troupe.hana.id
    parts = returning.written(SECRET, pack, actor, quote)
    assert returning.read(SECRET, pack, actor, parts, now=counter.now) == quote
    more = (parts[0], str(quote.amount.amount + 1), parts[2], parts[3])
    for forged, who in ((more, actor), (parts, counter.troupe.ana.id), (("x", "y", "z", "!"), actor)):
        with pytest.raises(Invalid, match=r"quote\.altered"):
            returning.read(SECRET, pack, who, forged, now=counter.now)
    with pytest.raises(Conflict, match=r"quote\.expired"):
        returning.read(SECRET, pack, actor, parts, now=counter.now + timedelta(minutes=6))


# --- a mentor who leaves ----------------------------------------------------------------------


async def test_a_mentor_who_left_is_found_no_more_and_may_apply_again(counter: Counter) -> None:
    await leaves(counter)
    ben = await counter.db.read(mentors.find, counter.troupe.ben.id)
    assert (ben.state, ben.is_bookable) == (MentorState.LEFT, False)
    with pytest.raises(Refusal, match=r"mentor\.left"):
        await leaves(counter)

    def again(session: Session) -> MentorState:
        troupe = counter.troupe
        community, himself = cast.here(session, troupe.community), cast.here(session, troupe.ben_himself)
        application = cast.application()
        return mentorship.apply(session, community, himself, application, lowest=None, now=counter.now).state

    assert await counter.db.write(again) is MentorState.APPLIED


async def test_nobody_else_makes_a_mentor_leave_but_staff(counter: Counter) -> None:
    def push(session: Session, who: Person) -> None:
        mentorship.leave(
            session, cast.here(session, counter.troupe.ben), cast.here(session, who), now=counter.now
        )

    with pytest.raises(Forbidden):
        await counter.db.write(push, counter.troupe.ana)
    await counter.db.write(push, counter.troupe.hana)


async def test_the_student_of_a_mentor_who_left_hands_the_pack_over_by_themselves(counter: Counter) -> None:
    pack, other = await counter.buys(), await carla(counter)
    await leaves(counter)
    assert [each.id for each in await counter.db.read(caring.left_behind, pack.community_id)] == [pack.id]
    await transfers(counter, pack, other, who=counter.troupe.ana, why="")
    assert (await counter.pack(pack)).mentor_id == other.id
    assert await noted(counter, "pack.transferred", pack) == caring.MENTOR_LEFT
    assert not await counter.db.read(caring.left_behind, pack.community_id)


async def test_or_has_the_rest_refunded(counter: Counter) -> None:
    pack = await counter.buys()
    await leaves(counter)
    await refunds(counter, pack, await quoted(counter, pack), who=counter.troupe.ana, why="")
    assert await counter.became(pack) is PackState.REFUNDED
    with pytest.raises((Forbidden, NotFound)):
        await refunds(counter, pack, Quote(4, PRICE, TUESDAY_TEN), who=counter.dora)


# --- told once more ---------------------------------------------------------------------------


async def tells(counter: Counter, pack: Pack, what: Told, who: Person) -> None:
    def act(session: Session) -> None:
        actor = cast.here(session, who)
        reminding.tell(session, packs.find(session, pack.id), what, actor, now=counter.now)

    await counter.db.write(act)


async def test_it_is_told_again_by_its_mentor_or_staff_at_most_every_ten_minutes(counter: Counter) -> None:
    pack, troupe = await counter.buys(), counter.troupe
    await tells(counter, pack, Told.PURCHASE, troupe.ben_himself)
    with pytest.raises(Conflict, match=r"told\.soon"):
        await tells(counter, pack, Told.PURCHASE, troupe.hana)
    await tells(counter, pack, Told.RENEWAL, troupe.hana)
    counter.clock.move(timedelta(minutes=10))
    await tells(counter, pack, Told.PURCHASE, troupe.hana)
    with pytest.raises(NotFound):
        await tells(counter, pack, Told.RENEWAL, troupe.ana)


async def test_it_is_told_only_where_it_makes_sense(counter: Counter) -> None:
    ben = counter.troupe.ben_himself
    pack = await counter.reserves()
    with pytest.raises(Conflict, match=r"told\.unpaid"):
        await tells(counter, pack, Told.PURCHASE, ben)
    await counter.pays(pack)
    with pytest.raises(Conflict, match=r"told\.no_grace"):
        await tells(counter, pack, Told.GRACE, ben)
    await adjusts(counter, pack, -4)
    await tells(counter, pack, Told.GRACE, ben)
    for hours in (60, 13):
        counter.clock.move(timedelta(hours=hours))
        await counter.db.write(tenure.keep_due, now=counter.now)
    with pytest.raises(Conflict, match=r"told\.no_seat"):
        await tells(counter, pack, Told.RENEWAL, ben)
