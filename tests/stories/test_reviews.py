"""After the session: what Ana and Ben say of each other, who reads it when, and what the staff does about it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import steps
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ASKED = WEDNESDAY_TEN + timedelta(minutes=75)
CLOSED = WEDNESDAY_TEN + timedelta(minutes=60, days=7)
HARM = "@everyone <script>alert(1)</script> **bold** [x](javascript:alert(1)) {name}"


async def meet(stage: Stage) -> None:
    """Ana has booked Ben, and both were there."""
    await steps.books(stage.ana)
    await stage.moves_to(ASKED)
    for person in (stage.ana, stage.ben):
        await person.will_see("How was it with")


async def both_write(stage: Stage, words: str = "He was late.") -> None:
    await stage.ana.taps("★★")
    await stage.ana.taps("Add a few words")
    await stage.ana.fills({"A few words": words})
    await stage.ben.taps("★★★★★")
    await stage.ben.taps("Add a few words")
    await stage.ben.fills({"A few words": "Came prepared."})


async def looks_at_ben(stage: Stage) -> None:
    await stage.cleo.says("/mentor", name="Ben Okafor")


async def test_both_are_blind_until_both_have_written(stage: Stage) -> None:
    ana, ben, cleo = stage.ana, stage.ben, stage.cleo
    await meet(stage)
    await ana.taps("★★★★")
    assert ana.sees("Thank you! Your review helps others to choose.")
    assert ana.sees("Nobody sees it until Ben Okafor has written one too")
    await ana.taps("Add a few words")
    await ana.fills({"A few words": "Clear and kind."})
    await looks_at_ben(stage)
    assert cleo.sees("New here")
    await ben.will_not_see("Clear and kind.", "★★★★ ·")

    await ben.taps("★★★★★")
    await ben.taps("Add a few words")
    await ben.fills({"A few words": "Came prepared."})
    await ana.will_see("Ben Okafor's review of you is there.", "Came prepared.")
    await ben.will_see("Ana Ruiz's review of you is there.", "Clear and kind.")
    await looks_at_ben(stage)
    assert cleo.sees("★ 4 from 1 review")
    assert cleo.sees("Clear and kind.")
    assert cleo.sees("Ana, November 2026")
    assert not cleo.sees("Came prepared.")
    assert not cleo.sees("Ana Ruiz")


async def test_who_says_nothing_is_asked_once_more_and_the_other_is_published_after_a_week(
    stage: Stage,
) -> None:
    ana, ben, cleo = stage.ana, stage.ben, stage.cleo
    await meet(stage)
    await ana.taps("★★★★★")
    await stage.moves_to(WEDNESDAY_TEN + timedelta(hours=25))
    await ben.will_see("You can still say how it was with Ana Ruiz")
    await ana.will_not_see("You can still say how it was")
    await stage.moves_to(CLOSED - timedelta(minutes=1))
    await looks_at_ben(stage)
    assert cleo.sees("New here")
    await stage.moves_to(CLOSED + timedelta(minutes=1))
    await ben.will_see("Ana Ruiz's review of you is there.")
    await ana.will_see("Your review of Ben Okafor is published.")
    await looks_at_ben(stage)
    assert cleo.sees("★ 5 from 1 review")
    await ben.taps("★★★")
    assert ben.sees("Reviews close a week after the session.")


async def test_ben_replies_once_and_everybody_reads_it(stage: Stage) -> None:
    ana, ben, cleo = stage.ana, stage.ben, stage.cleo
    await meet(stage)
    await both_write(stage)
    await ben.will_see("Ana Ruiz's review of you is there.")
    await ben.taps("Reply")
    await ben.fills({"Reply": "I am sorry, the train stood still."})
    assert ben.sees("Your reply is published.")
    assert not ben.sees("Something went wrong")
    await ana.will_see("Ben Okafor has replied to your review.", "the train stood still")
    await looks_at_ben(stage)
    assert cleo.sees("He was late.")
    assert cleo.sees("the train stood still")


async def test_a_review_that_cleo_reports_is_hidden_by_the_staff_and_counts_no_more(stage: Stage) -> None:
    ana, cleo, olga = stage.ana, stage.cleo, stage.olga
    await meet(stage)
    await both_write(stage)
    await looks_at_ben(stage)
    assert cleo.sees("★ 2 from 1 review")
    await cleo.taps("Read")
    await cleo.taps("Report")
    await cleo.fills({"Reason": "This is about somebody else."})
    assert cleo.sees("The staff looks at it")
    await olga.will_see("A review of Ben Okafor was reported", "This is about somebody else.", "He was late.")
    await olga.says("/staff")
    await olga.taps("Reported reviews (1)")
    await olga.taps("Look at it", beside="Ben Okafor")
    await olga.taps("Hide it")
    assert olga.sees("It is hidden and does not count any more.")
    await ana.will_see("Somebody reported your review of Ben Okafor. The staff has hidden it.")
    await cleo.will_see("You reported a review of Ben Okafor. The staff has hidden it.")
    await looks_at_ben(stage)
    assert cleo.messages()[0].text.count("New here") == 1
    await olga.taps("Show it again")
    await looks_at_ben(stage)
    assert cleo.sees("★ 2 from 1 review")


async def test_strangers_neither_write_nor_read_nor_decide(stage: Stage) -> None:
    ana, cleo = stage.ana, stage.cleo
    await meet(stage)
    short = ana.route("★").split(":")[1]
    await cleo.says("/bookings")
    for route in (f"review.give:{short}:1", f"review.form:{short}"):
        await cleo.forges(route)
        assert cleo.sees("There is no such booking of yours."), route
    await ana.taps("★★")
    for verb in ("show", "report_form", "reply_form", "hide", "keep", "case"):
        await cleo.says("/bookings")
        await cleo.forges(f"review.{verb}:1")
        assert cleo.sees("There is no such review, or it is not for you to read."), verb
    await cleo.forges("review.queue")
    assert cleo.sees("Only the community's staff can do this.")


async def test_a_review_is_given_once_and_its_words_have_an_end(stage: Stage) -> None:
    ana = stage.ana
    await meet(stage)
    route = ana.route("★")
    await ana.taps("★★★★")
    await ana.forges(route)
    assert ana.sees("You have reviewed this session already.")
    short = route.split(":")[1]
    await ana.forges(f"review.give:{short}:6")
    assert ana.sees("Give between one and five stars.")


async def test_words_that_mean_harm_are_shown_and_never_obeyed(stage: Stage) -> None:
    await meet(stage)
    await both_write(stage, HARM)
    await looks_at_ben(stage)
    assert stage.cleo.sees("alert(1)")
    await stage.cleo.taps("Read")
    await stage.ben.will_see("alert(1)")
    for person in (stage.cleo, stage.ben):
        assert person.is_unharmed()
    page = await stage.cleo.opens(f"{stage.browser.home}/mentors/ben-okafor")
    assert HARM in page  # as words


async def test_ben_knows_what_mentors_think_of_a_student_who_books_him_again(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await meet(stage)
    await both_write(stage)
    await steps.books(ana, "Fri, Nov 27", "10:00 AM")
    await ben.will_see("Ana Ruiz has booked a session with you", "★ 5 from 1 mentor")
