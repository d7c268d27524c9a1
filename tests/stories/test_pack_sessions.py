"""Sessions of a pack: booked without a payment, back in the pack or used, and completed once however often."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.money import Money
from core.payments import ledger, wallet
from core.payments.ledger import Kind
from core.people import communities, people
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid import credits, products, selling
from core.prepaid.credits import CreditKind
from core.prepaid.packs import Pack
from core.prepaid.terms import Terms
from tests.stories import steps
from tests.stories.hands import Hands
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

TEN: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
"""Of Ana's clock."""
MINUTE: Final = timedelta(minutes=1)
DAYS: Final = ("Wed, Nov 25", "Thu, Nov 26", "Fri, Nov 27", "Sat, Nov 28")


async def has_a_pack(hands: Hands, *, sessions: int = 4) -> None:
    """Four sessions of an hour with Ben, thirty euros each, as if they had been bought."""
    stage = hands.stage

    def given(session: Session) -> None:
        ben, student = session.scalars(select(Mentor).limit(1)).one(), _person(session, hands)
        himself = people.find(session, ben.person_id)
        community = communities.find(session, ben.community_id)
        price = Money(3_000 * sessions, "EUR")
        said = Terms("Four sessions", 60, price, sessions=sessions)
        product = products.define(
            session, community, himself, said, [ben], lowest=Money(50, "EUR"), now=stage.now
        )
        pack = selling.hold(session, product, ben, student, revision=product.revision, now=stage.now)
        moves = {"provider:gift": price, pack.purpose.account: -price}
        ledger.post(session, Kind.CREDIT, moves, key=f"gift:{pack.id}", now=stage.now)
        selling.activate(session, pack, now=stage.now)

    await stage.house.db.write(given)


async def left(stage: Stage) -> int:
    """Sessions that Ana can still book."""

    def count(session: Session) -> int:
        return credits.left(session, session.scalars(select(Pack.id)).one())

    return await stage.house.db.read(count)


async def used(stage: Stage) -> int:
    """How often a session of it was used up."""

    def count(session: Session) -> int:
        lines = credits.lines(session, session.scalars(select(Pack.id)).one())
        return sum(line.kind is CreditKind.CAPTURED for line in lines)

    return await stage.house.db.read(count)


async def credit(hands: Hands) -> int:
    def balance(session: Session) -> int:
        return wallet.balance(session, _person(session, hands).id, "EUR").amount

    return await hands.stage.house.db.read(balance)


async def code(stage: Stage) -> str:
    """Of the one booking that there is."""
    return await stage.house.db.read(lambda session: session.scalars(select(Booking.code)).one())


async def books_with_it(ana: Hands, day: str = steps.WEDNESDAY, at: str = "10:00 AM") -> None:
    await steps.takes_a_time(ana, day, at)
    await ana.stage.settles()  # that one session is left is said at the tap
    await steps.says_what_about(ana)
    await ana.will_see("Confirmed · Ben Okafor")


def _person(session: Session, hands: Hands) -> Person:
    identity = people.identity_of(session, hands.stage.place.platform, hands.account)
    assert identity is not None
    return people.find(session, identity.person_id)


# --- booking ------------------------------------------------------------------------------------


async def test_a_session_of_a_pack_confirms_without_a_payment(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await steps.takes_a_time(ana)
    assert ana.sees("Say what it is about, and it is confirmed")
    assert ana.sees("One session of your pack is used: 3 of 4 are left after it.")
    assert not ana.offers("Get the pay link")
    await steps.says_what_about(ana)
    await ana.will_see("Confirmed · Ben Okafor", "1 session of your pack", "3 of 4 left")
    await stage.ben.will_see("Ana Ruiz has booked a session with you", "Pack")
    await stage.ben.will_not_see("3 of 4 left")
    assert not stage.stripe.world.sessions
    assert await left(stage) == 3


async def test_a_hold_that_lapses_or_is_let_go_leaves_the_pack_as_it_was(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await steps.takes_a_time(ana)
    assert await left(stage) == 3
    await ana.taps("Release the time")
    assert await left(stage) == 4
    await steps.takes_a_time(ana)
    await stage.moves(minutes=20)
    await ana.will_see("Your hold has lapsed")
    assert await left(stage) == 4


async def test_another_length_is_paid_and_ana_is_told_why(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await steps.takes_a_time(ana, length="30 minutes")
    assert ana.sees("Your pack is not used for it. The pack is for sessions of another length.")
    await steps.says_what_about(ana)
    assert ana.link("Pay €20.00")
    assert await left(stage) == 4


async def test_who_has_a_pack_is_told_what_is_used_and_may_pay_instead(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await ana.says("/book", mentor="Ben Okafor")
    assert ana.offers("60 minutes · 1 session of your pack")
    assert ana.offers("30 minutes · €20.00")
    assert ana.sees("When you hold a time you can still pay instead.")
    await ana.taps("60 minutes")
    await ana.taps(steps.WEDNESDAY)
    assert ana.sees("The tap holds it for you, and one session of your pack pays for it.")
    await ana.taps("10:00 AM")
    await ana.taps("Pay €40.00 instead")
    assert ana.sees("You use no session of your pack for it.")
    assert ana.sees("€40.00")
    assert await left(stage) == 4
    await steps.says_what_about(ana)
    await ana.pays(ana.link("Pay €40.00"))
    await ana.will_see("is confirmed")
    assert await left(stage) == 4
    await stage.ben.will_see("Ana Ruiz has booked a session with you", "€40.00")


async def test_who_changes_their_mind_uses_the_pack_after_all(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await steps.takes_a_time(ana)
    await ana.taps("Pay €40.00 instead")
    await ana.taps("Use my pack")
    assert ana.sees("One session of your pack is used: 3 of 4 are left after it.")
    await steps.says_what_about(ana)
    await ana.will_see("Confirmed · Ben Okafor", "3 of 4 left")
    assert await left(stage) == 3
    assert not stage.stripe.world.sessions


async def test_a_time_after_the_packs_end_is_said_to_be_paid(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await _ends(stage, TEN - timedelta(days=1))
    await ana.says("/book", mentor="Ben Okafor")
    await ana.taps("60 minutes")
    await ana.taps(steps.WEDNESDAY)
    assert ana.sees("The tap holds it for you while you pay.")
    assert ana.sees("The pack ends before then.")
    await ana.taps("10:00 AM")
    assert not ana.offers("Use my pack")


async def test_after_the_last_session_the_next_is_paid_as_usual(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana, sessions=2)
    for day in DAYS[:2]:
        await books_with_it(ana, day)
    assert await left(stage) == 0
    await steps.takes_a_time(ana, DAYS[2])
    assert ana.sees("Your pack is not used for it. No session is left to be booked.")
    await steps.says_what_about(ana)
    await ana.pays(ana.link("Pay €40.00"))
    await ana.will_see("is confirmed")


async def test_a_mentor_who_is_asked_first_confirms_it_by_accepting(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await has_a_pack(ana)
    await ben.says("/mentoring")
    await ben.taps("Requests")
    await ben.taps("Ask me first")
    await steps.takes_a_time(ana)
    await steps.says_what_about(ana)
    await ben.will_see("You have a new request.", "Pack")
    await ben.taps("Accept")
    assert ben.sees("It is settled. I have told Ana Ruiz.")
    await ana.will_see("Confirmed · Ben Okafor")
    assert await left(stage) == 3


# --- canceling ----------------------------------------------------------------------------------


async def test_canceled_in_time_the_session_is_back_in_the_pack(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await books_with_it(ana)
    await ana.taps("Change or cancel")
    await ana.taps("Cancel")
    assert ana.sees("Comes back")
    assert ana.sees("1 session of the pack")
    await ana.taps("Cancel and get the session back")
    assert ana.sees("The session is off. One session is back in your pack.")
    assert ana.sees("4 of 4 left")
    assert (await left(stage), await credit(ana)) == (4, 0)
    await ana.will_not_see("your wallet")


async def test_canceled_late_the_session_is_taken(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await books_with_it(ana)
    await stage.moves_to(TEN - 60 * MINUTE)
    await ana.says("/bookings")
    await ana.taps("Open")
    await ana.taps("Change or cancel")
    await ana.taps("Cancel")
    assert ana.sees("Is used")
    await ana.taps("Cancel without a refund")
    assert ana.sees("The session is off.")
    assert (await left(stage), await used(stage), await credit(ana)) == (3, 1, 0)


async def test_half_of_it_is_credit_and_the_session_is_taken(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await books_with_it(ana)
    await stage.moves_to(TEN - 600 * MINUTE)
    await ana.says("/bookings")
    await ana.taps("Open")
    await ana.taps("Change or cancel")
    await ana.taps("Cancel")
    assert ana.sees("It goes into the wallet, and the session of the pack is used.")
    await ana.taps("Cancel and get €15.00 as credit")
    assert ana.sees("€15.00 is in your wallet")
    assert (await left(stage), await used(stage), await credit(ana)) == (3, 1, 1_500)


async def test_a_mentor_who_cancels_gives_the_session_back(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await has_a_pack(ana)
    await books_with_it(ana)
    await ben.will_see("has booked a session with you")
    await ben.taps("Change or cancel")
    await ben.taps("Cancel")
    assert ben.sees("Ana Ruiz gets the session back when you cancel.")
    await ben.taps("Cancel the session")
    await ben.fills({"Reason": "Flu"})
    assert ben.sees("The session is back in the student's pack.")
    await ana.will_see("Ben Okafor is sorry", "One session is back in your pack.")
    assert await left(stage) == 4


# --- done ---------------------------------------------------------------------------------------


async def test_completed_twice_by_the_mentor_it_takes_one_session(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await has_a_pack(ana)
    await books_with_it(ana)
    await ben.says("/session-completed")
    assert ben.sees("No session of yours has begun today.")
    await ben.says("/session-completed", code=await code(stage))
    assert ben.sees("You can say that it is done from then on.")
    await stage.moves_to(TEN + 50 * MINUTE)
    await ben.says("/session-completed")
    assert ben.sees("The session is completed.")
    assert ben.sees("One session of the pack is used: 3 of 4 are left.")
    await ben.says("/session-completed")
    assert ben.sees("It is completed already. Nothing more was taken.")
    assert (await left(stage), await used(stage)) == (3, 1)
    await stage.moves_to(TEN + 75 * MINUTE)
    await ana.will_see("How was it with Ben Okafor?")
    assert await used(stage) == 1


async def test_completed_by_two_at_the_same_time_it_takes_one_session(stage: Stage) -> None:
    ana, ben, olga = stage.ana, stage.ben, stage.olga
    await has_a_pack(ana)
    await books_with_it(ana)
    await stage.moves_to(TEN + 50 * MINUTE)
    said = await code(stage)
    await asyncio.gather(
        ben.says("/session-completed", code=said), olga.says("/session-completed", code=said)
    )
    await stage.settles()
    seen = [hands.sees("It is completed already. Nothing more was taken.") for hands in (ben, olga)]
    assert sorted(seen) == [False, True]
    assert (await left(stage), await used(stage)) == (3, 1)


async def test_of_several_that_have_begun_the_mentor_chooses(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await has_a_pack(ana)
    await books_with_it(ana)
    await books_with_it(ana, at="2:00 PM")
    await stage.moves_to(TEN + 245 * MINUTE)
    await ben.says("/session-completed")
    assert ben.sees("Which session is done?")
    await ben.taps("2:00 PM")
    assert ben.sees("The session is completed.")
    assert await used(stage) == 2


async def test_nobody_else_completes_it(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await books_with_it(ana)
    short = ana.route("Calendar file").partition(":")[2]
    await stage.moves_to(TEN + MINUTE)
    await ana.forges(f"session.completed:{short}")
    assert ana.sees("You cannot do this with this booking.")
    await stage.cleo.says("/bookings")
    await stage.cleo.forges(f"session.completed:{short}")
    assert stage.cleo.sees("There is no such booking of yours.")
    assert await used(stage) == 0


async def test_a_paid_session_is_completed_too_and_ana_may_object(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await steps.books(ana)
    await stage.moves_to(TEN + 50 * MINUTE)
    await ben.says("/session-completed")
    assert ben.sees("The session is completed.")
    await ana.says("/bookings")
    await ana.taps("Past")
    await ana.taps("Open")
    await ana.taps("Something was wrong")
    await ana.fills({"What happened": "We stopped half way"})
    assert ana.sees("In dispute · Ben Okafor")


async def test_a_session_that_is_booked_when_the_pack_ends_takes_place(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await has_a_pack(ana)
    await books_with_it(ana)
    await _ends(stage, TEN + 10 * MINUTE)
    await stage.moves_to(TEN + 15 * MINUTE)
    assert (await left(stage), await used(stage)) == (0, 0)
    await ben.says("/session-completed")
    assert ben.sees("The session is completed.")
    assert await used(stage) == 1


async def test_a_session_is_not_moved_beyond_the_end_of_the_pack(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await books_with_it(ana)
    await ana.taps("Change or cancel")
    await ana.taps("Move")
    await ana.taps("Sat, Nov 28")
    await ana.taps("10:00 AM")
    await _ends(stage, TEN + timedelta(hours=30))
    await ana.taps("Move it")
    assert ana.sees("A session of this pack pays for it, and the pack ends")
    assert await left(stage) == 3


async def test_only_times_before_the_end_of_the_pack_are_shown_for_a_move(stage: Stage) -> None:
    ana = stage.ana
    await has_a_pack(ana)
    await books_with_it(ana)
    await _ends(stage, TEN + timedelta(hours=30))
    await ana.taps("Change or cancel")
    await ana.taps("Move")
    assert ana.offers("Thu, Nov 26")
    assert not ana.offers("Sat, Nov 28")


# --- afterwards ---------------------------------------------------------------------------------


async def test_a_mentor_who_does_not_come_costs_no_session(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await has_a_pack(ana)
    await books_with_it(ana)
    await stage.moves_to(TEN)
    await ana.says("/bookings")
    await ana.taps("Open")
    await ana.taps("I'm here")
    await stage.moves_to(TEN + 75 * MINUTE)
    await ana.will_see("It looks as if Ben Okafor missed the session. You get the session back.")
    await stage.moves_to(TEN + timedelta(hours=74))
    await ben.will_see("Nobody objected, so it stands. The session is back in the student's pack.")
    await ana.will_see("Nobody objected, so it stands. One session is back in your pack.")
    assert (await left(stage), await used(stage), await credit(ana)) == (4, 0, 0)


async def test_a_dispute_after_completion_brings_the_session_back(stage: Stage) -> None:
    ana, ben, olga = stage.ana, stage.ben, stage.olga
    await olga.says("/staff")
    await has_a_pack(ana)
    await books_with_it(ana)
    await stage.moves_to(TEN + 50 * MINUTE)
    await ben.says("/session-completed")
    await ana.says("/bookings")
    await ana.taps("Past")
    await ana.taps("Open")
    await ana.taps("Something was wrong")
    await ana.fills({"What happened": "Nobody was there"})
    await olga.will_see("Dispute about")
    await olga.taps("Decide")
    await olga.fills({"Give back": "All of it: 1 session of the pack", "Note": "Ben agrees"})
    await ana.will_see("One session is back in your pack.")
    assert (await left(stage), await used(stage), await credit(ana)) == (4, 1, 0)


async def test_staff_gives_a_session_back_by_hand_and_ana_hears_of_it(stage: Stage) -> None:
    ana, olga = stage.ana, stage.olga
    await has_a_pack(ana)
    await books_with_it(ana)
    await stage.moves_to(TEN + timedelta(hours=74))
    await olga.says("/bookings-admin")
    await olga.taps("Open")
    await olga.taps("Give money back")
    await olga.fills({"Amount": "30.00", "Note": "The line was bad"})
    assert olga.sees("1 session of the pack")
    await olga.taps("Give it back")
    await ana.will_see("One session is back in your pack.", "4 of 4 left")
    assert (await left(stage), await credit(ana)) == (4, 0)


async def test_staff_reads_what_became_of_the_session_of_the_pack(stage: Stage) -> None:
    ana, olga = stage.ana, stage.olga
    await has_a_pack(ana)
    await books_with_it(ana)
    await olga.says("/bookings-admin")
    await olga.taps("Open")
    assert olga.sees("3 of 4 left")
    assert olga.sees("PK-2026")
    await olga.says("/audit", code=await code(stage))
    assert olga.sees("a session of the pack was taken. 3 are left.")
    assert olga.sees("Books: a session of a pack")


async def _ends(stage: Stage, at: datetime) -> None:
    def end(session: Session) -> None:
        session.scalars(select(Pack)).one().expires_at = at

    await stage.house.db.write(end)
