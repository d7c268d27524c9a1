"""A form on Telegram: one question after another, kept in a row, never mixed with another."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.telegram.door import TelegramDoor
from core import chat
from core.chat import _, to
from tests.adapters.discord_parts import BRIEF
from tests.adapters.telegram_parts import House
from tests.doubles.telegram import Hands

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.telegram_fixtures"]

NAME = chat.Form(
    _("Your name"),
    (chat.Field("name", _("Name"), default="Ana", max_length=10),),
    submit=to("name.send"),
    reopen=to("name.ask"),
)
REFUSED = chat.Screen(
    _("That does not work"),
    (chat.Paragraph(_("No such topic.")),),
    (chat.Button(_("Try again"), to("brief.ask")),),
    tone=chat.Tone.BAD,
)


@pytest.fixture(autouse=True)
async def forms(house: House) -> None:
    """`/show` asks for a brief, `/policy` for a name."""
    brief, name = chat.Screen(_("Brief"), form=BRIEF), chat.Screen(_("Who are you?"), form=NAME)
    house.router.screens |= {"show": brief, "brief.ask": brief, "policy": name, "name.ask": name}


async def say(house: House, door: TelegramDoor, phone: Hands, *lines: str) -> None:
    for line in lines:
        phone.say(line)
        await house.heard(door)


async def press(house: House, door: TelegramDoor, phone: Hands, *labels: str) -> None:
    for label in labels:
        await phone.press(label)
        await house.heard(door)


def sent(house: House, route: str) -> Sequence[chat.Incoming]:
    return [said for said in house.router.heard if str(said.route) == route]


async def test_questions_come_one_by_one_and_the_answers_are_shown_before_they_are_sent(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    await say(house, door, phone, "/show")
    assert "Your brief · 1 of 4" in phone.last.text
    assert "In a few words" in phone.last.text
    await say(house, door, phone, "Rust")
    assert "Notes" in phone.last.text
    await say(house, door, phone, "one\ntwo")
    await press(house, door, phone, "Advanced", "Yes")
    assert "Topic Rust\nNotes one\ntwo\nLevel Advanced\nI agree Yes" in phone.last.text
    await press(house, door, phone, "Send")
    [said] = sent(house, "brief.send")
    assert said.answers == {"topic": "Rust", "notes": "one\ntwo", "level": "2", "terms": "yes"}
    assert "You said brief.send" in phone.last.text


async def test_an_answered_question_loses_its_buttons(house: House, door: TelegramDoor, phone: Hands) -> None:
    await say(house, door, phone, "/show")
    question = phone.last
    await say(house, door, phone, "Rust")
    assert question.buttons == {}


async def test_a_form_of_one_question_is_sent_with_its_answer(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    await say(house, door, phone, "/policy")
    assert "Keep: Ana" in phone.last.buttons
    await press(house, door, phone, "Keep: Ana")
    assert sent(house, "name.send")[0].answers == {"name": "Ana"}


async def test_what_is_optional_may_be_left_empty_and_back_goes_back(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    await say(house, door, phone, "/show", "Rust")
    await press(house, door, phone, "Leave it empty", "‹ Back")
    assert "Notes" in phone.last.text
    await say(house, door, phone, "a note")
    assert "Level" in phone.last.text


async def test_a_long_answer_says_so_and_asks_again(house: House, door: TelegramDoor, phone: Hands) -> None:
    await say(house, door, phone, "/policy", "x" * 4000)
    assert "That is 4,000 characters; at most 10 fit." in phone.last.text
    assert not sent(house, "name.send")
    await say(house, door, phone, "Cleo")
    assert sent(house, "name.send")[0].answers == {"name": "Cleo"}


async def test_a_choice_can_be_typed_but_nothing_else_can(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    await say(house, door, phone, "/show", "Rust", "-", "expert")
    assert "tap one of the answers" in phone.last.text
    await say(house, door, phone, "advanced")
    assert "I agree" in phone.last.text


async def test_an_answer_can_be_changed_before_it_is_sent(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    await say(house, door, phone, "/show", "Rust", "-")
    await press(house, door, phone, "Beginner", "No", "✎ Topic")
    await say(house, door, phone, "Go")
    assert "Topic Go" in phone.last.text
    await press(house, door, phone, "Send")
    assert sent(house, "brief.send")[0].answers["topic"] == "Go"


async def test_cancel_sends_nothing(house: House, door: TelegramDoor, phone: Hands) -> None:
    await say(house, door, phone, "/show", "Rust")
    await press(house, door, phone, "Cancel")
    assert "Nothing was sent" in phone.last.text
    await press(house, door, phone, "Begin again")
    assert "1 of 4" in phone.last.text
    await press(house, door, phone, "Cancel")
    await say(house, door, phone, "hello")
    assert house.router.heard[-1].route == to("help")


async def test_a_restart_in_the_middle_loses_nothing(house: House, phone: Hands) -> None:
    async with house.door() as door:
        await say(house, door, phone, "/show", "Rust")
    async with house.door() as door:
        await say(house, door, phone, "a note")
        await press(house, door, phone, "Beginner", "No", "Send")
    assert sent(house, "brief.send")[0].answers == {
        "topic": "Rust",
        "notes": "a note",
        "level": "1",
        "terms": "",
    }


async def test_two_forms_never_mix_and_the_first_can_be_taken_up_again(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    await say(house, door, phone, "/show", "Rust")
    first = phone.last
    await say(house, door, phone, "/policy", "Cleo")
    assert sent(house, "name.send")[0].answers == {"name": "Cleo"}
    await say(house, door, phone, "not an answer")
    assert house.router.heard[-1].route == to("help")
    await phone.press("Leave it empty", on=first)
    await house.heard(door)
    assert "Level" in first.text
    await say(house, door, phone, "/show")
    assert "Level" in phone.last.text


async def test_a_stale_tap_shows_what_is_asked_now(house: House, door: TelegramDoor, phone: Hands) -> None:
    await say(house, door, phone, "/show", "Rust", "-")
    draft = next(iter(phone.last.buttons.values())).split(":")[1]
    await phone.forge(f"~q:{draft}:o:3:0", on=phone.last)
    await house.heard(door)
    assert "Level" in phone.last.text
    await phone.forge(f"~q:{draft}:s", on=phone.last)
    await house.heard(door)
    assert not sent(house, "brief.send")


async def test_a_tap_on_a_form_that_is_gone_gets_the_current_state(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    await say(house, door, phone, "/show")
    house.router.screens["brief.ask"] = chat.Screen(_("This booking is confirmed already"))
    await say(house, door, phone, "Rust")
    assert phone.last.text == "This booking is confirmed already"
    await say(house, door, phone, "more")
    assert house.router.heard[-1].route == to("help")


async def test_a_refused_form_says_why_and_keeps_every_answer(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    house.router.screens["brief.send"] = REFUSED
    await say(house, door, phone, "/show", "Rust", "-")
    await press(house, door, phone, "Beginner", "Yes", "Send")
    assert "No such topic." in phone.last.text
    assert "Topic Rust" in phone.last.text
    del house.router.screens["brief.send"]
    await press(house, door, phone, "✎ Topic")
    await say(house, door, phone, "Go")
    await press(house, door, phone, "Send")
    assert sent(house, "brief.send")[-1].answers == {
        "topic": "Go",
        "notes": "-",
        "level": "1",
        "terms": "yes",
    }


async def test_nobody_answers_anothers_question(house: House, door: TelegramDoor, phone: Hands) -> None:
    await say(house, door, phone, "/show", "Rust")
    draft = next(iter(phone.last.buttons.values())).split(":")[1]
    ben = house.server.hands(house.server.add_user("Ben", started=True))
    await say(house, door, ben, "/start")
    for verb in ("x", "s", "n:1", "o:1:0", "o", "zz", "o:" + "9" * 30):
        await ben.forge(f"~q:{draft}:{verb}", on=ben.last)
        await house.heard(door)
    assert house.router.heard[-1].route.name == "telegram.nowhere"
    await say(house, door, phone, "a note")
    assert "Level" in phone.last.text


async def test_hostile_answers_are_shown_and_never_obeyed(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    await say(house, door, phone, "/show", "<b>x</b> @cleo &lt; </i>", "\u202eabc " * 100)
    await press(house, door, phone, "Beginner", "No")
    assert "<b>x</b>" in phone.last.text


async def test_a_form_after_a_form_is_asked_at_once(house: House, door: TelegramDoor, phone: Hands) -> None:
    house.router.screens["name.send"] = replace(chat.Screen(_("One more thing")), form=BRIEF)
    await say(house, door, phone, "/policy", "Cleo")
    assert "One more thing" in phone.last.text
    assert "1 of 4" in phone.last.text
