"""Private threads on Discord, against the wire: opened once, written in, closed, and lost."""

from datetime import timedelta

import pytest

from adapters.discord.door import DiscordDoor
from core.ports import Rung, RungKind, Undeliverable
from tests.adapters.discord_parts import READER, House, card, say
from tests.doubles.discord import Channel, Guild, Permission, User

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.discord_fixtures"]


@pytest.fixture
async def ben(house: House, community: Guild) -> User:
    user = house.server.add_user("Ben")
    community.join(user)
    return user


@pytest.fixture
async def sessions(community: Guild) -> Channel:
    return community.add_channel("sessions")


async def opens(door: DiscordDoor, channel: Channel, *users: User, key: str = "room:1") -> str:
    accounts = [str(user.id) for user in users]
    return await door.open_thread(str(channel.id), "Ben · Ana · K7Q2", accounts, key=key)


async def test_a_thread_is_private_for_two_and_nobody_invites_a_third(
    house: House, door: DiscordDoor, sessions: Channel, ana: User, ben: User
) -> None:
    key = await opens(door, sessions, ana, ben)
    [thread] = sessions.threads
    assert key == str(thread.id)
    assert thread.thread_members == {house.server.bot.id, ana.id, ben.id}
    assert (thread.name, thread.invitable, thread.auto_archive) == ("Ben · Ana · K7Q2", False, 10_080)


async def test_a_thread_that_is_asked_for_twice_is_opened_once(
    door: DiscordDoor, sessions: Channel, ana: User, ben: User
) -> None:
    assert await opens(door, sessions, ana, ben) == await opens(door, sessions, ana, ben)
    assert len(sessions.threads) == 1
    await opens(door, sessions, ana, ben, key="room:2")
    assert len(sessions.threads) == 2


async def test_a_thread_whose_opening_was_not_confirmed_is_found_again(
    house: House, community: Guild, sessions: Channel, ana: User, ben: User
) -> None:
    lost = house.server.hang_next("/threads", method="POST", after=True)
    async with house.door(sending=1.0) as hasty:
        while not lost.hits:  # a laden machine gives up before it has asked
            with pytest.raises(Undeliverable) as refused:
                await opens(hasty, sessions, ana, ben)
            assert not refused.value.permanent
    async with house.door() as door:
        assert await opens(door, sessions, ana, ben) == str(sessions.threads[0].id)
    assert len(sessions.threads) == 1


async def test_somebody_who_left_the_server_cannot_be_added_and_no_thread_is_left(
    door: DiscordDoor, community: Guild, sessions: Channel, ana: User, ben: User
) -> None:
    community.leave(ben)
    with pytest.raises(Undeliverable) as refused:
        await opens(door, sessions, ana, ben)
    assert refused.value.permanent
    assert sessions.threads == []
    community.join(ben)
    await opens(door, sessions, ana, ben)
    assert len(sessions.threads) == 1


async def test_somebody_who_does_not_see_the_channel_cannot_be_added(
    door: DiscordDoor, sessions: Channel, ana: User, ben: User
) -> None:
    sessions.hidden_from.add(ana.id)
    with pytest.raises(Undeliverable) as refused:
        await opens(door, sessions, ana, ben)
    assert refused.value.permanent
    assert sessions.threads == []


@pytest.mark.parametrize("lacking", [Permission.CREATE_PRIVATE_THREADS, Permission.VIEW_CHANNEL])
async def test_without_the_permission_there_is_no_thread(
    door: DiscordDoor, community: Guild, ana: User, ben: User, lacking: Permission
) -> None:
    forbidden = community.add_channel("forbidden", bot_denied=lacking)
    with pytest.raises(Undeliverable) as refused:
        await opens(door, forbidden, ana, ben)
    assert refused.value.permanent


async def test_a_server_that_is_full_of_threads_may_have_room_later(
    house: House, door: DiscordDoor, sessions: Channel, ana: User, ben: User
) -> None:
    house.server.most_threads = 0
    with pytest.raises(Undeliverable) as refused:
        await opens(door, sessions, ana, ben)
    assert not refused.value.permanent
    house.server.most_threads = 1
    await opens(door, sessions, ana, ben)


async def test_a_card_in_a_thread_is_edited_in_place_and_comes_anew_where_it_rings(
    door: DiscordDoor, sessions: Channel, ana: User, ben: User
) -> None:
    thread = await opens(door, sessions, ana, ben)
    await door.post(thread, card("K7Q2", "coming"), READER, key="p1", rings=True)
    await door.post(thread, card("K7Q2", "noted"), READER, key="p2", rings=False)
    [message] = sessions.threads[0].messages
    assert "noted" in message.text
    assert message.edits
    await door.post(thread, card("K7Q2", "joining"), READER, key="p3", rings=True)
    assert ["joining" in each.text for each in sessions.threads[0].messages] == [True]


async def test_the_same_posting_twice_is_one_message(
    door: DiscordDoor, sessions: Channel, ana: User, ben: User
) -> None:
    thread = await opens(door, sessions, ana, ben)
    for _n in range(2):
        await door.post(thread, say("Hello"), READER, key="p1", rings=True)
    assert len(sessions.threads[0].messages) == 1


async def test_a_thread_that_was_folded_up_is_unfolded_to_edit_in_it(
    door: DiscordDoor, sessions: Channel, ana: User, ben: User
) -> None:
    thread = await opens(door, sessions, ana, ben)
    await door.post(thread, card("K7Q2", "coming"), READER, key="p1", rings=True)
    sessions.threads[0].archived = True
    await door.post(thread, card("K7Q2", "noted"), READER, key="p2", rings=False)
    [message] = sessions.threads[0].messages
    assert "noted" in message.text
    assert not sessions.threads[0].archived


async def test_a_closed_thread_is_locked_and_can_be_read(
    door: DiscordDoor, community: Guild, sessions: Channel, ana: User, ben: User
) -> None:
    thread = await opens(door, sessions, ana, ben)
    await door.post(thread, say("Hello"), READER, key="p1", rings=True)
    for _n in range(2):
        await door.close_thread(thread)
    [there] = ana.threads
    assert (there.locked, there.archived) == (True, True)
    assert "Hello" in ana.in_guild(community, there).last.text


async def test_a_deleted_thread_is_gone_for_ever(
    door: DiscordDoor, sessions: Channel, ana: User, ben: User
) -> None:
    thread = await opens(door, sessions, ana, ben)
    sessions.threads[0].delete()
    await door.settled()
    for attempt in (
        door.post(thread, say("Hello"), READER, key="p1", rings=True),
        door.close_thread(thread),
    ):
        with pytest.raises(Undeliverable) as refused:
            await attempt
        assert refused.value.permanent


async def test_a_reminder_in_a_thread_calls_one_of_the_two(
    door: DiscordDoor, sessions: Channel, ana: User, ben: User
) -> None:
    thread = await opens(door, sessions, ana, ben)
    rung = Rung("discord", RungKind.THREAD, str(ana.id), thread)
    await door.deliver(rung, say("In ten minutes"), READER, key="n1", rings=True)
    [message] = sessions.threads[0].messages
    assert message.pings.users == {ana}


async def test_trouble_at_discord_is_worth_another_try(
    house: House, community: Guild, sessions: Channel, ana: User, ben: User
) -> None:
    async with house.door(sending=0.4) as door:
        house.server.fail_next("/thread-members", method="PUT", status=500, times=9)
        with pytest.raises(Undeliverable) as refused:
            await opens(door, sessions, ana, ben)
        assert not refused.value.permanent


async def test_what_is_typed_in_a_thread_is_not_told_to_the_bot(
    house: House, door: DiscordDoor, community: Guild, sessions: Channel, ana: User, ben: User
) -> None:
    await opens(door, sessions, ana, ben)
    house.server.advance(timedelta(minutes=1))
    ana.in_guild(community, sessions.threads[0]).say("Just between us")
    await ana.in_guild(community, "general").command("show")
    assert house.router.words == []
