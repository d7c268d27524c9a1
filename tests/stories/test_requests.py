"""Ben wants to be asked first: yes, no, another time, no answer at all; and who pays when."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import steps
from tests.stories.hands import Hands
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FRIDAY = "Fri, Nov 27"


async def wants_to_be_asked(ben: Hands) -> None:
    await ben.says("/mentoring")
    await ben.taps("Requests (0)")
    assert ben.sees("Your times are booked at once")
    await ben.taps("Ask me first")
    assert ben.sees("You accept each booking before it is paid.")


async def asks(
    ana: Hands, day: str = steps.WEDNESDAY, at: str = "10:00 AM", topic: str = "Portfolio"
) -> None:
    await steps.takes_a_time(ana, day, at)
    await steps.says_what_about(ana, topic)
    assert ana.sees("Requested · Ben Okafor")


async def test_ben_accepts_and_ana_pays(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await steps.takes_a_time(ana)
    assert ana.sees("You pay when Ben Okafor has accepted.")
    await steps.says_what_about(ana, "My portfolio")
    assert ana.sees("I have asked Ben Okafor")
    assert not ana.has_link("Pay")
    await ben.will_see("You have a new request.", "Requested · Ana Ruiz", "My portfolio")
    await stage.moves(hours=1)
    await ben.taps("Accept")
    assert ben.sees("I have asked Ana Ruiz to pay.")
    await ana.will_see("Ben Okafor has accepted. Pay to confirm it")
    assert ana.sees_time(stage.now + timedelta(hours=12))
    await ana.taps("Get the pay link")
    assert "Your session is confirmed" in await ana.pays(ana.link("Pay €40.00"))
    await ana.will_see("your session with Ben Okafor is confirmed", "Payment received")
    await ben.will_see("Ana Ruiz has booked a session with you")


async def test_the_queue_shows_what_waits_for_an_answer(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await asks(ana)
    await ben.says("/mentoring")
    await ben.taps("Requests (1)")
    assert ben.sees("1 request is waiting for you.")
    await ben.taps("Open", beside="Ana Ruiz")
    await ben.taps("Accept")
    assert ben.sees("You accepted. It waits for the payment")
    await ben.says("/mentoring")
    assert ben.offers("Requests (0)")


async def test_ben_declines_and_says_why(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await asks(ana)
    await ben.will_see("You have a new request.")
    await ben.taps("Decline")
    await ben.fills({"Reason": "I am at a conference that day."})
    assert ben.sees("You declined this request.")
    await ana.will_see("Ben Okafor declined this request.", "I am at a conference that day.")
    assert not ana.has_link("Pay")
    await steps.takes_a_time(stage.cleo)
    assert stage.cleo.sees("Held · Ben Okafor")


async def test_ana_takes_her_request_back_and_ben_cannot_accept_it(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await asks(ana)
    await ben.will_see("You have a new request.")
    accept = ben.route("Accept")
    await ana.taps("Take it back")
    assert ana.sees("The time is free again.")
    await ben.will_see("Ana Ruiz has taken the request back.")
    await ben.forges(accept)
    assert ben.sees("The student has taken this request back.")
    await ana.will_not_see("Ben Okafor has accepted. Pay")


async def test_a_second_tap_on_accept_changes_nothing(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await asks(ana)
    await ben.will_see("You have a new request.")
    accept = ben.route("Accept")
    await ben.taps("Accept")
    await ana.will_see("Ben Okafor has accepted")
    answers = ana.times_seen("There is an answer to your request.")
    await ben.forges(accept)
    assert ben.sees("This booking waits for its payment.")
    await stage.settles()
    await ana.looks()
    assert ana.times_seen("There is an answer to your request.") == answers


async def test_a_request_lapses_two_hours_before_the_start(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await asks(ana)
    await stage.moves_to(WEDNESDAY_TEN - timedelta(hours=2, minutes=1))
    await ana.will_not_see("has lapsed")
    await stage.moves(minutes=1)
    await ana.will_see("Ben Okafor did not answer in time", "Nothing was paid.")
    await ben.will_see("The request of Ana Ruiz was not answered in time")
    await ana.taps("Book again")
    assert ana.sees("Book Ben Okafor again")


async def test_a_request_lapses_after_two_days_and_ben_is_reminded_once(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await asks(ana, FRIDAY)
    await stage.moves(hours=23)
    await ben.will_not_see("still waits for your answer")
    await stage.moves(hours=1)
    await ben.will_see("This request still waits for your answer.")
    await stage.moves(hours=23, minutes=59)
    await ana.will_not_see("has lapsed")
    await stage.moves(minutes=1)
    await ana.will_see("Ben Okafor did not answer in time")
    await steps.takes_a_time(stage.cleo, FRIDAY)
    assert stage.cleo.sees("Held · Ben Okafor")


async def test_of_two_who_want_one_time_the_second_cannot_even_ask(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await wants_to_be_asked(stage.ben)
    await cleo.says("/book", mentor="Ben Okafor")
    await cleo.taps("60 minutes")
    await cleo.taps(steps.WEDNESDAY)
    await asks(ana)
    await cleo.taps("10:00 AM")
    assert cleo.sees("This time is not free.")
    await steps.takes_a_time(cleo, at="2:00 PM")
    assert cleo.sees("Held · Ben Okafor")


async def test_what_ben_accepted_and_ana_does_not_pay_lapses_for_both(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await asks(ana)
    await ben.will_see("You have a new request.")
    await ben.taps("Accept")
    await ana.will_see("Ben Okafor has accepted")
    await stage.moves(hours=11, minutes=30)
    await ana.will_see("This session is not paid yet.")
    await stage.moves(minutes=30)
    await stage.moves(hours=10)
    await ana.will_see("It was not paid in time")
    await ben.will_see("Ana Ruiz did not pay in time")


async def test_a_new_tap_leaves_what_ben_has_accepted(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await asks(ana)
    await ben.will_see("You have a new request.")
    await ben.taps("Accept")
    await ana.will_see("Ben Okafor has accepted")
    await asks(ana, FRIDAY, topic="And another")
    await ana.says("/bookings")
    assert ana.sees("Held · ")
    assert ana.sees("Requested · ")


async def proposes(ben: Hands, student: str, day: str, at: str) -> None:
    """Ben answers a request with another time."""
    await ben.says("/mentoring")
    await ben.taps("Requests (")
    await ben.taps("Open", beside=student)
    await ben.taps("Propose other times")
    await ben.taps(day)
    await ben.taps(at)
    await ben.taps(f"Send to {student}")
    await ben.fills({"A few words": "I teach in the morning."})
    assert ben.sees(f"I have asked {student}.")


async def test_ben_proposes_another_time_and_ana_takes_it(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await asks(ana)
    await proposes(ben, "Ana Ruiz", "Thu, Nov 26", "2:00 PM")
    await ana.will_see("proposes another", "I teach in the morning.")
    await ana.taps("Thu, Nov 26, 2:00 PM")
    assert ana.sees("Held · Ben Okafor")
    await ben.will_see("Ana Ruiz takes the time that you proposed.")
    assert ben.sees_time(WEDNESDAY_TEN + timedelta(hours=28))
    await ana.taps("Get the pay link")
    await ana.pays(ana.link("Pay €40.00"))
    await ana.will_see("your session with Ben Okafor is confirmed")
    await steps.takes_a_time(stage.cleo)
    assert stage.cleo.sees("Held · Ben Okafor")


async def test_one_time_that_is_proposed_to_two_goes_to_the_first_who_takes_it(stage: Stage) -> None:
    ana, ben, cleo = stage.ana, stage.ben, stage.cleo
    await wants_to_be_asked(ben)
    await asks(ana)
    await proposes(ben, "Ana Ruiz", "Thu, Nov 26", "2:00 PM")
    await asks(cleo, at="2:00 PM")
    await proposes(ben, "Cleo Marsh", "Thu, Nov 26", "2:00 PM")
    for student in (ana, cleo):
        await student.will_see("proposes another")
    await cleo.taps("Thu, Nov 26, 2:00 PM")
    assert cleo.sees("Held · Ben Okafor")
    await ana.taps("Thu, Nov 26, 2:00 PM")
    assert ana.sees("It cannot be moved there.")
    await ana.says("/bookings")
    assert ana.sees("Requested · ")
    await ben.will_see("Cleo Marsh takes the time that you proposed.")
    await ben.will_not_see("Ana Ruiz takes the time that you proposed.")


async def test_ben_proposes_another_time_and_accepts_the_first_after_all(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await wants_to_be_asked(ben)
    await asks(ana)
    await proposes(ben, "Ana Ruiz", "Thu, Nov 26", "2:00 PM")
    await ana.will_see("proposes another")
    take = ana.route("Thu, Nov 26, 2:00 PM")
    await stage.moves(minutes=10)
    await ben.says("/mentoring")
    await ben.taps("Requests (")
    await ben.taps("Open", beside="Ana Ruiz")
    await ben.taps("Accept")
    await ana.will_see("Ben Okafor has accepted")
    await ana.taps("Get the pay link")
    await ana.pays(ana.link("Pay €40.00"))
    await ana.will_see("your session with Ben Okafor is confirmed")
    assert not ana.offers("Answer the proposal")
    for route in (take, f"proposal.refund:{take.split(':')[1]}"):
        await ana.says("/bookings")
        await ana.forges(route)
        assert ana.sees("This proposal is not open any more."), route
    await ana.says("/bookings")
    assert ana.sees("Confirmed · ")
