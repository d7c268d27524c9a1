"""The way into the Telegram door, against the wire: what people see and do there in private."""

import asyncio

import pytest

from adapters.telegram import pace
from adapters.telegram.door import TelegramDoor
from core import chat
from core.chat import _, to
from core.ports import DoorClosed
from tests.adapters.discord_parts import card, say
from tests.adapters.telegram_parts import PICTURE, WEEK, House, types
from tests.doubles.telegram import Hands, User

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.telegram_fixtures"]

EVIL = '</b><a href="tg://user?id=1">x</a> @ana &lt; <tg-time unix="0">'


# --- in private -------------------------------------------------------------------------------


async def test_a_command_is_answered_in_private(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await types(house, door, phone, "/book mentor: Ben minutes: 30")
    assert "You said book" in phone.last.text
    [heard] = house.router.heard
    assert heard.account == chat.Account("telegram", str(ana.id), "Ana")
    assert heard.answers == {"mentor": "mentor-ben", "minutes": "30"}
    assert (heard.place, heard.may_manage, heard.locale) == (None, False, "en")


async def test_what_has_to_be_said_is_asked_for_with_what_may_be_meant(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    await types(house, door, phone, "/book mentor: Be")
    assert list(phone.last.buttons) == ["Ben", "Bea"]
    await phone.press("Bea")
    await house.heard(door)
    assert house.router.heard[-1].route == to("book")
    assert house.router.heard[-1].answers == {"mentor": "mentor-bea"}


async def test_a_deep_link_arrives_as_start_with_what_it_is_for(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    link = door.invitation("book_ben-okafor")
    assert link == "https://t.me/NearpeerBot?start=book_ben-okafor"
    phone.follow(link)
    await house.heard(door)
    assert house.router.heard[-1].route == to("start")
    assert house.router.heard[-1].answers == {"to": "book_ben-okafor"}


async def test_plain_words_are_a_question_for_help(house: House, door: TelegramDoor, phone: Hands) -> None:
    await types(house, door, phone, "how do I book?")
    assert house.router.heard[0].route == to("help")
    assert house.router.heard[0].answers == {"word": "how do I book?"}


async def test_a_press_is_acknowledged_and_changes_its_own_message(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    await types(house, door, phone, "/show")
    first = phone.last
    query = await phone.press("Cancel")
    await house.heard(door)
    assert query.answered
    assert phone.last is first
    assert "You said booking.cancel:K7Q2" in first.text


async def test_a_slow_answer_does_not_hold_up_the_acknowledgement(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    await types(house, door, phone, "/show")
    house.router.gate = asyncio.Event()
    await phone.press("Cancel")
    assert "You said" not in phone.last.text
    house.router.gate.set()
    await house.heard(door)
    assert "You said" in phone.last.text


async def test_the_same_screen_again_is_no_mistake(house: House, door: TelegramDoor, phone: Hands) -> None:
    house.router.screens |= {"show": card("K", "held"), "booking.move": card("K", "held")}
    await types(house, door, phone, "/show")
    await phone.press("Move")
    await house.heard(door)
    assert len(phone.chat.said) == 1


@pytest.mark.parametrize("how", ["deleted", "inaccessible", "inline"])
async def test_a_press_on_a_message_that_is_gone_is_answered_anew(
    house: House, door: TelegramDoor, phone: Hands, how: str
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    await types(house, door, phone, "/show")
    first = phone.last
    first.deleted = how == "deleted"
    await phone.forge("go:a", on=first, is_inaccessible=how == "inaccessible", is_inline=how == "inline")
    await house.heard(door)
    assert phone.last is not first
    assert "You said go:a" in phone.last.text


async def test_a_week_is_a_picture_with_its_text_and_its_buttons(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    week = chat.Screen(_("When?"), controls=(chat.Button(_("Back"), to("show")),), week=WEEK)
    house.router.screens |= {
        "week": week,
        "show": chat.Screen(_("Hi"), controls=(chat.Button(_("W"), to("week")),)),
    }
    await types(house, door, phone, "/show")
    await phone.press("W")
    await house.heard(door)
    assert phone.last.file
    assert phone.last.file.content == PICTURE
    assert "Thursday: 12:00" in phone.last.text
    await phone.press("Back")
    await house.heard(door)
    assert phone.last.file is None
    assert [message.text for message in phone.chat.said] == ["Hi"]


async def test_a_file_is_a_document(house: House, door: TelegramDoor, phone: Hands) -> None:
    file = chat.File("session.ics", b"BEGIN:VCALENDAR", "text/calendar", _("For your calendar"))
    house.router.screens["show"] = chat.Screen(_("Yours"), files=(file,))
    await types(house, door, phone, "/show")
    document, screen = phone.chat.said
    assert document.file
    assert (document.file.name, document.file.content) == ("session.ics", b"BEGIN:VCALENDAR")
    assert screen.text == "Yours"


async def test_hostile_words_are_shown_and_never_obeyed(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    house.router.screens["show"] = say("{evil}", evil=EVIL)
    await types(house, door, phone, "/show")
    assert phone.last.text.replace("\u2060", "") == EVIL
    assert {entity["type"] for entity in phone.last.entities} == {"bold", "bot_command"}


async def test_junk_is_answered_in_words_or_passed_over(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    phone.send_sticker()
    await house.heard(door)
    assert "I can only read text" in phone.last.text
    phone.forward("/show")
    await house.heard(door)
    assert "written by somebody else" in phone.last.text
    phone.edit(phone.say("hello"), "/show")
    phone.ask_inline("x")
    await types(house, door, phone, "/show@OtherBot")
    assert [said.answers for said in house.router.heard if said.answers] == [{"word": "hello"}]
    assert not any(said.route.name == "show" for said in house.router.heard)


async def test_a_huge_text_is_taken_in_pieces(
    house: House, door: TelegramDoor, phone: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "AT_ONCE", 10_000)  # else the answers take half a minute
    await types(house, door, phone, "x" * 100_000)
    assert len(house.router.heard) == 25


async def test_what_goes_wrong_here_is_said_with_a_reference(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    def broken(said: chat.Incoming) -> chat.Screen:
        raise RuntimeError("broken")

    house.router.screens["show"] = broken
    await types(house, door, phone, "/show")
    assert "Something went wrong" in phone.last.text


# --- once, in order, at any time --------------------------------------------------------------


async def test_an_update_that_comes_twice_is_answered_once(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    await types(house, door, phone, "/show")
    house.server.repeat()
    await house.heard(door)
    assert len(house.router.heard) == 1


async def test_also_after_a_restart(house: House, phone: Hands) -> None:
    async with house.door() as door:
        await types(house, door, phone, "/show")
    house.server.repeat()
    async with house.door() as door:
        await house.heard(door)
    assert len(house.router.heard) == 1


async def test_what_was_taken_and_not_answered_is_answered_after_a_restart(
    house: House, phone: Hands
) -> None:
    unopened = house.made()
    phone.say("/show")
    [update] = house.server.updates.waiting
    await unopened.take([update.json()])
    assert house.router.heard == []
    async with house.door() as door:
        await house.heard(door)
    assert [str(said.route) for said in house.router.heard] == ["show"]


async def test_a_slow_answer_keeps_one_person_waiting_and_nobody_else(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()
    answer = house.router.answer

    async def slow(said: chat.Incoming) -> chat.Reply:
        if said.account.name == "Ana" and said.route.name == "show":
            started.set()
            await go_on.wait()
        return await answer(said)

    house.router.answer = slow  # type: ignore[method-assign, assignment]
    ben = house.server.hands(house.server.add_user("Ben", started=True))
    phone.say("/show")
    await started.wait()
    phone.say("second")
    ben.say("/show")
    await house.server.wait_for(lambda: ben.chat.said)
    assert phone.chat.said == []
    go_on.set()
    await house.heard(door)
    assert [said.route.name for said in house.router.heard] == ["show", "show", "help"]


async def test_a_refused_token_closes_the_door(house: House) -> None:
    with pytest.raises(DoorClosed, match="token"):
        async with house.door("123:wrong"):
            pass


async def test_the_line_comes_back_by_itself(house: House, door: TelegramDoor, phone: Hands) -> None:
    house.server.fail_next("getUpdates", status=502)
    house.server.drop_next("getUpdates")
    await types(house, door, phone, "/show")
    assert "You said show" in phone.last.text
