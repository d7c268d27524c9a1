"""The Discord double, shown by an unmodified discord.py bot that keeps every rule."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta

import discord
import pytest

from tests.doubles.discord import Permission
from tests.doubles.discord_bot import Scene, Screen, connected, on_stage

pytestmark = pytest.mark.anyio


@pytest.fixture
async def scene(anyio_backend: str) -> AsyncIterator[Scene]:
    async with on_stage() as scene:
        yield scene
        assert scene.server.violations == []


async def test_a_command_in_a_channel_is_answered_for_one_person_only(scene: Scene) -> None:
    shown = await scene.chat.command("book", mentor="ben")
    assert shown.text == "## Book ben"
    assert shown.ephemeral
    assert shown.buttons["Pay"] == "pay:1"
    assert shown.selects == {"How long?": ["30 min", "60 min"]}
    assert scene.chat.channel.messages == []
    assert scene.guild.owner.in_guild(scene.guild).messages == []


async def test_a_screen_changes_in_place_through_every_control(scene: Scene) -> None:
    for chat in (scene.chat, scene.ana.in_dm()):
        shown = await chat.command("book", mentor="ben")
        shown = await shown.click("Later")
        assert shown.text == "In a while"
        shown = await shown.click("Pay")
        assert shown.text == "**Paid**"
        assert len(chat.messages) == 1
        assert shown.message.edits == ["## Book ben", "In a while"]
    assert [message.text for message in scene.ana.dms] == ["**Paid**"]


async def test_a_choice_from_a_select_reaches_the_bot(scene: Scene) -> None:
    shown = await scene.chat.command("book", mentor="ben")
    assert (await shown.select("60 min")).text == "60 minutes"


async def test_typing_offers_choices(scene: Scene) -> None:
    choices = await scene.chat.autocomplete("book", {"mentor": "be"}, focused="mentor")
    assert choices == {"Ben": "ben", "Bea": "bea"}


async def test_a_form_is_filled_in_and_its_screen_changes(scene: Scene) -> None:
    form = await (await scene.chat.command("book", mentor="ben")).click("Brief")
    assert form.title == "Your brief"
    assert list(form.fields) == ["Topic", "Level"]
    with pytest.raises(AssertionError, match="must be filled in"):
        await form.submit({"Level": "Beginner"})
    with pytest.raises(AssertionError, match="0 to 50 characters"):
        await form.submit({"Topic": "x" * 51})
    shown = await form.submit({"Topic": "Exams", "level": "Beginner"})
    assert shown.text == "Brief: Exams, level ['1']"


async def test_a_deferred_answer_is_waited_for_and_the_follow_up_takes_its_spinner(
    scene: Scene,
) -> None:
    shown = await scene.chat.command("slow")
    assert shown.text == "Here at last"
    assert shown.ephemeral
    assert len(scene.chat.messages) == 1


async def test_only_what_is_on_the_screen_can_be_pressed(scene: Scene) -> None:
    shown = await scene.chat.command("book", mentor="ben")
    assert shown.disabled == {"Gone"}
    for label, reason in (("Nothing", "only"), ("Gone", "disabled"), ("Site", "link")):
        with pytest.raises(AssertionError, match=reason):
            await shown.click(label)
    with pytest.raises(AssertionError, match="no command 'cook'"):
        await scene.chat.command("cook")
    with pytest.raises(AssertionError, match="needs"):
        await scene.chat.command("book")
    forged = await scene.chat.press("booking.cancel:1", message=shown.message)
    assert forged.text == "stale booking.cancel"


async def test_a_file_arrives_with_its_bytes(scene: Scene) -> None:
    shown = await (await scene.chat.command("book", mentor="ben")).click("Ticket")
    assert shown.files == {"booking.ics": b"BEGIN:VCALENDAR"}
    assert shown.message.files[0].description == "The booking"


async def test_a_direct_message_is_sent_edited_fetched_and_deleted(scene: Scene) -> None:
    user = await scene.bot.fetch_user(scene.ana.id)
    sent = await user.send("Soon", file=discord.File(io.BytesIO(b"\x89PNG"), "week.png"))
    assert await sent.attachments[0].read() == b"\x89PNG"
    await sent.edit(content="Now")
    [message] = scene.ana.dms
    assert (message.text, message.edits) == ("Now", ["Soon"])
    assert (await sent.channel.fetch_message(sent.id)).content == "Now"
    await sent.delete()
    assert scene.ana.dms == []
    assert message.deleted


async def test_a_person_with_closed_messages_and_another_bot_are_out_of_reach(scene: Scene) -> None:
    scene.ana.close_dms()
    stranger, robot = scene.server.add_user("Sam"), scene.server.add_user("Robo", bot=True)
    for person in (scene.ana, stranger, robot):
        user = await scene.bot.fetch_user(person.id)
        with pytest.raises(discord.Forbidden) as refused:
            await user.send("Hello")
        assert refused.value.code == 50007


async def test_a_message_of_a_person_is_read_in_direct_messages_but_not_in_a_channel(scene: Scene) -> None:
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
    async with connected(scene.server, intents=intents) as second:
        scene.chat.say("psst")
        scene.ana.in_dm().say("hello")
        await scene.server.wait_for(lambda: len(second.heard) == 2)
        assert second.heard == ["", "hello"]


async def test_a_private_thread_is_seen_by_those_who_were_added(scene: Scene) -> None:
    channel = scene.channel
    thread = await channel.create_thread(name="Ana and Ben", type=discord.ChannelType.private_thread)
    await thread.add_user(discord.Object(scene.ana.id))
    await thread.send("Welcome")
    [room] = scene.ana.threads
    assert [message.text for message in room.messages] == ["Welcome"]
    assert scene.ana.in_guild(scene.guild, room).last.text == "Welcome"
    with pytest.raises(AssertionError, match="does not see"):
        scene.guild.owner.in_guild(scene.guild, room)
    await thread.edit(archived=True, locked=True)
    with pytest.raises(discord.HTTPException) as refused:
        await thread.send("Too late")
    assert refused.value.code == 50083


async def test_roles_are_given_only_as_far_as_the_bot_may(scene: Scene) -> None:
    guild = scene.bot.get_guild(scene.guild.id)
    assert guild
    member = await guild.fetch_member(scene.ana.id)
    role = discord.Object(scene.mentor.id)
    await member.add_roles(role)
    assert scene.guild.roles_of(scene.ana) == [scene.mentor]
    await member.remove_roles(role)
    assert scene.guild.roles_of(scene.ana) == []
    scene.guild.bot_role.permissions &= ~Permission.MANAGE_ROLES
    with pytest.raises(discord.Forbidden) as refused:
        await member.add_roles(role)
    assert refused.value.code == 50013


async def test_only_what_allowed_mentions_lets_through_pings(scene: Scene) -> None:
    channel = scene.channel
    text = f"@everyone {scene.ana.mention} {scene.mentor.mention}"
    await channel.send(text)
    await channel.send(view=Screen(text), allowed_mentions=discord.AllowedMentions(users=True))
    await channel.send(view=Screen(text), allowed_mentions=discord.AllowedMentions.all())
    none, some, everybody = (message.pings for message in scene.chat.channel.messages)
    assert not none
    assert (some.everyone, some.users, some.roles) == (False, frozenset({scene.ana}), frozenset())
    assert (everybody.everyone, everybody.roles) == (True, frozenset({scene.mentor}))


async def test_a_rate_limit_is_waited_out_and_a_ban_is_not(scene: Scene) -> None:
    user = await scene.bot.fetch_user(scene.ana.id)
    channel = await user.create_dm()
    limit = scene.server.rate_limit_next("/messages", method="POST", times=2, retry_after=0.02)
    await channel.send("Patience")
    assert limit.hits == 2
    assert [message.text for message in scene.ana.dms] == ["Patience"]
    scene.server.rate_limit_next("/messages", banned=True)
    with pytest.raises(discord.HTTPException) as banned:
        await channel.send("Impatience")
    assert banned.value.status == 429


async def test_an_error_and_silence_of_the_server_reach_the_caller(scene: Scene) -> None:
    user = await scene.bot.fetch_user(scene.ana.id)
    channel = await user.create_dm()
    scene.server.fail_next("/messages")
    with pytest.raises(discord.DiscordServerError):
        await channel.send("Hello")
    assert scene.ana.dms == []
    silence = scene.server.hang_next("/messages", after=True)
    sending = asyncio.create_task(channel.send("Once"))
    await scene.server.wait_for(lambda: scene.ana.dms)
    assert [message.text for message in scene.ana.dms] == ["Once"]
    assert not sending.done()
    sending.cancel()
    await asyncio.wait({sending})
    silence.release()


async def test_a_lost_answer_does_not_post_twice(scene: Scene) -> None:
    channel = await (await scene.bot.fetch_user(scene.ana.id)).create_dm()
    scene.server.fail_next("/messages", status=500, after=True)
    await channel.send("Once")
    assert [message.text for message in scene.ana.dms] == ["Once"]


async def test_what_happened_while_the_connection_was_down_is_replayed(scene: Scene) -> None:
    async with scene.server.gateway_outage():
        pressed = asyncio.create_task(scene.chat.command("book", mentor="ben"))
        await asyncio.sleep(0.05)
        assert not pressed.done()
    assert (await pressed).text == "## Book ben"
    assert (scene.server.gateway.identifies, scene.server.gateway.resumes) == (1, 1)


async def test_a_bot_that_is_asked_to_reconnect_resumes(scene: Scene) -> None:
    await scene.server.ask_to_reconnect()
    await scene.server.wait_for(lambda: scene.server.gateway.resumes == 1)
    assert (await scene.chat.command("book", mentor="ben")).text == "## Book ben"


async def test_a_resume_may_repeat_and_a_forgotten_session_starts_anew(scene: Scene) -> None:
    await scene.chat.command("book", mentor="ben")
    await scene.server.drop_connections(deliver_again=1)
    await scene.server.wait_for(lambda: scene.bot.errors)
    assert [error.code for error in scene.bot.errors] == [40060]
    await scene.server.drop_connections(forget_sessions=True)
    await scene.server.wait_for(lambda: scene.server.gateway.identifies == 2)
    assert (await scene.chat.command("book", mentor="cid")).text == "## Book cid"


async def test_the_second_answer_to_a_doubled_delivery_is_refused(scene: Scene) -> None:
    scene.server.deliver_twice()
    shown = await scene.chat.command("book", mentor="ben")
    await scene.server.wait_for(lambda: scene.bot.errors)
    assert [error.code for error in scene.bot.errors] == [40060]
    assert scene.chat.messages == [shown.message]


async def test_an_answer_after_three_seconds_is_too_late(scene: Scene) -> None:
    silence = scene.server.hang_next("/callback")
    waiting = asyncio.create_task(scene.chat.command("book", mentor="ben", timeout=0.3))
    await scene.server.wait_for(lambda: silence.hits)
    scene.server.advance(timedelta(seconds=3))
    silence.release()
    with pytest.raises(AssertionError, match="did not come within"):
        await waiting
    await scene.server.wait_for(lambda: scene.bot.errors)
    assert [error.code for error in scene.bot.errors] == [10062]


async def test_an_interaction_is_spent_after_fifteen_minutes(scene: Scene) -> None:
    await scene.chat.command("book", mentor="ben")
    seen = scene.bot.seen
    await seen[0].edit_original_response(view=Screen("Later"))
    assert scene.chat.last.text == "Later"
    scene.server.advance(timedelta(minutes=15))
    with pytest.raises(discord.HTTPException) as refused:
        await seen[0].edit_original_response(view=Screen("Too late"))
    assert refused.value.code == 50027


async def test_the_registered_commands_are_kept(scene: Scene) -> None:
    assert [command["name"] for command in scene.server.commands[None]] == ["book", "slow"]
    assert [command.name for command in await scene.bot.tree.fetch_commands()] == ["book", "slow"]


async def test_a_guild_that_joins_or_leaves_later_is_heard_of(scene: Scene) -> None:
    late = scene.server.add_guild("Late", owner=scene.ana)
    await scene.server.wait_for(lambda: scene.bot.get_guild(late.id))
    scene.server.world.remove_bot(late)
    await scene.server.wait_for(lambda: scene.bot.get_guild(late.id) is None)
