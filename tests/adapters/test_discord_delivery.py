"""The way out of the Discord door, against the wire: what is due to people, and a line that stays up."""

import asyncio

import pytest

from adapters.discord.door import DiscordDoor
from core import chat
from core.chat import _, to
from core.ports import DoorClosed, Rung, RungKind, Undeliverable
from tests.adapters.discord_parts import READER, House, card, say, to_chat
from tests.doubles.discord import Channel, Chat, Guild, Permission, User

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.discord_fixtures"]


# --- out --------------------------------------------------------------------------------------


async def test_a_message_reaches_the_person_once_however_often_it_is_sent(
    door: DiscordDoor, ana: User
) -> None:
    for _n in range(2):
        await door.deliver(to_chat(ana), say("Tomorrow at ten"), READER, key="n1", rings=True)
    assert [message.text for message in ana.dms] == ["## Tomorrow at ten"]


async def test_a_bookings_card_is_edited_in_place(door: DiscordDoor, ana: User) -> None:
    await door.deliver(to_chat(ana), card("K7Q2", "held"), READER, key="n1", rings=True)
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n2", rings=False)
    [message] = ana.dms
    assert "confirmed" in message.text
    assert message.edits


async def test_a_card_that_rings_comes_anew_and_the_old_one_goes(door: DiscordDoor, ana: User) -> None:
    await door.deliver(to_chat(ana), card("K7Q2", "held"), READER, key="n1", rings=True)
    for _n in range(2):
        await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n2", rings=True)
    [message] = ana.dms
    assert "confirmed" in message.text
    assert not message.edits


async def test_a_card_that_was_deleted_comes_anew(house: House, door: DiscordDoor, ana: User) -> None:
    await door.deliver(to_chat(ana), card("K7Q2", "held"), READER, key="n1", rings=True)
    ana.dms[0].deleted = True
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n2", rings=False)
    assert ["confirmed" in message.text for message in ana.dms] == [True]


async def test_the_answer_a_person_looks_at_follows_the_booking(
    house: House, door: DiscordDoor, square: Chat, ana: User
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    shown = await square.command("show")
    await door.settled()
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n1", rings=True)
    assert "confirmed" in shown.text
    assert "confirmed" in ana.dms[0].text


async def test_an_answer_that_shows_something_else_by_now_is_left_alone(
    house: House, door: DiscordDoor, square: Chat, ana: User
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    shown = await square.command("show")
    await shown.click("Move")
    await door.settled()
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n1", rings=True)
    assert "You said" in shown.text


async def test_an_answer_that_cannot_be_changed_any_more_hinders_nothing(
    house: House, door: DiscordDoor, square: Chat, ana: User
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    shown = await square.command("show")
    shown.message.deleted = True
    await door.settled()
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n1", rings=True)
    assert "confirmed" in ana.dms[0].text


async def test_a_card_opened_in_direct_messages_is_the_one_that_lives_on(
    house: House, door: DiscordDoor, alone: Chat, ana: User
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    shown = await alone.command("show")
    await door.settled()
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n1", rings=False)
    assert "confirmed" in shown.text
    assert len(ana.dms) == 1


async def test_a_nudge_calls_one_person_and_answers_only_them(
    house: House, door: DiscordDoor, community: Guild, ana: User, square: Chat
) -> None:
    general = community.channel("general")
    nudge = chat.Screen(_("You have news, @everyone"), controls=(chat.Button(_("Show me"), to("news")),))
    await door.deliver(_nudge(ana, general), nudge, READER, key="n1", rings=True)
    [message] = general.messages
    assert message.pings.users == {ana}
    assert not message.pings.everyone
    answer = await square.on(message).click("Show me")
    assert answer.ephemeral
    assert "You have news" in message.text


async def test_closed_direct_messages_are_final(house: House, door: DiscordDoor, ana: User) -> None:
    ana.close_dms()
    with pytest.raises(Undeliverable) as refused:
        await door.deliver(to_chat(ana), say("Hello"), READER, key="n1", rings=True)
    assert refused.value.permanent


async def test_a_channel_the_bot_may_not_write_in_is_final(
    house: House, door: DiscordDoor, community: Guild, ana: User
) -> None:
    secret = community.add_channel("secret", bot_denied=Permission.SEND_MESSAGES)
    with pytest.raises(Undeliverable) as refused:
        await door.deliver(_nudge(ana, secret), say("Hello"), READER, key="n1", rings=True)
    assert refused.value.permanent


@pytest.mark.parametrize("trouble", ["fails", "hangs", "limits"])
async def test_trouble_at_discord_is_worth_another_try(
    house: House, community: Guild, ana: User, trouble: str
) -> None:
    async with house.door(sending=0.4) as door:
        match trouble:
            case "fails":
                house.server.fail_next("/messages", method="POST", status=500, times=9)
            case "hangs":
                house.server.hang_next("/messages", method="POST")
            case "limits":
                house.server.rate_limit_next("/messages", method="POST", times=9, retry_after=1.0)
        with pytest.raises(Undeliverable) as refused:
            await door.deliver(to_chat(ana), say("Hello"), READER, key="n1", rings=True)
        assert not refused.value.permanent


async def test_a_role_is_given_and_taken(door: DiscordDoor, community: Guild, ana: User) -> None:
    student = community.add_role("Student")
    place, account, role = str(community.id), str(ana.id), str(student.id)
    await door.set_role(place, account, role, granted=True)
    assert community.roles_of(ana) == [student]
    await door.set_role(place, account, role, granted=False)
    assert community.roles_of(ana) == []


async def test_a_role_above_the_bots_own_is_final(door: DiscordDoor, community: Guild, ana: User) -> None:
    lords = community.add_role("Lords", position=500)
    with pytest.raises(Undeliverable) as refused:
        await door.set_role(str(community.id), str(ana.id), str(lords.id), granted=True)
    assert refused.value.permanent


# --- the line ---------------------------------------------------------------------------------


async def test_a_bad_token_is_one_clear_error(house: House) -> None:
    with pytest.raises(DoorClosed, match="token"):
        async with house.door(token="not.the.token"):
            pass
    house.server.violations.clear()


async def test_a_community_is_greeted_through_its_owner(house: House, community: Guild) -> None:
    house.router.greeting = say("Thank you for having me")
    async with house.door():
        await house.server.wait_for(lambda: community.owner.dms)
        place, owner, locale = house.router.homes[0]
        assert (place.name, owner.key, locale) == ("Mentors", str(community.owner.id), "de")
        second = house.server.add_guild("More", owner=house.server.add_user("Max"))
        await house.server.wait_for(lambda: second.owner.dms)


async def test_an_owner_who_cannot_be_greeted_hinders_nothing(
    house: House, community: Guild, square: Chat
) -> None:
    house.router.greeting = say("Thank you for having me")
    community.owner.close_dms()
    async with house.door():
        assert "You said" in (await square.command("show")).text


async def test_what_comes_again_after_an_outage_is_not_answered_again(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    await square.command("show")
    await house.server.drop_connections(deliver_again=2)
    await house.server.wait_until_ready()
    await square.command("show")
    assert len(house.router.heard) == 2


async def test_an_event_that_ends_the_library_does_not_end_the_door(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    house.server.gateway.dispatch("GUILD_CREATE", {"id": "nonsense"})
    await house.server.wait_for(lambda: len(house.router.homes) == 2)
    assert "You said" in (await square.command("show")).text


async def test_what_is_being_answered_is_answered_before_the_door_closes(
    house: House, community: Guild, square: Chat
) -> None:
    house.router.slowness = 0.2
    async with house.door():
        answer = asyncio.ensure_future(square.command("show"))
        await house.server.wait_for(lambda: house.router.heard)
    assert "You said" in (await answer).text


def _nudge(user: User, channel: Channel) -> Rung:
    return Rung("discord", RungKind.NUDGE, str(user.id), str(channel.id))
