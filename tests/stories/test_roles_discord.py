"""On Discord a seat is shown by a role: it comes and goes with the seat, and what drifts is put right every hour."""

import pytest

from tests.doubles.discord import Permission
from tests.stories import counter
from tests.stories.hands_discord import DiscordHands
from tests.stories.stage import Stage

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("door", ["discord"], indirect=True)]
ROLE = "Active student of Ben Okafor"


async def ana_buys(stage: Stage) -> DiscordHands:
    await counter.is_open(stage)
    await counter.buys(stage.ana)
    await stage.settles()
    assert isinstance(stage.ana, DiscordHands)
    return stage.ana


async def takes_all_sessions(stage: Stage) -> None:
    """Grace begins."""
    await stage.olga.says("/packs-admin")
    await stage.olga.taps("Open")
    await stage.olga.taps("Add or take sessions")
    await stage.olga.fills({"Sessions": "-4", "Reason": "All done."})


async def test_the_role_comes_and_goes_with_the_seat(stage: Stage) -> None:
    assert not any(role.name == ROLE for role in stage.discord.guild.roles.values())
    ana = await ana_buys(stage)
    assert await ana.has_role(ROLE)
    assert not await stage.cleo.has_role(ROLE)
    await takes_all_sessions(stage)
    await stage.settles()
    assert await ana.has_role(ROLE), "a seat in grace is a seat"
    await stage.moves(hours=71)
    assert await ana.has_role(ROLE)
    await stage.moves(hours=1, minutes=1)
    await ana.will_see("Your seat is released")
    assert not await ana.has_role(ROLE)


async def test_one_role_is_made_for_all_students_of_a_mentor(stage: Stage) -> None:
    await ana_buys(stage)
    await counter.buys(stage.cleo)
    await stage.settles()
    assert await stage.cleo.has_role(ROLE)
    assert [role.name for role in stage.discord.guild.roles.values()].count(ROLE) == 1


async def test_a_role_that_was_taken_by_hand_is_given_back_within_the_hour(stage: Stage) -> None:
    ana = await ana_buys(stage)
    stage.discord.guild.members[ana.user.id].roles.clear()
    await stage.moves(hours=1, minutes=1)
    assert await ana.has_role(ROLE)
    await stage.olga.will_see("Roles put right", "Ana Ruiz")
    await stage.moves(hours=3)
    assert stage.olga.times_seen("Roles put right") == 1, "all is well, so nothing is said"


async def test_who_left_the_server_and_came_back_gets_it_again(stage: Stage) -> None:
    ana = await ana_buys(stage)
    guild = stage.discord.guild
    guild.leave(ana.user)
    await stage.moves(hours=3)
    await stage.olga.will_not_see("Roles put right", "Roles that I may not change")
    guild.join(ana.user)
    assert not await ana.has_role(ROLE)
    await stage.moves(hours=1, minutes=1)
    assert await ana.has_role(ROLE)
    await stage.olga.will_see("Roles put right", "Ana Ruiz")


async def test_who_was_away_when_the_seat_went_does_not_keep_the_role(stage: Stage) -> None:
    ana = await ana_buys(stage)
    guild = stage.discord.guild
    [role] = guild.roles_of(ana.user)
    await takes_all_sessions(stage)
    guild.leave(ana.user)
    await stage.moves(hours=73)
    guild.join(ana.user, roles=[role])
    await stage.moves(hours=1, minutes=1)
    assert not await ana.has_role(ROLE)
    await stage.olga.will_see("Roles put right", "Taken from", "Ana Ruiz")


async def test_where_the_bot_may_not_make_roles_staff_hears_of_it_and_chooses_one(stage: Stage) -> None:
    guild = stage.discord.guild
    guild.bot_role.permissions &= ~Permission.MANAGE_ROLES
    ana = await ana_buys(stage)
    await stage.olga.will_see("A role is missing", "Ben Okafor")
    guild.bot_role.permissions |= Permission.MANAGE_ROLES
    guild.add_role("Inner circle")
    await stage.olga.says("/packs-admin")
    await stage.olga.taps("Seats")
    await stage.olga.taps("Open")
    await stage.olga.taps("Role of the students")
    await stage.olga.picks("Role", "Inner circle")
    assert stage.olga.sees("have the role Inner circle from now on"), stage.olga.view()
    await stage.settles()
    assert await ana.has_role("Inner circle")


async def test_a_role_that_the_bot_may_not_give_is_told_once_a_day(stage: Stage) -> None:
    ana = await ana_buys(stage)
    guild = stage.discord.guild
    guild.members[ana.user.id].roles.clear()
    guild.bot_role.permissions &= ~Permission.MANAGE_ROLES
    await stage.moves(hours=1, minutes=1)
    await stage.moves(hours=1, minutes=1)
    await stage.olga.will_see("Roles that I may not change", "Ana Ruiz")
    assert stage.olga.times_seen("Roles that I may not change") == 1


async def test_only_who_manages_the_server_chooses_the_role(stage: Stage) -> None:
    await ana_buys(stage)
    await stage.ben.says("/packs-admin")
    await stage.ben.taps("Seats")
    assert not stage.ben.offers("Role of the students")
    await stage.ben.forges("setup.student_role:ben-okafor")
    assert stage.ben.sees("Only those who may manage the community can do this.")
