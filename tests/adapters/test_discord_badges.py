"""Roles that the bot makes in a Discord server, and looking up who has which."""

import pytest

from adapters.discord.door import DiscordDoor
from core.ports import Roles, Undeliverable
from tests.adapters.discord_parts import House
from tests.doubles.discord import Guild, Permission, User

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.discord_fixtures"]
NAME = "Active student of Ben Okafor"


async def test_a_role_that_is_made_allows_nothing_and_is_below_the_bots_own(
    door: DiscordDoor, community: Guild, ana: User
) -> None:
    assert isinstance(door, Roles)
    key = await door.make_role(str(community.id), NAME)
    made = community.roles[int(key)]
    assert (made.name, made.permissions, made.mentionable) == (NAME, 0, False)
    await door.set_role(str(community.id), str(ana.id), key, granted=True)
    assert community.roles_of(ana) == [made]


async def test_asked_again_it_is_the_same_role(door: DiscordDoor, community: Guild) -> None:
    first = await door.make_role(str(community.id), NAME)
    assert await door.make_role(str(community.id), NAME) == first


async def test_a_role_of_that_name_that_allows_something_is_not_taken(
    door: DiscordDoor, community: Guild
) -> None:
    trap = community.add_role(NAME, permissions=int(Permission.MANAGE_GUILD))
    assert await door.make_role(str(community.id), NAME) != str(trap.id)


async def test_a_name_that_is_too_long_is_cut(door: DiscordDoor, community: Guild) -> None:
    key = await door.make_role(str(community.id), "x" * 130)
    assert community.roles[int(key)].name == "x" * 100
    assert await door.make_role(str(community.id), "x" * 130) == key


async def test_without_manage_roles_or_room_it_is_refused_for_good(
    door: DiscordDoor, community: Guild
) -> None:
    while len(community.roles) < 250:
        community.add_role("one of many")
    with pytest.raises(Undeliverable) as full:
        await door.make_role(str(community.id), NAME)
    assert full.value.permanent
    community.bot_role.permissions &= ~Permission.MANAGE_ROLES
    with pytest.raises(Undeliverable) as refused:
        await door.make_role(str(community.id), NAME)
    assert refused.value.permanent


async def test_it_sees_the_roles_of_a_member_and_that_somebody_is_none(
    door: DiscordDoor, house: House, community: Guild, ana: User
) -> None:
    place = str(community.id)
    assert await door.roles_of(place, str(ana.id)) == frozenset()
    student = community.add_role("Student")
    community.members[ana.id].roles.append(student)
    assert await door.roles_of(place, str(ana.id)) == frozenset({str(student.id)})
    assert await door.is_there(place, str(ana.id))
    community.leave(ana)
    assert await door.roles_of(place, str(ana.id)) is None
    assert not await door.is_there(place, str(ana.id))
    assert await door.roles_of(place, str(house.server.world.new_id())) is None


@pytest.mark.parametrize("status", [0, 500], ids=["silence", "trouble"])
async def test_silence_is_no_answer(house: House, community: Guild, ana: User, status: int) -> None:
    """The library would try for a quarter of a minute; the door has less patience."""
    async with house.door(sending=0.1) as door:
        house.server.fail_next("/members", method="GET", status=status, times=9)
        with pytest.raises(Undeliverable) as failed:
            await door.roles_of(str(community.id), str(ana.id))
    assert not failed.value.permanent
