"""A question that is open on Telegram stays the last thing in the chat, whatever else is said there."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from adapters.telegram.door import TelegramDoor
from adapters.telegram.drafts import TelegramDraft
from core import chat
from core.chat import _, to
from core.clock import SystemClock
from tests.adapters.discord_parts import BRIEF, READER, card, say
from tests.adapters.telegram_parts import House, in_private, types
from tests.doubles.telegram import Hands, User

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.telegram_fixtures"]

TERMS = _("Canceled by you: nothing back")
NEWS = say("News")


@pytest.fixture(autouse=True)
async def asked(house: House, door: TelegramDoor, phone: Hands) -> None:
    """Ana is asked for her brief."""
    brief = chat.Screen(_("Brief"), (chat.Note(TERMS),), form=BRIEF)
    house.router.screens |= {"show": brief, "brief.ask": brief}
    await types(house, door, phone, "/show")


async def news(
    house: House,
    door: TelegramDoor,
    user: User,
    screen: chat.Screen = NEWS,
    key: str = "1",
    *,
    rings: bool = True,
) -> None:
    await door.deliver(in_private(user), screen, READER, key=key, rings=rings)
    await house.heard(door)


def questions(phone: Hands, words: str) -> int:
    return sum(words in message.text for message in phone.messages)


async def test_news_land_above_the_open_question_which_is_there_once(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await types(house, door, phone, "Rust")
    await news(house, door, ana)
    assert "Notes" in phone.last.text
    assert "Leave it empty" in phone.last.buttons
    assert questions(phone, "Notes") == 1
    await types(house, door, phone, "one\ntwo")
    assert "Level" in phone.last.text


async def test_a_first_question_keeps_what_is_said_around_it(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await news(house, door, ana)
    assert TERMS.msgid in phone.last.text
    assert "Topic" in phone.last.text


async def test_so_do_the_answers_that_wait_to_be_sent(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await types(house, door, phone, "Rust")
    await types(house, door, phone, "a note")
    for label in ("Advanced", "Yes"):
        await phone.press(label)
        await house.heard(door)
    await news(house, door, ana)
    assert "Topic Rust" in phone.last.text
    await phone.press("Send")
    await house.heard(door)
    assert house.router.heard[-1].answers["notes"] == "a note"


async def test_much_news_at_once_ask_no_more_than_one_question(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    for number in range(4):
        await door.deliver(in_private(ana), NEWS, READER, key=str(number), rings=True)
    await house.heard(door)
    assert questions(phone, "Topic") == 1
    assert "Topic" in phone.last.text


async def test_news_that_change_a_message_in_its_place_leave_the_question_alone(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await news(house, door, ana, card("K7", "held"))
    question = phone.last
    await news(house, door, ana, card("K7", "confirmed"), "2", rings=False)
    assert phone.last is question


async def test_nobody_is_taken_for_speaking_because_news_came(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await news(house, door, ana)
    again = house.router.heard[-1]
    assert (again.route, again.in_chat) == (to("brief.ask"), False)


async def test_what_a_question_does_not_take_is_said_above_it(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    phone.send_sticker()
    await house.heard(door)
    assert "Topic" in phone.last.text
    assert questions(phone, "I can only read text") == 1


async def test_an_answer_to_an_older_button_lands_above_it_too(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    much = chat.Paragraph(_("{words}", words="to and fro " * 500))
    house.router.screens["booking.move"] = chat.Screen(_("Move it"), (much,))
    await news(house, door, ana, card("K7", "held"))
    [held] = [message for message in phone.messages if "Move" in message.buttons]
    await phone.press("Move", on=held)
    await house.heard(door)
    assert "Topic" in phone.last.text
    await types(house, door, phone, "Rust")
    assert "Notes" in phone.last.text


async def test_a_form_that_is_gone_is_not_asked_again_and_the_next_line_hears_why(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    house.router.screens["brief.ask"] = chat.Screen(_("The hold is over"))
    await news(house, door, ana)
    assert phone.last.text == "News"
    await types(house, door, phone, "Rust")
    assert phone.last.text == "The hold is over"


async def test_a_question_left_alone_for_a_day_follows_nobody(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await types(house, door, phone, "Rust")
    question = phone.last
    await house.store.write(_a_day_goes_by)
    await news(house, door, ana)
    assert phone.last.text == "News"
    await types(house, door, phone, "thanks")
    assert house.router.heard[-1].route == to("help")
    await phone.press("Leave it empty", on=question)
    await house.heard(door)
    assert "Level" in question.text


def _a_day_goes_by(session: Session) -> None:
    session.execute(update(TelegramDraft).values(at=SystemClock().now() - timedelta(days=1, minutes=1)))
