"""What only Telegram has: a group and a private chat, links that press Start, forms asked one by one."""

from datetime import UTC, datetime

import pytest

from tests.doubles.telegram import Hands as Phone
from tests.stories import steps
from tests.stories.hands_telegram import START, on_telegram
from tests.stories.stage import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("door", ["telegram"], indirect=True)]

WEDNESDAY_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


# --- the group and the private chat -------------------------------------------------------------


async def test_a_command_in_the_group_is_answered_in_private_and_one_line_says_so(stage: Stage) -> None:
    ana, square = stage.ana, stage.telegram
    await ana.says("/mentors")
    assert ana.sees("From first portfolio to first offer")
    [line] = square.group.said
    assert line.text == "Ana, I have answered you in our own chat."
    assert line.reply_to
    assert line.links == {"Open our chat": f"{START}go_mentors"}
    await ana.taps("View", beside="Ben Okafor")
    await ana.says("/bookings")
    assert square.group.said == [line]


async def test_who_never_pressed_start_is_given_a_link_and_goes_on_from_there(stage: Stage) -> None:
    square = stage.telegram
    hana = square.server.add_user("Hana")
    square.server.join(square.group, hana)
    square.server.hands(hana, square.group).command("/mentors", at_bot=True)
    await stage.listens()
    [line] = square.group.said
    assert line.text == "Hana, I may not write to you yet. Press the button, then Start."
    assert not hana.private.said
    square.server.hands(hana).follow(line.links["Open our chat"])
    await stage.listens()
    assert "From first portfolio to first offer" in hana.private.said[-1].text


async def test_links_lead_to_a_mentor_and_into_a_booking(stage: Stage) -> None:
    ana = on_telegram(stage.ana)
    await ana.follows("mentor_ben-okafor")
    assert ana.sees("From first portfolio to first offer")
    await ana.follows("book_ben-okafor")
    await ana.taps("60 minutes")
    await ana.taps("Wed, Nov 25")
    await ana.taps("10:00 AM")
    assert ana.sees("Ben Okafor")
    assert ana.sees_time(WEDNESDAY_TEN)


async def test_a_link_that_leads_nowhere_says_so(stage: Stage) -> None:
    ana = on_telegram(stage.ana)
    for payload in ("mentor_nobody", "book_", "link_00000000", "go_nowhere", "x" * 64, "-_-"):
        await ana.follows(payload)
        assert not ana.sees("Something went wrong"), payload
        assert ana.phone.last.text.startswith("⚠️"), (payload, ana.view())


async def test_a_new_group_greets_its_host_and_keeps_its_rules_when_it_grows(stage: Stage) -> None:
    """A small group becomes a supergroup, which has another number."""
    olga, server = on_telegram(stage.olga), stage.telegram.server
    user = stage.telegram.users["olga"]
    circle, greetings = server.add_group("Reading Circle", owner=user), "Thank you for hosting me"
    before = olga.times_seen(greetings)
    server.add_bot(circle, user)
    await stage.listens()
    assert olga.times_seen(greetings) == before + 1
    await olga_sets_the_currency(stage, server.hands(user, circle), "gbp")
    grown = server.migrate(circle)
    await stage.listens()
    server.hands(user, grown).command("/setup", at_bot=True)
    await stage.listens()
    assert "GBP" in olga.phone.last.text
    await olga.says("/setup")
    assert "EUR" in olga.phone.last.text


async def olga_sets_the_currency(stage: Stage, in_group: Phone, currency: str) -> None:
    in_group.command("/setup", at_bot=True)
    await stage.listens()
    await stage.olga.taps("Currency")
    await stage.olga.fills({"Currency": currency})
    await stage.olga.taps("Change it")


async def test_half_a_name_is_enough_and_none_is_asked_for(stage: Stage) -> None:
    ana = on_telegram(stage.ana)
    await ana.says("/book oka")
    assert ana.offers("60 minutes")
    await ana.says("/book")
    await ana.taps("Ben Okafor")
    assert ana.offers("60 minutes")
    await ana.says("/book nobody at all")
    assert not ana.sees("Something went wrong")
    await ana.says("/mentors Portfolio")
    assert ana.phone.last.text.count("From first portfolio to first offer") == 1


async def test_the_menu_is_in_the_language_of_the_phone_and_setup_is_for_administrators(stage: Stage) -> None:
    square = stage.telegram
    hana = square.server.hands(square.server.add_user("Hana", language="hi"))
    assert on_telegram(stage.ana).phone.menu["book"] != hana.menu["book"]
    assert "setup" in square.server.hands(square.users["olga"], square.group).menu
    assert "setup" not in square.server.hands(square.users["ana"], square.group).menu


# --- forms --------------------------------------------------------------------------------------


async def test_a_form_goes_on_after_a_restart_where_it_was_left(stage: Stage) -> None:
    ana = on_telegram(stage.ana)
    await steps.takes_a_time(ana)
    await ana.taps("Topic and terms")
    await ana.types("Portfolio")
    await stage.restarts()
    await ana.fills({"Agenda": "The first case study", steps.TERMS: True})
    await ana.pays(ana.link("Pay €40.00"))
    await stage.ben.will_see("Ana Ruiz has booked", "Portfolio", "The first case study")


async def test_two_forms_never_mix(stage: Stage) -> None:
    ana = on_telegram(stage.ana)
    await steps.takes_a_time(ana)
    await ana.taps("Topic and terms")
    await ana.types("Portfolio")
    await ana.says("/settings")
    await ana.taps("Time zone")
    await ana.types("Kolkata")
    await ana.taps("Asia/Kolkata")
    assert ana.sees("Asia/Kolkata (2:30 PM now)")
    await ana.types("A word that answers nothing")
    assert ana.sees("I do not know")
    await ana.taps("Topic and terms")
    await ana.fills({steps.TERMS: True})
    await ana.pays(ana.link("Pay €40.00"))
    await stage.ben.will_see("Ana Ruiz has booked", "Portfolio")
    await stage.ben.will_not_see("Agenda", "Asia/", "answers nothing")


async def test_an_old_question_shows_the_present_one(stage: Stage) -> None:
    ana = on_telegram(stage.ana)
    await steps.takes_a_time(ana)
    await ana.taps("Topic and terms")
    await ana.types("Portfolio")
    leave_empty = ana.route("Leave it empty")
    await ana.types("The first case study")
    for _ in range(2):
        await ana.forges(leave_empty)
        assert ana.offers("Yes")
    await ana.fills({steps.TERMS: True})
    await ana.pays(ana.link("Pay €40.00"))
    await stage.ben.will_see("Ana Ruiz has booked", "The first case study")


async def test_back_changes_an_answer_and_cancel_sends_nothing(stage: Stage) -> None:
    ana = on_telegram(stage.ana)
    await steps.takes_a_time(ana)
    await ana.taps("Topic and terms")
    await ana.types("Portfolio")
    await ana.taps("‹ Back")
    assert ana.typed("Topic") == "Portfolio"
    await ana.types("My first job")
    await ana.taps("Cancel")
    assert ana.sees("Nothing was sent.")
    assert not ana.has_link("Pay")


# --- the way in ---------------------------------------------------------------------------------


@pytest.mark.parametrize("is_called", [True], indirect=True)
async def test_telegram_may_call_the_house_instead_of_being_asked(stage: Stage) -> None:
    await steps.books(stage.ana)
    await stage.ben.will_see("Ana Ruiz has booked")
    assert stage.telegram.server.updates.webhook.url == f"{stage.browser.home}/telegram/updates"
    assert not any(line.startswith("getUpdates") for line in stage.telegram.server.log)


@pytest.mark.parametrize("is_called", [False, True], indirect=True)
async def test_what_was_said_while_the_house_was_down_is_answered_when_it_is_up(stage: Stage) -> None:
    await stage.ana.says("/help")
    await stage.closes()
    on_telegram(stage.ana).phone.say("/mentors")
    await stage.comes_back()
    assert stage.ana.sees("From first portfolio to first offer")
    assert stage.ana.times_seen("From first portfolio to first offer") == 1
