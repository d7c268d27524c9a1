"""The way into the Telegram door, against the wire: what people see and do there."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.telegram import pace
from adapters.telegram.door import WEBHOOK, TelegramDoor
from core import chat
from core.chat import _, to
from core.ports import DoorClosed
from tests.adapters.discord_parts import card, say
from tests.adapters.telegram_parts import PICTURE, WEEK, House
from tests.doubles.telegram import Chat, Hands, User
from webhooks import telegram as edge

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.telegram_fixtures"]

EVIL = '</b><a href="tg://user?id=1">x</a> @ana &lt; <tg-time unix="0">'


async def types(house: House, door: TelegramDoor, hands: Hands, line: str) -> None:
    hands.say(line)
    await house.heard(door)


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
    house.router.slowness = 0.3
    await phone.press("Cancel")
    assert "You said" not in phone.last.text
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


# --- the menu ---------------------------------------------------------------------------------


async def test_the_menu_is_told_in_every_language_and_only_when_it_changed(
    house: House, phone: Hands
) -> None:
    async with house.door():
        assert phone.menu == {"book": "Book a mentor", "show": "Show a screen"}
        phone.user.language = "hi"
        assert phone.menu["book"] == "मेंटर बुक करें"
    told = len(house.server.log)
    async with house.door():
        assert not any("setMyCommands" in line for line in house.server.log[told:])


async def test_managers_commands_are_on_the_menu_of_a_groups_administrators(
    house: House, door: TelegramDoor, group: Chat, square: Hands
) -> None:
    olga = next(member.user for member in group.admins())
    assert "policy" in house.server.hands(olga, group).menu
    assert "policy" not in square.menu


# --- groups -----------------------------------------------------------------------------------


async def test_a_group_that_takes_the_bot_in_is_hosted(house: House, group: Chat, door: TelegramDoor) -> None:
    house.router.greeting = say("Welcome")
    await house.heard(door)
    [(place, owner, locale)] = house.router.homes
    assert place == chat.Place("telegram", str(group.id), "Mentors")
    assert (owner.name, locale) == ("Olga", "hi")
    assert group.said[-1].links == {"Open our chat": "https://t.me/NearpeerBot?start=go_setup"}


async def test_a_command_in_a_group_is_answered_in_private_and_says_so_in_one_line(
    house: House, door: TelegramDoor, square: Hands, phone: Hands, group: Chat
) -> None:
    square.command("/show", at_bot=True)
    await house.heard(door)
    assert "You said show" in phone.last.text
    assert group.said[-1].text == "Ana, I have answered you in our own chat."
    assert house.router.heard[-1].place == chat.Place("telegram", str(group.id), "Mentors")
    assert not house.router.heard[-1].may_manage


async def test_who_never_pressed_start_is_told_to(house: House, door: TelegramDoor, group: Chat) -> None:
    cleo = house.server.add_user("Cleo")
    house.server.join(group, cleo)
    await types(house, door, house.server.hands(cleo, group), "/show")
    assert "Press the button, then Start" in group.said[-1].text
    assert group.said[-1].links == {"Open our chat": "https://t.me/NearpeerBot?start=go_show"}


async def test_a_manager_goes_on_in_private(house: House, door: TelegramDoor, group: Chat) -> None:
    olga = next(member.user for member in group.admins())
    private = house.server.hands(olga)
    private.start()
    await types(house, door, house.server.hands(olga, group), "/policy")
    await types(house, door, private, "/policy")
    for said in house.router.heard[-2:]:
        assert said.may_manage
        assert said.place
        assert said.place.key == str(group.id)
    await types(house, door, private, "/show")
    assert house.router.heard[-1].place is None


async def test_other_bots_commands_and_other_words_are_not_ours(
    house: House, door: TelegramDoor, square: Hands, group: Chat
) -> None:
    for line in ("/show@OtherBot", "/weather", "hello /show", "@NearpeerBot /show", "/"):
        await types(house, door, square, line)
    assert house.router.heard == []
    assert group.said == []


async def test_who_writes_as_the_group_is_told_where_to_go(
    house: House, door: TelegramDoor, group: Chat
) -> None:
    olga = next(member.user for member in group.admins())
    said = house.server.hands(olga, group).say("/show")
    await house.heard(door)
    body = dict(house.server.updates.done[-1].json())
    anonymous = {**body["message"], "message_id": said.id + 1000, "sender_chat": body["message"]["chat"]}
    asked = len(house.router.heard)
    await door.take([{"update_id": 1, "message": anonymous}])
    await door.settled()
    assert "cannot see who you are" in group.said[-1].text
    assert len(house.router.heard) == asked


async def test_a_topic_can_be_picked_by_its_name(house: House, door: TelegramDoor, ana: User) -> None:
    forum = house.server.add_group("Forum", owner=ana, is_forum=True)
    house.server.add_bot(forum, ana, as_admin=True)
    topic = house.server.open_topic(forum, "News", ana)
    pick = chat.Pick(_("Where to"), chat.Entity.CHANNEL, to("set", "channel"))
    house.router.screens["show"] = chat.Screen(_("Rules"), controls=(pick,))
    await types(house, door, house.server.hands(ana, forum, thread=topic.id), "/show")
    await house.server.hands(ana).press("# News")
    await house.heard(door)
    assert house.router.heard[-1].route == to("set", "channel")
    assert house.router.heard[-1].answers == {"key": f"{forum.id}:{topic.id}", "name": "News"}


# --- the webhook ------------------------------------------------------------------------------


def test_the_edge_listens_where_the_door_has_telegram_call() -> None:
    assert edge.PATH == WEBHOOK


async def test_with_a_webhook_telegram_is_told_where_and_not_asked(house: House) -> None:
    async with house.door(webhook_url="https://book.example.org", webhook_secret="s3cret") as door:
        hook = house.server.updates.webhook
        assert (hook.url, hook.secret) == ("https://book.example.org/telegram/updates", "s3cret")
        assert door.secret == "s3cret"
        assert not any("getUpdates" in line for line in house.server.log)


async def test_what_telegram_posts_is_answered_once(house: House, phone: Hands) -> None:
    door = house.made(webhook_url="https://book.example.org", webhook_secret="s3cret")
    app = web.Application()
    app.add_routes(edge.routes(door.secret, door.take))
    async with TestServer(app) as letterbox:
        await door.start()
        house.server.updates.webhook.url = str(letterbox.make_url(edge.PATH))
        phone.say("/show")
        await house.heard(door)
        house.server.repeat()
        await house.heard(door)
        await door.stop()
    assert house.server.updates.webhook.answers == [200, 200]
    assert [str(said.route) for said in house.router.heard] == ["show"]


async def test_an_address_that_telegram_refuses_closes_the_door(house: House) -> None:
    house.server.fail_next(
        "setWebhook", status=400, description="Bad Request: bad webhook: HTTPS URL must be provided"
    )
    door = house.made(webhook_url="https://book.example.org", webhook_secret="s3cret")
    with pytest.raises(DoorClosed, match=r"(?i)HTTPS URL must be provided"):
        await door.start()
    await door.stop()
