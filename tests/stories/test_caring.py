"""Packs that need somebody's hand: adjusted, extended, handed over, refunded, told of out of turn, and questioned."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.messages.outbox import Notice, NoticeState
from tests.stories import counter
from tests.stories.stage import Stage
from tests.stories.test_attending import refunded

pytestmark = pytest.mark.anyio
DONE = "It is done, and both are told."


def sent(session: Session, kind: str) -> int:
    """How many messages of a kind have arrived."""
    arrived = (Notice.kind == kind, Notice.state == NoticeState.SENT)
    return session.scalar(select(func.count()).where(*arrived)) or 0


async def opens_the_pack(stage: Stage) -> None:
    await stage.olga.says("/packs-admin", student="Ana")
    await stage.olga.taps("Open", beside="Ben Okafor and Ana Ruiz")
    assert stage.olga.sees("Not used yet"), stage.olga.view()


async def test_a_half_used_pack_is_refunded_exactly_as_quoted(stage: Stage) -> None:
    ana, ben, olga = stage.ana, stage.ben, stage.olga
    await counter.is_open(stage)
    await counter.buys(ana)
    await counter.books(ana)
    await counter.books(ana, "Thu, Nov 26")
    await stage.moves(days=3, hours=2)
    await counter.olga_is_seen(stage)
    await opens_the_pack(stage)
    await olga.taps("Refund")
    assert olga.sees("Sessions not booked"), olga.view()
    assert olga.sees("€80.00")
    old = olga.route("Refund €80.00")
    await olga.taps("Refund €80.00")
    await olga.fills({"Reason": "Ana moves abroad."})
    assert olga.sees("€80.00 goes back to where it was paid from."), olga.view()
    await stage.settles()
    assert refunded(stage) == 8_000
    await ana.will_see("A pack was refunded", "Ana moves abroad.", "Your seat is kept for now")
    await ben.will_see("A pack was refunded")
    await olga.forges(old)
    await olga.fills({"Reason": "Twice."})
    assert olga.sees("That does not work"), olga.view()
    await stage.settles()
    assert refunded(stage) == 8_000


async def test_a_quote_is_not_good_any_more_once_the_pack_has_changed(stage: Stage) -> None:
    ana, olga = stage.ana, stage.olga
    await counter.is_open(stage)
    await counter.buys(ana)
    await opens_the_pack(stage)
    await olga.taps("Refund")
    await counter.books(ana)
    await olga.taps("Refund €160.00")
    await olga.fills({"Reason": "As she wished."})
    assert olga.sees("The pack has changed since."), olga.view()
    await opens_the_pack(stage)
    await olga.taps("Refund")
    assert olga.offers("Refund €120.00"), olga.view()
    await stage.settles()
    assert refunded(stage) == 0


async def test_staff_adjusts_extends_and_hands_over_and_all_are_told(stage: Stage) -> None:
    ana, ben, cleo, olga = stage.ana, stage.ben, stage.cleo, stage.olga
    await counter.is_open(stage, also_with_cleo=True)
    await counter.buys(ana)
    await opens_the_pack(stage)
    await olga.taps("Add or take sessions")
    await olga.fills({"Sessions": "9999", "Reason": "A present."})
    assert olga.sees("Add or take between 1 and 100 sessions"), olga.view()
    await olga.tries_again()
    await olga.fills({"Sessions": "2"})
    assert olga.sees(DONE), olga.view()
    await ana.will_see("The staff added 2 sessions to the pack.", "A present.")
    await ben.will_see("The staff added 2 sessions to the pack.")
    await olga.taps("Extend")
    await olga.fills({"Days": "30", "Reason": "Holidays."})
    assert olga.sees(DONE), olga.view()
    await ana.will_see("The staff extended the pack.", "Holidays.")
    assert ana.sees_time(stage.now + timedelta(days=120))
    await olga.taps("Another mentor")
    await olga.taps("Cleo Marsh")
    await olga.fills({"Reason": "She writes."})
    assert olga.sees("Cleo Marsh and Ana Ruiz"), olga.view()
    for person in (ana, ben, cleo):
        await person.will_see("A pack has another mentor", "She writes.")
    await ben.says("/packs-admin")
    await ben.taps("Seats")
    assert ben.sees("Nobody has a seat."), ben.view()
    await cleo.says("/packs-admin")
    await cleo.taps("Seats")
    assert cleo.sees("Ana Ruiz, active"), cleo.view()


async def test_a_mentor_sees_their_own_packs_and_changes_no_money(stage: Stage) -> None:
    ben, cleo = stage.ben, stage.cleo
    await counter.is_open(stage)
    await counter.buys(stage.ana)
    await ben.says("/packs-admin")
    await ben.taps("Open")
    assert ben.offers("Every step of it")
    for act in ("Add or take sessions", "Extend", "Another mentor", "Refund"):
        assert not ben.offers(act), ben.view()
    short = ben.route("Every step of it").partition(":")[2]
    for route in (f"care.adjust_form:{short}", f"care.others:{short}", f"pack.quote:{short}"):
        await ben.forges(route)
        assert ben.sees("Only the community's staff can do this."), route
    await cleo.says("/packs-admin")
    assert cleo.sees("Only the community's staff can do this.")
    await cleo.forges(f"care.pack:{short}")
    assert cleo.sees("There is no such pack"), cleo.view()


async def test_a_mentor_leaves_and_one_student_takes_another_and_one_the_money(stage: Stage) -> None:
    ana, ben, cleo, olga = stage.ana, stage.ben, stage.cleo, stage.olga
    await counter.is_open(stage, also_with_cleo=True)
    await counter.buys(ana)
    await counter.books(ana)
    await counter.buys(olga)
    await ben.says("/mentoring")
    await ben.taps("Stop mentoring")
    assert ben.sees("1 session is booked. It stays booked"), ben.view()
    assert ben.sees("2 packs have sessions that are not booked.")
    await ben.taps("Stop mentoring")
    assert ben.sees("You do not mentor here any more"), ben.view()
    assert ben.sees("Students with packs are told and choose what they would like.")
    await cleo.says("/book", mentor="Ben Okafor")
    assert cleo.sees("That does not work"), cleo.view()
    for person in (ana, olga):
        await person.will_see("Your mentor has left")
    await olga.says("/packs-admin")
    await olga.taps("Mentor left (2)")
    assert olga.sees("2 students could have another mentor or a refund"), olga.view()

    await ana.says("/packs")
    await ana.taps("Open")
    await ana.taps("Another mentor")
    await ana.taps("Cleo Marsh")
    await ana.taps("Have them with Cleo Marsh")
    assert ana.sees("What is left of your pack is with Cleo Marsh now"), ana.view()
    await cleo.will_see("A pack has another mentor")

    await olga.taps("Get a refund")
    await olga.taps("Refund €160.00")
    assert olga.sees("€160.00 goes back to where it was paid from."), olga.view()
    await stage.settles()
    assert refunded(stage) == 16_000
    await olga.says("/packs-admin")
    assert not olga.offers("Mentor left")
    await ana.says("/bookings")
    assert ana.sees("Ben Okafor"), ana.view()


async def test_a_session_that_comes_back_after_the_mentor_left_is_a_choice_again(stage: Stage) -> None:
    ana, ben, olga = stage.ana, stage.ben, stage.olga
    await counter.is_open(stage)
    await counter.buys(ana)
    for day in ("Wed, Nov 25", "Thu, Nov 26", "Fri, Nov 27", "Sat, Nov 28"):
        await counter.books(ana, day)
    await ben.says("/mentoring")
    await ben.taps("Stop mentoring")
    await ben.taps("Stop mentoring")
    assert ben.sees("4 sessions are still booked."), ben.view()
    assert not ben.sees("Students with packs")
    await stage.settles()
    await ana.will_not_see("Your mentor has left")
    await ana.says("/bookings")
    await ana.taps("Open")
    await ana.taps("Change or cancel")
    await ana.taps("Cancel")
    await ana.taps("Cancel and get the session back")
    await ana.will_see("Your mentor has left")
    await olga.says("/packs-admin")
    await olga.taps("Mentor left (1)")
    assert olga.sees("1 session left")


async def test_where_nobody_has_a_pack_nothing_is_said_of_filters(stage: Stage) -> None:
    olga, ben = stage.olga, stage.ben
    await olga.says("/packs-admin")
    assert olga.sees("Nobody has bought a pack here yet.")
    await ben.says("/packs-admin")
    assert ben.sees("Nobody has bought a pack of yours yet.")
    await olga.says("/packs-admin", student="Ana")
    assert olga.sees("No pack fits.")


async def test_nobody_is_handed_over_who_has_not_been_left(stage: Stage) -> None:
    ana = stage.ana
    await counter.is_open(stage, also_with_cleo=True)
    await counter.buys(ana)
    await ana.says("/packs")
    await ana.taps("Open")
    short = ana.route("Every step of it").partition(":")[2]
    for route in (f"pack.others:{short}", f"pack.quote:{short}", f"pack.take:{short}:cleo-marsh"):
        await ana.forges(route)
        assert ana.sees("That does not work"), route


async def test_they_are_told_out_of_turn_but_not_all_the_time(stage: Stage) -> None:
    ana, ben, olga = stage.ana, stage.ben, stage.olga
    await counter.is_open(stage)
    await counter.buys(ana)
    await ben.will_see("A pack was bought")
    await ben.says("/pack-purchased")
    await ben.taps("Ana Ruiz")
    assert ben.sees("Both are told of the purchase once more."), ben.view()
    await ana.will_see("Your pack is paid")
    assert await stage.house.db.read(sent, "pack_bought") == 2
    await olga.says("/pack-purchased")
    await olga.taps("Ana Ruiz")
    assert olga.sees("They were told a moment ago."), olga.view()
    await olga.says("/grace-warning")
    await olga.taps("Ana Ruiz")
    assert olga.sees("This seat is not about to go"), olga.view()
    await ben.says("/renewal-reminder")
    await ben.taps("Ana Ruiz")
    await ana.will_see("Time to renew?")
    assert ana.offers("Renew")
    await stage.moves(minutes=11)
    await olga.says("/pack-purchased")
    await olga.taps("Ana Ruiz")
    assert olga.sees("Both are told of the purchase once more."), olga.view()


async def test_a_seat_in_grace_is_warned_of_at_once(stage: Stage) -> None:
    ana, ben, olga = stage.ana, stage.ben, stage.olga
    await counter.is_open(stage)
    await counter.buys(ana)
    await opens_the_pack(stage)
    await olga.taps("Add or take sessions")
    await olga.fills({"Sessions": "-4", "Reason": "Had them elsewhere."})
    await ana.will_see("Your seat is kept for now")
    assert ana.sees_time(stage.now + timedelta(hours=72))
    await ben.says("/grace-warning")
    await ben.taps("Ana Ruiz")
    assert ben.sees("Both are told that the seat is about to go."), ben.view()
    await ana.will_see("Last call for your seat")
    assert ana.offers("Renew")
    await ben.will_see("A seat is about to be free")


async def test_a_pack_answers_for_every_step_of_its_life(stage: Stage) -> None:
    ana, olga = stage.ana, stage.olga
    await ana.says("/packs", what="why")
    assert ana.sees("You have no pack yet"), ana.view()
    await counter.is_open(stage)
    await counter.buys(ana)
    await counter.books(ana)
    await opens_the_pack(stage)
    await olga.taps("Add or take sessions")
    await olga.fills({"Sessions": "-1", "Reason": "A joke."})
    await stage.moves(days=3)
    await ana.says("/packs", what="why")
    for words in (
        "4 sessions were bought. 4 left to book.",
        "A session was taken for",
        "The staff took 1 session out: “A joke.” 2 left to book.",
        "is used.",
        "Now: 2 sessions can be booked.",
    ):
        assert ana.sees(words), ana.view()
    await stage.moves(days=90)
    await ana.says("/packs", what="why")
    assert ana.sees("The pack ended, and 2 sessions with it. 0 left to book."), ana.view()
    assert ana.sees("Now: nothing can be booked with it.")
    assert ana.sees("The pack has ended.")


async def test_one_seat_more_is_offered_to_who_waits(stage: Stage) -> None:
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await counter.is_open(stage)
    await olga.says("/packs-admin")
    await olga.taps("Seats")
    await olga.taps("Open")
    await olga.taps("Number of seats")
    await olga.fills({"Number of seats": "0"})
    assert olga.sees("That does not work"), olga.view()
    await olga.tries_again()
    await olga.fills({"Number of seats": "1"})
    assert olga.sees("The number of seats is changed."), olga.view()
    await counter.buys(ana)
    await cleo.says("/packs")
    await cleo.taps("Wait for a seat")
    await olga.says("/packs-admin")
    await olga.taps("Seats")
    assert olga.sees("1 of 1 seats taken"), olga.view()
    await olga.taps("Open")
    for words in ("Ana Ruiz, active", "In line", "Cleo Marsh"):
        assert olga.sees(words), olga.view()
    await olga.taps("Number of seats")
    await olga.fills({"Number of seats": "2"})
    await cleo.will_see("A seat for you")
    await cleo.taps("Take the seat")
    assert cleo.has_link("Pay €160.00"), cleo.view()
