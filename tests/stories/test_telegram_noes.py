"""What must come to nothing on Telegram, and what goes on although Telegram says no."""

import pytest

from tests.stories import steps
from tests.stories.hands_telegram import on_telegram
from tests.stories.stage import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("door", ["telegram"], indirect=True)]

JUNK = (
    "~",
    "~q",
    "~q:1",
    "~q:0:o:0:0",
    "~q:99999999999999999999:s",
    "~q:1:x:y",
    "~p:tag",
    "~p:0:setup.pick:notice_channel",
    "~p:7:no.such",
    "~c:book:mentor",
    "~c:nothing:at:all",
    "~c:book:wrong:ben-okafor",
    ":",
    "::::",
    "start:now",
    "é" * 32,
    "x" * 64,
)


# --- bad input ----------------------------------------------------------------------------------


async def test_a_forged_press_is_answered_in_words_and_does_nothing(stage: Stage) -> None:
    cleo = on_telegram(stage.cleo)
    await cleo.says("/help")
    for data in JUNK:
        await cleo.forges(data)
        assert not cleo.sees("Something went wrong"), data
        await cleo.phone.forge(data, is_inaccessible=True)
        await cleo.phone.forge(data, is_inline=True)
        await stage.listens()
        assert not cleo.sees("Something went wrong"), data


async def test_nobody_answers_somebody_elses_question(stage: Stage) -> None:
    ana, cleo = on_telegram(stage.ana), stage.cleo
    await steps.takes_a_time(ana)
    await ana.taps("Topic and terms")
    await ana.types("Portfolio")
    asked = [data for data in ana.raw()[0].buttons.values() if data.startswith("~q")]
    await cleo.says("/help")
    for data in asked:
        await cleo.forges(data)
        assert not cleo.sees("Portfolio")
    await ana.fills({"Agenda": "", steps.TERMS: True})
    assert ana.has_link("Pay")


async def test_what_is_not_meant_as_an_answer_is_none(stage: Stage) -> None:
    """Edited and forwarded messages, files, stickers, places, posts in channels and inline words."""
    ana, square = on_telegram(stage.ana), stage.telegram
    square.server.updates.comes_unasked = True
    await steps.takes_a_time(ana)
    await ana.taps("Topic and terms")
    said = ana.phone.say("Portfolio")
    await stage.listens()
    ana.phone.edit(said, "Something else")
    ana.phone.forward("Somebody else's words", square.users["cleo"])
    ana.phone.send_document("agenda.pdf", b"%PDF-1.7", caption="My agenda")
    ana.phone.send_photo(b"\xff\xd8\xff")
    ana.phone.send_sticker()
    ana.phone.send_voice()
    ana.phone.send_location(6.45, 3.39)
    ana.phone.send_contact("+2348000000000")
    ana.phone.ask_inline("mentors")
    channel = square.server.add_channel("News", owner=square.users["olga"])
    square.server.add_bot(channel, square.users["olga"])
    square.server.hands(square.users["olga"], channel).say("/mentors")
    await stage.listens()
    assert ana.sees("I can only read text.")
    assert ana.sees("That was written by somebody else.")
    kinds = {update.kind for update in square.server.updates.done}
    assert {"edited_message", "channel_post", "inline_query"} <= kinds
    assert not channel.said
    assert not ana.sees("Something went wrong")
    await ana.taps("Leave it empty")
    await ana.fills({steps.TERMS: True})
    await ana.pays(ana.link("Pay €40.00"))
    await stage.ben.will_see("Ana Ruiz has booked", "Portfolio")
    await stage.ben.will_not_see("Something else", "Somebody else", "My agenda")


async def test_a_very_long_text_is_refused_with_the_reason_and_a_long_word_breaks_nothing(
    stage: Stage,
) -> None:
    ana = on_telegram(stage.ana)
    await ana.says("/help")
    await ana.types("x" * 100_000)
    await ana.types("é\u0301\u0302\u0303" * 1_000 + "\u202eשלום" * 100)
    await steps.takes_a_time(ana)
    await ana.taps("Topic and terms")
    await ana.types("y" * 100_000)
    assert ana.sees("Please shorten it.")
    await ana.fills({"Topic": "שלום נमस्ते", "Agenda": "<b>&amp;</i> @everyone", steps.TERMS: True})
    assert ana.has_link("Pay")
    assert ana.is_unharmed()


# --- Telegram says no ---------------------------------------------------------------------------


async def test_who_stops_the_bot_is_not_written_to_again_until_they_come_back(stage: Stage) -> None:
    ana, server = on_telegram(stage.ana), stage.telegram.server
    await steps.books(ana)
    ana.phone.block()
    await stage.moves(hours=28)
    noes = [refused for refused in server.refused if refused.status == 403]
    assert len(noes) == 1
    await stage.moves(hours=12)
    assert len([refused for refused in server.refused if refused.status == 403]) == 1
    await stage.ben.will_see("A reminder, 24 hours ahead")
    await ana.says("/bookings")
    await stage.moves(hours=7.5)
    await ana.will_see("A reminder, 60 minutes ahead")


async def test_a_mentor_who_stopped_the_bot_is_nudged_in_the_group_and_nothing_private_is_shown(
    stage: Stage,
) -> None:
    square = stage.telegram
    on_telegram(stage.ben).phone.block()
    await steps.books(stage.ana)
    [nudge] = [message for message in square.group.said if "I have news for you" in message.text]
    [called] = [entity["user"]["id"] for entity in nudge.entities if entity["type"] == "text_mention"]
    assert called == square.users["ben"].id
    for private in ("Ana", "Portfolio", "€", "NP-", "session"):
        assert private not in nudge.text
    assert not nudge.times
    await stage.ben.says("/mentoring")
    assert "I may not write to you" in square.group.said[-1].text
    await on_telegram(stage.ben).follows("go_mentoring")
    await stage.ben.taps("Schedule (1)")
    assert stage.ben.sees("Ana Ruiz")


async def test_what_is_due_while_telegram_is_down_comes_later_and_once(stage: Stage) -> None:
    await steps.books(stage.ana)
    await stage.ben.will_see("Ana Ruiz has booked")
    fault = stage.telegram.server.fail_next(status=502, times=1_000)
    await stage.moves(hours=24)
    await stage.ben.will_not_see("A reminder")
    assert fault.hits
    fault.release()
    await stage.moves(minutes=2)
    for person in (stage.ana, stage.ben):
        await person.will_see("A reminder, 24 hours ahead")
        assert person.times_seen("A reminder") == 1


async def test_a_pause_that_telegram_asks_for_is_kept(stage: Stage) -> None:
    link = await steps.holds(stage.ana)
    fault = stage.telegram.server.limit_next(retry_after=1, times=2)
    await stage.ana.pays(link)
    for person, said in ((stage.ana, "is confirmed"), (stage.ben, "Ana Ruiz has booked")):
        await person.will_see(said)
        assert person.times_seen(said) == 1
    assert fault.hits == 2
    assert len([line for line in stage.telegram.server.log if line.endswith("fault 429")]) == 2


async def test_an_update_that_comes_twice_is_answered_once(stage: Stage) -> None:
    ana, server = on_telegram(stage.ana), stage.telegram.server
    await ana.says("/help")
    seen = len(ana.phone.chat.said)
    again = server.repeat()
    await stage.listens()
    assert again.deliveries == 2
    assert len(ana.phone.chat.said) == seen
    await stage.restarts()
    server.repeat(again)
    await stage.listens()
    assert len(ana.phone.chat.said) == seen
