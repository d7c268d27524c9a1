"""The staff's desk: all bookings, the whole story of one, and what is done for somebody else."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from tests.stories import steps
from tests.stories.stage import Stage
from tests.stories.test_attending import refunded

pytestmark = pytest.mark.anyio

TEN: Final = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
NAMES: Final = "Ben Okafor and Ana Ruiz"
STAFF_ONLY: Final = "Only the community's staff can do this."
UNKNOWN: Final = "There is no such booking of yours."


async def opens_the_booking(stage: Stage) -> str:
    """Ana has paid for ten o'clock and Olga has found it; the booking's short id."""
    await steps.books(stage.ana)
    short = stage.ana.route("Calendar file").partition(":")[2]
    await stage.olga.says("/bookings-admin", state="confirmed", mentor="Ben Okafor")
    await stage.olga.taps("Open", beside=NAMES)
    assert stage.olga.offers("Give money back")
    return short


async def test_staff_finds_bookings_by_what_it_knows(stage: Stage) -> None:
    ana, olga = stage.ana, stage.olga
    await steps.books(ana)
    await steps.takes_a_time(stage.cleo, at="3:00 PM")
    await olga.says("/bookings-admin")
    assert olga.sees("2 bookings.")
    await olga.taps("Filter")
    await olga.fills({"Student": "cleo"})
    assert olga.sees("1 booking.")
    assert olga.sees("Ben Okafor and Cleo Marsh")
    await olga.says("/bookings-admin", since="2026-11-26")
    assert olga.sees("No booking fits.")
    await olga.says("/bookings-admin", until="2026-11-25")
    assert olga.sees("2 bookings.")
    await olga.says("/bookings-admin", since="tomorrowish")
    assert olga.sees("That does not work")


async def test_staff_cancels_for_somebody_and_all_of_it_goes_back(stage: Stage) -> None:
    ana, ben, olga = stage.ana, stage.ben, stage.olga
    await opens_the_booking(stage)
    await stage.moves_to(TEN - timedelta(hours=1))
    await olga.taps("Cancel")
    await olga.fills({"Note": "Ben is ill."})
    assert olga.sees("It is canceled, and both are told."), olga.view()
    await stage.settles()
    assert refunded(stage) == 4_000
    for person in (ana, ben):
        await person.will_see("Canceled", "Ben is ill.")
    await olga.taps("The whole story")
    await olga.taps("All of it as a file")
    told = (await olga.downloads(".txt")).decode()
    assert "Olga Lind: The booking was canceled. (by staff and “Ben is ill.”)" in told


async def test_staff_moves_for_somebody(stage: Stage) -> None:
    ana, olga = stage.ana, stage.olga
    await opens_the_booking(stage)
    await stage.moves_to(TEN - timedelta(hours=1))
    await olga.taps("Move")
    await olga.taps("Thu, Nov 26")
    await olga.taps("9:30 AM")
    assert olga.sees("It is moved, and both are told."), olga.view()
    moved = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)
    await ana.will_see("Ben Okafor")
    assert ana.sees_time(moved)
    assert olga.sees_time(moved)
    assert refunded(stage) == 0


async def test_staff_gives_money_back_by_hand_once_and_never_more_than_there_is(stage: Stage) -> None:
    olga, short = stage.olga, await opens_the_booking(stage)
    await olga.taps("Give money back")
    assert olga.typed("Amount") == "40"
    await olga.fills({"Amount": "15.00", "Note": "The room was loud."})
    assert olga.sees("Give €15.00 back?")
    assert olga.sees("€25.00")
    again = olga.route("Give it back")
    assert refunded(stage) == 0
    await olga.taps("Give it back")
    assert olga.sees("It is given back, and the student is told.")
    await stage.settles()
    assert refunded(stage) == 1_500
    await olga.forges(again)
    assert olga.sees("This was done already, or it is too old.")
    await stage.settles()
    assert refunded(stage) == 1_500
    await olga.forges(f"desk.refund_form:{short}")
    await olga.fills({"Amount": "25.01", "Note": "More."})
    assert olga.sees("More than was paid cannot be given back.")
    await olga.tries_again()
    await olga.fills({"Amount": "25", "How": "As credit", "Note": "The rest."})
    await olga.taps("Give it back")
    assert olga.sees("€0.00")
    await stage.settles()
    assert refunded(stage) == 1_500


async def test_the_whole_story_of_a_booking_is_told_and_can_be_taken_along(stage: Stage) -> None:
    olga = stage.olga
    await steps.books(stage.ana)
    await stage.moves_to(TEN)
    await stage.ana.will_see("Here is the link")
    await stage.ana.taps("I'm here")
    await stage.moves_to(TEN + timedelta(minutes=75))
    await olga.says("/bookings-admin")
    await olga.taps("Open")
    await olga.taps("The whole story")
    assert olga.sees("The story of")
    assert olga.sees("Ana Ruiz: The time was held.")
    await olga.taps("All of it as a file")
    told = (await olga.downloads(".txt")).decode()
    for line in (
        "The payment arrived.",
        "Books: payment taken in",
        "The session was confirmed.",
        "Reminder to Ana Ruiz, 60 minutes before: delivered",
        "Ana Ruiz: Was there.",
        "Proposed outcome: the mentor did not come.",
        "stripe reported: checkout.session.completed",
    ):
        assert line in told, told
    for secret in ("cs_", "whsec", "meet.jit.si", "http"):
        assert secret not in told


async def test_a_story_is_found_by_its_code_and_only_in_its_own_community(stage: Stage) -> None:
    olga = stage.olga
    await opens_the_booking(stage)
    await olga.says("/audit", code="NP-20200101-AAAAA")
    assert olga.sees("There is no booking “NP-20200101-AAAAA” in this community.")
    await stage.ana.says("/audit", code="NP-20200101-AAAAA")
    assert stage.ana.sees(STAFF_ONLY)


async def test_staff_sees_what_waits(stage: Stage) -> None:
    await stage.olga.says("/staff")
    for queue, empty in (
        ("Disputes (0)", "No dispute is waiting."),
        ("Failed refunds (0)", "No refund has failed."),
        ("Paused mentors (0)", "No mentor is paused."),
    ):
        await stage.olga.says("/staff")
        await stage.olga.taps(queue)
        assert stage.olga.sees(empty)


async def test_strangers_and_members_are_refused_everywhere(stage: Stage) -> None:
    short = await opens_the_booking(stage)
    own = ("desk.list:-:0", "desk.filter_form:-", "desk.disputes", "desk.refunds", "desk.paused")
    acts = ("booking", "cancel_form", "days", "times:20261126", "refund_form", "refund:A1B2")
    of_one = [
        f"desk.{name}:{short}:{more}".rstrip(":") for name, _, more in (act.partition(":") for act in acts)
    ]
    stamp = f"desk.move:{short}:h2n0"
    about_it = (*of_one, stamp, f"audit.page:{short}:0", f"audit.file:{short}")
    refusals = dict.fromkeys(own, STAFF_ONLY) | dict.fromkeys(about_it, UNKNOWN)
    for person in (stage.cleo, stage.ana, stage.ben):
        await person.says("/bookings-admin")
        assert person.sees(STAFF_ONLY)
        for route, refusal in refusals.items():
            await person.says("/bookings")
            await person.forges(route)
            assert person.sees(refusal), route
    assert refunded(stage) == 0
