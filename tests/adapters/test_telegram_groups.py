"""The Telegram door in groups, and the menus that it puts up."""

import pytest

from adapters.telegram.door import TelegramDoor
from core import chat
from core.chat import _, to
from core.ports import Presence, Undeliverable
from tests.adapters.discord_parts import say
from tests.adapters.telegram_parts import House, types
from tests.doubles.telegram import Chat, Hands, User

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.telegram_fixtures"]


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


async def test_it_says_who_is_in_a_group_and_nothing_of_one_that_it_was_sent_out_of(
    house: House, door: TelegramDoor, group: Chat, ana: User
) -> None:
    place, olga = str(group.id), next(member.user for member in group.admins())
    assert isinstance(door, Presence)
    assert await door.is_there(place, str(ana.id))
    assert await door.is_there(place, str(olga.id))
    house.server.leave(group, ana)
    assert not await door.is_there(place, str(ana.id))
    house.server.remove_bot(group, olga)
    with pytest.raises(Undeliverable):
        await door.is_there(place, str(olga.id))
